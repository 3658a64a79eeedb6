import { boardShare } from '../components/inference/predict/boardShare.ts';
import type { Estimate } from '../components/inference/predict/estimate.ts';
import type { Point } from '../components/inference/predict/point.ts';
import type { Measured } from './measured.ts';

/** Shares of board power where nothing was measured: running, memory, more for computing, link (ours, after V100 decode at 180 to 200 W and prefill at 270 to 300 W of 300 W). */
export const PRIOR_SHARES: readonly number[] = [0.25, 0.45, 0.25, 0.3];
/** Squared weight of the prior beside the measurements. */
const PRIOR_WEIGHT = 100;
const ROUNDS = 30;

/** Measured board power over the limit, where it is of accelerators alone and no limit is set. */
export function measuredShare({ point, powerW }: Measured): number | undefined {
  if (powerW === undefined || point.scope === 'system_wall' || point.capW !== undefined || point.chip.tdpW <= 0)
    return undefined;
  const share = powerW / (point.scope === 'per_accelerator' ? 1 : point.devices) / point.chip.tdpW;
  // More than a third above the limit is a misreported count or limit.
  return share > 0.02 && share < 1.35 ? share : undefined;
}

/**
 * Shares of board power by coordinate descent on the absolute logarithmic error, with a prior.
 *
 * @param at the roofline of a point
 */
export function fitPower(measured: readonly Measured[], at: (point: Point) => Estimate): readonly number[] {
  const rows: { share: number; at: Estimate }[] = [];
  for (const m of measured) {
    const share = measuredShare(m);
    if (share !== undefined) rows.push({ share, at: at(m.point) });
  }
  const shares = [...PRIOR_SHARES];
  const loss = () => {
    let sum = 0;
    for (const row of rows) sum += Math.abs(Math.log(boardShare(shares, row.at) / row.share));
    for (let k = 0; k < shares.length; k++) sum += PRIOR_WEIGHT * (shares[k]! - PRIOR_SHARES[k]!) ** 2;
    return sum;
  };
  let best = loss();
  let step = 0.1;
  for (let round = 0; round < ROUNDS; round++) {
    let moved = false;
    for (let k = 0; k < shares.length; k++) {
      for (const move of [step, -step]) {
        const was = shares[k]!;
        shares[k] = Math.max(0, was + move);
        const value = loss();
        if (value < best) {
          best = value;
          moved = true;
        } else shares[k] = was;
      }
    }
    if (!moved) step /= 2;
    if (step < 1e-3) break;
  }
  return shares;
}
