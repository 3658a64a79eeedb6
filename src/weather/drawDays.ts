import type { Climate } from '../catalog/catalog.ts';
import { type Random, random, seedFrom } from '../series/random.ts';
import { CLEARNESS_HIGH, CLEARNESS_LOW, type ClearnessShape, clearnessShape } from './clearness.ts';
import {
  autoregression,
  monthlyMeans,
  shareWithinMonth,
  smoothYear,
  temperLuck,
  temperScale,
  YEAR_DAYS,
} from './daily.ts';
import { dayLuck } from './dayLuck.ts';
import { monthOfDay } from './year.ts';

/**
 * Part of the variance of daily clearness and of daily temperature that changes over weeks and not days, and the persistence of both
 * from day to day. Measured in 35 years of reanalysis at five places of Uzbekistan: the autocorrelation of clearness stays near 0.035
 * from 5 to 20 days, that of temperature is 0.16 after 10 days, 0.08 after 20 and 0.04 after 30, where a first-order autoregression
 * would have 0.1, 0.02 and none left.
 */
const SLOW_SHARE = { light: 0.05, temp: 0.15 };
const SLOW_LAG = 0.96;

/** What a climate says of every day of the year, made once and drawn from as often as wanted. */
export interface DayClimate {
  readonly latDeg: number;
  /** Energy on the horizontal outside the atmosphere, kWh/m2. */
  readonly outsideKwh: Float64Array;
  /** Course of the daily mean temperature, °C; spread of the days about it, K; factor that gives that spread inside months. */
  readonly meanC: Float64Array;
  readonly tempSdK: Float64Array;
  readonly tempStretch: Float64Array;
  readonly tempLag1: Float64Array;
  /** Clearness: mean, spread and shape by month, mean and spread by day. */
  readonly months: readonly ClearnessMonth[];
  readonly ktMean: Float64Array;
  readonly ktSd: Float64Array;
  readonly ktLag1: Float64Array;
}

/** Mean, spread and shape of daily clearness in a month. */
interface ClearnessMonth {
  readonly mean: number;
  readonly sd: number;
  readonly shape: ClearnessShape;
}

/** A year's departures of the daily mean temperature from its course, K, and its clearness. */
export interface DrawnDays {
  readonly anomalyC: Float64Array;
  readonly clearness: Float64Array;
}

/**
 * A climate by days. The spread of its temperature includes the drift of the season inside the month, which is taken out; its mean
 * clearness is its irradiance over what arrives outside the atmosphere here, so that energy holds whatever solar constant the
 * climate's own clearness was made with.
 */
export function dayClimate(climate: Climate, outsideKwh: Float64Array): DayClimate {
  const meanC = smoothYear(climate.tempMeanC);
  const drift = monthlyVariance(meanC);
  const variance = climate.tempSdC.map((sd, m) => Math.max(sd * sd - drift[m]!, (0.3 * sd) ** 2));
  const outsideMeans = monthlyMeans(outsideKwh);
  const months = climate.ghiKwhM2Day.map((ghi, m) => {
    const mean = outsideMeans[m]! > 0.05 ? Math.max(CLEARNESS_LOW, Math.min(0.8, ghi / outsideMeans[m]!)) : 0.4;
    const sd = climate.ktSd[m]!;
    return { mean, sd, shape: clearnessShape(mean, sd) };
  });
  return {
    latDeg: climate.latDeg,
    outsideKwh,
    meanC,
    tempSdK: smoothYear(variance.map(Math.sqrt)),
    tempStretch: smoothYear(climate.tempLag1.map((lag1) => 1 / Math.sqrt(shareWithinMonth(lag1, 30)))),
    tempLag1: smoothYear(climate.tempLag1),
    months,
    ktMean: smoothYear(months.map((m) => m.mean)),
    ktSd: smoothYear(months.map((m) => m.sd)),
    ktLag1: smoothYear(climate.ktLag1),
  };
}

/** Spread inside each month of a daily series about its monthly mean, squared. */
function monthlyVariance(daily: Float64Array): Float64Array {
  const means = monthlyMeans(daily);
  return monthlyMeans(daily.map((v, day) => (v - means[monthOfDay(day)]!) ** 2));
}

/**
 * Scores with a slow part of this share in them, which has a stream of its own. Seeds 2n and 2n + 1 have the same one with opposite
 * signs (antithetic variates, Hammersley and Morton 1956), so that the means of a few dozen years are near the climate's.
 */
function withSlow(scores: Float64Array, share: number, seed: number, stream: string): Float64Array {
  if (share === 0) return scores;
  const draw = random(seedFrom(`${Math.floor(seed / 2)}/${stream}/slow`));
  const slow = autoregression(draw, new Float64Array(YEAR_DAYS).fill(SLOW_LAG));
  const part = seed % 2 === 0 ? -Math.sqrt(share) : Math.sqrt(share);
  return scores.map((v, day) => Math.sqrt(1 - share) * v + part * slow[day]!);
}

/**
 * Draws temperature and clearness of the days of a year. `yearToYear` (0..1) is how much of the luck of months stays; as far as it
 * does, a slow part is in both.
 */
export function drawDays(of: DayClimate, draw: Random, seed: number, yearToYear: number): DrawnDays {
  const kept = Float64Array.from({ length: YEAR_DAYS }, (_, day) => of.months[monthOfDay(day)]!.shape.kept);
  const [slowLight, slowTemp] = [SLOW_SHARE.light * yearToYear, SLOW_SHARE.temp * yearToYear];
  const fast = (lag1: number, share: number) => (lag1 - share * SLOW_LAG) / (1 - share);
  const lags = {
    temp: of.tempLag1.map((r) => fast(r, slowTemp)),
    light: of.ktLag1.map((r, day) => fast(r / kept[day]!, slowLight)),
    kept: kept.map((k) => k * (1 - slowLight) * (1 - slowTemp)),
  };
  const luck = dayLuck(draw, lags, of.latDeg);
  return {
    anomalyC: tempAnomaly(of, withSlow(luck.temp, slowTemp, seed, 'temp'), yearToYear),
    clearness: dailyClearness(of, withSlow(luck.light, slowLight, seed, 'clearness'), yearToYear),
  };
}

/**
 * Departures of the daily mean from its smooth course, K. A typical year gets the whole spread inside its months, so that its hot and
 * cold days are as hot and cold as they come.
 */
function tempAnomaly(of: DayClimate, scores: Float64Array, yearToYear: number): Float64Array {
  const anomaly = temperLuck(
    scores.map((v, day) => v * of.tempSdK[day]!),
    yearToYear,
  );
  return anomaly.map((v, day) => v * (1 + (1 - yearToYear) * (of.tempStretch[day]! - 1)));
}

/** Daily clearness of normal scores: the month's shape about a mean and with a spread that run smoothly through the year. */
function dailyClearness(of: DayClimate, scores: Float64Array, yearToYear: number): Float64Array {
  const drawn = scores.map((score, day) => {
    const { shape, mean, sd } = of.months[monthOfDay(day)]!;
    const part = (shape.at(score) - mean) / sd;
    return Math.min(CLEARNESS_HIGH, Math.max(CLEARNESS_LOW, of.ktMean[day]! + Math.max(0, of.ktSd[day]!) * part));
  });
  const means = of.months.map((m) => m.mean);
  return temperScale(drawn, of.outsideKwh, means, yearToYear, CLEARNESS_HIGH);
}
