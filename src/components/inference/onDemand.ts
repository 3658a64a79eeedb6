import type { Offer } from '../contract.ts';
import { admit } from './admit.ts';
import { ratesOf, total } from './rates.ts';
import { latencyOver, settle } from './settle.ts';
import type { InferenceSpec } from './spec.ts';

/** Steps as long as this stand for many looks of a router that wakes replicas in seconds, s; in shorter ones whoever orders looks himself. Our choice. */
export const LOOKS_WITHIN_S = 60;
/** Share of the interactive requests within their targets below which a router wakes another replica: what the joint policy sizes pools for. */
const AT_EASE = 0.998;

/** Whether so many replicas turn no interactive request away and keep its targets, with batch where there is room. */
function isAtEase(spec: InferenceSpec, offers: readonly Offer[], replicas: number): boolean {
  const rates = ratesOf(spec, offers, Math.max(1, replicas));
  const isAsked = rates.interactive.some((rate) => rate > 0);
  if (!isAsked || replicas === 0) return !isAsked;
  const { interactiveShare, batchShare } = admit(spec, rates, Number.POSITIVE_INFINITY, replicas);
  if (interactiveShare < 1) return false;
  const settled = settle(spec, rates.interactive, total(rates, 1, batchShare), replicas);
  return spec.services.every(
    (load, k) => rates.interactive[k]! <= 0 || latencyOver(spec, load, settled).attainment >= AT_EASE,
  );
}

/**
 * The fewest sleeping replicas that are to be woken so that interactive requests are at ease; all of them where that does not
 * suffice.
 *
 * @param serving replicas that serve already
 */
export function wokenFor(spec: InferenceSpec, offers: readonly Offer[], serving: number, asleep: number): number {
  if (asleep <= 0 || isAtEase(spec, offers, serving)) return 0;
  let [low, high] = [0, asleep];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isAtEase(spec, offers, serving + middle)) high = middle;
    else low = middle;
  }
  return high;
}
