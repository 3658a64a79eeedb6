import { mixTimeS } from './blend.ts';
import { mixOf, scaledMix } from './mix.ts';
import { operate } from './operating.ts';
import { type Rates, total } from './rates.ts';
import type { Full } from './replay/route.ts';
import { STEP_TOKENS } from './replay/scheduling.ts';
import { admissibleScale } from './sizing.ts';
import type { InferenceSpec } from './spec.ts';

/** Part of the tightest target for the first token that prompts may take, one's own among them. Our choice: half is left for the step that runs and for what cannot be foreseen. */
const AHEAD = 0.5;
/**
 * Part of the target for the time per token that a replica which is kept full is to need: it has no idle moments to catch up in. Ours, from the
 * replay of single requests: at 0.75 one in two hundred of a 70B model's requests came late, at 0.6 one in a thousand.
 */
const SLACK = 0.6;

/** Replicas among which a request that would wait finds another one: few, since most are full. */
const LOOKS = 4;

/** The same deployment without the bursts that its services were recorded with. */
const even = new WeakMap<InferenceSpec, InferenceSpec>();

function evened(spec: InferenceSpec): InferenceSpec {
  let found = even.get(spec);
  if (found === undefined) {
    const services = spec.services.map(({ pace: _pace, ...steady }) => ({
      ...steady,
      tpotS: SLACK * steady.tpotS,
    }));
    const { fill: _fill, ...knobs } = spec.knobs;
    found = { ...spec, knobs, services };
    even.set(spec, found);
  }
  return found;
}

/**
 * Share of the full rate up to which a router may fill one replica after the other with at least `attainment` of each interactive
 * service's requests within their targets, 0..1; 0 where not even next to nothing is. Bursts do not count: they go to the replicas that idle.
 *
 * @param rates requests/s of one replica, in any unit: only their proportions count
 */
export function fillOf(spec: InferenceSpec, rates: Rates, attainment: number): number {
  const load = mixOf(spec.services, total(rates, 1, 1)).load;
  return Math.min(1, load * admissibleScale(evened(spec), rates, LOOKS, attainment));
}

/**
 * What a router that fills replicas takes for a full one: as many requests as are in service at that load on average, and not so many
 * prompts that one more would wait long. Undefined where the deployment does not fill, or nothing is asked.
 *
 * @param rates requests/s of one replica: only their proportions count
 */
export function fullAt(spec: InferenceSpec, rates: Rates): Full | undefined {
  const { replica, knobs, services } = spec;
  const mix = mixOf(services, total(rates, 1, 1));
  if (knobs.fill === undefined || mix.load <= 0) return undefined;
  const own = scaledMix(mix, knobs.fill / mix.load);
  const { inService, batch } = operate(replica, own);
  const room = Math.max(1, STEP_TOKENS - batch);
  const tokenS = mixTimeS(replica, own, batch, room) / room;
  const ttftS = Math.min(...services.flatMap((s, k) => (rates.interactive[k]! > 0 ? [s.ttftS] : [])));
  return { requests: Math.max(1, inService), promptTokens: (AHEAD * ttftS) / tokenS };
}
