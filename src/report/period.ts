import { DAY_MS, endMs, HOUR_MS, stepStartMs, type TimeGrid } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import { localMidnights, MONTHS } from '../view/axis.ts';
import type { Curves } from './simulateInput.ts';

/** Sum over the grid of a power's positive part as energy, kWh; 0 for an absent column. */
export function energyKwh(grid: TimeGrid, powerKw: Float64Array | undefined, sign: 1 | -1 = 1): number {
  let sum = 0;
  for (const kw of powerKw ?? []) if (kw * sign > 0) sum += kw * sign;
  return (sum * grid.stepMs) / HOUR_MS;
}

/** IT, cooling and losses together: the facility downstream of the site's electricity bus, kW. */
export function facilityKw(grid: TimeGrid, curves: Curves): Float64Array {
  return Float64Array.from({ length: grid.count }, (_, i) => {
    return (curves.itKw?.[i] ?? 0) + (curves.coolingKw?.[i] ?? 0) + (curves.lossesKw?.[i] ?? 0);
  });
}

/** The positive or the negative part of a column, >= 0. */
export function part(values: Float64Array | undefined, sign: 1 | -1): Float64Array | undefined {
  return values?.map((v) => Math.max(0, v * sign));
}

/** Civil months (or days, for less than ten weeks) of a grid: names and, for each step, which one it falls in. */
export function buckets(grid: TimeGrid, zone: string): { names: string[]; of: Int32Array; word: 'month' | 'day' } {
  const z = zoneOf(zone);
  const byMonth = grid.count * grid.stepMs > 70 * DAY_MS;
  const names: string[] = [];
  const of = new Int32Array(grid.count);
  let last = -1;
  for (let i = 0; i < grid.count; i++) {
    const t = z.local(stepStartMs(grid, i));
    const key = byMonth ? t.year * 12 + t.month : t.year * 366 + t.dayOfYear;
    // A few hours of a thirteenth month, left over where the grid starts at UTC midnight, are still their own bucket.
    if (key !== last) names.push(byMonth ? MONTHS[t.month - 1]! : `${t.day} ${MONTHS[t.month - 1]!}`);
    last = key;
    of[i] = names.length - 1;
  }
  return { names, of, word: byMonth ? 'month' : 'day' };
}

/** Energy of each bucket, MWh. */
export function bucketMwh(
  grid: TimeGrid,
  of: Int32Array,
  count: number,
  powerKw: Float64Array | undefined,
): Float64Array {
  const sums = new Float64Array(count);
  if (powerKw === undefined) return sums;
  for (let i = 0; i < grid.count; i++) sums[of[i]!]! += ((powerKw[i] ?? 0) * grid.stepMs) / HOUR_MS / 1000;
  return sums;
}

/** A stretch of a grid: first step and number of steps. */
export interface Stretch {
  readonly from: number;
  readonly count: number;
}

/**
 * The typical week of a season: of all weeks from Monday to Sunday whose Thursday lies in one of the months, the one whose
 * solar yield is the median. Undefined when no whole week of the season is in the grid.
 */
export function typicalWeek(
  grid: TimeGrid,
  zone: string,
  months: readonly number[],
  solarKw: Float64Array,
): Stretch | undefined {
  const z = zoneOf(zone);
  const weeks: (Stretch & { sum: number })[] = [];
  const end = endMs(grid);
  for (const ms of localMidnights(grid.startMs, end, zone)) {
    if (z.local(ms).weekday !== 0 || ms + 7 * DAY_MS > end || !months.includes(z.local(ms + 3.5 * DAY_MS).month))
      continue;
    const from = Math.round((ms - grid.startMs) / grid.stepMs);
    const count = Math.min(Math.round((7 * DAY_MS) / grid.stepMs), grid.count - from);
    let sum = 0;
    for (let i = from; i < from + count; i++) sum += solarKw[i]!;
    weeks.push({ from, count, sum });
  }
  return weeks.sort((a, b) => a.sum - b.sum)[Math.floor((weeks.length - 1) / 2)];
}

/** The part of a grid that a stretch covers. */
export function cutGrid(grid: TimeGrid, stretch: Stretch): TimeGrid {
  return { startMs: stepStartMs(grid, stretch.from), stepMs: grid.stepMs, count: stretch.count };
}

/**
 * Output tokens per joule of each day (of each hour, for less than two weeks) as a ratio of sums: the mean of ratios would
 * count a night with little traffic as much as a busy noon. NaN where the facility drew nothing.
 */
export function efficiencyCurve(
  grid: TimeGrid,
  tokensPerS: Float64Array,
  facility: Float64Array,
): { grid: TimeGrid; values: Float64Array } {
  const spanMs = grid.count * grid.stepMs;
  const steps = Math.max(1, Math.round((spanMs < 14 * DAY_MS ? HOUR_MS : DAY_MS) / grid.stepMs));
  const count = Math.floor(grid.count / steps);
  const values = new Float64Array(count);
  for (let b = 0; b < count; b++) {
    let tokens = 0;
    let kw = 0;
    for (let i = b * steps; i < (b + 1) * steps; i++) {
      tokens += tokensPerS[i]!;
      kw += facility[i]!;
    }
    values[b] = kw > 0 ? tokens / (kw * 1000) : Number.NaN;
  }
  return { grid: { startMs: grid.startMs, stepMs: steps * grid.stepMs, count }, values };
}
