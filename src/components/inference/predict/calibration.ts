import { type Forest, forestAt } from '../../../learn/trees.ts';
import { FEATURE_NAMES } from './features.ts';
import type { Point } from './point.ts';
import { type Scales, type Smooth, smoothAt, type WaveValues } from './smooth.ts';

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

/** A factor of each tier. */
export type TierScales = Readonly<Record<Tier, number>>;

/**
 * Spread of measurements around a prediction: the half width of the 90 % interval in natural logarithm is the forest's value
 * times the tier's scale; that of points whose prompts are stated, where these have one of their own.
 */
export interface Spread {
  readonly forest: Forest;
  readonly scale: TierScales;
  readonly stated?: TierScales;
}

/** One table of offsets per kind of group, in the order of `groupsOf`, natural logarithm. */
export type Offsets = readonly Readonly<Record<string, number>>[];

/** What trees add to the roofline, in natural logarithm: shrunken offsets of groups, and the mean of a bag of forests. */
export interface Learnt {
  /** None where only the forests speak. */
  readonly offsets: Offsets;
  readonly bag: readonly Forest[];
}

/**
 * Corrections of a target, three opinions of which the weighted mean is taken: `named` knows chips, models and versions by name;
 * `unnamed` only what the steps of a point consist of; `smooth` stands between them. What was not measured has no part of its
 * own in any of them and gets what carries over.
 */
export interface Correction {
  readonly named: Learnt;
  readonly unnamed: Learnt;
  readonly smooth: Smooth;
  /** Moved by measurements of one's own, on top of the others. */
  readonly moved: Offsets;
  readonly spread: Spread;
}

/** Weights of the opinions (our choice, in view of measurements that were left out). */
const NAMED_SHARE = 0.25;
const UNNAMED_SHARE = 0.25;
const SMOOTH_SHARE = 0.5;

/** A calibration as it lies in its file: parameters only, no measurement. */
export interface Calibration {
  readonly format: 2;
  /** In words: what it was made from. */
  readonly about: string;
  /** The engines' constants, see `constants.ts`. */
  readonly constants: readonly number[];
  /** Shares of the board power, see `power.ts`. */
  readonly power: readonly number[];
  /** Spread of measurements around the roofline alone. */
  readonly specification: Readonly<Record<Target, Spread>>;
  readonly corrections: Readonly<Record<Target, Correction>>;
  /** Means and deviations of the features, for the smooth parts. */
  readonly scales: Scales;
  /** Measurements by group, in the order of `groupsOf`. */
  readonly counts: readonly Readonly<Record<string, number>>[];
  /** Chips and builds of models that were measured. */
  readonly chips: readonly string[];
  readonly builds: readonly string[];
}

/** Models of the same build, whatever they are called (DeepSeek V3 and R1). */
export function buildOf({ model }: Pick<Point, 'model'>): string {
  return `${model.layers}x${model.hidden}x${Math.round(Math.log(model.totalParamsB) * 10)}`;
}

/** Groups at the head of `groupsOf` that have offsets, coarse first; those behind belong to the smooth part. */
export const OFFSET_GROUPS = 7;

/**
 * Names of the groups that a point belongs to: the maker's chips of a year; chip; chip and engine; chip, engine and format;
 * version of the software and mode; build and engine; chip, build and engine; and of engine and mode: they alone; with the
 * format; with the chip; with chip and build.
 */
export function groupsOf(point: Point): readonly string[] {
  const chip = point.chip.id;
  const build = buildOf(point);
  const way = `${point.engine} ${point.mode}`;
  return [
    `${point.chip.vendor} ${point.chip.year ?? ''}`,
    chip,
    `${chip} ${point.engine}`,
    `${chip} ${point.engine} ${point.format}`,
    `${point.software || point.engine} ${point.mode}`,
    `${build} ${point.engine}`,
    `${chip} ${build} ${point.engine}`,
    way,
    `${way} ${point.format}`,
    `${chip} ${way}`,
    `${chip} ${build} ${way}`,
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
export function offsetOf(offsets: Offsets, groups: readonly string[]): number {
  let sum = 0;
  for (let k = 0; k < offsets.length; k++) sum += offsets[k]![groups[k]!] ?? 0;
  return sum;
}

/** Natural logarithm that trees and their offsets add to the roofline's. */
export function learntAt(learnt: Learnt, groups: readonly string[], features: ArrayLike<number>): number {
  let sum = 0;
  for (const forest of learnt.bag) sum += forestAt(forest, features);
  return offsetOf(learnt.offsets, groups) + sum / Math.max(1, learnt.bag.length);
}

/** A correction of a point, natural logarithm, and how far its opinions lie apart. */
export interface Corrected {
  readonly value: number;
  /** Trees with names against the smooth function, trees without names against it, and the size of the whole correction. */
  readonly apart: readonly [number, number, number];
}

/** The correction of a point. */
export function correctionAt(
  correction: Omit<Correction, 'spread'>,
  groups: readonly string[],
  features: ArrayLike<number>,
  waves: WaveValues,
): Corrected {
  const named = learntAt(correction.named, groups, features);
  const unnamed = learntAt(correction.unnamed, groups, features);
  const smooth = smoothAt(correction.smooth, groups, waves);
  const value = NAMED_SHARE * named + UNNAMED_SHARE * unnamed + SMOOTH_SHARE * smooth;
  return {
    value: value + offsetOf(correction.moved, groups),
    apart: [Math.abs(named - smooth), Math.abs(unnamed - smooth), Math.abs(value)],
  };
}

/** Logarithms of how many measurements a calibration has of each of a point's groups. */
export function familiarity(counts: Calibration['counts'], groups: readonly string[]): number[] {
  return groups.map((name, k) => Math.log(1 + (counts[k]?.[name] ?? 0)));
}

const INFERRED_INPUT = FEATURE_NAMES.indexOf('inferredInput');

/** Whether a point states its prompts, by the signs of its prediction, which its features come first in. */
export function statesPrompts(signs: ArrayLike<number>): boolean {
  return signs[INFERRED_INPUT] === 0;
}

/** Half width of the 90 % interval in natural logarithm; what is known less is never taken to be known better. */
export function halfWidth(spread: Spread, signs: ArrayLike<number>, tier: Tier): number {
  const row = [...Array.from(signs), 0];
  const scale = spread.stated !== undefined && statesPrompts(signs) ? spread.stated : spread.scale;
  const at = (t: Tier) => {
    row[row.length - 1] = TIERS.indexOf(t);
    return Math.exp(forestAt(spread.forest, row)) * scale[t];
  };
  return tier === 'seen' ? at('seen') : Math.max(at('seen'), at(tier));
}
