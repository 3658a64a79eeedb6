import { JoulewrightError } from '../errors/error.ts';
import { readText } from '../series/csv.ts';
import { mean, type Provenance } from '../series/grid.ts';
import { checkRaw, present } from './check.ts';
import { completeHumidity, completeLight, type Decomposition } from './complete.ts';
import { rawYear } from './format.ts';
import type { WeatherMap } from './map.ts';
import type { RawYear } from './raw.ts';
import { checkNight, findShift, moveMonths } from './stamp.ts';
import { type Place, pressureByHeight, type WeatherYear, YEAR_HOURS } from './year.ts';

/** How to read a weather file. */
export interface ReadOptions {
  /** Clock of the file: hours ahead of UTC. Default: what an EPW says, otherwise the zone's standard time. */
  readonly utcOffsetH?: number;
  /** Where the numbers come from; a file cannot say. Default: 'measured' for EPW, 'reanalysis' for tables. */
  readonly provenance?: Provenance;
  /** One line for people; default from the file. */
  readonly about?: string;
  /** Which column of a plain CSV is what; without it the format is found by content. */
  readonly map?: WeatherMap;
  /** Which year of a file that holds several; default the last whole one. */
  readonly year?: number;
  /** What splits global irradiance where the file has neither beam nor diffuse. Default 'erbs'. */
  readonly decomposition?: Decomposition;
}

/** Reads a weather year from a file, `.gz` or plain; the format is found by content. See parseWeather. @throws also JW_FILE_* */
export function readWeather(file: string, place: Place, options: ReadOptions = {}): WeatherYear {
  return parseWeather(readText(file), file, place, options);
}

/**
 * Reads a weather year from text: EPW, TMY3, PVGIS, Open-Meteo, NASA POWER, an hourly table, or any CSV by a map (see format.ts).
 * What is impossible is an error that names row and column; what is odd is told in `warnings`.
 * @throws JW_WEATHER_FORMAT, _JSON, _HEADER, _ROWS, _GAP, _UNIT, _RANGE, _DEW, _CLOCK, _NIGHT, JW_CSV_HEADER, JW_CSV_VALUE
 */
export function parseWeather(text: string, file: string, place: Place, options: ReadOptions = {}): WeatherYear {
  const { raw, provenance } = rawYear(text, file, place, options);
  const faults = checkRaw(raw, place);
  if (faults.length > 0) throw new JoulewrightError(faults);
  const warnings = [...raw.warnings, ...farFrom(raw, place)];
  const year = assemble(raw, place, warnings, options.decomposition ?? 'erbs');
  return { ...year, about: options.about ?? raw.about, provenance: options.provenance ?? provenance };
}

/** Distance over a sphere of 6,371 km, km (haversine formula). */
function distanceKm(a: Pick<Place, 'latDeg' | 'lonDeg'>, b: Pick<Place, 'latDeg' | 'lonDeg'>): number {
  const rad = Math.PI / 180;
  const north = Math.sin(((a.latDeg - b.latDeg) * rad) / 2) ** 2;
  const east = Math.sin(((a.lonDeg - b.lonDeg) * rad) / 2) ** 2;
  const half = north + Math.cos(a.latDeg * rad) * Math.cos(b.latDeg * rad) * east;
  return 2 * 6371 * Math.asin(Math.sqrt(Math.min(1, half)));
}

/** Warnings about a station that is not where the site is. */
function farFrom(raw: RawYear, place: Place): string[] {
  const station = raw.station;
  if (station === undefined) return [];
  const apartKm = distanceKm(station, place);
  const warnings = apartKm > 50 ? [`the file's station is ${Math.round(apartKm)} km from the site`] : [];
  const upM = Math.round(station.elevationM - place.elevationM);
  if (Math.abs(upM) > 150)
    warnings.push(`the file's station is ${Math.abs(upM)} m ${upM > 0 ? 'above' : 'below'} the site`);
  return warnings;
}

/** Columns of a checked raw year, completed, with the clock of the irradiance found. */
function assemble(raw: RawYear, place: Place, warnings: string[], decomposition: Decomposition): WeatherYear {
  const column = (quantity: Parameters<typeof present>[1]) => present(raw, quantity);
  const derived: string[] = [...(raw.derived ?? [])];
  const tempC = column('tempC') ?? new Float64Array(YEAR_HOURS);
  const windMs = column('windMs') ?? new Float64Array(YEAR_HOURS);
  const ghi = column('ghiWm2') ?? new Float64Array(YEAR_HOURS);
  // The sun over the station, not over the site, made the irradiance.
  const at = raw.station === undefined ? place : { ...raw.station, zone: place.zone };
  const { shiftH, monthHours, faults } = findShift(raw.file, ghi, at, raw.utcOffsetH);
  if (faults.length > 0) {
    // Light in the night bends the middle of the days too: both are told, because either may be the cause.
    throw new JoulewrightError([...faults, ...checkNight(raw.file, raw.lines, ghi, at, raw.utcOffsetH, 0)]);
  }
  if (shiftH !== 0) {
    const side = shiftH > 0 ? 'late' : 'early';
    warnings.push(`irradiance is stamped ${Math.abs(shiftH).toFixed(2)} h ${side}; the sun is taken at the true time`);
  }
  const months = monthHours.flatMap((hours, month) => (hours === 0 ? [] : [month + 1]));
  if (months.length > 0) {
    warnings.push(
      `irradiance of month ${months.join(', ')} was an hour apart from the other months and was moved to them`,
    );
  }
  const move = (values: Float64Array) => moveMonths(values, monthHours);
  const moved = { ghi: move(ghi), dni: column('dniWm2'), dhi: column('dhiWm2') };
  const dark = checkNight(raw.file, raw.lines, moved.ghi, at, raw.utcOffsetH, shiftH);
  if (dark.length > 0) throw new JoulewrightError(dark);
  const pressure = column('pressurePa');
  const light = completeLight(
    moved.ghi,
    moved.dni === undefined ? undefined : move(moved.dni),
    moved.dhi === undefined ? undefined : move(moved.dhi),
    at,
    raw.utcOffsetH,
    shiftH,
    warnings,
    derived,
    { decomposition, pressurePa: pressure },
  );
  const humidity = completeHumidity(tempC, column('dewC'), column('rhPct'), warnings, derived);
  if (pressure === undefined)
    derived.push(`the file has no pressure: that of ${Math.round(place.elevationM)} m above the sea is used`);
  const windMean = mean(windMs);
  if (windMean > 10) warnings.push(`mean wind of ${windMean.toFixed(1)} m/s: is it in km/h or knots?`);
  if (windMean < 0.3) warnings.push(`mean wind of ${windMean.toFixed(1)} m/s: was the anemometer working?`);
  const totalKwh = (mean(light.ghiWm2) * YEAR_HOURS) / 1000;
  if (totalKwh < 600 || totalKwh > 2700) {
    warnings.push(
      `global irradiance of ${Math.round(totalKwh)} kWh/m2 a year is outside the 600 to 2700 of inhabited places`,
    );
  }
  return {
    about: raw.about,
    provenance: 'reanalysis',
    source: raw.file,
    place: at,
    utcOffsetH: raw.utcOffsetH,
    stepH: 1,
    hours: YEAR_HOURS,
    tempC,
    ...humidity,
    ...light,
    windMs,
    pressurePa: pressure ?? pressureByHeight(place.elevationM),
    irradianceShiftH: shiftH,
    derived,
    warnings: [...warnings, ...derived],
  };
}
