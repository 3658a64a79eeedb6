/**
 * Moist air by the equations of ASHRAE Handbook Fundamentals 2017, chapter 1 (numbers in brackets are its equations). Pure
 * functions on plain numbers: temperatures in °C, pressures in Pa, humidity ratio in kg water per kg dry air, relative
 * humidity as a share 0..1, enthalpy in J per kg dry air. Perfect-gas relations: within 0.5 % of real moist air.
 */

/** Temperature of the triple point of water, °C: saturation is over ice below it and over water from it on. */
export const TRIPLE_POINT_C = 0.01;
const ZERO_K = 273.15;
/** Molar mass of water over that of dry air. */
const MASS_RATIO = 0.621945;

/**
 * Natural logarithm of the saturation pressure in Pa, -100..200 °C: (5) over ice, (6) over water.
 * Source: ASHRAE 2017 ch. 1 after Hyland and Wexler 1983.
 */
export function lnSaturationPressure(tempC: number): number {
  const k = tempC + ZERO_K;
  if (tempC <= TRIPLE_POINT_C) {
    return (
      -5.6745359e3 / k +
      6.3925247 +
      k * (-9.677843e-3 + k * (6.2215701e-7 + k * (2.0747825e-9 - k * 9.484024e-13))) +
      4.1635019 * Math.log(k)
    );
  }
  return (
    -5.8002206e3 / k + 1.3914993 + k * (-4.8640239e-2 + k * (4.1764768e-5 - k * 1.4452093e-8)) + 6.5459673 * Math.log(k)
  );
}

/** Slope of lnSaturationPressure, 1/K. */
function lnSaturationSlope(tempC: number): number {
  const k = tempC + ZERO_K;
  if (tempC <= TRIPLE_POINT_C) {
    return (
      5.6745359e3 / (k * k) -
      9.677843e-3 +
      k * (2 * 6.2215701e-7 + k * (3 * 2.0747825e-9 - k * 4 * 9.484024e-13)) +
      4.1635019 / k
    );
  }
  return 5.8002206e3 / (k * k) - 4.8640239e-2 + k * (2 * 4.1764768e-5 - k * 3 * 1.4452093e-8) + 6.5459673 / k;
}

/** Saturation pressure of water vapour, Pa, -100..200 °C, over ice below the triple point. ASHRAE 2017 (5), (6). */
export function saturationPressurePa(tempC: number): number {
  return Math.exp(lnSaturationPressure(tempC));
}

/** Humidity ratio, kg/kg, from the partial pressure of vapour; vapour pressure below the total pressure. ASHRAE 2017 (20). */
export function humidityRatio(vapourPa: number, pressurePa: number): number {
  return (MASS_RATIO * vapourPa) / (pressurePa - vapourPa);
}

/** Humidity ratio of saturated air, kg/kg; below the boiling point at this pressure. ASHRAE 2017 (21). */
export function saturationHumidityRatio(tempC: number, pressurePa: number): number {
  return humidityRatio(saturationPressurePa(tempC), pressurePa);
}

/** Partial pressure of vapour, Pa, from the humidity ratio. ASHRAE 2017 (20) solved for the vapour pressure. */
export function vapourPressurePa(ratio: number, pressurePa: number): number {
  return (pressurePa * ratio) / (MASS_RATIO + ratio);
}

/** Partial pressure of vapour, Pa, from relative humidity 0..1. ASHRAE 2017 (12). */
export function vapourPressureOfRhPa(tempC: number, rhShare: number): number {
  return rhShare * saturationPressurePa(tempC);
}

/** Relative humidity 0..1 from the partial pressure of vapour. ASHRAE 2017 (12). */
export function relativeHumidity(tempC: number, vapourPa: number): number {
  return vapourPa / saturationPressurePa(tempC);
}

/** Humidity ratio, kg/kg, from relative humidity 0..1. */
export function humidityRatioOfRh(tempC: number, rhShare: number, pressurePa: number): number {
  return humidityRatio(vapourPressureOfRhPa(tempC, rhShare), pressurePa);
}

/** Specific enthalpy of moist air, J per kg dry air, 0 for dry air at 0 °C. ASHRAE 2017 (30). */
export function enthalpyJPerKg(tempC: number, ratio: number): number {
  return (1.006 * tempC + ratio * (2501 + 1.86 * tempC)) * 1000;
}

/** Dry bulb, °C, of moist air with this enthalpy (J per kg dry air) and humidity ratio: (30) solved for temperature. */
export function tempOfEnthalpyC(enthalpyJ: number, ratio: number): number {
  return (enthalpyJ / 1000 - 2501 * ratio) / (1.006 + 1.86 * ratio);
}

/** Volume of moist air per kg of dry air, m3/kg. ASHRAE 2017 (26). */
export function specificVolumeM3PerKg(tempC: number, ratio: number, pressurePa: number): number {
  return (287.042 * (tempC + ZERO_K) * (1 + 1.607858 * ratio)) / pressurePa;
}

/** Density of moist air, kg (air and vapour together) per m3. ASHRAE 2017 (11). */
export function densityKgPerM3(tempC: number, ratio: number, pressurePa: number): number {
  return (1 + ratio) / specificVolumeM3PerKg(tempC, ratio, pressurePa);
}

/**
 * Pressure of the standard atmosphere, Pa, at a height above sea level, -5000..11000 m. ASHRAE 2017 (3). Weather moves the
 * true pressure by up to 3 % around it.
 */
export function pressureAtPa(elevationM: number): number {
  return 101325 * (1 - 2.25577e-5 * elevationM) ** 5.2559;
}

/**
 * Dew point (frost point below 0.01 °C), °C: the temperature at which this vapour pressure (1e-3 Pa up to 1 MPa) saturates.
 * Newton's method on the logarithm of (5) and (6), which is nearly straight in 1/T; to 1e-9 K.
 */
export function dewPointC(vapourPa: number): number {
  const target = Math.log(vapourPa);
  // Magnus' formula inverted (Alduchov and Eskridge 1996) is within 1 K in the weather's range: two or three rounds suffice.
  const alpha = Math.log(vapourPa / 610.94);
  let t = Math.min(200, Math.max(-100, (243.04 * alpha) / (17.625 - alpha)));
  for (let round = 0; round < 50; round++) {
    const step = (lnSaturationPressure(t) - target) / lnSaturationSlope(t);
    t -= step;
    if (Math.abs(step) < 1e-9) break;
  }
  return t;
}

/** Dew point, °C, from dry bulb and relative humidity; -Infinity for perfectly dry air. */
export function dewPointOfRhC(tempC: number, rhShare: number): number {
  return rhShare <= 0 ? Number.NEGATIVE_INFINITY : dewPointC(vapourPressureOfRhPa(tempC, rhShare));
}

/** Energy balance of the wick times its denominator: rises and is convex in the wet bulb, zero at the true one. */
interface Wick {
  readonly latent: number;
  readonly latentSlope: number;
  readonly waterHeat: number;
}
const WATER: Wick = { latent: 2501, latentSlope: 2.326, waterHeat: 4.186 };
const ICE: Wick = { latent: 2830, latentSlope: 0.24, waterHeat: 2.1 };

function residual(wick: Wick, wetC: number, tempC: number, ratio: number, saturated: number): number {
  return (
    (wick.latent - wick.latentSlope * wetC) * saturated -
    1.006 * (tempC - wetC) -
    ratio * (wick.latent + 1.86 * tempC - wick.waterHeat * wetC)
  );
}

/** Newton from above: the residual is convex and not negative at the start, so that every round stays above the root. */
function solveWick(wick: Wick, startC: number, tempC: number, ratio: number, pressurePa: number): number {
  let wetC = startC;
  for (let round = 0; round < 40; round++) {
    const vapourPa = saturationPressurePa(wetC);
    const saturated = humidityRatio(vapourPa, pressurePa);
    const saturatedSlope = (saturated * lnSaturationSlope(wetC) * pressurePa) / (pressurePa - vapourPa);
    const slope =
      (wick.latent - wick.latentSlope * wetC) * saturatedSlope -
      wick.latentSlope * saturated +
      1.006 +
      ratio * wick.waterHeat;
    const step = residual(wick, wetC, tempC, ratio, saturated) / slope;
    wetC -= step;
    if (Math.abs(step) < 1e-7) break;
  }
  return Math.min(wetC, tempC);
}

/**
 * Thermodynamic wet bulb, °C, from dry bulb and humidity ratio; -60 °C up to the boiling point, humidity ratio from 0 to
 * saturation. ASHRAE 2017 (33) over water, (35) over ice. Above freezing both forms have a solution in a narrow band at
 * 0 °C (a wick may be wet or iced); the wet wick is taken wherever it exists, so that the result never falls as humidity rises.
 */
export function wetBulbC(tempC: number, ratio: number, pressurePa: number): number {
  if (tempC > 0) {
    const atZero = residual(WATER, 0, tempC, ratio, saturationHumidityRatio(0, pressurePa));
    if (atZero <= 0) return Math.max(0, solveWick(WATER, tempC, tempC, ratio, pressurePa));
  }
  return solveWick(ICE, Math.min(tempC, 0), tempC, ratio, pressurePa);
}

/** Wet bulb, °C, from dry bulb and relative humidity 0..1; see wetBulbC. */
export function wetBulbOfRhC(tempC: number, rhShare: number, pressurePa: number): number {
  return wetBulbC(tempC, humidityRatioOfRh(tempC, Math.min(1, rhShare), pressurePa), pressurePa);
}

/** Humidity ratio, kg/kg, of air with this dry and wet bulb, °C: (33) and (35) as they stand, not below 0. */
export function humidityRatioOfWetBulb(tempC: number, wetC: number, pressurePa: number): number {
  const wick = wetC >= 0 ? WATER : ICE;
  const saturated = saturationHumidityRatio(wetC, pressurePa);
  const heat = (wick.latent - wick.latentSlope * wetC) * saturated - 1.006 * (tempC - wetC);
  return Math.max(0, heat / (wick.latent + 1.86 * tempC - wick.waterHeat * wetC));
}
