import type { Offer, Turned } from '../contract.ts';
import { withKnobs } from './knobs.ts';
import { mixOf } from './mix.ts';
import { offeredRate, type Rates, ratesOf, total } from './rates.ts';
import { FULL_LOAD, latencyOver, settle } from './settle.ts';
import type { InferenceSpec } from './spec.ts';

/**
 * Whether a pool of `replicas` serves rates with at least `attainment` of each interactive service's requests within their
 * targets.
 *
 * @param rates requests/s of one replica
 */
function suffices(spec: InferenceSpec, rates: Rates, replicas: number, attainment: number): boolean {
  const all = total(rates, 1, 1);
  if (mixOf(spec.services, rates.interactive).load > FULL_LOAD) return false;
  if (mixOf(spec.services, all).load > 1) return false;
  const settled = settle(spec, rates.interactive, all, replicas);
  return spec.services.every(
    (load, k) => rates.interactive[k]! <= 0 || latencyOver(spec, load, settled).attainment >= attainment,
  );
}

/**
 * The smallest number of replicas that serves the offers, spread evenly, with at least `attainment` of each interactive
 * service's requests within their targets; undefined when all installed ones do not suffice. 0 for no offers.
 *
 * @param turned what the accelerators are set to; the deployment's own where left out
 * @param guess where the search begins: the nearer, the shorter; all installed ones when left out
 */
export function replicasFor(
  bare: InferenceSpec,
  offers: readonly Offer[],
  attainment: number,
  turned: Turned = {},
  guess?: number,
): number | undefined {
  const spec = withKnobs(bare, turned);
  if (offers.every((offer) => offeredRate(offer.requestsPerS) + offeredRate(offer.batchPerS) === 0)) return 0;
  if (offers.some((offer) => !spec.services.some((load) => load.id === offer.service))) return undefined;
  const enough = (replicas: number) => suffices(spec, ratesOf(spec, offers, replicas), replicas, attainment);
  const most = spec.racking.replicas;
  let low = 0;
  let high = Math.max(1, Math.min(most, Math.round(guess ?? most)));
  if (enough(high)) {
    for (let step = 1; guess !== undefined && high - step > 0; step *= 2) {
      if (!enough(high - step)) {
        low = high - step;
        break;
      }
      high -= step;
    }
  } else {
    for (let step = 1; ; step *= 2) {
      if (high === most) return undefined;
      low = high;
      high = Math.min(most, high + step);
      if (enough(high)) break;
    }
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Halvings of the bracket of an admissible rate: it is known to a ten-thousandth of the most. */
const HALVINGS = 14;

/**
 * How often the rates of one replica a pool can take with at least `attainment` of each interactive service's requests within
 * their targets; 0 when not even next to nothing does. Work without targets alone is taken up to the full replica.
 *
 * @param rates requests/s of one replica, in any unit: only their proportions count
 * @param replicas of the pool, >= 1
 */
export function admissibleScale(spec: InferenceSpec, rates: Rates, replicas: number, attainment: number): number {
  const interactiveLoad = mixOf(spec.services, rates.interactive).load;
  const most = Math.min(FULL_LOAD / interactiveLoad, 1 / mixOf(spec.services, total(rates, 1, 1)).load);
  if (!Number.isFinite(most) || most <= 0) return 0;
  const scaled = (scale: number): Rates => ({
    interactive: rates.interactive.map((rate) => rate * scale),
    batch: rates.batch.map((rate) => rate * scale),
  });
  const enough = (scale: number) => suffices(spec, scaled(scale), replicas, attainment);
  // Rounding may put the most a hair above the full replica.
  const full = most * (1 - 1e-12);
  if (enough(full)) return full;
  let low = full * 2 ** -HALVINGS;
  if (!enough(low)) return 0;
  let high = full;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (enough(middle)) low = middle;
    else high = middle;
  }
  return low;
}
