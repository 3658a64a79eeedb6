import { HOUR_MS, stepStartMs } from '../series/grid.ts';
import type { Flag, History } from './contract.ts';
import type { Quantity } from './quantity.ts';

/** A history without what cannot be believed: steps that ended by `now`, at most a window of them. */
export interface Cleaned {
  readonly startMs: number;
  readonly stepMs: number;
  /** NaN where nothing good was measured. */
  readonly values: Float64Array;
  /** Step of the last good value; -1 without any. */
  readonly last: number;
  readonly flags: readonly Flag[];
}

/** Share of missing steps from which on a gap is worth a flag. */
const GAP_SHARE = 0.02;
/** A meter that stood still for more of its history than this is not told from a flat series. */
const MOST_STUCK = 0.9;

const text = (steps: number, stepMs: number): string => `${Number(((steps * stepMs) / HOUR_MS).toPrecision(3))} h`;

/** Runs of the same value, zeros apart, that are at least `least` steps long: [from, to). */
function standstills(values: Float64Array, least: number): (readonly [number, number])[] {
  const runs: (readonly [number, number])[] = [];
  let from = 0;
  for (let i = 1; i <= values.length; i++) {
    if (i < values.length && values[i] === values[from]) continue;
    const value = values[from]!;
    if (i - from >= least && value !== 0 && Number.isFinite(value)) runs.push([from, i]);
    from = i;
  }
  return runs;
}

/**
 * The last `windowMs` of a history before `nowMs`, with gaps, values that are not numbers and standing meters taken out. A
 * series that is the same throughout stays: it may be flat.
 */
export function clean(history: History, nowMs: number, windowMs: number, quantity: Quantity): Cleaned {
  const { grid, values } = history;
  const known = Math.max(0, Math.min(grid.count, Math.floor((nowMs - grid.startMs) / grid.stepMs + 1e-9)));
  const from = Math.max(0, known - Math.round(windowMs / grid.stepMs));
  const good = values.slice(from, known);
  const flags: Flag[] = [];
  for (let i = 0; i < good.length; i++) if (!Number.isFinite(good[i])) good[i] = Number.NaN;

  // What stands before the first measurement is no gap.
  const first = good.findIndex((v) => !Number.isNaN(v));
  let missing = 0;
  let longest = 0;
  let run = 0;
  for (let i = Math.max(0, first); i < good.length; i++) {
    run = Number.isNaN(good[i]) ? run + 1 : 0;
    missing += run > 0 ? 1 : 0;
    longest = Math.max(longest, run);
  }
  const span = good.length - Math.max(0, first);
  if (span > 0 && (missing / span > GAP_SHARE || longest * grid.stepMs > HOUR_MS)) {
    const share = Math.round((1000 * missing) / span) / 10;
    flags.push({ kind: 'gap', text: `${share} % of the steps are missing, ${text(longest, grid.stepMs)} in a row` });
  }

  const least = Math.max(3, (quantity.stuckH * HOUR_MS) / grid.stepMs);
  const still = Number.isFinite(least) ? standstills(good, least) : [];
  const steps = still.reduce((sum, [a, b]) => sum + b - a, 0);
  if (steps > 0) {
    const taken = steps < MOST_STUCK * (span - missing);
    flags.push({
      kind: 'stuck',
      text: `the same value for ${text(steps, grid.stepMs)}${taken ? ', taken out' : ': flat, or a meter that stands still'}`,
    });
    if (taken) for (const [a, b] of still) good.fill(Number.NaN, a, b);
  }
  let last = good.length - 1;
  while (last >= 0 && Number.isNaN(good[last])) last--;
  return { startMs: stepStartMs(grid, from), stepMs: grid.stepMs, values: good, last, flags };
}
