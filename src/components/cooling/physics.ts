/** Heat that evaporating a litre of water takes up, kWh. 2.45 MJ/kg near 20 °C (ASHRAE Fundamentals 2017, ch. 1). */
export const EVAPORATION_KWH_PER_L = 2.45 / 3.6;

/** Air that carries 1 kW at 10 K rise, kg/s: 1 / (1.006 x 10). */
export const AIR_KG_PER_S_PER_KW = 1 / (1.006 * 10);

/** Specific heat of air, kJ/(kg K). */
const CP_AIR = 1.006;

/** Heat that a litre of water stores per kelvin, kWh/K: 4.18 kJ/(kg K) at 0.99 kg/L. */
export const WATER_KWH_PER_L_K = (4.18 * 0.99) / 3600;

/** Airflow of a dry cooler to the power of this divides its approach; literature gives 0.6 to 0.8. */
const AIRFLOW_EXPONENT = 0.7;

/** Film coefficients grow with flow to the power 0.8 (Dittus-Boelter), and so does a plate exchanger with equal flows. */
const FLOW_EXPONENT = 0.8;

/**
 * Effectiveness of a counterflow heat exchanger, 0..1. `ntu` >= 0, `ratio` = smaller over larger capacity rate, 0..1.
 * Source: Incropera and DeWitt, Fundamentals of Heat and Mass Transfer, table 11.3.
 */
export function counterflowEffectiveness(ntu: number, ratio: number): number {
  if (Math.abs(1 - ratio) < 1e-9) return ntu / (1 + ntu);
  const e = Math.exp(-ntu * (1 - ratio));
  return (1 - e) / (1 - ratio * e);
}

/** Air into the coil behind a wet pad, °C: dry bulb less effectiveness x wet-bulb depression, over the wetted share 0..1. */
export function padAirC(dryC: number, wetBulbC: number, effectiveness: number, wetShare: number): number {
  return dryC - wetShare * effectiveness * Math.max(0, dryC - wetBulbC);
}

/**
 * Water that a pad evaporates to cool an airstream by `dropK`, L/h: the air stays on its enthalpy. `airKgPerS` >= 0.
 * Bleed against salts is not in it: multiply by cycles / (cycles - 1).
 */
export function padWaterLPerH(airKgPerS: number, dropK: number): number {
  return (airKgPerS * CP_AIR * dropK) / EVAPORATION_KWH_PER_L;
}

/**
 * Approach of a dry cooler (water out less air in), K, per unit of design heat: design approach x airflow^-0.7. Airflow as a
 * share of the design's, > 0. Multiply by the heat's share of the design heat. Infinite without airflow.
 */
export function dryCoolerResistanceK(designApproachK: number, airflowShare: number): number {
  return designApproachK * airflowShare ** -AIRFLOW_EXPONENT;
}

/** Airflow share at which a dry cooler has this resistance, K per unit of design heat: the inverse of the above. */
export function airflowOfResistance(designApproachK: number, resistanceK: number): number {
  return (designApproachK / resistanceK) ** (1 / AIRFLOW_EXPONENT);
}

/**
 * Approach of a CDU's counterflow exchanger with equal capacity rates on both sides, K per unit of design heat: the difference
 * is heat / UA everywhere along it, and UA grows with flow^0.8. Flow as a share of the design's, > 0.
 */
export function cduResistanceK(designApproachK: number, flowShare: number): number {
  return designApproachK * flowShare ** -FLOW_EXPONENT;
}

/** Fan power as a share of full power: a floor for motors and controls and the cube law above it. Speed 0..1. */
export function fanShare(speed: number, floor: number): number {
  return floor + (1 - floor) * speed * speed * speed;
}

/**
 * Fan power for the same mass of air over that at sea level: thinner air needs more volume, and power at a system's own curve goes
 * with 1 / density squared (affinity laws). `pressurePa` = station pressure; temperature's part is small and left out.
 */
export function thinAir(pressurePa: number): number {
  const thin = 101_325 / pressurePa;
  return thin * thin;
}

/** Temperatures of the chilled water that carries the heat of the hall's air, °C. */
export interface WaterTemps {
  readonly supplyC: number;
  readonly returnC: number;
}

/**
 * Share of the air's heat that outdoor air takes without a compressor, 0..1: all of it while the free-cooled water is at
 * `availableC` <= supply, none from return on, linear between.
 * Source: N. Lei, E. Masanet, "Statistical analysis for predicting location-specific data center PUE", Energy 201 (2020).
 */
export function economiserShare(water: WaterTemps, availableC: number): number {
  const share = (water.returnC - availableC) / (water.returnC - water.supplyC);
  return Math.min(1, Math.max(0, share));
}

/**
 * COP of an air-cooled chiller as a fraction of Carnot between evaporation and condensation. Valid for chilled water of 10 to
 * 30 °C; the lift is held at 10 K or more, because compressors need a pressure ratio, so COP does not run away in the cold.
 * Source: the Carnot-fraction form, `carnotShare` 0.35-0.5 for air-cooled machines.
 */
export function chillerCop(carnotShare: number, evaporatingC: number, condensingC: number): number {
  const lift = condensingC - evaporatingC;
  return (carnotShare * (evaporatingC + 273.15)) / Math.max(10, lift);
}

/** Below this load a chiller runs on and off, and its power is in proportion to its running time. */
const CYCLING_PLR = 0.1;

/**
 * Compressor power as a share of that at full load, for load share `plr` >= 0: 0.03303 + 0.6852 plr + 0.2818 plr^2.
 * Source: EnergyPlus "Electric" chiller test set as used by HPE dc-rl `envs/datacenter.py`.
 */
export function partLoadShare(plr: number): number {
  if (plr < CYCLING_PLR) return (plr / CYCLING_PLR) * partLoadShare(CYCLING_PLR);
  return 0.03303 + plr * (0.6852 + 0.2818 * plr);
}

/**
 * Capacity of an air-cooled chiller over its rating at 35 °C: 1 - 0.01133 d - 0.000929 d^2 for d kelvins above it, no more than its
 * rating below, and held beyond 51.7 °C, where its data end. Source: York YCAL0033EE of the EnergyPlus chiller data set, as tabulated
 * by Modelica Buildings; the parabola goes through its rows for water of 6.3 °C.
 */
export function chillerCapacityShare(dryC: number): number {
  const d = Math.min(51.67, Math.max(35, dryC)) - 35;
  return 1 - d * (0.0113265 + 0.00092925 * d);
}
