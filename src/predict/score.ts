import { halfWidth, type Target } from '../components/inference/predict/calibration.ts';
import type { Held } from './cross.ts';
import { signsOf, spreadOf } from './make.ts';

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
 * Parts that folds are put into, of which one at a time is left out to learn the spread. Of power so little was measured that half of
 * the folds would leave no chip with stated prompts: each fold is a part of its own. Of the others there are two parts, which is the
 * harder test, since the spread is learnt from half of what there is.
 */
const partsOf = (target: Target): number => (target === 'power' ? 10 : 2);

/**
 * Scores predictions of one split. The interval of a measurement comes from a spread that was learnt without it: from the errors,
 * of all splits, of the measurements in the other parts of the folds.
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
  const parts = partsOf(target);
  for (let part = 0; part < parts; part++) {
    const tested = held.filter((h) => h.fold % parts === part && h[how][target] !== undefined && keep(h));
    if (tested.length === 0) continue;
    const out = new Set(held.filter((h) => h.fold % parts === part).map((h) => h.measured));
    const rest = others.flatMap((split) => split.filter((h) => !out.has(h.measured)));
    const spread = spreadOf(rest, target, how);
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
