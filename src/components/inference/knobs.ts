import type { Knobs } from './performance.ts';
import { type InferenceSpec, LEAST_LOCK, leastCapW, serveWith } from './spec.ts';

/** Deployments at other clocks and caps that were asked for before; a spec never changes. */
const known = new WeakMap<InferenceSpec, Map<string, InferenceSpec>>();

/** Least part of a replica that is filled before the next one is taken, and the step in which it is told apart. */
const LEAST_FILL = 0.01;

/** Clocks and caps are taken to a thousandth and to a watt, so that a policy's search does not fill the memory. */
const rounded = (value: number, step: number) => Math.round(value / step) * step;

/**
 * The deployment with its accelerators at another clock and cap, and its router filling replicas; itself where nothing changes.
 *
 * @param asked clock as a share of the largest, clipped to 0.2..1; cap in W, clipped to what a site file may say; fill clipped to 0.01..1
 */
export function withKnobs(
  spec: InferenceSpec,
  asked: { readonly [K in keyof Knobs]?: Knobs[K] | undefined },
): InferenceSpec {
  const { tdpW, idleW } = spec.power;
  if (asked.clock === undefined && asked.capW === undefined && asked.fill === undefined) return spec;
  const clock =
    asked.clock === undefined ? spec.knobs.clock : rounded(Math.min(1, Math.max(LEAST_LOCK, asked.clock)), 0.001);
  const capW =
    asked.capW === undefined
      ? spec.knobs.capW
      : Math.min(tdpW, Math.max(leastCapW(tdpW, idleW), rounded(asked.capW, 1)));
  const fill =
    asked.fill === undefined ? spec.knobs.fill : rounded(Math.min(1, Math.max(LEAST_FILL, asked.fill)), LEAST_FILL);
  if (clock === spec.knobs.clock && capW === spec.knobs.capW && fill === spec.knobs.fill) return spec;
  let others = known.get(spec);
  if (others === undefined) {
    others = new Map();
    known.set(spec, others);
  }
  const key = `${clock} ${capW} ${fill ?? ''}`;
  let found = others.get(key);
  if (found === undefined) {
    const knobs = { clock, capW, ...(fill === undefined ? {} : { fill }) };
    // How requests are spread changes nothing about a replica.
    const isTurned = clock !== spec.knobs.clock || capW !== spec.knobs.capW;
    found = isTurned ? serveWith({ ...spec, knobs }, spec.profiles, spec.correction) : { ...spec, knobs };
    others.set(key, found);
  }
  return found;
}

/** Shares of the board power that caps are tried at: below half of it hardly anything serves. Our choice. */
const CAP_SHARES = [0.8, 0.7, 0.6, 0.5, 0.4];

/** Power caps of one accelerator that a policy may set, W, falling: the deployment's own first, then what is below it and may be set. */
export function capsW({ knobs, power: { tdpW, idleW } }: InferenceSpec): readonly number[] {
  const least = leastCapW(tdpW, idleW);
  const lower = CAP_SHARES.map((share) => Math.round(share * tdpW)).filter(
    (capW) => capW >= least && capW < knobs.capW,
  );
  return [knobs.capW, ...lower];
}
