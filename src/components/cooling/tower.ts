import {
  enthalpyJPerKg,
  humidityRatioOfWetBulb,
  saturationHumidityRatio,
  saturationPressurePa,
} from '../../air/psychrometrics.ts';

/** Heat that a litre of water carries per kelvin over an hour, and the circulation of a tower: kJ/(kg K). */
const CP_WATER = 4.186;

/** YorkCalc coefficients by powers of wet bulb (fastest), range, and liquid-to-gas ratio (slowest). */
const YORK = [
  -0.359741205, -0.055053608, 0.0023850432, 0.173926877, -0.0248473764, 0.00048430224, -0.005589849456, 0.0005770079712,
  -0.00001342427256, 2.84765801111111, -0.121765149, 0.0014599242, 1.680428651, -0.0166920786, -0.0007190532,
  -0.025485194448, 0.0000487491696, 0.00002719234152, -0.0653766255555556, -0.002278167, 0.0002500254, -0.0910565458,
  0.00318176316, 0.000038621772, -0.0034285382352, 0.00000856589904, -0.000001516821552,
];

/**
 * Approach of a counterflow cooling tower (water out less wet bulb), K: 27-term fit for wet bulbs of -34.4 to 29.4 °C, ranges of
 * 1.1 to 22.2 K and a water-to-air ratio over the design's of up to 8. At 25.6 °C, 5.56 K and ratio 1 it gives the 3.9 K of the rating.
 * Source: YorkCalc, EnergyPlus Engineering Reference, CoolingTower:VariableSpeed.
 */
export function yorkApproachK(wetBulbC: number, rangeK: number, ratio: number): number {
  let sum = 0;
  let k = 0;
  for (let g = 0, byRatio = 1; g < 3; g++, byRatio *= ratio) {
    for (let r = 0, byRange = byRatio; r < 3; r++, byRange *= rangeK) {
      sum += byRange * (YORK[k]! + wetBulbC * (YORK[k + 1]! + wetBulbC * YORK[k + 2]!));
      k += 3;
    }
  }
  return sum;
}

/** Wet bulb at which a tower's approach is given, °C: the rating condition of cooling towers (78 °F). */
export const TOWER_RATING_C = 25.6;

/** Below this wet bulb towers throttle their air so that their water does not freeze. */
const LEAST_WET_BULB_C = 0;

/** Hottest air that leaves a tower, °C. */
const HOTTEST_AIR_C = 60;

/** Slope of the enthalpy of saturated air, kJ/(kg K), by a chord of 1 K at sea level. */
function saturatedSlope(tempC: number): number {
  const h = (t: number): number => enthalpyJPerKg(t, saturationHumidityRatio(t, 101_325));
  return (h(tempC + 0.5) - h(tempC - 0.5)) / 1000;
}

/** The slope over wet bulbs of 0 to 40 °C, K by K: it stands in every step of a tower. */
const SLOPES = Float64Array.from({ length: 42 }, (_, t) => saturatedSlope(t));
function slopeAt(tempC: number): number {
  const t = Math.min(40, Math.max(0, tempC));
  const i = Math.floor(t);
  return SLOPES[i]! + (t - i) * (SLOPES[i + 1]! - SLOPES[i]!);
}

/**
 * How much larger a tower's approach is at this wet bulb than at its rating of 25.6 °C, for the same heat and airflow: the driving
 * difference is one of enthalpy, and the enthalpy of saturated air rises less per kelvin in the cold (1.9 times at 10 °C). Taken
 * between the wet bulb and 5 K above it. Source: effectiveness model of J. E. Braun, S. A. Klein, J. W. Mitchell,
 * ASHRAE Transactions 95(2), 1989. Wet bulbs of 0 to 35 °C; constant beyond.
 */
export function towerColdFactor(wetBulbC: number): number {
  const from = Math.max(LEAST_WET_BULB_C, wetBulbC);
  return slopeAt(TOWER_RATING_C + 5) / slopeAt(from + 5);
}

/** Temperature at which saturated air has this enthalpy, °C: Newton's method, from above since the curve is convex. */
function saturatedC(enthalpyJ: number, startC: number, pressurePa: number): number {
  let t = startC;
  for (let round = 0; round < 8; round++) {
    const vapourPa = saturationPressurePa(t);
    const ratio = (0.621945 * vapourPa) / (pressurePa - vapourPa);
    // slope of ln p over water by Clausius and Clapeyron
    const slope =
      1006 + 1860 * ratio + (2_501_000 + 1860 * t) * ratio * (5400 / (t + 273.15) ** 2) * (1 + ratio / 0.621945);
    const step = (enthalpyJPerKg(t, ratio) - enthalpyJ) / slope;
    t = Math.min(HOTTEST_AIR_C, t - step);
    if (Math.abs(step) < 1e-6) break;
  }
  return t;
}

/**
 * Water that a tower evaporates, L/h: the air leaves saturated with the heat on top of its enthalpy. `airKgPerS` > 0. In hot
 * weather this is near the ideal 1.47 L/kWh, in the cold part of the heat leaves as warm air.
 * Source: "SaturatedExit" of EnergyPlus Engineering Reference, Cooling Tower Makeup Water Usage.
 */
export function towerEvaporationLPerH(
  heatKw: number,
  airKgPerS: number,
  tempC: number,
  wetBulbC: number,
  pressurePa: number,
): number {
  if (heatKw <= 0) return 0;
  const inRatio = humidityRatioOfWetBulb(tempC, Math.min(wetBulbC, tempC), pressurePa);
  const inJ = enthalpyJPerKg(tempC, inRatio);
  const mostJ = enthalpyJPerKg(HOTTEST_AIR_C, saturationHumidityRatio(HOTTEST_AIR_C, pressurePa)) - inJ;
  const askedJ = (heatKw * 1000) / airKgPerS;
  if (!(askedJ > 0)) return 0;
  // more heat than this air can hold goes with more air, in proportion
  const riseJ = Math.min(askedJ, mostJ);
  const outC = saturatedC(
    inJ + riseJ,
    Math.min(HOTTEST_AIR_C, wetBulbC + riseJ / (900 * slopeAt(wetBulbC))),
    pressurePa,
  );
  const litres = airKgPerS * 3600 * (saturationHumidityRatio(outC, pressurePa) - inRatio);
  return Math.max(0, litres * (askedJ / riseJ));
}

/** Circulation of a tower that cools `heatKw` by `rangeK`, kg/s. */
export function circulationKgPerS(heatKw: number, rangeK: number): number {
  return heatKw / (CP_WATER * rangeK);
}

/** Makeup of a tower, L/h: evaporation, the blowdown that holds salts at `cycles` times those of the makeup, and drift. */
export function makeupLPerH(evaporationLPerH: number, cycles: number, driftLPerH: number): number {
  return evaporationLPerH + Math.max(0, evaporationLPerH / (cycles - 1) - driftLPerH) + driftLPerH;
}
