import { fail, fault, JoulewrightError } from '../errors/error.ts';
import { below, type JsonObject, numberOf, stationOf } from './json.ts';
import type { Quantity, RawYear } from './raw.ts';
import { stampMs, type YearChoice, yearOfStamped } from './stamped.ts';
import { conversionOf, converted, unitsOf } from './units.ts';
import type { Place } from './year.ts';

/** Name of each quantity and its unit where the answer states none. Source: NASA Langley, POWER Hourly API, community RE. */
const NAMES: Readonly<Record<Quantity, { name: string; unit: string }>> = {
  tempC: { name: 'T2M', unit: 'C' },
  dewC: { name: 'T2MDEW', unit: 'C' },
  rhPct: { name: 'RH2M', unit: '%' },
  pressurePa: { name: 'PS', unit: 'kPa' },
  ghiWm2: { name: 'ALLSKY_SFC_SW_DWN', unit: 'Wh/m^2' },
  dniWm2: { name: 'ALLSKY_SFC_SW_DNI', unit: 'Wh/m^2' },
  dhiWm2: { name: 'ALLSKY_SFC_SW_DIFF', unit: 'Wh/m^2' },
  windMs: { name: 'WS10M', unit: 'm/s' },
};

/** True when a JSON object is an answer of NASA POWER. */
export function isNasaPower(data: JsonObject): boolean {
  return data['type'] === 'Feature' && 'parameter' in below(data, 'properties');
}

/**
 * Reads an hourly answer of NASA POWER: means of the hour that the stamp begins, missing values as its fill value says (-999). Its
 * "LST" is solar time by whole hours of longitude, not the zone's.
 * @throws JW_WEATHER_UNIT, _GAP, _ROWS, JW_CSV_HEADER
 */
export function parseNasaPower(
  data: JsonObject,
  file: string,
  place: Place,
  clockH: number,
  choice: YearChoice,
): RawYear {
  const parameters = below(data, 'properties', 'parameter');
  const fill = numberOf(below(data, 'header')['fill_value'] ?? -999);
  const point = below(data, 'geometry')['coordinates'];
  const [lon, lat, elevation] = Array.isArray(point) ? point : [];
  const station = stationOf(lat, lon, elevation, place.elevationM);
  const isSolar = String(below(data, 'header')['time_standard'] ?? 'UTC') === 'LST';
  const times = Object.keys(below(parameters, NAMES.tempC.name));
  const columns: Partial<Record<Quantity, Float64Array>> = {};
  const names: Partial<Record<Quantity, string>> = {};
  for (const quantity of Object.keys(NAMES) as Quantity[]) {
    const { name, unit: usual } = NAMES[quantity];
    if (!(name in parameters)) continue;
    const values = below(parameters, name);
    const unit = String(below(data, 'parameters', name)['units'] ?? usual);
    const conversion = conversionOf(quantity, unit);
    if (conversion === undefined) {
      fail(
        'JW_WEATHER_UNIT',
        { column: name, found: `"${unit}"`, unit: unitsOf(quantity), hint: 'ask for the community RE' },
        file,
      );
    }
    const found = Float64Array.from(times, (time) => {
      const value = numberOf(values[time]);
      return value === fill ? Number.NaN : value;
    });
    columns[quantity] = converted(found, conversion);
    names[quantity] = name;
  }
  for (const quantity of ['tempC', 'ghiWm2', 'windMs'] as const) {
    if (columns[quantity] !== undefined) continue;
    fail('JW_CSV_HEADER', { file, column: NAMES[quantity].name, columns: Object.keys(parameters).join(', ') });
  }
  const startMs = Float64Array.from(times, stampMs);
  const bad = startMs.findIndex((ms) => Number.isNaN(ms));
  if (bad >= 0) {
    const reason = `"${times[bad]}" is no time like 2019010100`;
    throw new JoulewrightError([fault('JW_WEATHER_GAP', { reason }, `${file} ${NAMES.tempC.name}`)]);
  }
  const rows = {
    file,
    about: 'NASA POWER',
    clockH: isSolar ? Math.round((station?.lonDeg ?? place.lonDeg) / 15) : 0,
    startMs,
    lines: Int32Array.from(times, (_, i) => i + 1),
    columns,
    names,
    warnings: [],
  };
  return yearOfStamped(station === undefined ? rows : { ...rows, station }, clockH, choice);
}
