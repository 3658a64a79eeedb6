import { halfWidth, type Spread, TIERS, type Tier } from '../components/inference/predict/calibration.ts';
import { constantForest, type Forest } from '../components/inference/predict/trees.ts';
import { boost, type Growth } from './boost.ts';
import { columnsOf } from './fit.ts';

/** Share of measurements that an interval is to hold. */
export const COVER = 0.9;
/**
 * Errors on one model or one chip resemble each other, so that of hundreds of them few are independent: where the group is unknown
 * the scale is taken further out, the further the fewer groups there are (our choice, so that left-out groups are held).
 */
const COVER_OF: Readonly<Record<Tier, number>> = { seen: COVER, model: 0.94, chip: 0.97, neither: 0.97 };

const GROWTH: Growth = {
  quantile: COVER,
  trees: 120,
  rate: 0.1,
  leaves: 12,
  leastWeight: 20,
  shrinkWeight: 10,
  columns: 0.3,
  seed: 7,
};

/** An error of a prediction that did not know its measurement: logarithm of measured over predicted. */
export interface Miss {
  readonly features: ArrayLike<number>;
  readonly tier: Tier;
  readonly residual: number;
}

/** Value that `share` of some numbers do not exceed, counted as for a conformal interval. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * (sorted.length + 1)) - 1)] ?? 1;
}

/**
 * Spread of errors: a forest learns the 90 % quantile of their size from the same features as the prediction, and how much of
 * the point was known; each tier is then scaled so that its own errors are held (split conformal, Lei et al. 2018, JASA 113).
 */
export function fitSpread(misses: readonly Miss[]): Spread {
  const sizes = misses.map((m) => Math.log(Math.max(0.01, Math.abs(m.residual))));
  const forest: Forest =
    misses.length < 40
      ? constantForest(quantile(sizes, COVER))
      : boost(
          columnsOf(misses.map((m) => [...Array.from(m.features), TIERS.indexOf(m.tier)])),
          Float64Array.from(sizes),
          new Float64Array(misses.length).fill(1),
          GROWTH,
        );
  const scale: Partial<Record<Tier, number>> = {};
  const ratios = new Map<Tier, number[]>(TIERS.map((tier) => [tier, []]));
  const bare: Spread = { forest, scale: { seen: 1, model: 1, chip: 1, neither: 1 } };
  for (const m of misses) ratios.get(m.tier)!.push(Math.abs(m.residual) / halfWidth(bare, m.features, m.tier));
  let last = 1;
  for (const tier of TIERS) {
    const own = ratios.get(tier)!;
    // What is known less is never taken to be known better; a tier with few errors takes over the one before it.
    last = own.length >= 20 ? quantile(own, COVER_OF[tier]) : last;
    scale[tier] = last;
  }
  return { forest, scale: scale as Record<Tier, number> };
}
