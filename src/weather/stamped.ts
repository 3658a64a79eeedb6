import { fail, JoulewrightError } from '../errors/error.ts';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { checkStamps, type Quantity, type RawYear, type Stamp } from './raw.ts';
import { YEAR_HOURS } from './year.ts';

/** Rows of a file with a date each, in order, on the file's own clock. */
export interface StampedRows {
  readonly file: string;
  readonly about: string;
  readonly station?: NonNullable<RawYear['station']>;
  /** Clock of the stamps: hours ahead of UTC. */
  readonly clockH: number;
  /** Start of every row's hour, ms as if the clock were UTC. */
  readonly startMs: Float64Array;
  /** Line or element of every row, from 1. */
  readonly lines: Int32Array;
  readonly columns: RawYear['columns'];
  readonly names: RawYear['names'];
  readonly warnings: readonly string[];
  readonly derived?: readonly string[];
}

/** Which year of several is read; by default the last whole one. */
export interface YearChoice {
  readonly year?: number;
}

/** Rows from the first hour of 1 January on, those before it at the end: a year from July to June is a year too. */
function fromNewYear(startMs: Float64Array, rows: readonly number[], warnings: string[]): number[] {
  const first = rows.findIndex((i) => {
    const date = new Date(startMs[i]!);
    return date.getUTCMonth() === 0 && date.getUTCDate() === 1 && date.getUTCHours() === 0;
  });
  if (first > 24) {
    const from = new Date(startMs[0]!).toISOString().slice(0, 10);
    warnings.push(`the file begins on ${from}; its months are laid on one calendar year`);
  }
  return first <= 0 ? [...rows] : [...rows.slice(first), ...rows.slice(0, first)];
}

/** Rows of the year to be read: all of a file that holds about one year, else those of the chosen year. */
function rowsOf({ file, startMs }: StampedRows, { year }: YearChoice, warnings: string[]): number[] {
  const years = Array.from(startMs, (ms) => new Date(ms).getUTCFullYear());
  const all = Array.from(startMs, (_, i) => i);
  if (year === undefined && startMs.length <= YEAR_HOURS + 24) return fromNewYear(startMs, all, warnings);
  const counts = new Map<number, number>();
  for (const y of years) counts.set(y, (counts.get(y) ?? 0) + 1);
  const whole = [...counts].filter(([, count]) => count >= YEAR_HOURS).map(([y]) => y);
  const chosen = year ?? whole.sort((a, b) => b - a)[0];
  const span = `${[...counts.keys()][0]} to ${[...counts.keys()].at(-1)}`;
  if (chosen === undefined || !counts.has(chosen)) {
    return fail('JW_WEATHER_ROWS', {
      file,
      count: startMs.length,
      hint: chosen === undefined ? `no calendar year of ${span} is whole` : `it holds ${span}, not ${chosen}`,
    });
  }
  if (year === undefined) warnings.push(`the file holds ${span}; ${chosen} is read`);
  return all.filter((i) => years[i] === chosen);
}

/**
 * Makes a raw year of dated rows: one calendar year of the file's own clock, 29 February dropped, then moved by whole hours to
 * the clock of the place; the hours that this carries over New Year stand at the other end.
 * @throws JW_WEATHER_GAP, JW_WEATHER_ROWS
 */
export function yearOfStamped(rows: StampedRows, placeClockH: number, choice: YearChoice = {}): RawYear {
  const { file, startMs, lines } = rows;
  const warnings = [...rows.warnings];
  const chosen = rowsOf(rows, choice, warnings);
  const stamps: Stamp[] = [];
  const kept: number[] = [];
  for (const i of chosen) {
    const date = new Date(startMs[i]!);
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
    if (month === 1 && day === 29) continue;
    // Day of a year without 29 February, whatever year this is.
    const ordinal = (Date.UTC(2025, month, day) - Date.UTC(2025, 0, 1)) / DAY_MS + 1;
    stamps.push({ day: ordinal, hour: (startMs[i]! - Date.UTC(year, month, day)) / HOUR_MS, line: lines[i]! });
    kept.push(i);
  }
  if (kept.length < chosen.length) warnings.push('29 February was left out');
  const wrong = checkStamps(file, stamps);
  if (wrong !== undefined) throw new JoulewrightError([wrong]);
  const moveH = Math.round(placeClockH - rows.clockH);
  const from = Int32Array.from(kept, (_, i) => kept[(i - moveH + YEAR_HOURS) % YEAR_HOURS]!);
  const columns: Partial<Record<Quantity, Float64Array>> = {};
  for (const [quantity, values] of Object.entries(rows.columns) as [Quantity, Float64Array][]) {
    columns[quantity] = Float64Array.from(from, (i) => values[i]!);
  }
  return {
    file,
    about: rows.about,
    ...(rows.station === undefined ? {} : { station: rows.station }),
    utcOffsetH: rows.clockH + moveH,
    columns,
    names: rows.names,
    lines: Int32Array.from(from, (i) => lines[i]!),
    warnings,
    ...(rows.derived === undefined ? {} : { derived: rows.derived }),
  };
}

/** `20070101:0010`, `2019010100` or `2023-01-01T00:00` as ms of the clock that it is written in; NaN when it is none of them. */
export function stampMs(text: string): number {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T: ]?(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.\d+)?)?)?)?$/.exec(text.trim());
  if (match === null) return Number.NaN;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  const ms = Date.UTC(year!, month! - 1, day!);
  const isDate = new Date(ms).getUTCMonth() === month! - 1 && hour! <= 24 && minute! < 60 && second! < 60;
  return isDate ? ms + hour! * HOUR_MS + minute! * 60_000 + second! * 1000 : Number.NaN;
}
