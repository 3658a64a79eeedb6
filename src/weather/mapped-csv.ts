import { fail } from '../errors/error.ts';
import { type CsvTable, columnIndex, numberColumn, parseCsv } from '../series/csv.ts';
import { HOUR_MS } from '../series/grid.ts';
import type { MapTime, WeatherMap } from './map.ts';
import type { Quantity, RawYear } from './raw.ts';
import { stampMs, type YearChoice, yearOfStamped } from './stamped.ts';
import { conversionOf, converted } from './units.ts';

/** Starts of the rows' intervals, ms as if the clock were UTC; stamps with an offset of their own are put on that clock. */
function startsOf(table: CsvTable, time: MapTime, clockH: number): Float64Array {
  const at = columnIndex(table, time.column);
  return Float64Array.from(table.rows, (row, i) => {
    const text = (row[at] ?? '').trim();
    const own = /(Z|[+-]\d{2}:?\d{2})$/.exec(text.slice(10))?.[1];
    const plain = stampMs(own === undefined ? text : text.slice(0, text.length - own.length));
    const ms = time.form === 'date' ? plain : text === '' ? Number.NaN : Number(text) * (time.form === 's' ? 1000 : 1);
    if (!Number.isFinite(ms)) {
      const reason = `"${text}" is no time like ${time.form === 'date' ? '2023-01-31 14:00' : '1675173600'}`;
      fail('JW_WEATHER_GAP', { reason }, `${table.file}:${table.firstLine + i} ${time.column}`);
    }
    return own === undefined ? ms : ms - ownOffsetH(own) * HOUR_MS + clockH * HOUR_MS;
  });
}

function ownOffsetH(text: string): number {
  if (text === 'Z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(-2))];
  return (text.startsWith('-') ? -1 : 1) * (hours + minutes / 60);
}

/** Length of the rows, ms: a whole part of an hour, the same all along. @throws JW_WEATHER_GAP */
function stepOf(table: CsvTable, starts: Float64Array): number {
  const where = (i: number) => `${table.file}:${table.firstLine + i}`;
  const step = starts.length > 1 ? starts[1]! - starts[0]! : HOUR_MS;
  if (!(step > 0) || HOUR_MS % step !== 0) {
    const reason = `the rows are ${step / 60_000} minutes apart; an hour or a whole part of it is read`;
    fail('JW_WEATHER_GAP', { reason }, where(1));
  }
  const odd = starts.findIndex((ms, i) => i > 0 && ms - starts[i - 1]! !== step);
  if (odd > 0) {
    const reason = `the time does not follow the row before by ${step / 60_000} minutes`;
    fail('JW_WEATHER_GAP', { reason }, where(odd));
  }
  return step;
}

/**
 * Reads a plain CSV by a map of its columns. Rows are an hour or a whole part of it (which is averaged); stamps name the start of
 * the interval unless the map says the end. Without an offset of their own they are in local standard time, or in UTC if the map says
 * so.
 * @throws JW_CSV_HEADER, JW_CSV_VALUE, JW_WEATHER_GAP, JW_WEATHER_ROWS
 */
export function parseMappedCsv(
  text: string,
  file: string,
  map: WeatherMap,
  localH: number,
  choice: YearChoice,
): RawYear {
  const table = parseCsv(text, file);
  const clockH = map.time.clock === 'utc' ? 0 : localH;
  const stamps = startsOf(table, map.time, clockH);
  const step = stepOf(table, stamps);
  const starts = map.time.names === 'end' ? stamps.map((ms) => ms - step) : stamps;
  const each = HOUR_MS / step;
  // Rows before the first full hour and after the last make no hour.
  const first = starts.findIndex((ms) => ms % HOUR_MS === 0);
  const hours = first < 0 ? 0 : Math.floor((starts.length - first) / each);
  const columns: Partial<Record<Quantity, Float64Array>> = {};
  const names: Partial<Record<Quantity, string>> = {};
  for (const [quantity, { column, unit }] of Object.entries(map.columns) as [
    Quantity,
    { column: string; unit: string },
  ][]) {
    const values = converted(numberColumn(table, column), conversionOf(quantity, unit)!);
    names[quantity] = column;
    columns[quantity] = Float64Array.from({ length: hours }, (_, h) => {
      let sum = 0;
      for (let k = 0; k < each; k++) sum += values[first + h * each + k]!;
      return sum / each;
    });
  }
  const rows = {
    file,
    about: `table ${file.replace(/^.*[\\/]/, '')} by a map`,
    clockH,
    startMs: Float64Array.from({ length: hours }, (_, h) => starts[first + h * each]!),
    lines: Int32Array.from({ length: hours }, (_, h) => table.firstLine + first + h * each),
    columns,
    names,
    warnings: each > 1 ? [`rows of ${step / 60_000} minutes were averaged to hours`] : [],
  };
  return yearOfStamped(rows, localH, choice);
}
