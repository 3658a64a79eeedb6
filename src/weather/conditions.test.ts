import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { HOUR_MS } from '../series/grid.ts';
import { arcOf, integrateRamp, meanCosine } from './arc.ts';
import { conditionsAt, conditionsOn } from './conditions.ts';
import { generateWeather } from './generate.ts';
import { sunAt } from './sun.ts';
import { hourOfYear, scaleIrradiance, standardOffsetH, type WeatherYear } from './year.ts';

const RAD = Math.PI / 180;
const climate = loadCatalog().climates.get('bukhara')!;
const year = generateWeather(climate, 11);
const place = year.place;
/** 1 January 2026 00:00 in Bukhara. */
const START = Date.UTC(2025, 11, 31, 19);
const grid = (minutes: number, days: number, fromDay = 0) => ({
  startMs: START + fromDay * 24 * HOUR_MS,
  stepMs: minutes * 60_000,
  count: (days * 1440) / minutes,
});

describe('conditions', () => {
  it('hourly steps are the rows of the year', () => {
    const at = conditionsOn(year, place, grid(60, 365));
    for (let i = 0; i < 8760; i += 7) {
      const c = at(i);
      expect(c.tempC).toBeCloseTo(year.tempC[i]!, 9);
      expect(c.rhShare).toBeCloseTo(year.rhShare[i]!, 9);
      expect(c.windMs).toBeCloseTo(year.windMs[i]!, 9);
      expect(c.pressurePa).toBeCloseTo(year.pressurePa[i]!, 6);
      expect(c.ghiWm2).toBeCloseTo(year.ghiWm2[i]!, 6);
      expect(c.local.hour).toBeCloseTo((i % 24) + 0.5, 9);
    }
    expect(at(0).local).toMatchObject({ year: 2026, month: 1, day: 1, weekday: 3 });
    expect(() => at(8760)).toThrow(RangeError);
  });

  it.each([1, 5, 10, 15, 20, 30])('%i-minute steps keep the mean of every hour of irradiance', (minutes) => {
    const at = conditionsOn(year, place, grid(minutes, 12, 75));
    const perHour = 60 / minutes;
    for (let hour = 0; hour < 12 * 24; hour++) {
      let sum = 0;
      for (let k = 0; k < perHour; k++) sum += at(hour * perHour + k).ghiWm2;
      expect(sum / perHour).toBeCloseTo(year.ghiWm2[75 * 24 + hour]!, 7);
    }
  });

  it('longer steps are the means of their hours', () => {
    const at = conditionsOn(year, place, grid(180, 30, 150));
    for (let i = 0; i < 240; i++) {
      const row = 150 * 24 + i * 3;
      const mean = (v: Float64Array) => (v[row]! + v[row + 1]! + v[row + 2]!) / 3;
      expect(at(i).tempC).toBeCloseTo(mean(year.tempC), 9);
      expect(at(i).ghiWm2).toBeCloseTo(mean(year.ghiWm2), 7);
    }
  });

  it('closes GHI = DNI cos z + DHI with the sun reported, at any instant and length; nothing negative, no beam at night', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(1960, 0, 1), max: Date.UTC(2049, 11, 31) }),
        fc.constantFrom(1 / 3600, 1 / 60, 0.25, 1, 3),
        (startMs, dtH) => {
          const c = conditionsAt(year, place, startMs, dtH);
          const cosZ = Math.max(0, Math.cos(c.sunZenithDeg * RAD));
          expect(Math.abs(c.ghiWm2 - c.dniWm2 * cosZ - c.dhiWm2)).toBeLessThan(1e-9);
          expect(Math.min(c.ghiWm2, c.dniWm2, c.dhiWm2, c.windMs)).toBeGreaterThanOrEqual(0);
          expect(c.dniWm2).toBeLessThan(1100);
          if (c.sunZenithDeg >= 90) expect(c.dniWm2).toBe(0);
          expect(c.wetBulbC).toBeLessThanOrEqual(c.tempC + 1e-9);
          expect(c.rhShare).toBeLessThanOrEqual(1 + 1e-12);
          const sun = sunAt(startMs + (dtH * HOUR_MS) / 2, place.latDeg, place.lonDeg);
          expect(c.sunZenithDeg).toBe(sun.zenithDeg);
        },
      ),
    );
  });

  it('the grid and the single step give the same', () => {
    const g = grid(15, 2, 200);
    const at = conditionsOn(year, place, g);
    for (let i = 0; i < g.count; i += 5) {
      expect(at(i)).toEqual(conditionsAt(year, place, g.startMs + i * g.stepMs, 0.25));
    }
  });

  it('keeps beam and diffuse over a year within 1 % and 1 %', () => {
    const at = conditionsOn(year, place, grid(60, 365));
    let [beam, diffuse, wantedBeam, wantedDiffuse] = [0, 0, 0, 0];
    for (let i = 0; i < 8760; i++) {
      beam += at(i).ghiWm2 - at(i).dhiWm2;
      diffuse += at(i).dhiWm2;
      wantedBeam += year.ghiWm2[i]! - year.dhiWm2[i]!;
      wantedDiffuse += year.dhiWm2[i]!;
    }
    expect(Math.abs(beam / wantedBeam - 1)).toBeLessThan(0.01);
    expect(Math.abs(diffuse / wantedDiffuse - 1)).toBeLessThan(0.01);
  });

  it('moves smoothly at one-second steps', () => {
    let before = conditionsAt(year, place, START, 1 / 3600);
    let [temp, ghi] = [0, 0];
    for (let s = 60; s < 86_400 * 2; s += 60) {
      const now = conditionsAt(year, place, START + 150 * 24 * HOUR_MS + s * 1000, 1 / 3600);
      if (s > 60) {
        temp = Math.max(temp, Math.abs(now.tempC - before.tempC));
        ghi = Math.max(ghi, Math.abs(now.ghiWm2 - before.ghiWm2));
      }
      before = now;
    }
    expect(temp).toBeLessThan(0.2);
    expect(ghi).toBeLessThan(60);
  });

  it('reads 29 February as the 28th, and wraps at New Year', () => {
    const noon = (month: number, day: number) => conditionsAt(year, place, Date.UTC(2028, month - 1, day, 7), 1);
    expect(noon(2, 29).tempC).toBe(noon(2, 28).tempC);
    expect(noon(2, 29).ghiWm2).toBeCloseTo(noon(2, 28).ghiWm2, 9);
    expect(noon(3, 1).tempC).not.toBe(noon(2, 29).tempC);
    expect(hourOfYear(Date.UTC(2028, 11, 31, 23))).toBe(8759);
    expect(hourOfYear(Date.UTC(2027, 11, 31, 23))).toBe(8759);
    const midnight = conditionsAt(year, place, START - 1000, 2 / 3600).tempC;
    expect(midnight).toBeCloseTo((year.tempC[8759]! + year.tempC[0]!) / 2, 2);
  });

  it('irradiance that is stamped half an hour late comes half an hour earlier, in the right amount', () => {
    const late: WeatherYear = { ...year, irradianceShiftH: 0.5 };
    const at = conditionsOn(late, place, grid(30, 4, 180));
    for (let hour = 1; hour < 90; hour++) {
      const pair = at(2 * hour - 1).ghiWm2 + at(2 * hour).ghiWm2;
      expect(pair / 2).toBeCloseTo(year.ghiWm2[180 * 24 + hour]!, 7);
    }
  });

  it('a year of quarter hours takes well under a second', () => {
    conditionsOn(year, place, grid(60, 365));
    const before = process.cpuUsage();
    const at = conditionsOn(year, place, grid(15, 365));
    const { user, system } = process.cpuUsage(before);
    expect(at(35_039).tempC).toBeTypeOf('number');
    // Measured 50 to 120 ms; the room is for a loaded machine.
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});

describe('the sun’s path in an hour', () => {
  it('has the mean cosine that many instants give, on any hour and latitude', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 8759 }),
        fc.integer({ min: -66, max: 66 }),
        fc.integer({ min: -180, max: 180 }),
        (hour, lat, lon) => {
          const middle = Date.UTC(2025, 0, 1) + (hour + 0.5) * HOUR_MS;
          let sum = 0;
          for (let k = 0; k < 60; k++) {
            sum += Math.max(0, Math.cos(sunAt(middle + (k - 29.5) * 60_000, lat, lon).zenithDeg * RAD)) / 60;
          }
          expect(Math.abs(meanCosine(arcOf(middle, lat, lon)) - sum)).toBeLessThan(5e-4);
        },
      ),
    );
  });
  it('its parts add up', () => {
    const arc = arcOf(Date.UTC(2025, 5, 1, 6, 30), 40, 64);
    const whole = integrateRamp(arc, 2, 3, 0, 1);
    expect(integrateRamp(arc, 2, 3, 0, 0.3) + integrateRamp(arc, 2, 3, 0.3, 1)).toBeCloseTo(whole, 10);
  });
});

describe('clocks and scale', () => {
  it('standard time of zones: without summer time, either hemisphere', () => {
    expect(standardOffsetH('Asia/Samarkand')).toBe(5);
    expect(standardOffsetH('Asia/Almaty')).toBe(5);
    expect(standardOffsetH('Europe/Berlin')).toBe(1);
    expect(standardOffsetH('Australia/Sydney')).toBe(10);
    expect(standardOffsetH('Asia/Kathmandu')).toBe(5.75);
  });
  it('scales all irradiance alike and says so', () => {
    const dim = scaleIrradiance(year, 0.9);
    expect(dim.dniWm2[4000]).toBeCloseTo(0.9 * year.dniWm2[4000]!, 9);
    expect(dim.warnings.at(-1)).toContain('0.9');
    expect(() => scaleIrradiance(year, 3)).toThrow(RangeError);
  });
});
