import { halfWidth, type Target } from '../components/inference/predict/calibration.ts';
import type { Held } from './cross.ts';
import { missesOf, signsOf } from './make.ts';
import { fitSpread } from './spread.ts';

/** How good predictions of held-out measurements are. */
export interface Score {
  readonly points: number;
  /** Median and nine in ten of |predicted / measured - 1|. */
  readonly medianError: number;
  readonly ninthError: number;
  /** Share of measurements within their 90 % interval, and median of high over low. */
  readonly cover: number;
  readonly width: number;
}

/** The value below which a share of some numbers lies. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/**
 * Scores predictions of one split. The interval of a measurement comes from a spread that was learnt without it: from the errors,
 * of all splits, of the measurements in the other half of the folds.
 *
 * @param held of the split that is scored
 * @param others of all splits, this one included: what the spread is learnt from
 * @param keep which measurements count
 */
export function scoreOf(
  held: readonly Held[],
  others: readonly (readonly Held[])[],
  target: Target,
  how: 'specification' | 'calibrated',
  keep: (h: Held) => boolean = () => true,
): Score {
  const errors: number[] = [];
  const widths: number[] = [];
  let inside = 0;
  for (const half of [0, 1]) {
    const tested = held.filter((h) => h.fold % 2 === half && h[how][target] !== undefined && keep(h));
    if (tested.length === 0) continue;
    const out = new Set(held.filter((h) => h.fold % 2 === half).map((h) => h.measured));
    const rest = others.flatMap((split) => split.filter((h) => !out.has(h.measured)));
    const spread = fitSpread(missesOf(rest, target, how));
    for (const h of tested) {
      const residual = h[how][target]!;
      const { signs, tier } = signsOf(h, target, how);
      const wide = halfWidth(spread, signs, tier);
      errors.push(Math.abs(Math.expm1(-residual)));
      widths.push(Math.exp(2 * wide));
      if (Math.abs(residual) <= wide) inside++;
    }
  }
  return {
    points: errors.length,
    medianError: quantileOf(errors, 0.5),
    ninthError: quantileOf(errors, 0.9),
    cover: inside / errors.length,
    width: quantileOf(widths, 0.5),
  };
}
