import { airMass, cosIncidence, groundWm2, type SkyLight, skyIsotropicWm2 } from './irradiance.ts';

/**
 * Diffuse light of the sky on a tilted plane by published models, in the parts that differ for the glass of a module: from
 * around the sun, from the whole sky, from the horizon. Angles in degrees, W/m2. The horizon's part can be negative in Perez.
 */

const RAD = Math.PI / 180;

/** The models by their names in a site file. */
export const TRANSPOSITIONS = ['isotropic', 'haydavies', 'reindl', 'perez', 'perez-driesse'] as const;
export type Transposition = (typeof TRANSPOSITIONS)[number];

/** Sky light on a plane by where it comes from. */
export interface SkyParts {
  readonly isotropicWm2: number;
  readonly circumsolarWm2: number;
  readonly horizonWm2: number;
}

const NONE: SkyParts = { isotropicWm2: 0, circumsolarWm2: 0, horizonWm2: 0 };

/** Clearness above which the next row of PEREZ_1990 counts. Source: Perez et al. 1990, Solar Energy 44, table 1. */
const PEREZ_BINS = [1.065, 1.23, 1.5, 1.95, 2.8, 4.5, 6.2];
/** F11 F12 F13 F21 F22 F23 by clearness. Source: Perez et al. 1990, table 6, all sites composite. */
const PEREZ_1990: readonly (readonly number[])[] = [
  [-0.008, 0.588, -0.062, -0.06, 0.072, -0.022],
  [0.13, 0.683, -0.151, -0.019, 0.066, -0.029],
  [0.33, 0.487, -0.221, 0.055, -0.064, -0.026],
  [0.568, 0.187, -0.295, 0.109, -0.152, -0.014],
  [0.873, -0.392, -0.362, 0.226, -0.462, 0.001],
  [1.132, -1.237, -0.412, 0.288, -0.823, 0.056],
  [1.06, -1.6, -0.359, 0.264, -1.127, 0.131],
  [0.678, -0.327, -0.25, 0.156, -1.377, 0.251],
];
/** Knots of the quadratic spline and its coefficients F11..F23. Source: Driesse, Jensen and Perez 2024, Solar Energy 267. */
const DRIESSE_KNOTS = [0, 0, 0, 0.061, 0.187, 0.333, 0.487, 0.643, 0.778, 0.839, 1, 1, 1];
const DRIESSE: readonly (readonly number[])[] = [
  [-0.053, 0.529, -0.028, -0.071, 0.061, -0.019],
  [-0.008, 0.588, -0.062, -0.06, 0.072, -0.022],
  [0.131, 0.77, -0.167, -0.026, 0.106, -0.032],
  [0.328, 0.471, -0.216, 0.069, -0.105, -0.028],
  [0.557, 0.241, -0.3, 0.086, -0.085, -0.012],
  [0.861, -0.323, -0.355, 0.24, -0.467, -0.008],
  [1.212, -1.239, -0.444, 0.305, -0.797, 0.047],
  [1.099, -1.847, -0.365, 0.275, -1.132, 0.124],
  [0.544, 0.157, -0.213, 0.118, -1.455, 0.292],
  [0.544, 0.157, -0.213, 0.118, -1.455, 0.292],
];
const KAPPA = 1.041;
/** Cosine of 85°: the projection of the sun's surroundings on the level is not taken lower. Source: Perez et al. 1990. */
const COS_85 = Math.cos(85 * RAD);

/** Perez's F1 and F2 put together with the geometry of sun and plane. */
function perezParts(dhi: number, f1: number, f2: number, cosInc: number, cosZ: number, tiltDeg: number): SkyParts {
  const isotropicWm2 = dhi * 0.5 * (1 - f1) * (1 + Math.cos(tiltDeg * RAD));
  const circumsolarWm2 = (dhi * f1 * Math.max(0, cosInc)) / Math.max(cosZ, COS_85);
  const horizonWm2 = dhi * f2 * Math.sin(tiltDeg * RAD);
  return isotropicWm2 + circumsolarWm2 + horizonWm2 > 0 ? { isotropicWm2, circumsolarWm2, horizonWm2 } : NONE;
}

/**
 * Perez 1990, all sites composite coefficients. Zenith 0..90°. Source: Perez, Ineichen, Seals, Michalsky and Stewart 1990,
 * Solar Energy 44(5).
 */
function perez(sky: SkyLight, cosInc: number, tiltDeg: number): SkyParts {
  const { dhiWm2: dhi, dniWm2: dni, sunZenithDeg, extraterrestrialWm2 } = sky;
  if (dhi <= 0) return NONE;
  const z = sunZenithDeg * RAD;
  const brightness = (dhi * airMass(sunZenithDeg)) / extraterrestrialWm2;
  const bent = KAPPA * z * z * z;
  const clearness = ((dhi + dni) / dhi + bent) / (1 + bent);
  let bin = 0;
  while (bin < 7 && clearness >= PEREZ_BINS[bin]!) bin++;
  const c = PEREZ_1990[bin]!;
  const f1 = Math.max(0, c[0]! + c[1]! * brightness + c[2]! * z);
  const f2 = c[3]! + c[4]! * brightness + c[5]! * z;
  return perezParts(dhi, f1, f2, cosInc, Math.cos(z), tiltDeg);
}

/**
 * Perez with its steps smoothed into splines of the clearness. Zenith 0..90°. Source: Driesse, Jensen and Perez 2024, A continuous
 * form of the Perez diffuse sky model for forward and reverse transposition, Solar Energy 267, 112093.
 */
function perezDriesse(sky: SkyLight, cosInc: number, tiltDeg: number): SkyParts {
  const { dhiWm2: dhi, dniWm2: dni, sunZenithDeg, extraterrestrialWm2 } = sky;
  if (dhi <= 0) return NONE;
  const z = sunZenithDeg * RAD;
  const brightness = (dhi * airMass(sunZenithDeg)) / extraterrestrialWm2;
  const share = dni / (dhi + dni);
  const x = share / (1 - KAPPA * z * z * z * (share - 1));
  // The three quadratic B-splines that are not 0 between the knots around x
  let k = 2;
  while (k < 9 && x >= DRIESSE_KNOTS[k + 1]!) k++;
  const t = DRIESSE_KNOTS;
  const right = (x - t[k]!) / (t[k + 1]! - t[k]!);
  const fall = (t[k + 1]! - x) / (t[k + 1]! - t[k - 1]!);
  const rise = (x - t[k]!) / (t[k + 2]! - t[k]!);
  const b0 = fall * (1 - right);
  const b2 = rise * right;
  const [p, q, r] = [DRIESSE[k - 2]!, DRIESSE[k - 1]!, DRIESSE[k]!];
  const at = (i: number): number => b0 * p[i]! + (1 - b0 - b2) * q[i]! + b2 * r[i]!;
  const f1 = Math.min(0.9, Math.max(0, at(0) + at(1) * brightness + at(2) * z));
  return perezParts(dhi, f1, at(3) + at(4) * brightness + at(5) * z, cosInc, Math.cos(z), tiltDeg);
}

/**
 * Hay and Davies, and with `horizon` Reindl's brightening of the horizon. Source: Hay and Davies 1980; Reindl, Beckman and Duffie
 * 1990, Solar Energy 45; both as in Loutzenhiser et al. 2007, Solar Energy 81.
 */
function aroundSun(sky: SkyLight, cosInc: number, tiltDeg: number, horizon: boolean): SkyParts {
  const { dhiWm2: dhi, dniWm2: dni, ghiWm2: ghi } = sky;
  const anisotropy = dni / sky.extraterrestrialWm2;
  const cosZ = Math.cos(sky.sunZenithDeg * RAD);
  const isotropicWm2 = (dhi * (1 - anisotropy) * (1 + Math.cos(tiltDeg * RAD))) / 2;
  const circumsolarWm2 = (dhi * anisotropy * Math.max(0, cosInc)) / Math.max(cosZ, 0.01745);
  if (!horizon || ghi <= 0) return { isotropicWm2, circumsolarWm2, horizonWm2: 0 };
  const bright = Math.sqrt(Math.max(0, dni * cosZ) / ghi) * Math.sin((tiltDeg / 2) * RAD) ** 3;
  return { isotropicWm2, circumsolarWm2, horizonWm2: isotropicWm2 * bright };
}

/**
 * Sky light on a plane. `cosInc` from cosIncidence; with the sun at or below the horizon every model is isotropic, because none
 * was fitted there.
 */
export function skyParts(model: Transposition, sky: SkyLight, cosInc: number, tiltDeg: number): SkyParts {
  if (model === 'isotropic' || sky.sunZenithDeg >= 90) {
    return { isotropicWm2: skyIsotropicWm2(sky.dhiWm2, tiltDeg), circumsolarWm2: 0, horizonWm2: 0 };
  }
  if (model === 'perez') return perez(sky, cosInc, tiltDeg);
  if (model === 'perez-driesse') return perezDriesse(sky, cosInc, tiltDeg);
  return aroundSun(sky, cosInc, tiltDeg, model === 'reindl');
}

/** Irradiance of a plane by origin with any of the models, W/m2; ground by albedo (0..1). */
export function transpose(model: Transposition, sky: SkyLight, tiltDeg: number, azimuthDeg: number, albedo: number) {
  const cosInc = cosIncidence(tiltDeg, azimuthDeg, sky.sunZenithDeg, sky.sunAzimuthDeg);
  const parts = skyParts(model, sky, cosInc, tiltDeg);
  const beamWm2 = sky.sunZenithDeg >= 90 ? 0 : sky.dniWm2 * Math.max(0, cosInc);
  const skyWm2 = parts.isotropicWm2 + parts.circumsolarWm2 + parts.horizonWm2;
  const ground = groundWm2(sky.ghiWm2, albedo, tiltDeg);
  return { beamWm2, skyWm2, groundWm2: ground, totalWm2: beamWm2 + skyWm2 + ground, cosIncidence: cosInc, ...parts };
}
