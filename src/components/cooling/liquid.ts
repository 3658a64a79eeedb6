import { counterflowEffectiveness, WATER_KWH_PER_L_K } from './physics.ts';

/**
 * Highest facility water supply of the classes, °C. Source: ASHRAE TC 9.9, Thermal Guidelines for Data Processing Environments,
 * 5th edition 2021, liquid cooling classes; W+ has no upper end and takes the highest supply of the site file.
 */
export const WATER_CLASSES = { W17: 17, W27: 27, W32: 32, W40: 40, W45: 45 } as const;
export const CLASS_NAMES = ['W17', 'W27', 'W32', 'W40', 'W45', 'W+'] as const;

/** Flow of water that carries `heatKw` with a rise of `riseK`, L/min. 1 kW at 10 K is 1.45 L/min (OCP rule: 1.5). */
export function flowLPerMin(heatKw: number, riseK: number): number {
  return heatKw / (WATER_KWH_PER_L_K * riseK) / 60;
}

/** Temperatures of a CDU, °C. */
export interface CduPoint {
  readonly effectiveness: number;
  readonly technologySupplyC: number;
  readonly technologyReturnC: number;
  readonly facilityReturnC: number;
}

/**
 * A CDU between facility and technology water by effectiveness and NTU, counterflow. Capacity rates in kW/K > 0, UA in kW/K.
 * The heat fixes the temperatures: return less facility supply = heat / (e Cmin). Source: Incropera and DeWitt, table 11.3.
 */
export function cduPoint(
  heatKw: number,
  facilitySupplyC: number,
  facilityKwPerK: number,
  technologyKwPerK: number,
  uaKwPerK: number,
): CduPoint {
  const least = Math.min(facilityKwPerK, technologyKwPerK);
  const effectiveness = counterflowEffectiveness(uaKwPerK / least, least / Math.max(facilityKwPerK, technologyKwPerK));
  const technologyReturnC = facilitySupplyC + heatKw / (effectiveness * least);
  return {
    effectiveness,
    technologyReturnC,
    technologySupplyC: technologyReturnC - heatKw / technologyKwPerK,
    facilityReturnC: facilitySupplyC + heatKw / facilityKwPerK,
  };
}

/** Pump or fan power, kW: flow x pressure / efficiency; flow in m3/s, pressure in Pa. */
export function hydraulicKw(flowM3PerS: number, pressurePa: number, efficiency: number): number {
  return (flowM3PerS * pressurePa) / efficiency / 1000;
}

/**
 * Affinity laws with a floor: power as a share of full power at a speed share 0..1, `exponent` 3 for a free system and 2.5-2.8 with
 * static pressure. Source: ASHRAE Handbook HVAC Systems and Equipment, fans and centrifugal pumps.
 */
export function affinityShare(speed: number, floor: number, exponent: number): number {
  return floor + (1 - floor) * speed ** exponent;
}

/**
 * Leakage of chips, kW, above what they draw at `referenceC`: chip power x share per kelvin x warming, since junctions follow the
 * water. An estimate: 0.2 to 0.5 % per K is named, no open measurement was found.
 */
export function leakageKw(chipKw: number, sharePerK: number, supplyC: number, referenceC: number): number {
  return chipKw * sharePerK * (supplyC - referenceC);
}

/**
 * Server fans' share of an air-cooled server's power at an inlet temperature: `share` at 25 °C; airflow grows with the inverse of
 * what is left to the exhaust limit, power with its cube, not below the lowest speed of 30 %. An estimate: 4 to 15 % is named.
 * Inlets of 10 °C up to 5 K below the limit.
 */
export function serverFanShare(share: number, inletC: number, exhaustLimitC: number): number {
  const speed = Math.max(0.3, (exhaustLimitC - 25) / (exhaustLimitC - inletC));
  return share * speed ** 3;
}
