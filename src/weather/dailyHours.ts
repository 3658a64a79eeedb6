import { dewPointC, saturationPressurePa } from '../air/psychrometrics.ts';
import { type Fault, fault, JoulewrightError } from '../errors/error.ts';
import { random, seedFrom } from '../series/random.ts';
import { YEAR_DAYS } from './daily.ts';
import { type DailySeries, type DailyYear, readDailySeries } from './dailySeries.ts';
import { dayLight, dayWind, hourlyTemp, type SolarDays, solarDays } from './hourly.ts';
import { type Place, pressureByHeight, standardOffsetH, type WeatherYear, YEAR_HOURS } from './year.ts';

/** How hours are made from days. */
export interface HoursOptions {
  /** Seed of clouds and gusts within the days; each year has its own stream. Default 1. */
  readonly seed?: number;
  /** Factor on irradiance, 0.5..1.2; reanalysis is known to be some percent bright. Default 1. */
  readonly irradianceFactor?: number;
}

/** A year of a daily series, made hourly when asked. */
export interface YearOfDays {
  readonly year: number;
  /** Daily irradiation, kWh/m2, the factor on it included. */
  readonly ghiKwhM2: Float64Array;
  weather(): WeatherYear;
}

/** A day may be this much brighter than the sky outside the atmosphere before it is an error: rounding in polar twilight, kWh/m2. */
const BRIGHT_SLACK_KWH = 0.06;

/**
 * Hours of days. Temperature runs in cosine segments through each day's minimum at sunrise and maximum three hours after solar noon,
 * on across midnight; the air of a day holds one vapour pressure, found so that the day's mean relative humidity is met, and is
 * saturated where an hour is colder; irradiance has the shape of Collares-Pereira and Rabl 1979 times first-order cloud noise, scaled
 * under a ceiling to the day's exact sum; diffuse by Erbs et al. 1982; wind swings by a quarter about its mean with lognormal gusts
 * of first order, scaled to the day's exact mean. The days' own figures are those of the series, the hours within are modelled.
 */
export function hoursOfDays(
  days: DailyYear,
  place: Place,
  source: string,
  options: HoursOptions = {},
  sky: SolarDays = solarDays(place, standardOffsetH(place.zone)),
): WeatherYear {
  const { seed = 1, irradianceFactor = 1 } = options;
  if (!(irradianceFactor >= 0.5 && irradianceFactor <= 1.2)) {
    throw new RangeError(`irradianceFactor ${irradianceFactor} is outside 0.5..1.2`);
  }
  const draw = random(seedFrom(`${seed}/days/${days.year}`));
  const middleC = days.maxC.map((max, day) => (max + days.minC[day]!) / 2);
  const tempC = hourlyTemp(days.maxC, days.minC, middleC, sky);
  const clearness = days.ghiKwhM2.map((kwh, day) =>
    sky.outsideKwh[day]! > 0 ? Math.min(1, kwh / sky.outsideKwh[day]!) : 0,
  );
  const light = dayLight(draw, clearness, sky, place.elevationM, irradianceFactor);
  return {
    about: `${source.replace(/^.*[\\/]/, '')}: days of ${days.year}, hours within them derived`,
    provenance: 'derived',
    source,
    place,
    utcOffsetH: standardOffsetH(place.zone),
    stepH: 1,
    hours: YEAR_HOURS,
    tempC,
    ...humidityOfDays(days.rhShare, tempC),
    ...light,
    windMs: dayWind(draw, days.windMs, sky),
    pressurePa: pressureByHeight(place.elevationM),
    irradianceShiftH: 0,
    warnings: [...days.warnings, ...(irradianceFactor === 1 ? [] : [`irradiance scaled by ${irradianceFactor}`])],
  };
}

/** Humidity of hours: one vapour pressure a day, so that the mean relative humidity of the day is `rhShare` exactly. */
function humidityOfDays(rhShare: Float64Array, tempC: Float64Array): { dewC: Float64Array; rhShare: Float64Array } {
  const dewC = new Float64Array(YEAR_HOURS);
  const hourly = new Float64Array(YEAR_HOURS);
  const saturationPa = tempC.map(saturationPressurePa);
  for (let day = 0; day < YEAR_DAYS; day++) {
    // Air of 0 % is a sensor's floor; 0.1 % stands in, so that there is a dew point.
    const wanted = Math.max(0.001, rhShare[day]!);
    const hours = saturationPa.subarray(day * 24, day * 24 + 24);
    const vapourPa = vapourOfDay(wanted, hours);
    for (let h = 0; h < 24; h++) {
      const row = day * 24 + h;
      const pa = Math.min(vapourPa, hours[h]!);
      hourly[row] = pa / hours[h]!;
      dewC[row] = Math.min(tempC[row]!, dewPointC(pa));
    }
  }
  return { dewC, rhShare: hourly };
}

/** The vapour pressure whose mean relative humidity over the hours, none above saturation, is `rhShare` (0..1), Pa. */
function vapourOfDay(rhShare: number, saturationPa: Float64Array): number {
  const meanAt = (pa: number) => saturationPa.reduce((sum, s) => sum + Math.min(1, pa / s), 0) / saturationPa.length;
  const plain = (rhShare * saturationPa.length) / saturationPa.reduce((sum, s) => sum + 1 / s, 0);
  const driest = Math.min(...saturationPa);
  if (plain <= driest) return plain;
  let [low, high] = [driest, Math.max(...saturationPa)];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (meanAt(middle) < rhShare) low = middle;
    else high = middle;
  }
  return high;
}

/** Days that are brighter than the sky outside the atmosphere: the unit or the place is wrong. One fault, the first day named. */
function tooBright(series: DailySeries, sky: SolarDays): Fault[] {
  for (const { ghiKwhM2, lines } of series.years) {
    const day = ghiKwhM2.findIndex((kwh, d) => kwh > 1.02 * sky.outsideKwh[d]! + BRIGHT_SLACK_KWH);
    if (day < 0) continue;
    const value = Number((ghiKwhM2[day]! * 3.6).toFixed(2));
    const max = Number((sky.outsideKwh[day]! * 3.6).toFixed(2));
    const where = `${series.file}:${lines[day]} ghi_mj_m2`;
    return [fault('JW_WEATHER_RANGE', { column: 'ghi_mj_m2', value, unit: 'MJ/m2', min: 0, max }, where)];
  }
  return [];
}

/** Years of a daily series at a place, each made hourly when asked. @throws JW_WEATHER_RANGE for a day brighter than space */
export function yearsOfDays(series: DailySeries, place: Place, options: HoursOptions = {}): YearOfDays[] {
  const sky = solarDays(place, standardOffsetH(place.zone));
  const faults = tooBright(series, sky);
  if (faults.length > 0) throw new JoulewrightError(faults);
  return series.years.map((days) => ({
    year: days.year,
    ghiKwhM2: days.ghiKwhM2.map((kwh) => kwh * (options.irradianceFactor ?? 1)),
    weather: () => hoursOfDays(days, place, series.file, options, sky),
  }));
}

/** Reads a daily series (`.gz` or plain, see parseDailySeries) as weather years of a place. @throws what its parts throw */
export function readDailyYears(file: string, place: Place, options: HoursOptions = {}): YearOfDays[] {
  return yearsOfDays(readDailySeries(file), place, options);
}
