import { fail, fault, JoulewrightError } from '../errors/error.ts';
import { splitCsvLine } from '../series/csv.ts';
import { checkStamps, type Quantity, type RawYear, type Stamp } from './raw.ts';
import { MONTH_START_DAY } from './year.ts';

/** Column of each quantity and what turns it into our unit. Source: Wilcox and Marion 2008, Users Manual for TMY3 Data Sets, NREL/TP-581-43156. */
const COLUMNS: Readonly<Record<Quantity, { name: string; factor: number }>> = {
  tempC: { name: 'Dry-bulb (C)', factor: 1 },
  dewC: { name: 'Dew-point (C)', factor: 1 },
  rhPct: { name: 'RHum (%)', factor: 1 },
  pressurePa: { name: 'Pressure (mbar)', factor: 100 },
  ghiWm2: { name: 'GHI (W/m^2)', factor: 1 },
  dniWm2: { name: 'DNI (W/m^2)', factor: 1 },
  dhiWm2: { name: 'DHI (W/m^2)', factor: 1 },
  windMs: { name: 'Wspd (m/s)', factor: 1 },
};
const QUANTITIES = Object.keys(COLUMNS) as Quantity[];
/** Missing values are -9900 in every field. */
const MISSING = -9900;

/** True when a text is a TMY3 file: its second line begins with the date and the time. */
export function isTmy3(text: string): boolean {
  return /^[^\n]*\r?\n"?Date \(MM\/DD\/YYYY\)"?,"?Time \(HH:MM\)"?,/i.test(text);
}

function station(line: string, file: string) {
  const cells = splitCsvLine(line).map((c) => c.trim());
  const number = (at: number, name: string, low: number, high: number): number => {
    const cell = cells[at] ?? '';
    const value = cell === '' ? Number.NaN : Number(cell);
    if (value >= low && value <= high) return value;
    const hint = `the first line is station, name, state, zone, latitude, longitude, elevation; field ${at + 1} must be ${low} to ${high}`;
    return fail('JW_WEATHER_HEADER', { file, reason: `${name} is "${cell}"`, hint }, `${file}:1`);
  };
  return {
    name: [cells[1], cells[2]].filter((c) => c !== undefined && c !== '').join(', '),
    utcOffsetH: number(3, 'the time zone', -12, 14),
    latDeg: number(4, 'the latitude', -90, 90),
    lonDeg: number(5, 'the longitude', -180, 180),
    elevationM: number(6, 'the elevation', -1000, 9999),
  };
}

/**
 * Reads the text of a TMY3 file: two header lines, then hours that are named by their end (01:00 to 24:00) in local standard time.
 * @throws JW_WEATHER_HEADER, JW_WEATHER_ROWS, JW_WEATHER_GAP, JW_CSV_HEADER, JW_CSV_VALUE
 */
export function parseTmy3(text: string, file: string): RawYear {
  const lines = text.split(/\r?\n/);
  const { name, utcOffsetH, latDeg, lonDeg, elevationM } = station(lines[0] ?? '', file);
  const header = splitCsvLine(lines[1] ?? '').map((c) => c.trim());
  const at = Object.fromEntries(QUANTITIES.map((q) => [q, header.indexOf(COLUMNS[q].name)])) as Record<
    Quantity,
    number
  >;
  for (const quantity of ['tempC', 'ghiWm2', 'windMs'] as const) {
    if (at[quantity] < 0)
      fail('JW_CSV_HEADER', { file, column: COLUMNS[quantity].name, columns: header.slice(0, 6).join(', ') });
  }
  const present = QUANTITIES.filter((q) => at[q] >= 0);
  const columns = Object.fromEntries(present.map((q) => [q, [] as number[]])) as Record<Quantity, number[]>;
  const stamps: Stamp[] = [];
  for (let i = 2; i < lines.length; i++) {
    if (lines[i]!.trim() === '') continue;
    const cells = splitCsvLine(lines[i]!);
    const [month, day] = (cells[0] ?? '').split('/').map(Number);
    const hour = Number((cells[1] ?? '').split(':')[0]);
    stamps.push({
      day: (MONTH_START_DAY[(month ?? 0) - 1] ?? Number.NaN) + (day ?? Number.NaN),
      hour: hour - 1,
      line: i + 1,
    });
    for (const quantity of present) {
      const cell = (cells[at[quantity]] ?? '').trim();
      const value = cell === '' ? Number.NaN : Number(cell);
      if (cell !== '' && !Number.isFinite(value)) {
        const column = COLUMNS[quantity].name;
        throw new JoulewrightError([
          fault('JW_CSV_VALUE', { file, line: i + 1, column, value: cell }, `${file}:${i + 1}`),
        ]);
      }
      columns[quantity].push(value <= MISSING ? Number.NaN : value * COLUMNS[quantity].factor);
    }
  }
  const wrong = checkStamps(file, stamps);
  if (wrong !== undefined) throw new JoulewrightError([wrong]);
  return {
    file,
    about: `${name} (TMY3)`,
    station: { latDeg, lonDeg, elevationM },
    utcOffsetH,
    columns: Object.fromEntries(present.map((q) => [q, Float64Array.from(columns[q])])),
    names: Object.fromEntries(present.map((q) => [q, COLUMNS[q].name])),
    lines: Int32Array.from(stamps, (s) => s.line),
    warnings: [],
  };
}
