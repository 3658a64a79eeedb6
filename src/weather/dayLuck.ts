import type { Random } from '../series/random.ts';
import { smoothYear, YEAR_DAYS } from './daily.ts';

/**
 * How daily mean temperature and clearness go together, by month of the northern year: on the same day, a warm day with the light of
 * the day after, and a bright day with the warmth of the day after. Winter's bright days are cold and its mild days bring clouds; in
 * the other seasons a bright day makes the next one warm. Measured in 35 years of reanalysis (NCEP CFSR, 1979-2013) as the mean of
 * five places of Uzbekistan, which differ by some 0.1. That the seasons of other places outside the tropics have it too is our choice.
 */
const SAME_DAY = [-0.19, -0.18, 0.06, 0.16, 0.12, 0.07, 0.13, 0.08, 0.09, 0.1, 0.02, -0.19];
const WARM_THEN_LIGHT = [-0.29, -0.31, -0.17, -0.11, -0.1, -0.07, 0.05, -0.02, -0.08, -0.1, -0.19, -0.29];
const LIGHT_THEN_WARM = [-0.05, -0.01, 0.21, 0.29, 0.22, 0.18, 0.18, 0.14, 0.19, 0.23, 0.18, -0.04];

const TROPIC_DEG = 23.44;

/** A monthly figure of the northern year at a latitude: half a year later in the south, none in the tropics. */
function seasonal(northern: readonly number[], latDeg: number): Float64Array {
  if (Math.abs(latDeg) < TROPIC_DEG) return new Float64Array(YEAR_DAYS);
  return smoothYear(northern.map((_, m) => northern[latDeg > 0 ? m : (m + 6) % 12]!));
}

/**
 * How far the temperature of a day is still that of the day before, beside its persistence: what a first-order autoregression lacks,
 * whose correlation of days two apart is 0.67 where 0.58 to 0.61 is measured in the same years.
 */
const CARRIED = 0.3;

/** Standard normal scores by day. */
export interface DayLuck {
  readonly temp: Float64Array;
  readonly light: Float64Array;
}

/**
 * Correlation from day to day of either score, by day of the year; `kept` is the squared part of a correlation between the two scores
 * that is left between temperature and clearness.
 */
export interface DayLags {
  readonly temp: Float64Array;
  readonly light: Float64Array;
  readonly kept: Float64Array;
}

/**
 * Scores of temperature and light whose persistence, and whose correlation on the same and on neighbouring days, are those asked for:
 * a first-order autoregression of two variables, x' = A x + B e, with A and B from the correlations; a day's temperature is made of
 * its own and some of the day before's. Source: Matalas 1967, Water Resources Research 3; Richardson 1981, Water Resources Research
 * 17, who generates weather so.
 */
export function dayLuck(draw: Random, lags: DayLags, latDeg: number): DayLuck {
  const same = seasonal(SAME_DAY, latDeg);
  const warmFirst = seasonal(WARM_THEN_LIGHT, latDeg);
  const lightFirst = seasonal(LIGHT_THEN_WARM, latDeg);
  const temp = new Float64Array(YEAR_DAYS);
  const light = new Float64Array(YEAR_DAYS);
  let [t, k] = [draw.normal(), draw.normal()];
  for (let day = 0; day < YEAR_DAYS; day++) {
    const tt = carriedLag(lags.temp[day]!);
    const kk = Math.max(-0.95, Math.min(0.95, lags.light[day]!));
    const norm = Math.sqrt(1 + CARRIED ** 2 + 2 * CARRIED * tt);
    const ofScores = norm / Math.sqrt(lags.kept[day]!);
    // Correlations of today (first letter) with yesterday (second), and of today with itself: c.
    const kt = (warmFirst[day]! * ofScores) / (1 + CARRIED * (tt + kk));
    const c = same[day]! * ofScores - CARRIED * kt;
    const tk = lightFirst[day]! * ofScores - CARRIED * c;
    const det = 1 - c * c;
    const [a11, a12] = [(tt - tk * c) / det, (tk - tt * c) / det];
    const [a21, a22] = [(kt - kk * c) / det, (kk - kt * c) / det];
    const b11 = Math.sqrt(Math.max(1e-6, 1 - a11 * tt - a12 * tk));
    const b21 = (c - a21 * tt - a22 * tk) / b11;
    const b22 = Math.sqrt(Math.max(1e-6, 1 - a21 * kt - a22 * kk - b21 * b21));
    const [e1, e2] = [draw.normal(), draw.normal()];
    const before = t;
    [t, k] = [a11 * t + a12 * k + b11 * e1, a21 * t + a22 * k + b21 * e1 + b22 * e2];
    temp[day] = (t + CARRIED * before) / norm;
    light[day] = k;
  }
  return { temp, light };
}

/** Persistence of what a day's temperature is made of, so that with what is carried over the days have this lag-1 correlation. */
function carriedLag(lag1: number): number {
  const r = Math.max(-0.5, Math.min(0.98, lag1));
  const b = 1 + CARRIED ** 2 - 2 * CARRIED * r;
  const c = CARRIED - r * (1 + CARRIED ** 2);
  return (Math.sqrt(b * b - 4 * CARRIED * c) - b) / (2 * CARRIED);
}
