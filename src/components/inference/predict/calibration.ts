import type { Point } from './point.ts';
import { type Forest, forestAt } from './trees.ts';

/** What is predicted of a point. */
export const TARGETS = ['throughput', 'ttft', 'tpot', 'power'] as const;
export type Target = (typeof TARGETS)[number];

/**
 * How much of a point a calibration has seen: its configuration's chip and model (`seen`), not the model, not the chip, neither.
 */
export const TIERS = ['seen', 'model', 'chip', 'neither'] as const;
export type Tier = (typeof TIERS)[number];

/** Tiers in words. */
export const TIER_WORDS: Readonly<Record<Tier, string>> = {
  seen: 'chip and model measured',
  model: 'chip measured, model not',
  chip: 'model measured, chip not',
  neither: 'nothing measured',
};

/** The maker of all chips whose power was ever measured publicly beside inference. */
export const POWER_MEASURED = 'NVIDIA';

/**
 * Spread of measurements around a prediction: the half width of the 90 % interval in natural logarithm is the forest's value
 * times the tier's scale.
 */
export interface Spread {
  readonly forest: Forest;
  readonly scale: Readonly<Record<Tier, number>>;
}

/** What measurements add to the roofline, in natural logarithm: shrunken offsets of groups, and the mean of a bag of forests. */
export interface Learnt {
  /** One table per kind of group, in the order of `groupsOf`; none where only the forests speak. */
  readonly offsets: readonly Readonly<Record<string, number>>[];
  readonly bag: readonly Forest[];
}

/**
 * Corrections of a target. `own` knows chips and models by name and is used where both were measured; `related` knows only
 * what the roofline says of a point, and carries what was learnt on others over to chips and models that nobody measured.
 */
export interface Correction {
  readonly own: Learnt;
  readonly related: Learnt;
  readonly spread: Spread;
}

/** A calibration as it lies in its file: parameters only, no measurement. */
export interface Calibration {
  readonly format: 1;
  /** In words: what it was made from. */
  readonly about: string;
  /** The engines' constants, see `constants.ts`. */
  readonly constants: readonly number[];
  /** Shares of the board power, see `power.ts`. */
  readonly power: readonly number[];
  /** Spread of measurements around the roofline alone. */
  readonly specification: Readonly<Record<Target, Spread>>;
  readonly corrections: Readonly<Record<Target, Correction>>;
  /** Chips and builds of models that were measured. */
  readonly chips: readonly string[];
  readonly builds: readonly string[];
}

/** Models of the same build, whatever they are called (DeepSeek V3 and R1). */
export function buildOf({ model }: Pick<Point, 'model'>): string {
  return `${model.layers}x${model.hidden}x${Math.round(Math.log(model.totalParamsB) * 10)}`;
}

/**
 * Groups of a point that have an offset, coarse first: the maker's chips of a year; chip; chip and engine; chip, engine and
 * format; build and engine; chip, build and engine.
 */
export function groupsOf(point: Point): readonly string[] {
  const chip = point.chip.id;
  const build = buildOf(point);
  return [
    `${point.chip.vendor} ${point.chip.year ?? ''}`,
    chip,
    `${chip} ${point.engine}`,
    `${chip} ${point.engine} ${point.format}`,
    `${build} ${point.engine}`,
    `${chip} ${build} ${point.engine}`,
  ];
}

/** Chips and builds that a calibration has seen. */
export interface Known {
  readonly chips: ReadonlySet<string>;
  readonly builds: ReadonlySet<string>;
}

/** How much of a point a calibration has seen. */
export function tierOf(known: Known, point: Point): Tier {
  const chip = known.chips.has(point.chip.id);
  const build = known.builds.has(buildOf(point));
  return chip ? (build ? 'seen' : 'model') : build ? 'chip' : 'neither';
}

/**
 * The same for power: of a maker whose chips nobody ever put on a meter none counts as measured, however well its speed is
 * known.
 */
export function powerTierOf(tier: Tier, { chip }: Pick<Point, 'chip'>): Tier {
  if (chip.vendor === POWER_MEASURED) return tier;
  return tier === 'seen' ? 'chip' : tier === 'model' ? 'neither' : tier;
}

/** Sum of the offsets of a point's groups; a group that was not seen has none. */
export function offsetOf(offsets: Learnt['offsets'], groups: readonly string[]): number {
  let sum = 0;
  for (let k = 0; k < offsets.length; k++) sum += offsets[k]![groups[k]!] ?? 0;
  return sum;
}

/** Natural logarithm that a learnt part adds to the roofline's. */
export function learntAt(learnt: Learnt, point: Point, features: ArrayLike<number>): number {
  let sum = 0;
  for (const forest of learnt.bag) sum += forestAt(forest, features);
  return offsetOf(learnt.offsets, groupsOf(point)) + sum / Math.max(1, learnt.bag.length);
}

/** Half width of the 90 % interval in natural logarithm; what is known less is never taken to be known better. */
export function halfWidth(spread: Spread, features: ArrayLike<number>, tier: Tier): number {
  const row = [...Array.from(features), 0];
  const at = (t: Tier) => {
    row[row.length - 1] = TIERS.indexOf(t);
    return Math.exp(forestAt(spread.forest, row)) * spread.scale[t];
  };
  return tier === 'seen' ? at('seen') : Math.max(at('seen'), at(tier));
}
