import { saturationPressurePa } from '../air/psychrometrics.ts';
import { type Fault, fail, fault, JoulewrightError } from '../errors/error.ts';
import { splitCsvLine } from '../series/csv.ts';
import { HOUR_MS } from '../series/grid.ts';
import { below, isObject, type JsonObject, numberOf, stationOf } from './json.ts';
import type { Quantity, RawYear } from './raw.ts';
import { stampMs, type YearChoice, yearOfStamped } from './stamped.ts';
import type { Place } from './year.ts';

/** Names of the quantities. Source: European Commission JRC, PVGIS 5.3 API, tools tmy and seriescalc. Pressure in Pa. */
const TMY: Readonly<Record<Quantity, string>> = {
  tempC: 'T2m',
  dewC: '',
  rhPct: 'RH',
  pressurePa: 'SP',
  ghiWm2: 'G(h)',
  dniWm2: 'Gb(n)',
  dhiWm2: 'Gd(h)',
  windMs: 'WS10m',
};
/** Dew point below the day's coldest hour where a file has no humidity, K. Source: Allen et al. 1998, FAO-56, annex 6, dry places. */
const DEW_BELOW_MIN_K = 2;

/** A PVGIS answer, whatever its form: place, rows by name, and how the plane of a series lies. */
interface Answer {
  readonly station: RawYear['station'];
  readonly names: readonly string[];
  readonly times: readonly string[];
  readonly values: ReadonlyMap<string, Float64Array>;
  readonly lines: Int32Array;
  readonly slopeDeg: number;
}

/** True when a JSON object is an answer of PVGIS. */
export function isPvgisJson(data: JsonObject): boolean {
  const outputs = below(data, 'outputs');
  return Array.isArray(outputs['tmy_hourly']) || Array.isArray(outputs['hourly']);
}

/** True when a text is a CSV answer of PVGIS. */
export function isPvgisCsv(text: string): boolean {
  return /^Latitude \(decimal degrees\):/i.test(text) && /^time(?:\(UTC\))?,/im.test(text);
}

function answerOfJson(data: JsonObject, place: Place): Answer {
  const outputs = below(data, 'outputs');
  const list = outputs['tmy_hourly'] ?? outputs['hourly'];
  const rows = Array.isArray(list) ? list.filter(isObject) : [];
  const names = Object.keys(rows[0] ?? {});
  const timeName = names.find((n) => n.startsWith('time')) ?? 'time';
  const { latitude, longitude, elevation } = below(data, 'inputs', 'location');
  return {
    station: stationOf(latitude, longitude, elevation, place.elevationM),
    names,
    times: rows.map((row) => String(row[timeName])),
    values: new Map(names.map((n) => [n, Float64Array.from(rows, (row) => numberOf(row[n]))])),
    lines: Int32Array.from(rows, (_, i) => i + 1),
    slopeDeg: numberOf(below(data, 'inputs', 'mounting_system', 'fixed', 'slope')['value'] ?? 0),
  };
}

function answerOfCsv(text: string, file: string, place: Place): Answer {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => /^time(?:\(UTC\))?,/i.test(line));
  const head = lines.slice(0, first).join('\n');
  const said = (name: RegExp) =>
    Number(new RegExp(`${name.source}[^:\\n]*:\\s*(-?[\\d.]+)`, 'i').exec(head)?.[1] ?? Number.NaN);
  const names = splitCsvLine(lines[first] ?? '').map((c) => c.trim());
  const rows: { cells: string[]; line: number }[] = [];
  // After the rows come a blank line and the legend.
  for (let i = first + 1; i < lines.length && /^\d{8}:/.test(lines[i]!); i++)
    rows.push({ cells: splitCsvLine(lines[i]!), line: i + 1 });
  const column = (at: number) =>
    Float64Array.from(rows, ({ cells, line }) => {
      const cell = (cells[at] ?? '').trim();
      const value = cell === '' ? Number.NaN : Number(cell);
      if (cell !== '' && Number.isNaN(value))
        fail('JW_CSV_VALUE', { file, line, column: names[at] ?? '', value: cell });
      return value;
    });
  return {
    station: stationOf(said(/^Latitude/), said(/Longitude/), said(/Elevation/), place.elevationM),
    names,
    times: rows.map(({ cells }) => cells[0]!),
    values: new Map(names.slice(1).map((n, i) => [n, column(i + 1)])),
    lines: Int32Array.from(rows, (r) => r.line),
    slopeDeg: Number.isNaN(said(/Slope/)) ? 0 : said(/Slope/),
  };
}

/** Light on the level of a series: G(i), or its parts where the answer has them apart. */
function seriesLight({ values, slopeDeg }: Answer, file: string): Partial<Record<Quantity, Float64Array>> {
  if (slopeDeg !== 0) {
    const hint = 'ask for the series with angle=0: the plane of an array is chosen in the site file';
    fail('JW_WEATHER_HEADER', { file, reason: `its plane is tilted by ${slopeDeg}°`, hint });
  }
  const whole = values.get('G(i)');
  const [beam, sky] = [values.get('Gb(i)'), values.get('Gd(i)')];
  if (whole !== undefined) return { ghiWm2: whole };
  if (beam === undefined || sky === undefined) return {};
  return { ghiWm2: beam.map((b, i) => b + sky[i]!), dhiWm2: sky };
}

/** Relative humidity (%) from a dew point 2 K below the coldest hour of each day of 24 rows. */
function assumedHumidity(tempC: Float64Array): Float64Array {
  const rh = new Float64Array(tempC.length);
  for (let from = 0; from < tempC.length; from += 24) {
    const day = tempC.subarray(from, from + 24);
    const vapourPa = saturationPressurePa(day.reduce((a, b) => Math.min(a, b)) - DEW_BELOW_MIN_K);
    day.forEach((t, h) => {
      rh[from + h] = (100 * vapourPa) / saturationPressurePa(t);
    });
  }
  return rh;
}

/**
 * Reads an answer of PVGIS, typical year (tmy) or series (seriescalc, level plane): UTC, moved to the place's clock by whole hours.
 * Irradiance is that of one minute in the hour; where it stands is found from the data. A series has no humidity: it is assumed.
 * @throws JW_WEATHER_HEADER, _GAP, _ROWS, JW_CSV_HEADER, JW_CSV_VALUE
 */
function yearOfAnswer(answer: Answer, file: string, clockH: number, choice: YearChoice): RawYear {
  const { values, times, lines, station } = answer;
  const isTmy = values.has('G(h)');
  const columns: Partial<Record<Quantity, Float64Array>> = {};
  const names: Partial<Record<Quantity, string>> = { ...TMY };
  for (const quantity of Object.keys(TMY) as Quantity[]) {
    const found = values.get(TMY[quantity]);
    if (found !== undefined) columns[quantity] = found;
  }
  if (!isTmy) Object.assign(columns, seriesLight(answer, file));
  for (const quantity of ['tempC', 'ghiWm2', 'windMs'] as const) {
    const column = quantity === 'ghiWm2' && !isTmy ? 'G(i)' : TMY[quantity];
    if (columns[quantity] === undefined) fail('JW_CSV_HEADER', { file, column, columns: answer.names.join(', ') });
  }
  const faults: Fault[] = [];
  const startMs = Float64Array.from(times, (text, i) => {
    const ms = stampMs(text);
    if (Number.isNaN(ms) && faults.length === 0)
      faults.push(
        fault('JW_WEATHER_GAP', { reason: `"${text}" is no time like 20070101:0000` }, `${file}:${lines[i]}`),
      );
    return Math.floor(ms / HOUR_MS) * HOUR_MS;
  });
  if (faults.length > 0) throw new JoulewrightError(faults);
  const derived: string[] = [];
  if (columns.rhPct === undefined && columns.tempC !== undefined) {
    columns.rhPct = assumedHumidity(columns.tempC);
    derived.push('no humidity in the file: dew point assumed 2 K below the coldest hour of the day (FAO-56)');
  }
  const about = `PVGIS ${isTmy ? 'typical year' : 'series'}`;
  const rows = { file, about, clockH: 0, startMs, lines, columns, names, warnings: [], derived };
  return yearOfStamped(station === undefined ? rows : { ...rows, station }, clockH, choice);
}

/** See yearOfAnswer. */
export function parsePvgisJson(
  data: JsonObject,
  file: string,
  place: Place,
  clockH: number,
  choice: YearChoice,
): RawYear {
  return yearOfAnswer(answerOfJson(data, place), file, clockH, choice);
}

/** See yearOfAnswer. */
export function parsePvgisCsv(text: string, file: string, place: Place, clockH: number, choice: YearChoice): RawYear {
  return yearOfAnswer(answerOfCsv(text, file, place), file, clockH, choice);
}
