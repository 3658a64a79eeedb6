import { dewPointOfRhC, saturationPressurePa } from '../air/psychrometrics.ts';
import type { Climate } from '../catalog/catalog.ts';
import { random } from '../series/random.ts';
import { autoregression, monthlyMeans, smoothYear, temperLuck, temperScale, YEAR_DAYS } from './daily.ts';
import { dayClimate, drawDays } from './drawDays.ts';
import { dayLight, dayWind, hourlyTemp, solarDays } from './hourly.ts';
import { type Place, pressureByHeight, standardOffsetH, type WeatherYear, YEAR_HOURS } from './year.ts';

/** How a weather year is generated. */
export interface GenerateOptions {
  /**
   * How much of the luck of single months stays, 0..1: 0 (default) gives a typical year, whose monthly means are those of the
   * climate while its days vary; 1 gives a year as it may fall, with cold and dark months in their right frequency.
   */
  readonly yearToYear?: number;
  /** Factor on irradiance, 0.5..1.2; reanalysis climates are some percent bright. Default 1. */
  readonly irradianceFactor?: number;
}

/** How far a day's range of temperature follows its clearness (Hargreaves and Samani 1982: clear days swing more). Our choice. */
const RANGE_BY_CLEARNESS = 0.5;
/** Part of a warm day's anomaly that its dew point follows, and the dew point's own day-to-day spread, K. Our choice. */
const DEW_BY_TEMP = 0.5;
const DEW_SD_K = 1.5;

/**
 * Generates an hourly year from a climate's monthly statistics; the same seed gives the same year. Daily mean temperature,
 * clearness and wind are first-order autoregressions with monthly mean, spread and lag; hours follow: temperature in cosine
 * segments, irradiance by Collares-Pereira and Rabl 1979 with cloud noise, diffuse by Erbs 1982, one dew point a day.
 * Method as in Degelman 1991 and the TRNSYS weather generator (Knight 1991), simplified.
 */
export function generateWeather(climate: Climate, seed: number, options: GenerateOptions = {}): WeatherYear {
  const { yearToYear = 0, irradianceFactor = 1 } = options;
  if (!(yearToYear >= 0 && yearToYear <= 1)) throw new RangeError(`yearToYear ${yearToYear} is outside 0..1`);
  if (!(irradianceFactor >= 0.5 && irradianceFactor <= 1.2)) {
    throw new RangeError(`irradianceFactor ${irradianceFactor} is outside 0.5..1.2`);
  }
  const draw = random(seed);
  const { latDeg, lonDeg, elevationM, zone } = climate;
  const place: Place = { latDeg, lonDeg, elevationM, zone };
  const utcOffsetH = standardOffsetH(zone);
  const sky = solarDays(place, utcOffsetH);

  const days = dayClimate(climate, sky.outsideKwh);
  const { meanC } = days;
  const { anomalyC, clearness } = drawDays(days, draw, seed, yearToYear);
  const dailyC = meanC.map((t, day) => t + anomalyC[day]!);
  const wind = dailyWind(climate, autoregression(draw, smoothYear(climate.wind10Lag1)), yearToYear);

  const typical = smoothYear(monthlyMeans(clearness));
  const top = smoothYear(climate.tempMaxMeanC);
  const low = smoothYear(climate.tempMinMeanC);
  const swing = clearness.map((k, day) => {
    const relative = typical[day]! > 0 ? k / typical[day]! - 1 : 0;
    return Math.max(0.3, Math.min(1.6, 1 + RANGE_BY_CLEARNESS * relative));
  });
  const maxC = dailyC.map((t, day) => t + Math.max(0, top[day]! - meanC[day]!) * swing[day]!);
  const minC = dailyC.map((t, day) => t - Math.max(0, meanC[day]! - low[day]!) * swing[day]!);
  const tempC = hourlyTemp(maxC, minC, dailyC, sky, yearToYear === 1 ? undefined : meanC);

  const light = dayLight(draw, clearness, sky, elevationM, irradianceFactor);
  const dewNoise = temperLuck(autoregression(draw, new Float64Array(YEAR_DAYS).fill(0.6)), yearToYear);
  const humidity = hourlyHumidity(climate, tempC, anomalyC, dewNoise);
  return {
    about: `${climate.place}: generated year, seed ${seed}`,
    provenance: 'generated',
    source: climate.source,
    place,
    utcOffsetH,
    stepH: 1,
    hours: YEAR_HOURS,
    tempC,
    ...humidity,
    ...light,
    windMs: dayWind(draw, wind, sky),
    pressurePa: pressureByHeight(elevationM),
    irradianceShiftH: 0,
    warnings: irradianceFactor === 1 ? [] : [`irradiance scaled by ${irradianceFactor}`],
  };
}

/** Daily mean wind, m/s: lognormal with the climate's mean and spread. */
function dailyWind(climate: Climate, x: Float64Array, yearToYear: number): Float64Array {
  const mean = smoothYear(climate.wind10Ms).map((v) => Math.max(0.1, v));
  const cv = smoothYear(climate.wind10SdMs.map((sd, m) => sd / Math.max(0.1, climate.wind10Ms[m]!)));
  const drawn = x.map((v, day) => {
    const logVariance = Math.log(1 + cv[day]! ** 2);
    return mean[day]! * Math.exp(Math.sqrt(logVariance) * v - logVariance / 2);
  });
  return temperScale(drawn, new Float64Array(YEAR_DAYS).fill(1), climate.wind10Ms, yearToYear, 40);
}

/**
 * One dew point a day (the vapour in the air changes little within one), lowered where an hour is colder, so that no hour is
 * above saturation. The climate's dew point and humidity must agree; where they do not, their middle is taken.
 */
function hourlyHumidity(climate: Climate, tempC: Float64Array, anomalyC: Float64Array, noise: Float64Array) {
  const fromRh = climate.rhPct.map((rh, m) => dewPointOfRhC(climate.tempMeanC[m]!, Math.max(0.01, rh / 100)));
  const monthly = climate.dewC.map((dew, m) => (dew + fromRh[m]!) / 2);
  const course = smoothYear(monthly);
  const dewC = new Float64Array(YEAR_HOURS);
  const rhShare = new Float64Array(YEAR_HOURS);
  for (let hour = 0; hour < YEAR_HOURS; hour++) {
    const day = Math.floor(hour / 24);
    const dew = course[day]! + DEW_BY_TEMP * anomalyC[day]! + DEW_SD_K * noise[day]!;
    dewC[hour] = Math.min(dew, tempC[hour]!);
    rhShare[hour] = Math.min(1, saturationPressurePa(dewC[hour]!) / saturationPressurePa(tempC[hour]!));
  }
  return { dewC, rhShare };
}
