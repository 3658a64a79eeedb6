import { describe, expect, it } from 'vitest';
import type { Climate } from '../catalog/catalog.ts';
import { loadCatalog } from '../catalog/load.ts';
import { monthlyMeans, shareWithinMonth, smoothYear } from './daily.ts';
import { generateWeather } from './generate.ts';
import { solarDays } from './hourly.ts';
import { monthOfDay, type WeatherYear } from './year.ts';

const climates = loadCatalog().climates;
const climate = (id: string): Climate => climates.get(id)!;

/** Monthly means of an hourly column. */
function months(hourly: Float64Array): number[] {
  const daily = Float64Array.from(
    { length: 365 },
    (_, d) => hourly.subarray(d * 24, d * 24 + 24).reduce((a, b) => a + b) / 24,
  );
  return Array.from(monthlyMeans(daily));
}

/** Largest departures of a year's monthly means from its climate: K, share, share, points of humidity. */
function departures(year: WeatherYear, c: Climate) {
  const worst = (got: number[], of: (v: number, m: number) => number) =>
    Math.max(...got.map((v, m) => Math.abs(of(v, m))));
  return {
    tempK: worst(months(year.tempC), (v, m) => v - c.tempMeanC[m]!),
    ghi: worst(months(year.ghiWm2), (v, m) => (v * 24) / 1000 / c.ghiKwhM2Day[m]! - 1),
    wind: worst(months(year.windMs), (v, m) => v / c.wind10Ms[m]! - 1),
    rhPoints: worst(months(year.rhShare), (v, m) => v * 100 - c.rhPct[m]!),
  };
}

describe('generated weather', () => {
  it.each([...climates.keys()])('%s: monthly means, bounds, night, closure', (id) => {
    const c = climate(id);
    for (const seed of id === 'bukhara' ? [1, 2, 3, 4] : [1]) {
      const year = generateWeather(c, seed);
      const off = departures(year, c);
      expect(off.tempK).toBeLessThan(0.5);
      expect(off.ghi).toBeLessThan(0.02);
      expect(off.wind).toBeLessThan(0.02);
      expect(off.rhPoints).toBeLessThan(6);
      const sky = solarDays(year.place, year.utcOffsetH);
      let [closure, night, high, above, wet] = [0, 0, 0, 0, 0];
      for (let i = 0; i < 8760; i++) {
        const [ghi, dni, dhi] = [year.ghiWm2[i]!, year.dniWm2[i]!, year.dhiWm2[i]!];
        closure = Math.max(closure, Math.abs(ghi - dni * sky.cosZ[i]! - dhi));
        if (sky.cosZ[i] === 0) night = Math.max(night, ghi, dni, dhi);
        high = Math.max(high, ghi / (sky.outsideWm2[i]! * sky.cosZ[i]! + 1e-9));
        above = Math.max(above, year.dewC[i]! - year.tempC[i]!);
        if (year.rhShare[i]! <= 0 || year.rhShare[i]! > 1 || year.windMs[i]! < 0 || dni < 0 || dhi < 0) wet++;
      }
      expect(closure).toBeLessThan(1e-9);
      expect(night).toBe(0);
      expect(high).toBeLessThanOrEqual(0.8201);
      expect(above).toBeLessThanOrEqual(0);
      expect(wet).toBe(0);
    }
  });

  it('the same seed gives the same year, another seed another', () => {
    const c = climate('bukhara');
    expect(generateWeather(c, 5)).toEqual(generateWeather(c, 5));
    expect(generateWeather(c, 5).tempC).not.toEqual(generateWeather(c, 6).tempC);
  });

  it('days are as hot, cold and swinging as the climate says, on average over eight seeds', () => {
    const c = climate('bukhara');
    const [sd, top, low, kt] = [new Float64Array(12), new Float64Array(12), new Float64Array(12), new Float64Array(12)];
    const mean = { temp: new Float64Array(12), ghi: new Float64Array(12), wind: new Float64Array(12) };
    const outside = solarDays(c, 5).outsideKwh;
    for (let seed = 1; seed <= 8; seed++) {
      const year = generateWeather(c, seed * 31);
      const column = (of: (day: Float64Array) => number, values: Float64Array) =>
        Float64Array.from({ length: 365 }, (_, d) => of(values.subarray(d * 24, d * 24 + 24)));
      const average = (day: Float64Array) => day.reduce((a, b) => a + b) / 24;
      const daily = column(average, year.tempC);
      const clearness = column(average, year.ghiWm2).map((v, d) => (v * 0.024) / outside[d]!);
      const variance = (values: Float64Array) => {
        const means = monthlyMeans(values);
        return monthlyMeans(values.map((v, d) => (v - means[monthOfDay(d)]!) ** 2));
      };
      const add = (to: Float64Array, values: ArrayLike<number>) => {
        for (let m = 0; m < 12; m++) to[m] = to[m]! + values[m]! / 8;
      };
      add(sd, variance(daily));
      add(kt, variance(clearness));
      add(top, monthlyMeans(column((day) => Math.max(...day), year.tempC)));
      add(low, monthlyMeans(column((day) => Math.min(...day), year.tempC)));
      add(mean.temp, months(year.tempC));
      add(mean.ghi, months(year.ghiWm2));
      add(mean.wind, months(year.windMs));
    }
    for (let m = 0; m < 12; m++) {
      expect(Math.abs(Math.sqrt(sd[m]!) / c.tempSdC[m]! - 1)).toBeLessThan(0.25);
      expect(Math.abs(Math.sqrt(kt[m]!) - c.ktSd[m]!)).toBeLessThan(0.03);
      expect(Math.abs(top[m]! - c.tempMaxMeanC[m]!)).toBeLessThan(0.5);
      expect(Math.abs(low[m]! - c.tempMinMeanC[m]!)).toBeLessThan(0.5);
      expect(Math.abs(mean.temp[m]! - c.tempMeanC[m]!)).toBeLessThan(0.15);
      expect(Math.abs((mean.ghi[m]! * 0.024) / c.ghiKwhM2Day[m]! - 1)).toBeLessThan(0.005);
      expect(Math.abs(mean.wind[m]! / c.wind10Ms[m]! - 1)).toBeLessThan(0.005);
    }
  });

  it('with the luck of months left in, Januaries differ as they do (sd 2.6 K in 35 years of Bukhara) about the same mean', () => {
    const c = climate('bukhara');
    const january: number[] = [];
    const annual: number[] = [];
    for (let seed = 1; seed <= 24; seed++) {
      const m = months(generateWeather(c, seed, { yearToYear: 1 }).tempC);
      january.push(m[0]! - c.tempMeanC[0]!);
      annual.push(m.reduce((a, b) => a + b) / 12 - c.tempMeanC.reduce((a, b) => a + b) / 12);
    }
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    const sd = Math.sqrt(mean(january.map((v) => v * v)) - mean(january) ** 2);
    expect(sd).toBeGreaterThan(1.6);
    expect(sd).toBeLessThan(4);
    expect(Math.abs(mean(annual))).toBeLessThan(0.6);
  });

  it('with the luck of months left in, light differs between months as in 35 years of Bukhara (0.24 kWh/m2 a day), about the same mean', () => {
    const c = climate('bukhara');
    const years = Array.from({ length: 35 }, (_, i) => months(generateWeather(c, i + 1, { yearToYear: 1 }).ghiWm2));
    const spread = (values: number[]) => {
      const mean = values.reduce((a, b) => a + b) / values.length;
      return Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / values.length);
    };
    const spreads = Array.from({ length: 12 }, (_, m) => spread(years.map((y) => y[m]! * 0.024)));
    expect(Math.abs(spreads.reduce((a, b) => a + b) / 12 - 0.241)).toBeLessThan(0.03);
    for (let m = 0; m < 12; m++) {
      const mean = years.reduce((a, y) => a + y[m]! * 0.024, 0) / years.length;
      expect(Math.abs(mean / c.ghiKwhM2Day[m]! - 1)).toBeLessThan(0.06);
    }
  });

  it('scales irradiance by a factor and refuses senseless options', () => {
    const c = climate('tashkent');
    const [full, dim] = [generateWeather(c, 3), generateWeather(c, 3, { irradianceFactor: 0.9 })];
    expect(dim.ghiWm2.reduce((a, b) => a + b) / full.ghiWm2.reduce((a, b) => a + b)).toBeCloseTo(0.9, 9);
    expect(dim.warnings).toEqual(['irradiance scaled by 0.9']);
    expect(() => generateWeather(c, 3, { irradianceFactor: 9 })).toThrow(RangeError);
    expect(() => generateWeather(c, 3, { yearToYear: -1 })).toThrow(RangeError);
  });
});

describe('the year’s course', () => {
  it('smooth days keep the monthly means', () => {
    const monthly = climate('nukus').tempMeanC;
    monthlyMeans(smoothYear(monthly)).forEach((v, m) => {
      expect(v).toBeCloseTo(monthly[m]!, 8);
    });
    const days = smoothYear(monthly);
    for (let d = 0; d < 365; d++) expect(Math.abs(days[(d + 1) % 365]! - days[d]!)).toBeLessThan(0.6);
  });
  it('a month of independent days shows nearly all their variance, of sluggish ones little', () => {
    expect(shareWithinMonth(0, 30)).toBeCloseTo(29 / 30, 12);
    expect(shareWithinMonth(0.87, 30)).toBeCloseTo(0.6, 1);
  });
});
