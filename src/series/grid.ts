export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Equal steps: step i covers [startMs + i*stepMs, startMs + (i+1)*stepMs), UTC. State belongs to the start, flows are means. */
export interface TimeGrid {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** Start of step i. */
export function stepStartMs(grid: TimeGrid, i: number): number {
  return grid.startMs + i * grid.stepMs;
}

/** End of the grid, exclusive. */
export function endMs(grid: TimeGrid): number {
  return grid.startMs + grid.count * grid.stepMs;
}

/** Where a series came from; shown wherever its numbers are shown. */
export type Provenance = 'measured' | 'reanalysis' | 'derived' | 'generated' | 'assumed';

/** A column of interval means on a grid. */
export interface Series {
  readonly grid: TimeGrid;
  readonly values: Float64Array;
}

/** Mean of a typed array; NaN when empty. */
export function mean(values: Float64Array): number {
  let sum = 0;
  for (const v of values) sum += v;
  return sum / values.length;
}

/** The value below which `share` (0..1) of the values lie, linear between order statistics (type 7). Sorts a copy. */
export function quantile(values: Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + (at - below) * ((sorted[below + 1] ?? low) - low);
}
