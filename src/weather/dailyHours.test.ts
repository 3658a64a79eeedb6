import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JoulewrightError } from '../errors/error.ts';
import { mean, quantile } from '../series/grid.ts';
import { random } from '../series/random.ts';
import { hoursOfDays, readDailyYears, yearsOfDays } from './dailyHours.ts';
import { isDailyCsv, parseDailySeries } from './dailySeries.ts';
import { solarDays } from './hourly.ts';
import { readWeather } from './read.ts';
import type { WeatherYear } from './year.ts';

const place = { latDeg: 39.81, lonDeg: 64.38, elevationM: 218, zone: 'Asia/Samarkand' };
const sky = solarDays(place, 5);
const HEADER = 'date,tmax_c,tmin_c,precip_mm,wind10_ms,rh_frac,ghi_mj_m2';

/** Days of made-up weather from a date on, as cells. */
function days(from: string, count: number, seed = 1): string[][] {
  const draw = random(seed);
  return Array.from({ length: count }, (_, i) => {
    const date = new Date(Date.parse(`${from}T00:00:00Z`) + i * 86_400_000);
    const since = (date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000;
    const day = Math.min(364, Math.floor(since));
    const mean = 14 - 15 * Math.cos(((day - 15) / 365) * 2 * Math.PI) + 3 * draw.normal();
    const range = 4 + 10 * draw.next();
    return [
      date.toISOString().slice(0, 10),
      (mean + range / 2).toFixed(1),
      (mean - range / 2).toFixed(1),
      '0.0',
      (0.6 + 6 * draw.next()).toFixed(2),
      (0.08 + 0.9 * draw.next()).toFixed(3),
      (sky.outsideKwh[day]! * 3.6 * (0.06 + 0.7 * draw.next())).toFixed(2),
    ];
  });
}
const text = (rows: string[][]) => [HEADER, ...rows.map((r) => r.join(','))].join('\n');
const base = days('1999-12-30', 2 + 366 + 365 + 40);

function faultOf(rows: string[][]) {
  try {
    yearsOfDays(parseDailySeries(text(rows), 'd.csv'), place);
  } catch (error) {
    if (error instanceof JoulewrightError) return error.faults[0]!;
    throw error;
  }
  throw new Error('no fault was found');
}
const changed = (column: number, row: number, value: string | ((v: number) => number)) =>
  base.map((r, i) =>
    typeof value === 'string'
      ? i === row
        ? r.map((c, at) => (at === column ? value : c))
        : r
      : r.map((c, at) => (at === column ? String(value(Number(c))) : c)),
  );

/** Largest departures of a year's hours from the days that they were made of. */
function departures(year: WeatherYear, of: ReturnType<typeof parseDailySeries>['years'][number]) {
  const worst = { ghi: 0, wind: 0, rh: 0, max: 0, min: 0, closure: 0 };
  for (let d = 0; d < 365; d++) {
    const day = (values: Float64Array) => values.subarray(d * 24, d * 24 + 24);
    const sum = (values: Float64Array) => day(values).reduce((a, b) => a + b, 0);
    const put = (key: keyof typeof worst, off: number) => {
      worst[key] = Math.max(worst[key], Math.abs(off));
    };
    put('ghi', sum(year.ghiWm2) / 1000 - of.ghiKwhM2[d]!);
    put('wind', sum(year.windMs) / 24 - of.windMs[d]!);
    put('rh', sum(year.rhShare) / 24 - of.rhShare[d]!);
    put('max', Math.max(...day(year.tempC)) - of.maxC[d]!);
    put('min', Math.min(...day(year.tempC)) - of.minC[d]!);
    for (let h = d * 24; h < d * 24 + 24; h++) {
      put('closure', year.ghiWm2[h]! - year.dniWm2[h]! * sky.cosZ[h]! - year.dhiWm2[h]!);
    }
  }
  return worst;
}

describe('hours of days', () => {
  it('cuts a series into whole years, 29 February left out, and tells what is incomplete', () => {
    const series = parseDailySeries(text(base), 'd.csv');
    expect(series.years.map((y) => y.year)).toEqual([2000, 2001]);
    expect(series.warnings).toEqual(['1999 lacks 363 days and was left out', '2002 lacks 325 days and was left out']);
    const march = series.years[0]!.maxC[59];
    expect(String(march!.toFixed(1))).toBe(base[2 + 60]![1]);
    expect(isDailyCsv(text(base))).toBe(true);
    expect(isDailyCsv('date,t\n')).toBe(false);
  });

  it('takes the days that a year lacks from the nearest year that has them, and says so', () => {
    const gap = base.filter((r) => !/^2000-0[67]-/.test(r[0]!) || r[0]!.startsWith('2000-07'));
    const series = parseDailySeries(text(gap), 'd.csv');
    expect(series.warnings).toContain('2000: 30 missing days were taken from 2001');
    const whole = parseDailySeries(text(base), 'd.csv');
    expect(series.years[0]!.maxC[160]).toBe(whole.years[1]!.maxC[160]);
    expect(series.years[0]!.maxC[200]).toBe(whole.years[0]!.maxC[200]);
    expect(series.years[0]!.lines[160]).toBe(0);
    expect(yearsOfDays(series, place)[0]!.weather().warnings).toEqual(series.years[0]!.warnings);
    const wide = base.filter((r) => !/^2000-0[678]-/.test(r[0]!));
    expect(parseDailySeries(text(wide), 'd.csv').years.map((y) => y.year)).toEqual([2001]);
  });

  it('keeps sums of light and means of wind and humidity exactly, and the extremes of temperature nearly', () => {
    const series = parseDailySeries(text(base), 'd.csv');
    for (const [i, { weather }] of yearsOfDays(series, place).entries()) {
      const year = weather();
      const off = departures(year, series.years[i]!);
      expect(off.ghi).toBeLessThan(1e-9);
      expect(off.wind).toBeLessThan(1e-9);
      expect(off.rh).toBeLessThan(1e-9);
      expect(off.closure).toBeLessThan(1e-9);
      expect(year.provenance).toBe('derived');
      for (let h = 0; h < 8760; h++) {
        expect(year.dewC[h]! <= year.tempC[h]! && year.rhShare[h]! <= 1 && year.rhShare[h]! > 0).toBe(true);
        if (sky.cosZ[h] === 0) expect(year.ghiWm2[h]).toBe(0);
      }
    }
  });

  it('one vapour pressure a day where no hour is saturated', () => {
    const dry = base.map((r) => r.map((c, at) => (at === 5 ? '0.2' : c)));
    const year = yearsOfDays(parseDailySeries(text(dry), 'd.csv'), place)[0]!.weather();
    for (let d = 0; d < 365; d++) {
      const dews = year.dewC.subarray(d * 24, d * 24 + 24);
      expect(Math.max(...dews) - Math.min(...dews)).toBeLessThan(1e-6);
    }
  });

  it('the sum of the day holds whatever its clearness, also above the usual ceiling of an hour', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.25, max: 0.99, noNaN: true }), fc.integer({ min: 0, max: 1e6 }), (k, seed) => {
        const rows = base.map((r, i) => {
          const day = Math.min(364, Math.max(0, i - 2));
          return r.map((c, at) => (at === 6 ? String(k * 0.999 * sky.outsideKwh[day]! * 3.6) : c));
        });
        const of = parseDailySeries(text(rows), 'd.csv').years[0]!;
        const year = hoursOfDays(of, place, 'd.csv', { seed }, sky);
        expect(departures(year, of).ghi).toBeLessThan(1e-9);
      }),
      { numRuns: 8 },
    );
  });

  it('the same seed gives the same hours, whichever years were made before', () => {
    const make = (seed: number) => yearsOfDays(parseDailySeries(text(base), 'd.csv'), place, { seed });
    expect(make(1)[1]!.weather()).toEqual(make(1)[1]!.weather());
    expect(make(1)[1]!.weather().ghiWm2).not.toEqual(make(2)[1]!.weather().ghiWm2);
    expect(make(1)[1]!.weather().tempC).toEqual(make(2)[1]!.weather().tempC);
    const dim = yearsOfDays(parseDailySeries(text(base), 'd.csv'), place, { irradianceFactor: 0.9 })[0]!.weather();
    expect(dim.ghiWm2[4000]! / make(1)[0]!.weather().ghiWm2[4000]!).toBeCloseTo(0.9, 9);
    expect(() => hoursOfDays(parseDailySeries(text(base), 'd').years[0]!, place, 'd', { irradianceFactor: 3 })).toThrow(
      RangeError,
    );
  });

  it.each<[string, string, number, (v: number) => number]>([
    ['kelvin', 'tmax_c', 1, (v) => v + 273.15],
    ['Fahrenheit', 'tmax_c', 1, (v) => v * 1.8 + 32],
    ['per cent', 'rh_frac', 5, (v) => v * 100],
    ['kWh/m2 a day', 'ghi_mj_m2', 6, (v) => v / 3.6],
    ['Wh/m2 a day', 'ghi_mj_m2', 6, (v) => v / 0.0036],
    ['W/m2', 'ghi_mj_m2', 6, (v) => v / 0.0864],
    ['kJ/m2 a day', 'ghi_mj_m2', 6, (v) => v * 1000],
  ])('another unit: %s', (found, column, at, change) => {
    const fault = faultOf(changed(at, 0, change));
    expect(fault.code).toBe('JW_WEATHER_UNIT');
    expect(fault.message).toContain(column);
    expect(fault.message).toContain(found);
  });

  it('faults name line and column', () => {
    const twice = [...base.slice(0, 100), base[99]!, ...base.slice(100)];
    expect(faultOf(twice)).toMatchObject({ code: 'JW_WEATHER_GAP', where: 'd.csv:102 date' });
    expect(faultOf(changed(0, 5, '2000-02-30')).message).toContain('not a date');
    expect(faultOf(changed(4, 30, ''))).toMatchObject({ code: 'JW_WEATHER_GAP', where: 'd.csv:32 wind10_ms' });
    expect(faultOf(changed(4, 30, '-1'))).toMatchObject({ code: 'JW_WEATHER_RANGE', where: 'd.csv:32 wind10_ms' });
    expect(faultOf(changed(4, 30, 'calm')).code).toBe('JW_CSV_VALUE');
    expect(faultOf(changed(1, 30, '-40')).message).toContain('below tmin_c');
    // 40 MJ/m2 on a January day of 40 degrees north; line 1 is the header.
    expect(faultOf(changed(6, 2 + 14, '40'))).toMatchObject({ code: 'JW_WEATHER_RANGE', where: 'd.csv:18 ghi_mj_m2' });
    expect(faultOf(changed(6, 2 + 366 + 360, '40'))).toMatchObject({ where: `d.csv:${2 + 2 + 366 + 360} ghi_mj_m2` });
    expect(faultOf(base.slice(0, 300)).code).toBe('JW_WEATHER_DAYS');
    expect(faultOf([]).message).toContain('no day');
    expect(() => parseDailySeries('date,tmax_c,ghi_mj_m2\n2000-01-01,3,4\n', 'd.csv')).toThrow(/JW_CSV_HEADER/);
  });
});

const shared = new URL('../../../shared/data/weather/', import.meta.url).pathname;

describe.skipIf(!existsSync(shared))('real daily series (need ../shared/data/weather)', () => {
  it.each([
    ['bukhara', 2003, 'typ_2003', 39.81, 64.38],
    ['tashkent', 1992, 'darkwinter_1992', 41.37, 69.38],
    ['nukus', 2006, 'typ_2006', 42.4, 59.6],
  ])(
    '%s %i: 35 years; hours are distributed as in the hours supplied with the days',
    (id, number, name, latDeg, lonDeg) => {
      const at = { latDeg, lonDeg, elevationM: 200, zone: 'Asia/Samarkand' };
      const years = readDailyYears(`${shared}uz_${id}_daily_1979_2014.csv.gz`, at);
      expect(years.map((y) => y.year)).toEqual(Array.from({ length: 35 }, (_, i) => 1979 + i));
      const ours = years.find((y) => y.year === number)!.weather();
      const theirs = readWeather(`${shared}uz_${id}_hourly_${name}.csv.gz`, at);
      const apart = (key: 'tempC' | 'ghiWm2' | 'dniWm2' | 'dhiWm2' | 'windMs' | 'rhShare', share: number) =>
        quantile(ours[key], share) - quantile(theirs[key], share);
      // The days are the same and so is the method in words; the luck within the days is not. Ours holds the beam below a clear
      // sky's where the sun is low, so that more of the same light is diffuse: 11 % over the year, most of it from there.
      for (const share of [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]) {
        expect(Math.abs(apart('tempC', share))).toBeLessThan(0.5);
        expect(Math.abs(apart('rhShare', share))).toBeLessThan(0.04);
        expect(Math.abs(apart('windMs', share))).toBeLessThan(0.3);
        expect(Math.abs(apart('ghiWm2', share))).toBeLessThan(35);
        expect(Math.abs(apart('dhiWm2', share))).toBeLessThan(40);
        expect(Math.abs(apart('dniWm2', share))).toBeLessThan(60);
      }
      expect(Math.abs(mean(ours.ghiWm2) / mean(theirs.ghiWm2) - 1)).toBeLessThan(0.002);
      expect(Math.abs(mean(ours.dniWm2) / mean(theirs.dniWm2) - 1)).toBeLessThan(0.07);
      expect(Math.abs(mean(ours.dhiWm2) / mean(theirs.dhiWm2) - 1)).toBeLessThan(0.12);
    },
  );
});
