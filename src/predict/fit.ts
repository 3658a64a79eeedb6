import { ENGINES, type Engine } from '../components/inference/engine.ts';
import { powerW } from '../components/inference/predict/boardPower.ts';
import {
  buildOf,
  type Correction,
  groupsOf,
  type Learnt,
  OFFSET_GROUPS,
  offsetOf,
  type Target,
} from '../components/inference/predict/calibration.ts';
import { engineAt } from '../components/inference/predict/constants.ts';
import { type Estimate, estimate } from '../components/inference/predict/estimate.ts';
import { FEATURE_NAMES, featuresOf, OF_MODELS } from '../components/inference/predict/features.ts';
import type { Point } from '../components/inference/predict/point.ts';
import { type Scales, wavesAt } from '../components/inference/predict/smooth.ts';
import { boost, type Growth } from '../learn/boost.ts';
import { fitConstants, withTask } from './fitConstants.ts';
import { fitPower } from './fitPower.ts';
import { fitSmooth, type PartPlan } from './fitSmooth.ts';
import { configurationOf, type Measured } from './measured.ts';
import { fitOffsets } from './offsets.ts';

/** Weight at which a group's offset is believed half. */
const SHRINK = 20;
/** Forests of a bag, each grown with another seed; their mean is taken. Throughput, which all else hangs on, gets two. */
const bagOf = (target: Target): number => (target === 'throughput' ? 2 : 1);
/** Fewer measurements than this move offsets only. */
const LEAST_ROWS = 40;
const GROWTH: Omit<Growth, 'seed'> = {
  quantile: 0.5,
  trees: 250,
  rate: 0.1,
  leaves: 24,
  leastWeight: 2,
  shrinkWeight: 1,
  columns: 0.3,
};
/** Beside the offsets finer trees pay. */
const FINE: Omit<Growth, 'seed'> = { ...GROWTH, trees: 300, rate: 0.08, columns: 0.3 };

/**
 * Parts of the smooth function, with the variance that each is given (our choice, in view of measurements that were left out):
 * all points; engine and mode, and with the format; chip, engine and mode; version and mode; the model on that chip; chip.
 */
const PARTS: readonly PartPlan[] = [
  { group: -1, waves: 'work', variance: 0.05 },
  { group: 7, waves: 'work', variance: 0.1 },
  { group: 8, waves: 'whole', variance: 0.1 },
  { group: 9, waves: undefined, variance: 0.04 },
  { group: 9, waves: 'work', variance: 0.05 },
  { group: 4, waves: undefined, variance: 0.03 },
  { group: 10, waves: 'few', variance: 0.03 },
  { group: 1, waves: undefined, variance: 0.02 },
];

/** The roofline at given constants. */
export interface Roofline {
  readonly constants: Float64Array;
  readonly engines: readonly Engine[];
  readonly power: readonly number[];
}

/** A point on the roofline: what it says, and the features for its corrections. */
export interface Placed {
  readonly point: Point;
  readonly at: Estimate;
  readonly features: Float64Array;
}

/** Weights of measurements: beyond ten of one configuration they count by the square root, so that it does not outvote others. */
export function weightsOf(measured: readonly Measured[]): Float64Array {
  const counts = new Map<string, number>();
  const names = measured.map(configurationOf);
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Float64Array.from(names, (name) => 1 / Math.sqrt(Math.max(1, counts.get(name)! / 10)));
}

/** Fits the constants of engines and of board power. */
export function fitRoofline(measured: readonly Measured[], weights: Float64Array): Roofline {
  const constants = fitConstants(measured, weights);
  const engines = ENGINES.map((id) => engineAt(constants, id));
  const bare: Roofline = { constants, engines, power: [] };
  return { ...bare, power: fitPower(measured, (point) => place(bare, point).at) };
}

/** Puts a point on the roofline. */
export function place(roofline: Roofline, asked: Point): Placed {
  const point = withTask(asked, roofline.constants);
  const at = estimate(point, roofline.engines[ENGINES.indexOf(point.engine)]!);
  return { point, at, features: featuresOf(point, at) };
}

/** What the roofline says of a target, in the unit of the measurements. */
export function baseOf(target: Target, { point, at }: Placed, power: readonly number[]): number {
  if (target === 'throughput') return at.throughput;
  if (target === 'ttft') return at.ttftS;
  return target === 'tpot' ? at.tpotS : powerW(point, at, power);
}

/** What was measured of a target. */
export function measuredOf(target: Target, m: Measured): number | undefined {
  if (target === 'throughput') return m.throughput;
  if (target === 'ttft') return m.ttftS;
  if (target === 'tpot') return m.tpotS;
  return m.point.chip.tdpW > 0 ? m.powerW : undefined;
}

/** Columns of features, for growing trees. */
export function columnsOf(rows: readonly ArrayLike<number>[]): Float64Array[] {
  return Array.from({ length: rows[0]?.length ?? 0 }, (_, k) => Float64Array.from(rows, (row) => row[k]!));
}

/** A target's residuals over the roofline, with what they are of. */
interface Residuals {
  readonly rows: readonly Placed[];
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

function residualsOf(
  target: Target,
  measured: readonly Measured[],
  placed: readonly Placed[],
  weights: ArrayLike<number>,
  power: readonly number[],
): Residuals {
  const rows: Placed[] = [];
  const values: number[] = [];
  const mass: number[] = [];
  for (let k = 0; k < measured.length; k++) {
    const value = measuredOf(target, measured[k]!);
    const residual = value === undefined ? Number.NaN : Math.log(value / baseOf(target, placed[k]!, power));
    if (!Number.isFinite(residual)) continue;
    rows.push(placed[k]!);
    values.push(residual);
    mass.push(weights[k]!);
  }
  return { rows, values: Float64Array.from(values), weights: Float64Array.from(mass) };
}

function grow(
  { rows, values, weights }: Residuals,
  bag: number,
  growth: Omit<Growth, 'seed'>,
  without: ReadonlySet<string> = new Set(),
): Learnt['bag'] {
  if (rows.length < LEAST_ROWS) return [];
  const columns = columnsOf(rows.map((row) => row.features));
  // A column that is the same everywhere is never split.
  const used = columns.map((column, k) => (without.has(FEATURE_NAMES[k]!) ? new Float64Array(column.length) : column));
  return Array.from({ length: bag }, (_, k) => boost(used, values, weights, { ...growth, seed: k + 1 }));
}

/** Means and deviations of the features of points. */
export function scalesOf(placed: readonly Placed[]): Scales {
  const columns = columnsOf(placed.map((row) => row.features));
  const mean = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / column.length);
  const square = columns.map((column, k) => column.reduce((sum, value) => sum + (value - mean[k]!) ** 2, 0));
  return { mean, deviation: square.map((sum) => Math.sqrt(sum / placed.length) + 1e-9) };
}

/** Learns what measurements of a target add to the roofline. */
export function learn(
  target: Target,
  measured: readonly Measured[],
  placed: readonly Placed[],
  weights: ArrayLike<number>,
  power: readonly number[],
  scales: Scales,
): Omit<Correction, 'spread'> {
  const all = residualsOf(target, measured, placed, weights, power);
  const share = target === 'throughput' ? 1 : 0.5;
  const bag = bagOf(target);
  const sized = (growth: Omit<Growth, 'seed'>) => ({
    ...growth,
    trees: growth.trees * share,
    rate: growth.rate / share ** 0.5,
  });
  const groups = all.rows.map((row) => groupsOf(row.point));
  const offsets = fitOffsets(
    groups.map((names, k) => ({
      groups: names.slice(0, OFFSET_GROUPS),
      value: all.values[k]!,
      weight: all.weights[k]!,
    })),
    SHRINK,
  );
  const rest = { ...all, values: all.values.map((value, k) => value - offsetOf(offsets, groups[k]!)) };
  const waves = all.rows.map((row) => wavesAt(scales, row.features));
  return {
    named: { offsets, bag: grow(rest, bag, sized(FINE)) },
    // What trees without names learn on one model carries over to others.
    unnamed: { offsets: [], bag: grow(all, bag, sized(GROWTH), OF_MODELS) },
    smooth: fitSmooth(PARTS, groups, waves, all.values, all.weights),
    moved: [],
  };
}

/** How many measurements each group has. */
export function countsOf(measured: readonly Measured[]): Record<string, number>[] {
  const counts: Record<string, number>[] = [];
  for (const { point } of measured) {
    for (const [k, name] of groupsOf(point).entries()) {
      counts[k] ??= {};
      counts[k][name] = (counts[k][name] ?? 0) + 1;
    }
  }
  return counts;
}

/** Chips and builds of models among measurements. */
export function knownOf(measured: readonly Measured[]): { chips: string[]; builds: string[] } {
  return {
    chips: [...new Set(measured.map((m) => m.point.chip.id))].sort(),
    builds: [...new Set(measured.map((m) => buildOf(m.point)))].sort(),
  };
}
