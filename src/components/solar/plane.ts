import { cosIncidence, groundWm2, skyHayDaviesWm2, skyIsotropicWm2 } from '../../weather/irradiance.ts';
import { skyParts } from '../../weather/transposition.ts';
import type { Conditions } from '../contract.ts';
import { rearWm2 } from './bifacial.ts';
import { atTilt, iamOf } from './iam.ts';
import type { SolarSpec } from './spec.ts';
import { rowShadeShare, trackerAzimuthDeg, trackerRotationDeg, trackerTiltDeg } from './tracking.ts';

/** Light on the modules of a field. */
export interface PlaneLight {
  /** On their front, W/m2. */
  readonly poaWm2: number;
  /** What reaches the cells, of both sides, as light on the front at normal incidence, W/m2. */
  readonly effectiveWm2: number;
}

const DARK: PlaneLight = { poaWm2: 0, effectiveWm2: 0 };

/**
 * Light on the front and in the cells. With the sun below the horizon at mid-step there is diffuse light only. Light on the backs
 * counts by its share; rows of trackers that do not backtrack shade each other's beam; what the glass of the front reflects, by the modifier of the site file.
 */
export function planeLight(spec: SolarSpec, conditions: Conditions): PlaneLight {
  const { ghiWm2, dniWm2, sunZenithDeg, sunAzimuthDeg } = conditions;
  if (ghiWm2 <= 0) return DARK;
  let { tiltDeg, azimuthDeg } = spec;
  let lit = 1;
  if (spec.tracking !== undefined) {
    if (spec.tracking === 'two-axis') {
      tiltDeg = Math.min(90, sunZenithDeg);
      azimuthDeg = sunAzimuthDeg;
    } else {
      const rotation = trackerRotationDeg(spec.tracking, sunZenithDeg, sunAzimuthDeg);
      tiltDeg = trackerTiltDeg(spec.tracking, rotation);
      azimuthDeg = trackerAzimuthDeg(spec.tracking, rotation);
      if (!spec.tracking.backtrack) lit -= rowShadeShare(spec.tracking, rotation, sunZenithDeg, sunAzimuthDeg);
    }
  }
  const up = sunZenithDeg < 90;
  const cosInc = up ? cosIncidence(tiltDeg, azimuthDeg, sunZenithDeg, sunAzimuthDeg) : 0;
  const beamWm2 = dniWm2 * Math.max(0, cosInc) * lit;
  const ground = groundWm2(ghiWm2, spec.albedo, tiltDeg);
  let poaWm2: number;
  let effectiveWm2: number;
  if (spec.iam === undefined) {
    poaWm2 = beamWm2 + skyOn(spec, conditions, cosInc, tiltDeg) + ground;
    effectiveWm2 = poaWm2;
  } else {
    const { model, diffuse } = spec.iam;
    const sky = skyParts(spec.transposition, conditions, cosInc, tiltDeg);
    const direct = beamWm2 + sky.circumsolarWm2;
    const wide = sky.isotropicWm2 + sky.horizonWm2;
    poaWm2 = direct + wide + ground;
    effectiveWm2 =
      direct * iamOf(model, cosInc) + wide * atTilt(diffuse.sky, tiltDeg) + ground * atTilt(diffuse.ground, tiltDeg);
  }
  if (spec.bifacial !== undefined) {
    effectiveWm2 += spec.bifacial.share * rearWm2(conditions, tiltDeg, azimuthDeg, spec.bifacial);
  }
  return { poaWm2, effectiveWm2: Math.max(0, effectiveWm2) };
}

/** Sky light on the plane, all of it. */
function skyOn(spec: SolarSpec, conditions: Conditions, cosInc: number, tiltDeg: number): number {
  const { dhiWm2, dniWm2, extraterrestrialWm2, sunZenithDeg } = conditions;
  if (sunZenithDeg >= 90) return skyIsotropicWm2(dhiWm2, tiltDeg);
  if (spec.transposition === 'haydavies') {
    return skyHayDaviesWm2(dhiWm2, dniWm2, extraterrestrialWm2, cosInc, sunZenithDeg, tiltDeg);
  }
  const { isotropicWm2, circumsolarWm2, horizonWm2 } = skyParts(spec.transposition, conditions, cosInc, tiltDeg);
  return isotropicWm2 + circumsolarWm2 + horizonWm2;
}
