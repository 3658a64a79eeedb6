import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sunAt, sunCentre } from './sun.ts';

const RAD = Math.PI / 180;
const fixture = JSON.parse(readFileSync(new URL('./fixtures/sun.json', import.meta.url), 'utf8')) as {
  positions: [number, number, number, number, number][];
};

describe('sun', () => {
  it('stands where SPA puts it, within 0.01°, 1950 to 2050', () => {
    let worst = 0;
    for (const [ms, lat, lon, zenith, azimuth] of fixture.positions) {
      const sun = sunAt(ms, lat, lon);
      const turn = ((sun.azimuthDeg - azimuth + 540) % 360) - 180;
      worst = Math.max(worst, Math.hypot(sun.zenithDeg - zenith, turn * Math.sin(zenith * RAD)));
    }
    expect(fixture.positions.length).toBe(200);
    expect(worst).toBeLessThan(0.01);
  });

  it('PV-01: Golden, Colorado, 2003-10-17 12:30:30 MST (pvlib expected_solpos, SPA)', () => {
    const sun = sunAt(Date.UTC(2003, 9, 17, 19, 30, 30), 39.742476, -105.1786);
    expect(Math.abs(90 - sun.zenithDeg - 39.872046)).toBeLessThan(0.01);
    expect(Math.abs(sun.azimuthDeg - 194.340241)).toBeLessThan(0.01);
  });

  it('PV-02: sunrise, sunset and transit at 35° S, 0° E (SPA), to 20 s', () => {
    // Standard altitude of rise and set: 34' of refraction and 16' of half diameter.
    const find = (from: number, to: number, above: (ms: number) => boolean): number => {
      let [low, high] = [from, to];
      const first = above(low);
      while (high - low > 100) {
        const middle = (low + high) / 2;
        if (above(middle) === first) low = middle;
        else high = middle;
      }
      return high;
    };
    const days: [number, string, string, string][] = [
      [Date.UTC(1996, 6, 5), '07:08:15', '17:01:04', '12:04:36'],
      [Date.UTC(2004, 11, 4), '04:38:57', '19:02:03', '11:50:22'],
    ];
    for (const [day, rise, set, transit] of days) {
      const clock = (text: string) => day + Date.parse(`1970-01-01T${text}Z`);
      const up = (ms: number) => sunAt(ms, -35, 0).zenithDeg < 90 + 50 / 60;
      const west = (ms: number) => Math.sin(sunCentre(ms).greenwichHourAngle) > 0;
      expect(Math.abs(find(day, clock('12:00:00'), up) - clock(rise))).toBeLessThan(20_000);
      expect(Math.abs(find(clock('12:00:00'), day + 86_400_000, up) - clock(set))).toBeLessThan(20_000);
      expect(Math.abs(find(clock('10:00:00'), clock('14:00:00'), west) - clock(transit))).toBeLessThan(20_000);
    }
  });

  it('is in the north at noon south of the equator, and never sets in polar summer', () => {
    const noon = sunAt(Date.UTC(2024, 5, 21, 12, 2), -35, 0);
    expect(Math.min(noon.azimuthDeg, 360 - noon.azimuthDeg)).toBeLessThan(1);
    for (let h = 0; h < 24; h++) expect(sunAt(Date.UTC(2024, 5, 21, h), 70, 25).zenithDeg).toBeLessThan(90);
    for (let h = 0; h < 24; h++) expect(sunAt(Date.UTC(2024, 11, 21, h), 70, 25).zenithDeg).toBeGreaterThan(90);
  });

  it('shines 3.4 % more at perihelion and less at aphelion', () => {
    expect(sunAt(Date.UTC(2024, 0, 3), 0, 0).extraterrestrialWm2 / 1361.1).toBeCloseTo(1.034, 3);
    expect(sunAt(Date.UTC(2024, 6, 5), 0, 0).extraterrestrialWm2 / 1361.1).toBeCloseTo(0.9671, 3);
  });
});
