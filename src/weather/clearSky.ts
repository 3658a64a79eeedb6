import type { BeamDiffuse } from './irradiance.ts';

/** Irradiance under a clear sky, and beam from global irradiance by DISC. W/m2, degrees, Pa, m. */

const RAD = Math.PI / 180;

/** Relative air mass of Kasten 1966, which DISC was fitted with; zenith 0..90°. Source: Kasten 1966, Arch. Met. Geoph. Biokl. B14. */
export function airMassKasten1966(zenithDeg: number): number {
  const z = Math.min(zenithDeg, 90);
  return 1 / (Math.cos(z * RAD) + 0.15 * (93.885 - z) ** -1.253);
}

/**
 * Pressure of the standard atmosphere at a height above sea level, Pa, -500..11,000 m, as solar engineers take it; ASHRAE's
 * (air/psychrometrics.ts) differs by 0.3 Pa at 1,000 m. Source: Portland State Aerospace Society 2004, as in pvlib.
 */
export function standardPressurePa(elevationM: number): number {
  return 100 * ((44_331.514 - elevationM) / 11_880.516) ** (1 / 0.1902632);
}

/** Air mass at a station's pressure: relative air mass times p / 101,325 Pa. */
export function absoluteAirMass(relative: number, pressurePa: number): number {
  return (relative * pressurePa) / 101_325;
}

/**
 * Global irradiance under a clear sky from the height of the sun alone, for places and days without knowledge of the air.
 * Source: Haurwitz 1945, J. Meteorology 2, and 1946, J. Meteorology 3.
 */
export function haurwitzWm2(zenithDeg: number): number {
  if (zenithDeg >= 90) return 0;
  const cosZ = Math.cos(zenithDeg * RAD);
  return 1098 * cosZ * Math.exp(-0.059 / cosZ);
}

/** Global irradiance beside beam and diffuse. */
export interface ClearSky extends BeamDiffuse {
  readonly ghiWm2: number;
}

/**
 * Clear sky by Linke turbidity (about 2 in cold clean air, 3 in clean, 5 in dusty, 7 in smoke) and absolute air mass. Source:
 * Ineichen and Perez 2002, Solar Energy 73, with the beam's limit as in pvlib.
 */
export function ineichen(
  zenithDeg: number,
  airMassAbsolute: number,
  linke: number,
  elevationM: number,
  extraterrestrialWm2: number,
): ClearSky {
  const cosZ = Math.max(0, Math.cos(zenithDeg * RAD));
  if (cosZ === 0) return { ghiWm2: 0, dniWm2: 0, dhiWm2: 0 };
  const fh1 = Math.exp(-elevationM / 8000);
  const fh2 = Math.exp(-elevationM / 1250);
  const cg1 = 5.09e-5 * elevationM + 0.868;
  const cg2 = 3.92e-5 * elevationM + 0.0387;
  const ghiWm2 = cg1 * extraterrestrialWm2 * cosZ * Math.exp(-cg2 * airMassAbsolute * (fh1 + fh2 * (linke - 1)));
  const beam = extraterrestrialWm2 * (0.664 + 0.163 / fh1) * Math.exp(-0.09 * airMassAbsolute * (linke - 1));
  const limit = (ghiWm2 * (1 - (0.1 - 0.2 * Math.exp(-linke)) / (0.1 + 0.882 / fh1))) / cosZ;
  const dniWm2 = Math.min(beam, Math.max(0, limit));
  return { ghiWm2, dniWm2, dhiWm2: ghiWm2 - dniWm2 * cosZ };
}

/** Beam outside the atmosphere by day of the year, W/m2, with the solar constant 1,370 W/m2 of DISC. Source: Spencer 1971. */
function spencerWm2(dayOfYear: number): number {
  const b = (2 * Math.PI * (dayOfYear - 1)) / 365;
  const around =
    1.00011 + 0.034221 * Math.cos(b) + 0.00128 * Math.sin(b) + 0.000719 * Math.cos(2 * b) + 7.7e-5 * Math.sin(2 * b);
  return 1370 * around;
}

/** DISC holds to this zenith, and to this air mass. Source: Maxwell 1987; limits as in pvlib. */
const DISC_ZENITH_DEG = 87;
const DISC_AIR_MASS = 12;

/**
 * Beam on the normal from hourly global irradiance, W/m2; 0 above a zenith of 87°, where it was not fitted. Beside Erbs it
 * separates better under clear and partly clouded skies. Source: Maxwell 1987, SERI/TR-215-3087 (DISC).
 */
export function discBeamWm2(ghiWm2: number, zenithDeg: number, dayOfYear: number, pressurePa: number): number {
  if (zenithDeg > DISC_ZENITH_DEG || ghiWm2 <= 0) return 0;
  const outside = spencerWm2(dayOfYear);
  const kt = Math.min(1, ghiWm2 / (outside * Math.max(0.065, Math.cos(zenithDeg * RAD))));
  const am = Math.min(DISC_AIR_MASS, absoluteAirMass(airMassKasten1966(zenithDeg), pressurePa));
  const cloudy = kt <= 0.6;
  const a = cloudy
    ? 0.512 + kt * (-1.56 + kt * (2.286 - 2.222 * kt))
    : -5.743 + kt * (21.77 + kt * (-27.49 + 11.56 * kt));
  const b = cloudy ? 0.37 + 0.962 * kt : 41.4 + kt * (-118.5 + kt * (66.05 + 31.9 * kt));
  const c = cloudy ? -0.28 + kt * (0.932 - 2.048 * kt) : -47.01 + kt * (184.2 + kt * (-222 + 73.81 * kt));
  const clear = 0.866 + am * (-0.122 + am * (0.0121 + am * (-0.000653 + 1.4e-5 * am)));
  return Math.max(0, outside * (clear - a - b * Math.exp(c * am)));
}

/** Splits global irradiance by DISC so that GHI = DNI cos z + DHI holds; what the level cannot hold as beam is diffuse. */
export function splitByDisc(ghiWm2: number, zenithDeg: number, dayOfYear: number, pressurePa: number): BeamDiffuse {
  const cosZ = Math.cos(zenithDeg * RAD);
  const dniWm2 = Math.min(discBeamWm2(ghiWm2, zenithDeg, dayOfYear, pressurePa), cosZ > 0 ? ghiWm2 / cosZ : 0);
  return { dniWm2, dhiWm2: Math.max(0, ghiWm2 - dniWm2 * Math.max(0, cosZ)) };
}
