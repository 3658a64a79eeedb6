import type { PowerCurve } from './curves.ts';

/** Density of the air that power curves are given for, kg/m3. */
const CURVE_DENSITY = 1.225;

/** Gas constant of dry air as windpowerlib takes it, J/(kg K). */
const DRY_AIR_J_KG_K = 287.058;

/**
 * Ratio of wind at two heights over rough ground: ln((h - d) / z0) / ln((h_ref - d) / z0), logarithmic profile of the neutral
 * surface layer. Standing obstacles lift it by d = 0.7 of their height. Source: Hau, Wind Turbines, as in windpowerlib
 * (`wind_speed.logarithmic_profile`).
 *
 * @param hubM both heights less the displacement are above roughnessM
 * @param roughnessM z0 > 0
 * @param obstacleM height of what stands around, 0 for open ground
 */
export function logShear(hubM: number, referenceM: number, roughnessM: number, obstacleM = 0): number {
  const lift = 0.7 * obstacleM;
  return Math.log((hubM - lift) / roughnessM) / Math.log((referenceM - lift) / roughnessM);
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

/**
 * Density of air `riseM` above a barometer by the ideal gas, p_h / (287.058 T), with the pressure falling by 1/8 hPa per metre.
 * Source: `density.ideal_gas` of windpowerlib; dry air.
 *
 * @param pressurePa at the barometer
 * @param tempK at the height asked for, K
 * @returns kg/m3
 */
export function idealGasDensityKgM3(pressurePa: number, tempK: number, riseM: number): number {
  return (pressurePa - riseM * 12.5) / (DRY_AIR_J_KG_K * tempK);
}

/** Air in which ice grows on blades, and what of the power it costs. */
export interface Icing {
  /** Ice grows from `belowC` down to `aboveC`, in air at least this humid. */
  readonly belowC: number;
  readonly aboveC: number;
  readonly humidShare: number;
  readonly lossShare: number;
}

/**
 * Share of the power left in icing air: `1 - loss` inside the window of temperature and humidity, 1 outside. A stated rule in
 * place of an accretion model: ice of cloud and freezing fog needs air near saturation and droplets that are still liquid,
 * which become rare in deep frost.
 *
 * @param tempC at the hub
 * @param rhShare relative humidity over water, 0..1
 */
export function icingShare(tempC: number, rhShare: number, rule: Icing): number {
  const iced = tempC <= rule.belowC && tempC >= rule.aboveC && rhShare >= rule.humidShare;
  return iced ? 1 - rule.lossShare : 1;
}

/** Turbines times what wakes and outages leave; one turbine alone stands in no wake. Shares 0..1. */
export function farmUnits(units: number, wakeShare: number, availabilityShare: number): number {
  return units * availabilityShare * (units === 1 ? 1 : 1 - wakeShare);
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
