import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  airMass,
  clearBeamWm2,
  closeBeam,
  cosIncidence,
  erbsDiffuseShare,
  groundWm2,
  incidenceDeg,
  planeIrradiance,
  skyHayDaviesWm2,
  skyIsotropicWm2,
  splitGlobal,
} from './irradiance.ts';

/** Source: pvlib tests/test_irradiance.py, 2014-06-24 at 32.2 N 111 W, tilt 40° facing south; tolerance 1e-4. */
const PV03 = {
  dni: [0, 316.1949, 939.9547, 646.2289],
  dhi: [0, 40.4615, 118.4583, 62.0338],
  zenith: [124.0391, 82.8546, 10.5641, 72.4169],
  azimuth: [352.6955, 66.7141, 144.7657, 287.041],
  extraterrestrial: 1321.1656,
  isotropic: [0, 35.7284, 104.6013, 54.7772],
  hayDavies: [0, 27.1775, 102.9949, 33.1909],
};

describe('irradiance', () => {
  it('PV-03: isotropic and Hay-Davies sky', () => {
    for (let i = 0; i < 4; i++) {
      const cosInc = cosIncidence(40, 180, PV03.zenith[i]!, PV03.azimuth[i]!);
      const hayDavies = skyHayDaviesWm2(PV03.dhi[i]!, PV03.dni[i]!, PV03.extraterrestrial, cosInc, PV03.zenith[i]!, 40);
      expect(Math.abs(skyIsotropicWm2(PV03.dhi[i]!, 40) - PV03.isotropic[i]!)).toBeLessThan(1e-4);
      expect(Math.abs(hayDavies - PV03.hayDavies[i]!)).toBeLessThan(1e-4);
    }
  });

  it('PV-08: Kasten-Young air mass (pvlib tests/test_atmosphere.py)', () => {
    expect(airMass(89.9)).toBeCloseTo(36.467, 3);
    expect(airMass(80)).toBeCloseTo(5.586, 3);
    expect(airMass(0)).toBeCloseTo(1.0, 3);
  });

  it('a level plane sees the whole sky and no ground', () => {
    const sky = {
      ghiWm2: 600 * Math.cos(Math.PI / 6) + 90,
      dhiWm2: 90,
      dniWm2: 600,
      sunZenithDeg: 30,
      sunAzimuthDeg: 130,
      extraterrestrialWm2: 1361,
    };
    const level = planeIrradiance(sky, 0, 180, 0.2);
    expect(level.totalWm2).toBeCloseTo(sky.ghiWm2, 9);
    expect(level.groundWm2).toBe(0);
    expect(groundWm2(500, 0.2, 90)).toBeCloseTo(50, 12);
    expect(planeIrradiance(sky, 90, 310, 0.2).beamWm2).toBe(0);
  });

  it('incidence: facing the sun 0, away 180', () => {
    expect(incidenceDeg(30, 130, 30, 130)).toBeLessThan(1e-5);
    expect(incidenceDeg(90, 180, 90, 0)).toBeCloseTo(180, 9);
    expect(incidenceDeg(0, 77, 42, 200)).toBeCloseTo(42, 9);
  });

  it('Erbs: continuous at its joints and inside 0.165..1', () => {
    for (const joint of [0.22, 0.8]) {
      expect(Math.abs(erbsDiffuseShare(joint - 1e-9) - erbsDiffuseShare(joint + 1e-9))).toBeLessThan(0.002);
    }
    for (let k = 0; k <= 1.2; k += 0.01) {
      expect(erbsDiffuseShare(k)).toBeGreaterThan(0.16);
      expect(erbsDiffuseShare(k)).toBeLessThanOrEqual(1);
    }
  });

  it('a split closes exactly, stays non-negative and under its ceiling', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, (ghi, cosZ, top) => {
        const ghiWm2 = ghi * 1400;
        const ceiling = top * 1361;
        for (const { dniWm2, dhiWm2 } of [
          splitGlobal(ghiWm2, cosZ, 1361, ceiling),
          closeBeam(ghiWm2, ghiWm2 * top, cosZ, ceiling),
        ]) {
          expect(Math.abs(dniWm2 * cosZ + dhiWm2 - ghiWm2)).toBeLessThan(1e-9);
          expect(dniWm2).toBeGreaterThanOrEqual(0);
          expect(dhiWm2).toBeGreaterThanOrEqual(0);
          expect(dniWm2).toBeLessThanOrEqual(ceiling);
        }
      }),
    );
  });

  it('clear beam is plausible: about 950 W/m2 overhead at sea level, more on a mountain, none at night', () => {
    expect(clearBeamWm2(1361, 0, 0)).toBeCloseTo(953, 0);
    expect(clearBeamWm2(1361, 60, 2000)).toBeGreaterThan(clearBeamWm2(1361, 60, 0));
    expect(clearBeamWm2(1361, 95, 0)).toBe(0);
  });
});
