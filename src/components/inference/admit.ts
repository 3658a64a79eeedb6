import { mixOf } from './mix.ts';
import { type Rates, total } from './rates.ts';
import { draw, FULL_LOAD, settle } from './settle.ts';
import type { InferenceSpec } from './spec.ts';

/** Shares of the interactive and the batch offers that are served. */
export interface Admission {
  readonly interactiveShare: number;
  readonly batchShare: number;
}

/**
 * The largest share in [0, 1] at which an increasing function stays at or below `limit`, to about 1e-9 of the limit; 0 when
 * it is above at 0. False position with the Illinois rule, always returning the lower side.
 */
export function largestShare(limit: number, valueAt: (share: number) => number): number {
  const atHigh = valueAt(1) - limit;
  if (atHigh <= 0) return 1;
  const atLow = valueAt(0) - limit;
  if (atLow >= 0) return 0;
  let low = 0;
  let high = 1;
  let missLow = atLow;
  let missHigh = Number.isFinite(atHigh) ? atHigh : -atLow;
  let side = 0;
  for (let i = 0; i < 60 && high - low > 1e-12; i++) {
    // Rounding may put the crossing a hair outside the bracket.
    const middle = Math.min(high, Math.max(low, (low * missHigh - high * missLow) / (missHigh - missLow)));
    const at = valueAt(middle) - limit;
    if (at <= 0) {
      low = middle;
      missLow = at;
      if (side === -1) missHigh /= 2;
      side = -1;
      if (-at <= 1e-9 * Math.abs(limit)) break;
    } else {
      high = middle;
      missHigh = Number.isFinite(at) ? at : -missLow;
      if (side === 1) missLow /= 2;
      side = 1;
    }
  }
  return low;
}

/**
 * How much of what is offered a replica takes: interactive requests first, each service in the same proportion, up to
 * FULL_LOAD of what they alone could have; batch fills the slots that are left; then both give way to the power limit, batch
 * first.
 *
 * @param rates offers per replica, requests/s
 * @param replicas that serve
 * @param budgetKw power above idle that the replica may draw, kW, >= 0
 */
export function admit(spec: InferenceSpec, rates: Rates, budgetKw: number, replicas: number): Admission {
  const { services } = spec;
  const interactiveLoad = mixOf(services, rates.interactive).load;
  let interactiveShare = interactiveLoad > FULL_LOAD ? FULL_LOAD / interactiveLoad : 1;
  const batchLoad = mixOf(services, rates.batch).load;
  const room = Math.max(0, 1 - interactiveShare * interactiveLoad);
  let batchShare = batchLoad > 0 ? Math.min(1, room / batchLoad) : 0;
  if (!Number.isFinite(budgetKw)) return { interactiveShare, batchShare };
  const drawKw = (interactive: number, batch: number): number =>
    draw(
      spec,
      settle(
        spec,
        rates.interactive.map((rate) => rate * interactive),
        total(rates, interactive, batch),
        replicas,
      ),
    ).loadKw;
  if (batchShare > 0) {
    const wanted = batchShare;
    batchShare = wanted * largestShare(budgetKw, (share) => drawKw(interactiveShare, wanted * share));
  }
  if (batchShare === 0) {
    const wanted = interactiveShare;
    interactiveShare = wanted * largestShare(budgetKw, (share) => drawKw(wanted * share, 0));
  }
  return { interactiveShare, batchShare };
}
