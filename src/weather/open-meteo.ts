import { fail, fault, JoulewrightError } from '../errors/error.ts';
import { HOUR_MS } from '../series/grid.ts';
import { below, type JsonObject, numberOf, stationOf } from './json.ts';
import type { Quantity, RawYear } from './raw.ts';
import { stampMs, type YearChoice, yearOfStamped } from './stamped.ts';
import { conversionOf, converted, unitsOf } from './units.ts';
import type { Place } from './year.ts';

/** Names of the quantities, today's first. Source: Open-Meteo, Historical Weather API. */
const NAMES: Readonly<Record<Quantity, readonly string[]>> = {
  tempC: ['temperature_2m'],
  dewC: ['dew_point_2m', 'dewpoint_2m'],
  rhPct: ['relative_humidity_2m', 'relativehumidity_2m'],
  pressurePa: ['surface_pressure'],
  ghiWm2: ['shortwave_radiation'],
  dniWm2: ['direct_normal_irradiance'],
  dhiWm2: ['diffuse_radiation'],
  windMs: ['wind_speed_10m', 'windspeed_10m'],
};
const LIGHT: readonly Quantity[] = ['ghiWm2', 'dniWm2', 'dhiWm2'];

/** True when a JSON object is an hourly answer of Open-Meteo. */
export function isOpenMeteo(data: JsonObject): boolean {
  return Array.isArray(below(data, 'hourly')['time']) && 'hourly_units' in data;
}

/** Stamps name the end of the hour for irradiance, and an instant for all else: both become means of the hour that begins there. */
function hourMeans(values: Float64Array, isLight: boolean): Float64Array {
  // The last hour has nothing after it: its own value stands, and light at midnight is that of the first row.
  return values.map((v, i) => {
    const next = values[i + 1] ?? (isLight ? values[0]! : v);
    return isLight ? next : (v + next) / 2;
  });
}

/**
 * Reads an hourly answer of Open-Meteo's archive. Its irradiance is the mean of the hour before the stamp and moves by one row; the
 * rest are values at the stamp, of which two neighbours make the hour. Units as the answer states them.
 * @throws JW_WEATHER_UNIT, _GAP, _ROWS, JW_CSV_HEADER
 */
export function parseOpenMeteo(
  data: JsonObject,
  file: string,
  place: Place,
  clockH: number,
  choice: YearChoice,
): RawYear {
  const hourly = below(data, 'hourly');
  const units = below(data, 'hourly_units');
  const times = Array.isArray(hourly['time']) ? hourly['time'] : [];
  const offsetH = numberOf(data['utc_offset_seconds'] ?? 0) / 3600;
  const startMs = Float64Array.from(times, (time) =>
    typeof time === 'number' ? time * 1000 + offsetH * HOUR_MS : stampMs(String(time)),
  );
  const bad = startMs.findIndex((ms, i) => Number.isNaN(ms) || (i > 0 && ms !== startMs[i - 1]! + HOUR_MS));
  if (bad >= 0) {
    const reason = `the time ${String(times[bad])} does not follow ${bad === 0 ? 'as a date' : `${String(times[bad - 1])} by an hour`}`;
    throw new JoulewrightError([fault('JW_WEATHER_GAP', { reason }, `${file} hourly.time[${bad}]`)]);
  }
  const columns: Partial<Record<Quantity, Float64Array>> = {};
  const names: Partial<Record<Quantity, string>> = {};
  for (const quantity of Object.keys(NAMES) as Quantity[]) {
    const name = NAMES[quantity].find((n) => Array.isArray(hourly[n]));
    const list = name === undefined ? undefined : hourly[name];
    if (name === undefined || !Array.isArray(list)) continue;
    const unit = String(units[name] ?? '');
    const conversion = conversionOf(quantity, unit);
    if (conversion === undefined) {
      fail(
        'JW_WEATHER_UNIT',
        { column: name, found: `"${unit}"`, unit: unitsOf(quantity), hint: 'ask for it in one of these' },
        file,
      );
    }
    names[quantity] = name;
    columns[quantity] = hourMeans(
      converted(
        Float64Array.from(times, (_, i) => numberOf(list[i])),
        conversion,
      ),
      LIGHT.includes(quantity),
    );
  }
  for (const quantity of ['tempC', 'ghiWm2', 'windMs'] as const) {
    if (columns[quantity] !== undefined) continue;
    fail('JW_CSV_HEADER', { file, column: NAMES[quantity][0]!, columns: Object.keys(hourly).join(', ') });
  }
  const station = stationOf(data['latitude'], data['longitude'], data['elevation'], place.elevationM);
  const rows = {
    file,
    about: 'Open-Meteo archive',
    clockH: offsetH,
    startMs,
    lines: Int32Array.from(times, (_, i) => i + 1),
    columns,
    names,
    warnings: [],
  };
  return yearOfStamped(station === undefined ? rows : { ...rows, station }, clockH, choice);
}
