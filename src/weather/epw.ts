import { type Fault, fail, fault, JoulewrightError } from '../errors/error.ts';
import { splitCsvLine } from '../series/csv.ts';
import { checkStamps, type Quantity, type RawYear, type Stamp } from './raw.ts';
import { MONTH_START_DAY } from './year.ts';

/** Position of a quantity in an EPW row, its missing mark, and its name. Source: EnergyPlus Auxiliary Programs, EPW data dictionary. */
const FIELDS: Readonly<Record<Quantity, { at: number; missing: number; name: string }>> = {
  tempC: { at: 6, missing: 99.9, name: 'dry bulb (field 7)' },
  dewC: { at: 7, missing: 99.9, name: 'dew point (field 8)' },
  rhPct: { at: 8, missing: 999, name: 'relative humidity (field 9)' },
  pressurePa: { at: 9, missing: 999999, name: 'pressure (field 10)' },
  ghiWm2: { at: 13, missing: 9999, name: 'global horizontal irradiance (field 14)' },
  dniWm2: { at: 14, missing: 9999, name: 'direct normal irradiance (field 15)' },
  dhiWm2: { at: 15, missing: 9999, name: 'diffuse horizontal irradiance (field 16)' },
  windMs: { at: 21, missing: 999, name: 'wind speed (field 22)' },
};
const QUANTITIES = Object.keys(FIELDS) as Quantity[];

/** True when a text is an EPW file. */
export function isEpw(text: string): boolean {
  return /^LOCATION,/i.test(text);
}

function header(line: string, file: string) {
  const cells = splitCsvLine(line).map((c) => c.trim());
  const number = (at: number, name: string, low: number, high: number): number => {
    const cell = cells[at] ?? '';
    const value = cell === '' ? Number.NaN : Number(cell);
    if (value >= low && value <= high) return value;
    return fail(
      'JW_WEATHER_HEADER',
      { file, reason: `${name} is "${cell}"`, hint: `LOCATION field ${at + 1} must be ${low} to ${high}` },
      `${file}:1`,
    );
  };
  return {
    name: [cells[1], cells[3]].filter((c) => c !== undefined && c !== '').join(', '),
    kind: cells[4] ?? '',
    latDeg: number(6, 'the latitude', -90, 90),
    lonDeg: number(7, 'the longitude', -180, 180),
    utcOffsetH: number(8, 'the time zone', -12, 14),
    elevationM: number(9, 'the elevation', -1000, 9999),
  };
}

/** Line (from 0) of the first data row. Hourly data only. @throws JW_WEATHER_HEADER */
function firstRow(lines: readonly string[], file: string): number {
  const at = lines.findIndex((line) => /^DATA PERIODS,/i.test(line));
  if (at < 0) {
    const hint = 'the eight header lines of an EPW end with DATA PERIODS';
    fail('JW_WEATHER_HEADER', { file, reason: 'there is no line DATA PERIODS', hint }, file);
  }
  const perHour = Number(splitCsvLine(lines[at]!)[2]);
  if (perHour !== 1) {
    const reason = `it has ${splitCsvLine(lines[at]!)[2] ?? 'no'} records per hour`;
    fail('JW_WEATHER_HEADER', { file, reason, hint: 'only hourly files are read' }, `${file}:${at + 1}`);
  }
  return at + 1;
}

/**
 * Reads the text of an hourly EPW file: hour 1 is the interval 00:00 to 01:00 of local standard time; 29 February is dropped.
 * Cells with the format's missing mark become NaN. Source: EnergyPlus Auxiliary Programs.
 * @throws JW_WEATHER_HEADER, JW_WEATHER_ROWS, JW_WEATHER_GAP, JW_CSV_VALUE
 */
export function parseEpw(text: string, file: string): RawYear {
  const lines = text.split(/\r?\n/);
  const station = header(lines[0]!, file);
  const stamps: Stamp[] = [];
  const columns = Object.fromEntries(QUANTITIES.map((q) => [q, [] as number[]])) as Record<Quantity, number[]>;
  const faults: Fault[] = [];
  let dropped = 0;
  for (let at = firstRow(lines, file); at < lines.length; at++) {
    const line = lines[at]!;
    if (line.trim() === '') continue;
    const cells = line.split(',');
    const [month, day, hour] = [Number(cells[1]), Number(cells[2]), Number(cells[3])];
    if (month === 2 && day === 29) {
      dropped++;
      continue;
    }
    stamps.push({ day: (MONTH_START_DAY[month - 1] ?? Number.NaN) + day, hour: hour - 1, line: at + 1 });
    for (const quantity of QUANTITIES) {
      const { at: field, missing, name } = FIELDS[quantity];
      const cell = (cells[field] ?? '').trim();
      const value = cell === '' ? Number.NaN : Number(cell);
      if (cell !== '' && !Number.isFinite(value) && faults.length < 5) {
        faults.push(fault('JW_CSV_VALUE', { file, line: at + 1, column: name, value: cell }, `${file}:${at + 1}`));
      }
      columns[quantity].push(value >= missing ? Number.NaN : value);
    }
  }
  if (faults.length > 0) throw new JoulewrightError(faults);
  const wrong = checkStamps(file, stamps);
  if (wrong !== undefined) throw new JoulewrightError([wrong]);
  const { name, kind, utcOffsetH, latDeg, lonDeg, elevationM } = station;
  return {
    file,
    about: `${name} (EPW${kind === '' ? '' : `, ${kind}`})`,
    station: { latDeg, lonDeg, elevationM },
    utcOffsetH,
    columns: Object.fromEntries(QUANTITIES.map((q) => [q, Float64Array.from(columns[q])])),
    names: Object.fromEntries(QUANTITIES.map((q) => [q, FIELDS[q].name])),
    lines: Int32Array.from(stamps, (s) => s.line),
    warnings: dropped > 0 ? ['29 February was left out'] : [],
  };
}
