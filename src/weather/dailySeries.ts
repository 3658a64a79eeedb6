import { type Fault, fail, fault, JoulewrightError } from '../errors/error.ts';
import { type CsvTable, columnIndex, numberColumn, parseCsv, readText } from '../series/csv.ts';
import { DAY_MS, quantile } from '../series/grid.ts';
import { YEAR_DAYS } from './daily.ts';

/** The days of one calendar year, 29 February left out. */
export interface DailyYear {
  readonly year: number;
  readonly maxC: Float64Array;
  readonly minC: Float64Array;
  /** Daily means: wind at 10 m, relative humidity 0..1. */
  readonly windMs: Float64Array;
  readonly rhShare: Float64Array;
  /** Global horizontal irradiation of the day, kWh/m2. */
  readonly ghiKwhM2: Float64Array;
  /** Line of every day in the file, from 1; 0 for a day that was missing and taken from another year. */
  readonly lines: Int32Array;
  /** What is odd about this year, in words. */
  readonly warnings: readonly string[];
}

/** A year with more days missing than this is left out. */
const MISSING_LIMIT = 45;

/** A daily series cut into whole calendar years. */
export interface DailySeries {
  readonly file: string;
  readonly years: readonly DailyYear[];
  /** What was left out, in words. */
  readonly warnings: readonly string[];
}

const COLUMNS = {
  maxC: { column: 'tmax_c', min: -90, max: 60, unit: '°C' },
  minC: { column: 'tmin_c', min: -90, max: 60, unit: '°C' },
  windMs: { column: 'wind10_ms', min: 0, max: 50, unit: 'm/s' },
  rhShare: { column: 'rh_frac', min: 0, max: 1.05, unit: 'a share, 0 to 1' },
  // The most that a day can receive outside the atmosphere is about 47 MJ/m2, at the south pole in December.
  ghi: { column: 'ghi_mj_m2', min: 0, max: 48, unit: 'MJ/m2 a day' },
} as const;
type Key = keyof typeof COLUMNS;
type Columns = Readonly<Record<Key, Float64Array>>;
const KEYS = Object.keys(COLUMNS) as Key[];

/** True when a text is a table of days: a header with `date` and `ghi_mj_m2`. */
export function isDailyCsv(text: string): boolean {
  const names = (text.split('\n', 1)[0] ?? '').toLowerCase().split(',');
  return names[0]?.trim() === 'date' && names.some((name) => name.trim() === COLUMNS.ghi.column);
}

/** What unit a column seems to be in when it is not ours. */
function otherUnit(key: Key, values: Float64Array): { found: string; hint: string } | undefined {
  const known = values.filter((v) => !Number.isNaN(v));
  if (known.length === 0) return undefined;
  const high = quantile(known, 0.995);
  if (key === 'maxC' || key === 'minC') {
    if (quantile(known, 0.5) > 150) return { found: 'kelvin', hint: 'subtract 273.15' };
    if (high > 60) return { found: 'degrees Fahrenheit', hint: 'use (F - 32) / 1.8' };
  }
  if (key === 'rhShare' && high > 1.5) return { found: 'per cent', hint: 'divide by 100' };
  if (key === 'ghi') {
    if (high > 0 && high <= 10) return { found: 'kWh/m2 a day', hint: 'multiply by 3.6' };
    if (high > 10_000) return { found: 'kJ/m2 a day', hint: 'divide by 1000' };
    if (high > 1000) return { found: 'Wh/m2 a day', hint: 'multiply by 0.0036' };
    if (high > 60) return { found: 'W/m2, the mean of the day', hint: 'multiply by 0.0864' };
  }
  return undefined;
}

function checkColumn(table: CsvTable, key: Key, values: Float64Array): Fault[] {
  const { column, min, max, unit } = COLUMNS[key];
  const other = otherUnit(key, values);
  if (other !== undefined) return [fault('JW_WEATHER_UNIT', { column, unit, ...other }, table.file)];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const where = `${table.file}:${table.firstLine + i} ${column}`;
    if (Number.isNaN(value)) return [fault('JW_WEATHER_GAP', { reason: `${column} is empty here` }, where)];
    if (value < min || value > max) return [fault('JW_WEATHER_RANGE', { column, value, unit, min, max }, where)];
  }
  return [];
}

/** Days since 1970 of every row. @throws JW_WEATHER_GAP for a date that is none or does not follow the one before */
function daysOf(table: CsvTable): Int32Array {
  const at = columnIndex(table, 'date');
  let last = Number.NEGATIVE_INFINITY;
  return Int32Array.from(table.rows, (row, i) => {
    const text = (row[at] ?? '').trim();
    const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
    const where = `${table.file}:${table.firstLine + i} date`;
    if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text)) {
      fail('JW_WEATHER_GAP', { reason: `"${text}" is not a date like 1992-01-31` }, where);
    }
    if (ms <= last) fail('JW_WEATHER_GAP', { reason: `the days go back or stand twice: ${text}` }, where);
    last = ms;
    return ms / DAY_MS;
  });
}

/** Row of every day of a calendar year, -1 where it is missing; 29 February left out. */
function rowsOfYear(year: number, days: Int32Array): Int32Array {
  const rows = new Int32Array(YEAR_DAYS).fill(-1);
  const first = Date.UTC(year, 0, 1) / DAY_MS;
  const isLeap = Date.UTC(year + 1, 0, 1) / DAY_MS - first > YEAR_DAYS;
  days.forEach((day, row) => {
    const since = day - first;
    if (since < 0 || since >= YEAR_DAYS + (isLeap ? 1 : 0) || (isLeap && since === 59)) return;
    rows[isLeap && since > 59 ? since - 1 : since] = row;
  });
  return rows;
}

/** Fills missing days with the same days of the nearest year that has them; false when none has. Tells what it took. */
function fillYear(year: number, rows: Int32Array, all: ReadonlyMap<number, Int32Array>, told: string[]): boolean {
  const taken = new Map<number, number>();
  for (let day = 0; day < YEAR_DAYS; day++) {
    if (rows[day]! >= 0) continue;
    const donor = [...all.keys()]
      .filter((other) => other !== year && all.get(other)![day]! >= 0)
      .sort((a, b) => Math.abs(a - year) - Math.abs(b - year) || a - b)[0];
    if (donor === undefined) return false;
    rows[day] = all.get(donor)![day]!;
    taken.set(donor, (taken.get(donor) ?? 0) + 1);
  }
  for (const [donor, count] of taken) told.push(`${year}: ${count} missing days were taken from ${donor}`);
  return true;
}

/**
 * Reads a daily series: CSV with the columns date (2003-01-31), tmax_c, tmin_c, wind10_ms (mean of the day), rh_frac (0..1, mean
 * of the day), ghi_mj_m2 (sum of the day); others are let be. Up to 45 days that a year lacks are taken from the nearest year that
 * has them; a year that lacks more is left out; both are told.
 * @throws JW_CSV_HEADER, JW_CSV_VALUE, JW_WEATHER_GAP, _UNIT, _RANGE, _DAYS
 */
export function parseDailySeries(text: string, file: string): DailySeries {
  const table = parseCsv(text, file);
  const days = daysOf(table);
  const columns = Object.fromEntries(KEYS.map((key) => [key, numberColumn(table, COLUMNS[key].column)])) as Columns;
  const faults = KEYS.flatMap((key) => checkColumn(table, key, columns[key]));
  if (faults.length > 0) throw new JoulewrightError(faults);
  const crossed = columns.maxC.findIndex((max, i) => max < columns.minC[i]!);
  if (crossed >= 0) {
    const reason = `tmax_c ${columns.maxC[crossed]} is below tmin_c ${columns.minC[crossed]}`;
    fail('JW_WEATHER_GAP', { reason }, `${file}:${table.firstLine + crossed}`);
  }
  const spell = (i: number) => new Date((days[i] ?? 0) * DAY_MS).toISOString().slice(0, 10);
  const [from, to] = [Number(spell(0).slice(0, 4)), Number(spell(days.length - 1).slice(0, 4))];
  const all = new Map<number, Int32Array>();
  for (let year = from; year <= to && days.length > 0; year++) all.set(year, rowsOfYear(year, days));
  const years: DailyYear[] = [];
  const warnings: string[] = [];
  for (const [year, found] of all) {
    const missing = found.reduce((n, row) => n + (row < 0 ? 1 : 0), 0);
    const rows = Int32Array.from(found);
    const told: string[] = [];
    if (missing > MISSING_LIMIT || !fillYear(year, rows, all, told)) {
      warnings.push(`${year} lacks ${missing} days and was left out`);
      continue;
    }
    const lines = rows.map((row, day) => (found[day]! < 0 ? 0 : row + table.firstLine));
    years.push({ year, ...takeRows(columns, rows), lines, warnings: told });
    warnings.push(...told);
  }
  if (years.length === 0) {
    fail('JW_WEATHER_DAYS', { file, span: days.length === 0 ? 'no day' : `${spell(0)} to ${spell(days.length - 1)}` });
  }
  return { file, years, warnings };
}

function takeRows(columns: Columns, rows: Int32Array) {
  const take = (key: Key, factor = 1) => Float64Array.from(rows, (row) => columns[key][row]! * factor);
  return {
    maxC: take('maxC'),
    minC: take('minC'),
    windMs: take('windMs'),
    rhShare: take('rhShare').map((v) => Math.min(1, v)),
    ghiKwhM2: take('ghi', 1 / 3.6),
  };
}

/** Reads a daily series from a file, `.gz` or plain. See parseDailySeries. @throws also JW_FILE_* */
export function readDailySeries(file: string): DailySeries {
  return parseDailySeries(readText(file), file);
}
