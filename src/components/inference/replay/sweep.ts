import type { InferenceSpec } from '../spec.ts';
import { type ReplayOptions, replay } from './replay.ts';
import { faster, type Requests } from './requests.ts';
import { type Summary, summarise, type Targets } from './summary.ts';

/** The same requests at another rate. */
export interface RateLevel extends Summary {
  /** How often the rate that they came at. */
  readonly factor: number;
  readonly requestsPerS: number;
}

/** Replays requests `factor` times as fast. */
export function levelAt(
  spec: InferenceSpec,
  requests: Requests,
  factor: number,
  targets: Targets | readonly Targets[],
  options: ReplayOptions = {},
): RateLevel {
  const at = faster(requests, factor);
  const spanS = at.count === 0 ? 0 : at.arrivalS[at.count - 1]!;
  const found = summarise(replay(spec, at, options), targets);
  return { ...found, factor, requestsPerS: spanS > 0 ? at.count / spanS : 0 };
}

/** Halvings of the bracket: the rate is known to a hundredth and better. */
const HALVINGS = 7;

/**
 * The highest rate at which at least `attainment` of the requests keep their targets, between `from` and `to` times their own, by
 * bisection over replays; undefined when not even `from` does. Attainment is taken to fall with the rate.
 */
export function* admissibleRate(
  at: (factor: number) => RateLevel,
  attainment: number,
  from: number,
  to: number,
): Generator<RateLevel, RateLevel | undefined> {
  let best = at(from);
  yield best;
  if (best.attainment < attainment) return undefined;
  const most = at(to);
  yield most;
  if (most.attainment >= attainment) return most;
  let [low, high] = [from, to];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = Math.sqrt(low * high);
    const level = at(middle);
    yield level;
    if (level.attainment >= attainment) {
      low = middle;
      best = level;
    } else high = middle;
  }
  return best;
}
