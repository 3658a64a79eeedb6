import type { Climate } from '../catalog/catalog.ts';
import { random } from '../series/random.ts';
import { YEAR_DAYS } from './daily.ts';
import { dayClimate, drawDays } from './drawDays.ts';
import { solarDays } from './hourly.ts';
import { standardOffsetH } from './year.ts';

/** Days on end that are darker than any other days of their year. */
export interface DarkSpell {
  /** First day, 0 = 1 January. */
  readonly day: number;
  readonly days: number;
  /** Mean global irradiation on the horizontal, kWh/m2 a day. */
  readonly ghiKwhM2Day: number;
}

/** Days on end with the least light of a year of daily irradiation; it does not run on over New Year. */
export function darkestSpell(ghiKwhM2: Float64Array, days: number): DarkSpell {
  const length = Math.min(days, ghiKwhM2.length);
  let sum = 0;
  for (let day = 0; day < length; day++) sum += ghiKwhM2[day]!;
  let [least, first] = [sum, 0];
  for (let day = 1; day + length <= ghiKwhM2.length; day++) {
    sum += ghiKwhM2[day + length - 1]! - ghiKwhM2[day - 1]!;
    if (sum < least - 1e-9) [least, first] = [sum, day];
  }
  return { day: first, days: length, ghiKwhM2Day: least / length };
}

/** Daily irradiation of an hourly year, kWh/m2. */
export function dailyGhi(ghiWm2: Float64Array): Float64Array {
  const days = new Float64Array(YEAR_DAYS);
  for (let hour = 0; hour < YEAR_DAYS * 24; hour++)
    days[Math.floor(hour / 24)] = days[Math.floor(hour / 24)]! + ghiWm2[hour]! / 1000;
  return days;
}

/**
 * Daily irradiation of generated years with the luck of months in them, kWh/m2: what `generateWeather` makes of the same seeds but
 * for the hours, at a hundredth of the work.
 */
export function generatedGhi(climate: Climate, seeds: readonly number[]): Float64Array[] {
  const { outsideKwh } = solarDays(climate, standardOffsetH(climate.zone));
  const days = dayClimate(climate, outsideKwh);
  return seeds.map((seed) => drawDays(days, random(seed), seed, 1).clearness.map((k, day) => k * outsideKwh[day]!));
}
