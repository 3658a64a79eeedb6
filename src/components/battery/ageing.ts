/** How capacity falls with cycles of one depth: after cycles[i] of them, left[i] of the capacity is there. */
export interface CycleCurve {
  /** Depth of discharge of each cycle, 0..1 of the capacity. */
  readonly depthShare: number;
  /** Rising from 0. */
  readonly cycles: readonly number[];
  /** Falling from 1, 0..1. */
  readonly left: readonly number[];
}

/** Curves by rising depth, at least one. */
export type CycleTable = readonly CycleCurve[];

/** A row of a cycle table as data sheets give it. */
export interface CycleRow {
  readonly depthShare: number;
  readonly cycles: number;
  readonly leftShare: number;
}

/** Groups rows by depth; a curve whose first row is not at 0 cycles starts whole there. Rows in any order. */
export function cycleTable(rows: readonly CycleRow[]): CycleTable {
  const depths = [...new Set(rows.map((r) => r.depthShare))].sort((a, b) => a - b);
  return depths.map((depthShare) => {
    const own = rows.filter((r) => r.depthShare === depthShare).sort((a, b) => a.cycles - b.cycles);
    if (own[0]!.cycles > 0) own.unshift({ depthShare, cycles: 0, leftShare: 1 });
    return { depthShare, cycles: own.map((r) => r.cycles), left: own.map((r) => r.leftShare) };
  });
}

/** Share lost per cycle where a curve falls through `left`; beyond its end the last slope goes on. */
function slopeAt({ cycles, left }: CycleCurve, leftShare: number): number {
  let i = 1;
  while (i < left.length - 1 && left[i]! >= leftShare) i++;
  return left.length < 2 ? 0 : (left[i - 1]! - left[i]!) / (cycles[i]! - cycles[i - 1]!);
}

/** Between the curves below and above a depth, linear; towards no loss at depth 0, and flat above the deepest curve. */
function byDepth(table: CycleTable, depthShare: number, of: (curve: CycleCurve) => number, atZero: number): number {
  let i = 0;
  while (i < table.length && table[i]!.depthShare < depthShare) i++;
  if (i === table.length) return of(table[i - 1]!);
  const high = table[i]!;
  const fromDepth = i === 0 ? 0 : table[i - 1]!.depthShare;
  const from = i === 0 ? atZero : of(table[i - 1]!);
  return from + ((of(high) - from) * (depthShare - fromDepth)) / (high.depthShare - fromDepth);
}

/**
 * Capacity lost to one more cycle, by the table, where `leftShare` is left: each cycle counts by its own depth (Miner's rule),
 * and a curve that bends is followed from where the capacity stands.
 *
 * @returns share of the new capacity
 */
export function cycleLossShare(table: CycleTable, depthShare: number, leftShare: number): number {
  return byDepth(table, depthShare, (curve) => slopeAt(curve, leftShare), 0);
}

function leftAfter({ cycles, left }: CycleCurve, n: number): number {
  let i = 1;
  while (i < cycles.length - 1 && cycles[i]! < n) i++;
  if (cycles.length < 2) return left[0]!;
  return left[i - 1]! + ((left[i]! - left[i - 1]!) * (n - cycles[i - 1]!)) / (cycles[i]! - cycles[i - 1]!);
}

/**
 * The same as NREL's ssc counts it: every cycle at the mean depth of all cycles so far
 * (`lib_battery_lifetime_calendar_cycle`).
 *
 * @param n cycles with this one
 */
export function meanDepthLossShare(table: CycleTable, meanDepthShare: number, n: number): number {
  const at = (count: number) => byDepth(table, meanDepthShare, (curve) => leftAfter(curve, count), 1);
  return Math.max(0, at(n) - at(n + 1));
}

/** Two ranges that differ by less are equal: rounding of depths. */
const EQUAL = 1e-5;

/**
 * Closes cycles at the end of a list of turning points: while the last range is at least the one before it, that one is a
 * whole cycle and leaves the list. Rainflow counting by the three-point rule (Downing and Socie 1982; ASTM E1049), as in ssc.
 *
 * @param peaks turning points, shortened in place
 * @param onCycle told the range of each cycle
 */
export function closeCycles(peaks: number[], onCycle: (range: number) => void): void {
  while (peaks.length >= 3) {
    const n = peaks.length;
    const range = Math.abs(peaks[n - 2]! - peaks[n - 3]!);
    if (Math.abs(peaks[n - 1]! - peaks[n - 2]!) < range - EQUAL) return;
    peaks[n - 3] = peaks[n - 1]!;
    peaks.length = n - 2;
    onCycle(range);
  }
}

/** Parameters of calendar ageing by the square root of time. */
export interface CalendarModel {
  /** Relative capacity when new, 1.02 in ssc: what is above 1 is spent first. */
  readonly q0: number;
  /** Per root of a day. */
  readonly a: number;
  /** K. */
  readonly b: number;
  /** K. */
  readonly c: number;
}

/** Lithium-ion defaults of NREL's ssc (`lifetime_params`, SAM). */
export const SSC_CALENDAR: CalendarModel = { q0: 1.02, a: 2.66e-3, b: -7280, c: 930 };

/** Temperature that the rate is given for, K. */
const REFERENCE_K = 296;

/**
 * Rate of calendar ageing: k = a exp(b (1/T - 1/296)) exp(c (SoC/T - 1/296)), per root of a day; NREL ssc.
 *
 * @param cellK cells, K
 * @param socShare state of charge, 0..1
 */
export function calendarRate({ a, b, c }: CalendarModel, cellK: number, socShare: number): number {
  return a * Math.exp((b + c * socShare) / cellK - (b + c) / REFERENCE_K);
}

/**
 * Relative capacity after calendar ageing: q = q0 - sqrt(sum of k^2 days), which is q0 - k sqrt(t) where k stands still and
 * carries the loss on where temperature and charge change, whatever the length of the steps. ssc integrates the same
 * d(loss)/dt = k^2 / (2 loss) by Euler steps.
 *
 * @param sum sum of k^2 times days
 */
export function calendarLeftShare({ q0 }: CalendarModel, sum: number): number {
  return q0 - Math.sqrt(sum);
}

/** Calendar ageing as a data sheet may give it: what is left after so many days, both lists equally long, linear between. */
export interface CalendarTable {
  readonly days: readonly number[];
  readonly left: readonly number[];
}

/** Capacity left after `days` by a table; beyond its end the last slope goes on, never below 0. Source: NREL ssc. */
export function calendarTableShare({ days, left }: CalendarTable, age: number): number {
  let i = 1;
  while (i < days.length - 1 && days[i]! < age) i++;
  if (days.length < 2) return left[0] ?? 1;
  const slope = (left[i]! - left[i - 1]!) / (days[i]! - days[i - 1]!);
  return Math.max(0, left[i - 1]! + slope * (age - days[i - 1]!));
}

/**
 * Price of wear per kWh that goes into or out of the cells: unit price / (2 x cycles x depth). Linear, so that a balance can
 * carry it. Source: MicroGridsPy (`Initialize.py`).
 *
 * @param pricePerKwh cells, per kWh of nameplate
 * @param cycles of depthShare until worn out, > 0
 * @param depthShare 0..1, > 0
 */
export function wearPerKwh(pricePerKwh: number, cycles: number, depthShare: number): number {
  return pricePerKwh / (2 * cycles * depthShare);
}
