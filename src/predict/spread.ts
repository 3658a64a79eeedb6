import {
  halfWidth,
  type Spread,
  statesPrompts,
  TIERS,
  type Tier,
  type TierScales,
} from '../components/inference/predict/calibration.ts';
import { boost, type Growth } from '../learn/boost.ts';
import { constantForest, type Forest } from '../learn/trees.ts';
import { columnsOf } from './fit.ts';

/** Share of measurements that an interval is to hold. */
export const COVER = 0.9;
/** Turns in which parts are left out to find the scale; more where few decide, so that the forest of the others knows nearly as much as that of all. */
const TURNS = 3;
const TURNS_OF_FEW = 10;

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
  readonly signs: ArrayLike<number>;
  readonly tier: Tier;
  readonly residual: number;
  /** Whole groups that were left out together share a part. */
  readonly part: number;
}

/** Value that `share` of some numbers do not exceed, counted as for a conformal interval. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * (sorted.length + 1)) - 1)] ?? 1;
}

const sizeOf = (m: Miss): number => Math.log(Math.max(0.01, Math.abs(m.residual)));

function forestOf(misses: readonly Miss[]): Forest {
  const sizes = misses.map(sizeOf);
  if (misses.length < 40) return constantForest(quantile(sizes, COVER));
  return boost(
    columnsOf(misses.map((m) => [...Array.from(m.signs), TIERS.indexOf(m.tier)])),
    Float64Array.from(sizes),
    new Float64Array(misses.length).fill(1),
    GROWTH,
  );
}

/** Scales at which nine of ten of each tier's ratios are held. */
function scalesOf(ratios: ReadonlyMap<Tier, readonly number[]>, usual?: TierScales): TierScales {
  const scale: Partial<Record<Tier, number>> = {};
  let last = 1;
  for (const tier of TIERS) {
    const own = ratios.get(tier) ?? [];
    // A tier with few errors takes over the one before it.
    last = own.length >= 20 ? quantile(own, COVER) : (usual?.[tier] ?? last);
    scale[tier] = last;
  }
  return scale as Record<Tier, number>;
}

/** Errors over what the forest of the others expects, by tier. */
type Ratios = Map<Tier, number[]>;

/**
 * Spread of errors: a forest learns the 90 % quantile of their size from the signs of each prediction and how much of the point
 * was known. Then each tier is scaled so that nine of ten of its errors are held by a forest that was grown without their groups
 * (cross-conformal prediction, Vovk 2015, Annals of Mathematics and Artificial Intelligence 74).
 *
 * @param apart whether points that state their prompts are scaled by themselves (Mondrian conformal prediction, Vovk, Gammerman and
 *   Shafer 2005): where most do not, the errors of those say little of theirs
 */
export function fitSpread(misses: readonly Miss[], apart = false): Spread {
  const [all, stated]: readonly [Ratios, Ratios] = [new Map(), new Map()];
  const put = (ratios: Ratios, tier: Tier, ratio: number) => {
    const list = ratios.get(tier);
    if (list === undefined) ratios.set(tier, [ratio]);
    else list.push(ratio);
  };
  const turns = apart ? TURNS_OF_FEW : TURNS;
  for (let turn = 0; turn < turns; turn++) {
    const tested = misses.filter((m) => m.part % turns === turn);
    const forest = forestOf(misses.filter((m) => m.part % turns !== turn));
    const bare: Spread = { forest, scale: { seen: 1, model: 1, chip: 1, neither: 1 } };
    for (const m of tested) {
      const ratio = Math.abs(m.residual) / halfWidth(bare, m.signs, m.tier);
      put(all, m.tier, ratio);
      if (statesPrompts(m.signs)) put(stated, m.tier, ratio);
    }
  }
  const scale = scalesOf(all);
  return { forest: forestOf(misses), scale, ...(apart ? { stated: scalesOf(stated, scale) } : {}) };
}
