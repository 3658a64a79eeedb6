import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { incidenceDeg } from '../../weather/irradiance.ts';
import { groundSkyView, litGroundShare, rearWm2, rowGroundView, rowSkyView } from './bifacial.ts';
import { faimanCellC, type Mounting, PVSYST_LOSS, pvsystCellC, SAPM_RACKS, sapmCellC } from './cell.ts';
import {
  ashraeIam,
  atTilt,
  diffuseIam,
  diffuseIamTable,
  type IamModel,
  iamOf,
  martinRuizIam,
  physicalIam,
} from './iam.ts';
import { kimberSeries, soiledShare } from './soiling.ts';
import { rowShadeShare, trackerAzimuthDeg, trackerRotationDeg, trackerTiltDeg } from './tracking.ts';

const RAD = Math.PI / 180;
type Rule = { ratePerDay: number; graceDays: number; max: number; share: number[] };
const cases: {
  iam: {
    angles: number[];
    ashrae: number[];
    physical: number[];
    physicalAr: number[];
    martinRuiz: number[];
    tilts: number[];
    diffuse: Record<string, { sky: number[]; ground: number[] }>;
  };
  cells: number[][];
  tracking: number[][];
  soiling: {
    rainDays: [number, number][];
    days: number[];
    daily: Rule;
    washed: Rule & { initial: number; washDays: number[] };
    hourly: Rule & { rainHours: [number, number][]; hours: number[]; count: number };
  };
  bifacial: number[][];
} = JSON.parse(readFileSync(new URL('./fixtures/module.json', import.meta.url), 'utf8'));

describe('incidence angle modifiers against pvlib', () => {
  it('ASHRAE, physical with and without coating, Martin-Ruiz', () => {
    const { angles, ashrae, physical, physicalAr, martinRuiz } = cases.iam;
    angles.forEach((angle, i) => {
      // Cosine of 90° is 6e-17 in binary, not 0
      const cos = angle === 90 ? 0 : Math.cos(angle * RAD);
      expect(Math.abs(ashraeIam(cos) - ashrae[i]!)).toBeLessThan(1e-9);
      expect(Math.abs(martinRuizIam(cos) - martinRuiz[i]!)).toBeLessThan(1e-9);
      expect(Math.abs(physicalIam(cos) - physical[i]!)).toBeLessThan(1e-9);
      expect(Math.abs(physicalIam(cos, 1.526, 4, 0.002, 1.3) - physicalAr[i]!)).toBeLessThan(1e-9);
    });
  });

  it.each<IamModel>(['ashrae', 'physical', 'martin-ruiz'])('%s for diffuse light (Marion)', (model) => {
    const want = cases.iam.diffuse[model.replace('-', '_')]!;
    const table = diffuseIamTable(model);
    cases.iam.tilts.forEach((tilt, i) => {
      const got = diffuseIam((cos) => iamOf(model, cos), tilt);
      expect(Math.abs(got.sky - want.sky[i]!)).toBeLessThan(2e-4);
      // Below 20° the plane sees a sliver of ground, which the squares of pvlib's grid do not resolve
      if (tilt >= 20) expect(Math.abs(got.ground - want.ground[i]!)).toBeLessThan(2e-4);
      expect(atTilt(table.sky, tilt)).toBeCloseTo(got.sky, 9);
    });
    expect(atTilt(table.sky, 20.5)).toBeCloseTo((table.sky[20]! + table.sky[21]!) / 2, 12);
    expect(atTilt(table.ground, 90)).toBe(table.ground[90]!);
  });
});

describe('cell temperature against pvlib', () => {
  it('Faiman, SAPM on four racks, PVsyst in three mountings', () => {
    const racks: Mounting[] = [
      'open-rack-glass-glass',
      'open-rack-glass-polymer',
      'close-mount-glass-glass',
      'insulated-back-glass-polymer',
    ];
    const losses = [PVSYST_LOSS.freestanding, PVSYST_LOSS['semi-integrated'], PVSYST_LOSS.insulated];
    expect(cases.cells.length).toBe(12);
    for (const [poa, air, wind, faiman, ...others] of cases.cells as [number, number, number, number, ...number[]][]) {
      expect(Math.abs(faimanCellC(poa, air, wind) - faiman)).toBeLessThan(1e-8);
      racks.forEach((rack, i) => {
        expect(Math.abs(sapmCellC(poa, air, wind, SAPM_RACKS[rack]) - others[i]!)).toBeLessThan(1e-8);
      });
      losses.forEach((loss, i) => {
        expect(Math.abs(pvsystCellC(poa, air, wind, loss) - others[4 + i]!)).toBeLessThan(1e-8);
      });
    }
  });

  it('PV-10: Sandia on an open rack at 900 W/m2, 20 °C, 5 m/s', () => {
    expect(Math.abs(sapmCellC(900, 20, 5, SAPM_RACKS['open-rack-glass-glass']) - 43.509)).toBeLessThan(1e-3);
  });
});

describe('tracking against pvlib', () => {
  it('rotation, tilt, azimuth, incidence and shade, with and without backtracking', () => {
    expect(cases.tracking.length).toBe(60);
    for (const row of cases.tracking) {
      const [zenith, sunAzimuth, axisTiltDeg, axisAzimuthDeg, maxAngleDeg, gcr, backtrack] = row.slice(0, 7) as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const [rotation, tilt, azimuth, incidence, shaded] = row.slice(7) as [number, number, number, number, number];
      const tracker = { axisTiltDeg, axisAzimuthDeg, maxAngleDeg, gcr, backtrack: backtrack === 1 };
      const turned = trackerRotationDeg(tracker, zenith, sunAzimuth);
      expect(Math.abs(turned - rotation)).toBeLessThan(1e-6);
      expect(Math.abs(rowShadeShare(tracker, turned, zenith, sunAzimuth) - shaded)).toBeLessThan(1e-9);
      const plane = trackerTiltDeg(tracker, turned);
      const faces = trackerAzimuthDeg(tracker, turned);
      expect(Math.abs(plane - tilt)).toBeLessThan(1e-6);
      expect(Math.abs(((faces - azimuth + 540) % 360) - 180)).toBeLessThan(1e-6);
      expect(Math.abs(incidenceDeg(plane, faces, zenith, sunAzimuth) - incidence)).toBeLessThan(1e-6);
    }
  });

  it('lies level at night and at noon over a level north-south axis', () => {
    const tracker = { axisTiltDeg: 0, axisAzimuthDeg: 180, maxAngleDeg: 60, gcr: 0.4, backtrack: true };
    expect(trackerRotationDeg(tracker, 100, 90)).toBe(0);
    expect(Math.abs(trackerRotationDeg(tracker, 20, 180))).toBeLessThan(1e-9);
    expect(trackerRotationDeg(tracker, 60, 100)).toBeLessThan(-30);
    expect(trackerAzimuthDeg(tracker, -40)).toBeCloseTo(90, 9);
    expect(trackerAzimuthDeg(tracker, 40)).toBeCloseTo(270, 9);
  });
});

describe('soiling against pvlib (Kimber)', () => {
  const { rainDays, days, daily, washed, hourly } = cases.soiling;
  const rainOf = (count: number, falls: [number, number][]): number[] => {
    const rain = new Array<number>(count).fill(0);
    for (const [i, mm] of falls) rain[i] = mm;
    return rain;
  };
  const close = (got: number[], at: number[], want: number[]): void => {
    at.forEach((step, i) => {
      expect(Math.abs(got[step]! - want[i]!)).toBeLessThan(1e-9);
    });
  };

  it('a year of days with rain', () => {
    close(kimberSeries(rainOf(365, rainDays), 24, daily), days, daily.share);
  });
  it('a year with cleanings by hand and dust at the start', () => {
    const got = kimberSeries(rainOf(365, rainDays), 24, washed, 6, washed.washDays, washed.initial);
    close(got, days, washed.share);
  });
  it('forty days of hours', () => {
    close(kimberSeries(rainOf(hourly.count, hourly.rainHours), 1, hourly), hourly.hours, hourly.share);
  });
  it('grows by the day to its limit', () => {
    expect(soiledShare(-3, daily)).toBe(0);
    expect(soiledShare(10, daily)).toBeCloseTo(0.024, 12);
    expect(soiledShare(1000, daily)).toBe(0.2);
  });
});

describe('light on the backs against pvlib (infinite sheds)', () => {
  it('view factors, lit ground and rear irradiance', () => {
    expect(cases.bifacial.length).toBe(24);
    for (const row of cases.bifacial) {
      const [zenith, sunAzimuth, tilt, azimuth, gcr, albedo, dni, dhi] = row.slice(0, 8) as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const [lit, groundSky, rearSky, rearGround, rear] = row.slice(8) as [number, number, number, number, number];
      expect(Math.abs(litGroundShare(tilt, azimuth, gcr, zenith, sunAzimuth) - lit)).toBeLessThan(1e-9);
      expect(Math.abs(groundSkyView(tilt, gcr) - groundSky)).toBeLessThan(1e-3);
      expect(Math.abs(rowSkyView(180 - tilt, gcr) - rearSky)).toBeLessThan(1e-9);
      expect(Math.abs(rowGroundView(180 - tilt, gcr) - rearGround)).toBeLessThan(1e-3);
      const light = {
        dniWm2: dni,
        dhiWm2: dhi,
        ghiWm2: dhi + dni * Math.cos(zenith * RAD),
        sunZenithDeg: zenith,
        sunAzimuthDeg: sunAzimuth,
      };
      const got = rearWm2(light, tilt, azimuth, { gcr, albedo });
      expect(Math.abs(got - rear)).toBeLessThan(1e-3 * Math.max(1, rear));
    }
  });

  it('what a row sees is sky, ground and the next row, and never more than one whole', () => {
    for (let tilt = 0; tilt <= 90; tilt += 5) {
      const seen = rowSkyView(tilt, 0.4) + rowGroundView(tilt, 0.4);
      expect(seen).toBeLessThanOrEqual(1 + 1e-12);
      expect(groundSkyView(tilt, 0.4)).toBeGreaterThan(0);
      expect(groundSkyView(tilt, 0.4)).toBeLessThan(1);
    }
    expect(rowSkyView(0, 0.4)).toBeCloseTo(1, 12);
    expect(groundSkyView(0, 0.4)).toBeCloseTo(0.6, 12);
  });
});
