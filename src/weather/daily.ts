import type { Random } from '../series/random.ts';
import { MONTH_START_DAY, monthOfDay } from './year.ts';

/** Days of a weather year. */
export const YEAR_DAYS = 365;

/** Means over the months of a daily series. */
export function monthlyMeans(daily: Float64Array): Float64Array {
  return Float64Array.from({ length: 12 }, (_, m) => {
    let sum = 0;
    for (let day = MONTH_START_DAY[m]!; day < MONTH_START_DAY[m + 1]!; day++) sum += daily[day]!;
    return sum / (MONTH_START_DAY[m + 1]! - MONTH_START_DAY[m]!);
  });
}

const middleOf = (m: number) => (MONTH_START_DAY[m]! + MONTH_START_DAY[m + 1]!) / 2;

/** For every day the month whose middle comes before it, and the part of the way to the next month's middle. */
const FROM_MONTH = new Uint8Array(YEAR_DAYS);
const PART = new Float64Array(YEAR_DAYS);
for (let day = 0; day < YEAR_DAYS; day++) {
  const month = monthOfDay(day);
  const from = day + 0.5 >= middleOf(month) ? month : (month + 11) % 12;
  const start = from === 11 && month === 0 ? middleOf(11) - YEAR_DAYS : middleOf(from);
  const end = from === 11 ? middleOf(0) + (month === 0 ? 0 : YEAR_DAYS) : middleOf(from + 1);
  FROM_MONTH[day] = from;
  PART[day] = (day + 0.5 - start) / (end - start);
}

/**
 * 365 daily values that run smoothly through the year and whose monthly means are the 12 given ones (to 1e-9): straight lines
 * between month middles, with the nodes moved until the means hold.
 */
export function smoothYear(monthly: ArrayLike<number>): Float64Array {
  const nodes = Float64Array.from(monthly);
  const days = new Float64Array(YEAR_DAYS);
  for (let round = 0; round < 60; round++) {
    for (let day = 0; day < YEAR_DAYS; day++) {
      const from = FROM_MONTH[day]!;
      days[day] = nodes[from]! + PART[day]! * (nodes[(from + 1) % 12]! - nodes[from]!);
    }
    const means = monthlyMeans(days);
    let off = 0;
    for (let m = 0; m < 12; m++) {
      const miss = monthly[m]! - means[m]!;
      off = Math.max(off, Math.abs(miss));
      nodes[m] = nodes[m]! + miss;
    }
    if (off < 1e-10) break;
  }
  return days;
}

/** Standard normal numbers by day with this lag-1 correlation per day (-0.95..0.99): a first-order autoregression. */
export function autoregression(draw: Random, lag1: Float64Array): Float64Array {
  const x = new Float64Array(YEAR_DAYS);
  let last = draw.normal();
  for (let day = 0; day < YEAR_DAYS; day++) {
    const r = Math.max(-0.95, Math.min(0.99, lag1[day]!));
    last = r * last + Math.sqrt(1 - r * r) * draw.normal();
    x[day] = last;
  }
  return x;
}

/**
 * Takes a share of each month's own luck out of an anomaly series (zero-mean): 1 leaves it as it fell, 0 makes every month's
 * mean zero, as in a typical year. What is taken out runs smoothly, so that no month begins with a jump.
 */
export function temperLuck(anomaly: Float64Array, yearToYear: number): Float64Array {
  const luck = smoothYear(monthlyMeans(anomaly));
  return anomaly.map((v, day) => v - (1 - yearToYear) * luck[day]!);
}

/** Means over the months of a daily series, each day with its weight; 0 where a month has no weight. */
export function weightedMeans(daily: Float64Array, weights: Float64Array): Float64Array {
  const weight = monthlyMeans(weights);
  return monthlyMeans(daily.map((v, day) => v * weights[day]!)).map((v, m) => (weight[m]! > 0 ? v / weight[m]! : 0));
}

/**
 * Scales a positive series month by month so that its weighted monthly mean comes to `goal`, but for a share of the departure
 * that it had; no day goes above `max`.
 */
export function temperScale(
  values: Float64Array,
  weights: Float64Array,
  goal: ArrayLike<number>,
  yearToYear: number,
  max: number,
): Float64Array {
  const had = weightedMeans(values, weights);
  const target = had.map((v, m) => goal[m]! + yearToYear * (v - goal[m]!));
  let out = values;
  // The ceiling bites some days, so that the factor is found in rounds.
  for (let round = 0; round < 20; round++) {
    const factor = weightedMeans(out, weights).map((v, m) => (v > 0 ? target[m]! / v : 1));
    out = out.map((v, day) => Math.min(max, v * factor[monthOfDay(day)]!));
  }
  return out;
}

/**
 * Share of an autoregression's variance that a month of `days` days shows about its own mean, 0..1; the rest is luck of the
 * month as a whole. Source: variance of the mean of correlated data, e.g. Wilks 2011, Statistical Methods, sec. 5.2.4.
 */
export function shareWithinMonth(lag1: number, days: number): number {
  let sum = 1;
  for (let k = 1; k < days; k++) sum += 2 * (1 - k / days) * lag1 ** k;
  return Math.max(0.05, 1 - sum / days);
}
