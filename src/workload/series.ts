import { fail } from '../errors/error.ts';
import { type CsvTable, headerText, parseCsv, readText } from '../series/csv.ts';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import type { Zone } from '../series/zone.ts';
import { formatNumber } from '../units/quantity.ts';
import type { RateSource } from './rate.ts';

const WEEK_MS = 7 * DAY_MS;
/** Shorter intervals are looked at over this length. */
const SHORTEST_MS = 1000;
const NAME_COLUMNS = ['service', 'series', 'model'];

/** 0 = Monday .. 6 = Sunday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** How a recorded rate is laid on a site's calendar. */
export interface SeriesOptions {
  /** Which series of the file; needed when it holds several and none has the service's name. */
  readonly series?: string;
  /** Id of the service that the series is for: chosen by itself when a series has this name. */
  readonly service?: string;
  /** Hours by which everything happens later (negative: earlier). Default 0. */
  readonly shiftH?: number;
  /** Multiplies the rate. */
  readonly scale?: number;
  /** Scales so that the mean over the cycle is this, requests/s; or so that the highest step is this. `scale` comes on top. */
  readonly meanPerS?: number;
  readonly peakPerS?: number;
  /** Weekday of t_s = 0. Default Monday, so that whole weeks align. */
  readonly startWeekday?: Weekday;
  /** `utc`: t_s = 0 is 00:00 UTC (default). `local`: t_s = 0 is 00:00 on the site's clocks. */
  readonly clock?: 'utc' | 'local';
  readonly zone: Zone;
}

interface Rows {
  readonly stepS: number;
  readonly ratePerS: Float64Array;
  readonly startS: number;
}

function cellNumber(table: CsvTable, row: number, column: number): number {
  const cell = (table.rows[row]![column] ?? '').trim();
  const value = cell === '' ? Number.NaN : Number(cell);
  if (!Number.isFinite(value)) {
    const { file } = table;
    fail('JW_TRACE_NUMBER', { file, line: row + table.firstLine, column: table.columns[column]!, value: cell });
  }
  return value;
}

function pick(table: CsvTable, options: SeriesOptions): { readonly rows: number[]; readonly name: string | undefined } {
  const all = table.rows.map((_, i) => i);
  const column = table.columns.findIndex((c) => NAME_COLUMNS.includes(c));
  const { file } = table;
  if (column < 0) {
    if (options.series !== undefined) fail('JW_SERIES_UNKNOWN', { file, series: options.series, names: 'one unnamed' });
    return { rows: all, name: undefined };
  }
  const nameOf = (i: number): string => (table.rows[i]![column] ?? '').trim();
  const names = [...new Set(all.map(nameOf))];
  const list = names.join(', ');
  let name = options.series;
  if (name === undefined && options.service !== undefined && names.includes(options.service)) name = options.service;
  if (name === undefined && names.length === 1) name = names[0];
  if (name === undefined) {
    return fail('JW_SERIES_CHOICE', { file, names: list, first: names[0]!, service: options.service ?? 'SERVICE' });
  }
  if (!names.includes(name)) fail('JW_SERIES_UNKNOWN', { file, series: name, names: list });
  return { rows: all.filter((i) => nameOf(i) === name), name };
}

function steps(table: CsvTable, rows: readonly number[]): Rows {
  const { file, columns } = table;
  const time = columns.indexOf('t_s');
  const perS = columns.indexOf('rps');
  const perMin = columns.indexOf('requests_per_min');
  if (time < 0 || (perS < 0 && perMin < 0)) {
    fail('JW_TRACE_COLUMNS', { file, wanted: 't_s and rps or requests_per_min', columns: headerText(columns) });
  }
  if (rows.length < 2) fail('JW_TRACE_SHORT', { file, rows: rows.length, needed: 2 });
  const value = perS >= 0 ? perS : perMin;
  const ratePerS = new Float64Array(rows.length);
  let stepS = 0;
  let previous = Number.NEGATIVE_INFINITY;
  rows.forEach((row, i) => {
    const line = row + table.firstLine;
    const t = cellNumber(table, row, time);
    if (t <= previous) fail('JW_TRACE_BACKWARDS', { file, line, column: 't_s', value: t, previous });
    if (i === 1) stepS = t - previous;
    else if (i > 1 && Math.abs(t - previous - stepS) > 1e-6 * stepS) {
      fail('JW_SERIES_STEP', { file, line, step: stepS, other: t - previous });
    }
    previous = t;
    const rate = cellNumber(table, row, value);
    if (rate < 0) fail('JW_TRACE_NEGATIVE', { file, line, column: columns[value]!, value: rate });
    ratePerS[i] = perS >= 0 ? rate : rate / 60;
  });
  return { stepS, ratePerS, startS: cellNumber(table, rows[0]!, time) };
}

/**
 * Reads a recorded request rate (equal steps; columns t_s and rps or requests_per_min, and where there are several series a
 * column `service`, `series` or `model`) and repeats it over the calendar by its whole weeks, or by its whole days when
 * it is shorter than a week; what is over is not used. Each value holds for its step; means over any interval are exact.
 *
 * @throws JW_TRACE_COLUMNS, JW_TRACE_NUMBER, JW_TRACE_NEGATIVE, JW_TRACE_BACKWARDS, JW_TRACE_SHORT, JW_SERIES_STEP,
 * JW_SERIES_SPAN, JW_SERIES_CHOICE, JW_SERIES_UNKNOWN, JW_SERIES_EMPTY, JW_FILE_MISSING
 */
export function readRateSeries(file: string, options: SeriesOptions): RateSource {
  const table = parseCsv(readText(file), file);
  const { rows, name } = pick(table, options);
  const { stepS, ratePerS, startS } = steps(table, rows);
  const spanMs = ratePerS.length * stepS * 1000;
  const unitMs = spanMs >= WEEK_MS ? WEEK_MS : DAY_MS;
  const cycleMs = Math.floor(spanMs / unitMs + 1e-9) * unitMs;
  if (cycleMs === 0) fail('JW_SERIES_SPAN', { file, hours: Math.round(spanMs / 36e3) / 100 });

  const stepMs = stepS * 1000;
  // requests from the start of the series to the end of each step
  const prefix = new Float64Array(ratePerS.length + 1);
  let peak = 0;
  ratePerS.forEach((rate, i) => {
    prefix[i + 1] = prefix[i]! + rate * stepMs;
    if (i * stepMs < cycleMs && rate > peak) peak = rate;
  });
  const until = (ms: number): number => {
    const i = Math.min(ratePerS.length - 1, Math.floor(ms / stepMs));
    return prefix[i]! + ratePerS[i]! * (ms - i * stepMs);
  };
  const perCycle = until(cycleMs);
  const resize = options.meanPerS !== undefined || options.peakPerS !== undefined;
  if (resize && perCycle === 0) fail('JW_SERIES_EMPTY', { file });
  let factor = options.scale ?? 1;
  if (options.meanPerS !== undefined) factor *= (options.meanPerS * cycleMs) / perCycle;
  else if (options.peakPerS !== undefined) factor *= options.peakPerS / peak;

  // the calendar's first Monday is 1970-01-05
  const weekday = options.startWeekday ?? 0;
  const anchorMs = (4 + weekday) * DAY_MS + startS * 1000 + (options.shiftH ?? 0) * HOUR_MS;
  const between = (fromMs: number, toMs: number): number => {
    const base = Math.floor((fromMs - anchorMs) / cycleMs) * cycleMs + anchorMs;
    const b = toMs - base;
    const cycles = Math.floor(b / cycleMs);
    return cycles * perCycle + until(b - cycles * cycleMs) - until(fromMs - base);
  };
  const local = options.clock === 'local';
  const label = name === undefined ? file : `${file}, series ${name}`;
  return {
    about: `recorded rate ${label}, repeated every ${cycleMs / DAY_MS} days, times ${Number(factor.toPrecision(6))}, shifted ${options.shiftH ?? 0} h: ${formatNumber((perCycle / cycleMs) * factor)} req/s on average, ${formatNumber(peak * factor)} at most`,
    provenance: 'measured',
    ratePerS(startMs, endMs) {
      const end = Math.max(endMs, startMs + SHORTEST_MS);
      const offsetMs = local ? options.zone.offsetMs(startMs) : 0;
      return (between(startMs + offsetMs, end + offsetMs) / (end - startMs)) * factor;
    },
  };
}
