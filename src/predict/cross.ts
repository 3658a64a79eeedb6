import {
  buildOf,
  correctionAt,
  familiarity,
  groupsOf,
  TARGETS,
  type Target,
  type Tier,
  tierOf,
} from '../components/inference/predict/calibration.ts';
import { wavesAt } from '../components/inference/predict/smooth.ts';
import {
  baseOf,
  countsOf,
  fitRoofline,
  knownOf,
  learn,
  measuredOf,
  type Placed,
  place,
  scalesOf,
  weightsOf,
} from './fit.ts';
import { configurationOf, type Measured } from './measured.ts';

/** What is left out together. */
export const SPLITS = ['configuration', 'model', 'chip'] as const;
export type Split = (typeof SPLITS)[number];

/** A measurement predicted by what was fitted without its group: logarithms of measured over predicted. */
export interface Held {
  readonly measured: Measured;
  readonly placed: Placed;
  readonly fold: number;
  readonly tier: Tier;
  readonly specification: Readonly<Partial<Record<Target, number>>>;
  readonly calibrated: Readonly<Partial<Record<Target, number>>>;
  /** What the interval of a calibrated prediction is told from. */
  readonly signs: Readonly<Partial<Record<Target, readonly number[]>>>;
}

const GROUP: Readonly<Record<Split, (m: Measured) => string>> = {
  configuration: configurationOf,
  model: (m) => buildOf(m.point),
  chip: (m) => m.point.chip.id,
};

/** Fold of each measurement: whole groups, largest first into the emptiest fold. */
export function foldsOf(measured: readonly Measured[], split: Split, folds: number): readonly number[] {
  const names = measured.map(GROUP[split]);
  const sizes = new Map<string, number>();
  for (const name of names) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  const load = new Array<number>(folds).fill(0);
  const foldOf = new Map<string, number>();
  const order = [...sizes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  for (const [name, size] of order) {
    const fold = load.indexOf(Math.min(...load));
    load[fold]! += size;
    foldOf.set(name, fold);
  }
  return names.map((name) => foldOf.get(name)!);
}

/**
 * Predicts every measurement by a model, constants included, that was fitted without its group.
 *
 * @param folds groups are left out in this many parts
 */
export function crossValidate(
  measured: readonly Measured[],
  split: Split,
  folds: number,
  progress: (done: number, of: number) => void = () => undefined,
): readonly Held[] {
  const foldOf = foldsOf(measured, split, folds);
  const held: Held[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const inside = measured.filter((_, k) => foldOf[k] !== fold);
    const weights = weightsOf(inside);
    const roofline = fitRoofline(inside, weights);
    const placed = inside.map((m) => place(roofline, m.point));
    const scales = scalesOf(placed);
    const counts = countsOf(inside);
    const learnt = TARGETS.map((target) => learn(target, inside, placed, weights, roofline.power, scales));
    const { chips, builds } = knownOf(inside);
    const known = { chips: new Set(chips), builds: new Set(builds) };
    for (const [k, m] of measured.entries()) {
      if (foldOf[k] !== fold) continue;
      const at = place(roofline, m.point);
      const tier = tierOf(known, m.point);
      const specification: Partial<Record<Target, number>> = {};
      const calibrated: Partial<Record<Target, number>> = {};
      const signs: Partial<Record<Target, readonly number[]>> = {};
      const groups = groupsOf(at.point);
      const waves = wavesAt(scales, at.features);
      const familiar = familiarity(counts, groups);
      for (const [t, target] of TARGETS.entries()) {
        const value = measuredOf(target, m);
        if (value === undefined) continue;
        const residual = Math.log(value / baseOf(target, at, roofline.power));
        if (!Number.isFinite(residual)) continue;
        specification[target] = residual;
        const { value: correction, apart } = correctionAt(learnt[t]!, groups, at.features, waves);
        calibrated[target] = residual - correction;
        signs[target] = [...at.features, ...familiar, ...apart];
      }
      held.push({ measured: m, placed: at, fold, tier, specification, calibrated, signs });
    }
    progress(fold + 1, folds);
  }
  return held;
}
