import { JoulewrightError } from '../errors/error.ts';
import { columnIndex, numberColumn, parseCsv } from '../series/csv.ts';
import { checkStamps, type Quantity, type RawYear, type Stamp } from './raw.ts';

/** Column of each quantity. Pressure may be left out; so may the dew point or the humidity, and beam and diffuse. */
const NAMES: Readonly<Record<Quantity, string>> = {
  tempC: 'temp_c',
  dewC: 'dew_c',
  rhPct: 'rh_pct',
  pressurePa: 'pressure_pa',
  ghiWm2: 'ghi_wm2',
  dniWm2: 'dni_wm2',
  dhiWm2: 'dhi_wm2',
  windMs: 'wind10_ms',
};
const REQUIRED: readonly Quantity[] = ['tempC', 'ghiWm2', 'windMs'];

/** True when a text is a table of hours. */
export function isHourlyCsv(text: string): boolean {
  const first = (text.split('\n', 1)[0] ?? '').toLowerCase();
  return first.includes('day_of_year') && first.includes('hour');
}

/**
 * Reads the text of an hourly table: columns day_of_year (1..365) and hour (0..23, start of the interval) in local standard
 * time, temp_c, dew_c, rh_pct, ghi_wm2, dni_wm2, dhi_wm2, wind10_ms and, if known, pressure_pa. A leap year's day 60 is dropped.
 * @throws JW_CSV_HEADER, JW_CSV_VALUE, JW_WEATHER_ROWS, JW_WEATHER_GAP
 */
export function parseHourlyCsv(text: string, file: string, utcOffsetH: number): RawYear {
  const table = parseCsv(text, file);
  const days = numberColumn(table, 'day_of_year');
  const hours = numberColumn(table, 'hour');
  for (const quantity of REQUIRED) columnIndex(table, NAMES[quantity]);
  if (!table.columns.includes(NAMES.dewC)) columnIndex(table, NAMES.rhPct);
  const leap = days[days.length - 1] === 366;
  const kept: number[] = [];
  const stamps: Stamp[] = [];
  for (let i = 0; i < days.length; i++) {
    if (leap && days[i] === 60) continue;
    kept.push(i);
    const day = leap && days[i]! > 60 ? days[i]! - 1 : days[i]!;
    stamps.push({ day, hour: hours[i]!, line: i + table.firstLine });
  }
  const wrong = checkStamps(file, stamps);
  if (wrong !== undefined) throw new JoulewrightError([wrong]);
  const columns: Partial<Record<Quantity, Float64Array>> = {};
  const names: Partial<Record<Quantity, string>> = {};
  for (const quantity of Object.keys(NAMES) as Quantity[]) {
    if (!table.columns.includes(NAMES[quantity])) continue;
    const values = numberColumn(table, NAMES[quantity]);
    columns[quantity] = leap ? Float64Array.from(kept, (i) => values[i]!) : values;
    names[quantity] = NAMES[quantity];
  }
  return {
    file,
    about: `hourly table ${file.replace(/^.*[\\/]/, '')}`,
    utcOffsetH,
    columns,
    names,
    lines: Int32Array.from(stamps, (s) => s.line),
    warnings: leap ? ['29 February was left out'] : [],
  };
}
