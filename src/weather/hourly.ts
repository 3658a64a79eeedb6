import type { Random } from '../series/random.ts';
import { arcsOf, meanCosine } from './arc.ts';
import { monthlyMeans, smoothYear, YEAR_DAYS } from './daily.ts';
import { clearBeamWm2, splitGlobal } from './irradiance.ts';
import { type Place, rowMiddleMs, YEAR_HOURS } from './year.ts';

/** The sun over every hour of a year at a place, and what follows from it for days. */
export interface SolarDays {
  /** Mean cosine of the zenith, hour angle at mid-hour (rad) and beam outside the atmosphere, by hour. */
  readonly cosZ: Float64Array;
  readonly hourAngle: Float64Array;
  readonly outsideWm2: Float64Array;
  /** Energy on the horizontal outside the atmosphere, kWh/m2 by day. */
  readonly outsideKwh: Float64Array;
  /** Hour angle of sunset (rad) by day, and clock hours of sunrise and of solar noon. */
  readonly sunset: Float64Array;
  readonly sunriseH: Float64Array;
  readonly noonH: Float64Array;
}

/** Walks the sun through a year. */
export function solarDays(place: Place, utcOffsetH: number): SolarDays {
  const hours = () => new Float64Array(YEAR_HOURS);
  const days = () => new Float64Array(YEAR_DAYS);
  const out = {
    cosZ: hours(),
    hourAngle: hours(),
    outsideWm2: hours(),
    outsideKwh: days(),
    sunset: days(),
    sunriseH: days(),
    noonH: days(),
  };
  const arcs = arcsOf(rowMiddleMs(0, utcOffsetH), YEAR_HOURS, place.latDeg, place.lonDeg);
  for (let row = 0; row < YEAR_HOURS; row++) {
    const day = Math.floor(row / 24);
    const arc = arcs[row]!;
    out.cosZ[row] = meanCosine(arc);
    out.hourAngle[row] = arc.w0 + Math.PI / 24;
    out.outsideWm2[row] = arc.extraterrestrialWm2;
    out.outsideKwh[day] = out.outsideKwh[day]! + (out.cosZ[row]! * arc.extraterrestrialWm2) / 1000;
    if (row % 24 === 12) {
      out.sunset[day] = Math.acos(Math.max(-1, Math.min(1, -arc.a / arc.b)));
      out.noonH[day] = 12 - (arc.w0 * 12) / Math.PI;
      out.sunriseH[day] = out.noonH[day]! - (out.sunset[day]! * 12) / Math.PI;
    }
  }
  return out;
}

/** Mean of ((1 + cos x)/2)^power over half a turn, by the midpoint rule. */
function meanOfPower(power: number): number {
  let sum = 0;
  for (let i = 0; i < 48; i++) sum += ((1 + Math.cos(((i + 0.5) / 48) * Math.PI)) / 2) ** power;
  return sum / 48;
}

/** Power that bends the cosine segment so that its mean lies at `share` (0.3..0.7) of the way from minimum to maximum. */
function bend(share: number, known: Map<number, number>): number {
  const key = Math.round(share * 1000);
  const before = known.get(key);
  if (before !== undefined) return before;
  let [low, high] = [0.2, 5];
  for (let round = 0; round < 30; round++) {
    const middle = (low + high) / 2;
    if (meanOfPower(middle) > share) low = middle;
    else high = middle;
  }
  known.set(key, (low + high) / 2);
  return (low + high) / 2;
}

/** Hours after solar noon when a day is hottest. */
const HOTTEST_AFTER_NOON_H = 3;

/**
 * Hourly temperature through each day's minimum at sunrise and maximum three hours after solar noon, in cosine segments that run
 * on across midnight, bent so that the day's mean is met. With `typicalC` the monthly means of that daily course are held exactly.
 */
export function hourlyTemp(
  maxC: Float64Array,
  minC: Float64Array,
  meanC: Float64Array,
  sky: SolarDays,
  typicalC?: Float64Array,
): Float64Array {
  const bends = new Map<number, number>();
  const nodes: { at: number; c: number; power: number }[] = [];
  for (let day = -1; day <= YEAR_DAYS; day++) {
    const d = (day + YEAR_DAYS) % YEAR_DAYS;
    const range = maxC[d]! - minC[d]!;
    const power = range > 0.1 ? bend(Math.max(0.3, Math.min(0.7, (meanC[d]! - minC[d]!) / range)), bends) : 1;
    const hottest = sky.noonH[d]! + HOTTEST_AFTER_NOON_H;
    // At least four hours of warming, also where the sun hardly rises.
    const coldest = Math.max(1, Math.min(sky.sunriseH[d]!, hottest - 4));
    nodes.push({ at: day * 24 + coldest, c: minC[d]!, power }, { at: day * 24 + hottest, c: maxC[d]!, power });
  }
  const tempC = new Float64Array(YEAR_HOURS);
  let k = 0;
  for (let hour = 0; hour < YEAR_HOURS; hour++) {
    while (nodes[k + 1]!.at <= hour + 0.5) k++;
    const [from, to] = [nodes[k]!, nodes[k + 1]!];
    const x = ((hour + 0.5 - from.at) / (to.at - from.at)) * Math.PI;
    const falling = k % 2 === 1;
    const share = ((1 + (falling ? Math.cos(x) : -Math.cos(x))) / 2) ** from.power;
    const [low, high] = falling ? [to.c, from.c] : [from.c, to.c];
    tempC[hour] = low + share * (high - low);
  }
  if (typicalC === undefined) return tempC;
  const daily = Float64Array.from({ length: YEAR_DAYS }, (_, d) => {
    let sum = 0;
    for (let h = 0; h < 24; h++) sum += tempC[d * 24 + h]!;
    return sum / 24 - meanC[d]!;
  });
  const surplus = smoothYear(monthlyMeans(daily));
  return tempC.map((t, hour) => t - surplus[Math.floor(hour / 24)]!);
}

/** Hours hold at most this part of what arrives outside the atmosphere. */
const HOUR_CLEARNESS_HIGH = 0.82;
/** Lag from hour to hour of cloud noise, and its spread at mid clearness. */
const CLOUD_LAG = 0.6;
const CLOUD_SPREAD = 0.35;

/** Irradiance of every hour from the days' clearness: the exact daily total, shaped by the sun and roughened by clouds. */
export function dayLight(
  draw: Random,
  clearness: Float64Array,
  sky: SolarDays,
  elevationM: number,
  factor: number,
): { ghiWm2: Float64Array; dniWm2: Float64Array; dhiWm2: Float64Array } {
  const ghiWm2 = new Float64Array(YEAR_HOURS);
  const dniWm2 = new Float64Array(YEAR_HOURS);
  const dhiWm2 = new Float64Array(YEAR_HOURS);
  let cloud = 0;
  for (let day = 0; day < YEAR_DAYS; day++) {
    const k = clearness[day]!;
    // Broken cloud is at mid clearness; deep overcast and clear days are even.
    const spread = CLOUD_SPREAD * Math.max(0.05, 1 - ((k - 0.45) / 0.35) ** 2);
    const w = sky.sunset[day]!;
    const a = 0.409 + 0.5016 * Math.sin(w - Math.PI / 3);
    const b = 0.6609 - 0.4767 * Math.sin(w - Math.PI / 3);
    const shape = new Float64Array(24);
    for (let h = 0; h < 24; h++) {
      const row = day * 24 + h;
      cloud = CLOUD_LAG * cloud + Math.sqrt(1 - CLOUD_LAG ** 2) * draw.normal();
      shape[h] = Math.max(0, a + b * Math.cos(sky.hourAngle[row]!)) * sky.cosZ[row]! * Math.exp(spread * cloud);
    }
    // A day clearer than the ceiling lifts it: its sum comes first.
    const ceiling = Math.max(HOUR_CLEARNESS_HIGH, k);
    const cap = (h: number) => ceiling * sky.outsideWm2[day * 24 + h]! * sky.cosZ[day * 24 + h]! + Number.MIN_VALUE;
    const scale = scaleUnder(shape, cap, k * sky.outsideKwh[day]! * 1000);
    for (let h = 0; h < 24; h++) {
      const row = day * 24 + h;
      const cosZ = sky.cosZ[row]!;
      if (cosZ <= 0) continue;
      ghiWm2[row] = factor * Math.min(scale * shape[h]!, cap(h));
      const zenithDeg = (Math.acos(Math.min(1, cosZ)) * 180) / Math.PI;
      const ceiling = clearBeamWm2(sky.outsideWm2[row]!, zenithDeg, elevationM);
      const split = splitGlobal(ghiWm2[row]!, cosZ, sky.outsideWm2[row]!, ceiling);
      dniWm2[row] = split.dniWm2;
      dhiWm2[row] = split.dhiWm2;
    }
  }
  return { ghiWm2, dniWm2, dhiWm2 };
}

/** Factor on a shape under a cap so that its sum is `total`, by bisection; the largest useful one where the cap forbids it. */
function scaleUnder(shape: Float64Array, cap: (h: number) => number, total: number): number {
  const sum = (s: number) => shape.reduce((all, v, h) => all + (v > 0 ? Math.min(s * v, cap(h)) : 0), 0);
  const plain = shape.reduce((all, v) => all + v, 0);
  if (plain <= 0 || total <= 0) return 0;
  let [low, high] = [total / plain, (50 * total) / plain];
  if (sum(low) >= total * (1 - 1e-12)) return low;
  // Close to the ceiling in every hour, the dim ends of the day need a far larger factor.
  for (let round = 0; round < 8 && sum(high) < total; round++) high *= 10;
  for (let round = 0; round < 50; round++) {
    const middle = (low + high) / 2;
    if (sum(middle) < total) low = middle;
    else high = middle;
  }
  return high;
}

/** Hourly wind from daily means: strongest at three in the afternoon (sun time) by a quarter, gusty from hour to hour, mean kept. */
export function dayWind(draw: Random, daily: Float64Array, sky: SolarDays): Float64Array {
  const out = new Float64Array(YEAR_HOURS);
  let gust = 0;
  for (let day = 0; day < YEAR_DAYS; day++) {
    let sum = 0;
    for (let h = 0; h < 24; h++) {
      gust = 0.85 * gust + Math.sqrt(1 - 0.85 ** 2) * draw.normal();
      const course = 1 + 0.25 * Math.cos(((h + 0.5 - sky.noonH[day]! - HOTTEST_AFTER_NOON_H) * Math.PI) / 12);
      out[day * 24 + h] = course * Math.exp(0.3 * gust);
      sum += out[day * 24 + h]!;
    }
    for (let h = 0; h < 24; h++) out[day * 24 + h] = (out[day * 24 + h]! * daily[day]! * 24) / sum;
  }
  return out;
}
