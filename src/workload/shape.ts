import { DAY_MS, HOUR_MS, type Provenance } from '../series/grid.ts';
import type { Zone } from '../series/zone.ts';
import type { RateSource } from './rate.ts';
import { SHAPES, type ShapeName, type ShapeTable } from './shapes.ts';

const WEEK_H = 168;
const WEEK_MS = 7 * DAY_MS;
/** Shorter intervals are looked at over this length: differences of integrals would lose digits. */
const SHORTEST_MS = 1000;

/** How strong a shape is: its mean over a week, or its highest hour, requests/s. */
export type Size = { readonly meanPerS: number } | { readonly peakPerS: number };

/** 168 knots, Monday 00:30 local first. */
function knots(table: ShapeTable, shiftH: number): Float64Array {
  const out = new Float64Array(WEEK_H);
  for (let h = 0; h < WEEK_H; h++) {
    const tableHour = (((h - shiftH) % 24) + 24) % 24;
    const low = Math.floor(tableHour);
    const part = tableHour - low;
    const value = table.hours[low]! * (1 - part) + table.hours[(low + 1) % 24]! * part;
    out[h] = value * table.weekdays[Math.floor(h / 24)]!;
  }
  return out;
}

/** Integral from Monday 00:00 to week hour `h` (0..168) of the line through the knots at the middle of each hour. */
function integrator(values: Float64Array): (h: number) => number {
  const at = (k: number): number => values[((k % WEEK_H) + WEEK_H) % WEEK_H]!;
  // area under the straight line between u and v of the segment that starts at the middle of hour k
  const piece = (k: number, u: number, v: number): number => {
    const slope = at(k + 1) - at(k);
    return at(k) * (v - u) + (slope * (v * v - u * u)) / 2;
  };
  const prefix = new Float64Array(WEEK_H + 1);
  for (let h = 0; h < WEEK_H; h++) prefix[h + 1] = prefix[h]! + piece(h - 1, 0.5, 1) + piece(h, 0, 0.5);
  return (h) => {
    const whole = Math.min(WEEK_H, Math.floor(h));
    const rest = h - whole;
    const first = piece(whole - 1, 0.5, 0.5 + Math.min(rest, 0.5));
    return prefix[whole]! + (rest === 0 ? 0 : first + (rest > 0.5 ? piece(whole, 0, rest - 0.5) : 0));
  };
}

/**
 * Demand from a shape: hour-of-day times weekday in the site's civil time, straight lines between the middles of the hours,
 * so that nothing jumps. The mean over any interval is exact; changes of the clocks (summer time) are followed.
 *
 * @param size mean over a week or highest hour, requests/s, >= 0
 * @param options.shiftH replaces the table's own shift to local time, hours
 */
export function shapeRate(
  shape: ShapeName | ShapeTable,
  size: Size,
  zone: Zone,
  options: { readonly shiftH?: number } = {},
): RateSource {
  const table: ShapeTable = typeof shape === 'string' ? SHAPES[shape] : shape;
  const values = knots(table, options.shiftH ?? table.shiftH);
  let sum = 0;
  let top = 0;
  for (const v of values) {
    sum += v;
    if (v > top) top = v;
  }
  const factor = 'meanPerS' in size ? size.meanPerS / (sum / WEEK_H) : size.peakPerS / top;
  for (let i = 0; i < WEEK_H; i++) values[i]! *= factor;
  const integral = integrator(values);
  const week = integral(WEEK_H);
  // rate x hours over local times, counted from the Monday before `from` so that short intervals keep their digits; the end of
  // one step is the start of the next, so the last integral is kept
  let knownMs = Number.NaN;
  let knownBaseMs = Number.NaN;
  let known = 0;
  const between = (fromMs: number, toMs: number): number => {
    const baseMs = Math.floor((fromMs - 4 * DAY_MS) / WEEK_MS) * WEEK_MS + 4 * DAY_MS;
    const start = fromMs === knownMs && baseMs === knownBaseMs ? known : integral((fromMs - baseMs) / HOUR_MS);
    const b = (toMs - baseMs) / HOUR_MS;
    const weeks = Math.floor(b / WEEK_H);
    const end = weeks * week + integral(b - weeks * WEEK_H);
    knownMs = toMs;
    knownBaseMs = baseMs;
    known = end;
    return end - start;
  };
  const span = (startMs: number, endMs: number): number => {
    const before = zone.offsetMs(startMs);
    const after = zone.offsetMs(endMs - 1);
    const lengthMs = endMs - startMs;
    // zones change their offset on the hour at the finest; longer intervals go by UTC days and hours
    if (lengthMs <= HOUR_MS || (before === after && lengthMs <= DAY_MS))
      return between(startMs + before, endMs + before);
    const stepMs = lengthMs > DAY_MS ? DAY_MS : HOUR_MS;
    const cut = Math.min(endMs, (Math.floor(startMs / stepMs) + 1) * stepMs);
    let total = 0;
    for (let a = startMs, b = cut; a < endMs; a = b, b = Math.min(endMs, b + stepMs)) total += span(a, b);
    return total;
  };
  const provenance: Provenance = 'assumed';
  return {
    about: `${table.about}; ${'meanPerS' in size ? `mean ${size.meanPerS}` : `peak ${size.peakPerS}`} requests/s`,
    provenance,
    ratePerS(startMs, endMs) {
      const end = Math.max(endMs, startMs + SHORTEST_MS);
      return (span(startMs, end) / (end - startMs)) * HOUR_MS;
    },
  };
}
