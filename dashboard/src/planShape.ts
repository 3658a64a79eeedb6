import type { LivePlan } from '../../src/server/api.ts';
import type { Scale } from '../../src/view/scale.ts';
import type { ColorName } from '../../src/view/tokens.ts';

/** A band of a stack: what it is called and what it is drawn in. */
export interface Layer {
  readonly label: string;
  readonly color: ColorName;
  /** Power by segment, kW; above 0 feeds the site, below 0 is taken from it. */
  readonly kw: readonly number[];
}

const above = (values: readonly number[]): number[] => values.map((v) => Math.max(0, v));
const below = (values: readonly number[]): number[] => values.map((v) => Math.min(0, v));

/** Sources of a plan in the order of a stack, those that do nothing left out. */
export function feeding({ columns }: LivePlan): Layer[] {
  const all: Layer[] = [
    { label: 'Sun', color: 'sun', kw: columns.solarKw },
    { label: 'Wind', color: 'wind', kw: columns.windKw },
    { label: 'Battery', color: 'battery', kw: above(columns.batteryKw) },
    { label: 'Generator', color: 'generator', kw: columns.generatorKw },
    { label: 'Grid', color: 'grid', kw: above(columns.gridKw) },
  ];
  return all.filter(({ kw }) => kw.some((v) => v > 0.05));
}

/** What goes into the battery and back to the grid, below zero. */
export function taking({ columns }: LivePlan): Layer[] {
  const all: Layer[] = [
    { label: 'Battery', color: 'battery', kw: below(columns.batteryKw) },
    { label: 'Grid', color: 'grid', kw: below(columns.gridKw) },
  ];
  return all.filter(({ kw }) => kw.some((v) => v < -0.05));
}

/** Edges of a stack: `edges[l]` lies under layer l, `edges[l + 1]` over it. */
export function stacked(layers: readonly Layer[], count: number): number[][] {
  const edges = [Array.from({ length: count }, () => 0)];
  for (const { kw } of layers) edges.push(edges.at(-1)!.map((v, k) => v + kw[k]!));
  return edges;
}

/** Times of a plan. */
export interface Times {
  readonly startMs: readonly number[];
  readonly endMs: readonly number[];
}

/** An area between two values that stand still within each segment. */
export function stepArea(
  { startMs, endMs }: Times,
  x: Scale,
  y: Scale,
  low: readonly number[],
  high: readonly number[],
): string {
  const there = startMs.map((ms, k) => `${k === 0 ? 'M' : 'L'}${at(x(ms))} ${at(y(high[k]!))}H${at(x(endMs[k]!))}`);
  const back = startMs.map((ms, k) => `L${at(x(endMs[k]!))} ${at(y(low[k]!))}H${at(x(ms))}`).reverse();
  return `${there.join('')}${back.join('')}Z`;
}

/** A line that stands still within each segment. */
export function stepLine({ startMs, endMs }: Times, x: Scale, y: Scale, values: readonly number[]): string {
  return startMs.map((ms, k) => `${k === 0 ? 'M' : 'L'}${at(x(ms))} ${at(y(values[k]!))}H${at(x(endMs[k]!))}`).join('');
}

const at = (value: number): string => value.toFixed(1);

/** The segment that holds at an instant; the nearest one beyond the ends. */
export function segmentAt({ startMs, endMs }: Times, ms: number): number {
  const found = endMs.findIndex((end) => ms < end);
  return found < 0 ? startMs.length - 1 : found;
}
