import type { PowerCurve } from './curves.ts';

/** Density of the air that power curves are given for, kg/m3. */
const CURVE_DENSITY = 1.225;

/** Ratio of wind at two heights over rough ground, logarithmic profile without displacement. Both heights above roughnessM. */
export function logShear(hubM: number, referenceM: number, roughnessM: number): number {
  return Math.log(hubM / roughnessM) / Math.log(referenceM / roughnessM);
}

/** Ratio of wind at two heights by the power law of Hellman 1916. */
export function hellmanShear(hubM: number, referenceM: number, exponent: number): number {
  return (hubM / referenceM) ** exponent;
}

/** Hellman's exponent from the roughness of the ground, 1 / ln(h / z0). Source: Sharp, cited in windpowerlib. */
export function hellmanExponent(hubM: number, roughnessM: number): number {
  return 1 / Math.log(hubM / roughnessM);
}

/** Temperature at height: falls by 6.5 K per km, the lapse of the standard atmosphere. */
export function tempAtHeightC(tempC: number, riseM: number): number {
  return tempC - 0.0065 * riseM;
}

/**
 * Density of air `riseM` above a barometer: pressure falls by 1/8 hPa per metre. Source: barometric form of windpowerlib
 * (`density.barometric`), after Hau, Wind Turbines.
 *
 * @param pressurePa at the barometer
 * @param tempK at the height asked for, K
 * @returns kg/m3
 */
export function densityKgM3(pressurePa: number, tempK: number, riseM: number): number {
  return ((pressurePa / 100 - riseM / 8) * CURVE_DENSITY * 288.15 * 100) / (101_330 * tempK);
}

/** Exponent of the density correction: 1/3 up to 7.5 m/s, 2/3 from 12.5 m/s, linear between. */
function densityExponent(speedMs: number): number {
  return 1 / 3 + Math.min(1, Math.max(0, (speedMs - 7.5) / 5)) / 3;
}

/**
 * Power of one turbine, kW, linear between the points of its curve; 0 below the first speed and above the cut-out (the last).
 * For other densities the speeds of the curve are scaled by (1.225 / density)^m with m from 1/3 to 2/3: Svenningsen 2010,
 * as in windpowerlib. The cut-out itself is not scaled, because it protects by measured speed.
 *
 * @param speedMs wind at the hub
 */
export function turbineKw(curve: PowerCurve, speedMs: number, density: number = CURVE_DENSITY): number {
  const { speedsMs, powersKw } = curve;
  const last = speedsMs.length - 1;
  if (!(speedMs <= speedsMs[last]!)) return 0;
  const stretch = Math.log(CURVE_DENSITY / density);
  let i = 0;
  let belowMs = Number.NaN;
  let atMs = scaled(speedsMs[0]!, stretch);
  if (speedMs < atMs) return 0;
  // The points lie close together, so that a walk from a first guess scales two or three of them only.
  i = Math.max(0, guess(speedsMs, speedMs) - 1);
  atMs = scaled(speedsMs[i]!, stretch);
  while (i > 0 && atMs > speedMs) atMs = scaled(speedsMs[--i]!, stretch);
  while (i < last && atMs <= speedMs) {
    belowMs = atMs;
    atMs = scaled(speedsMs[++i]!, stretch);
  }
  if (atMs <= speedMs) return powersKw[last]!;
  const from = powersKw[i - 1]!;
  return from + ((powersKw[i]! - from) * (speedMs - belowMs)) / (atMs - belowMs);
}

function scaled(speedMs: number, stretch: number): number {
  return stretch === 0 ? speedMs : speedMs * Math.exp(stretch * densityExponent(speedMs));
}

/** Index of the last point at or below the speed, by halving. */
function guess(speedsMs: readonly number[], speedMs: number): number {
  let low = 0;
  let high = speedsMs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (speedsMs[middle]! <= speedMs) low = middle;
    else high = middle - 1;
  }
  return low;
}
