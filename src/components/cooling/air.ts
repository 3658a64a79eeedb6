import type { Conditions } from '../contract.ts';
import { outdoorAir } from './outdoorAir.ts';
import {
  airflowOfResistance,
  chillerCapacityShare,
  chillerCop,
  dryCoolerResistanceK,
  economiserShare,
  fanShare,
  partLoadShare,
  thinAir,
} from './physics.ts';
import type { CoolingSpec } from './spec.ts';
import { stepTank, type TankStep } from './tank.ts';

/** What the air side did in a step; means, kW. */
export interface AirStep {
  /** Hall fans, whose heat the coils carry too. */
  readonly crahKw: number;
  /** Fans of free cooling and condensers. */
  readonly outdoorFanKw: number;
  readonly compressorKw: number;
  /** Share of the coils' heat that needed no compressor, 0..1. */
  readonly freeShare: number;
  /** Heat beyond free cooling and chiller; it leaves through a hall that is hotter than wanted. */
  readonly overloadKw: number;
  /** Water of the adiabatic stage and of humidification. */
  readonly waterLPerH: number;
  readonly tank: TankStep | undefined;
}

const NONE: AirStep = {
  crahKw: 0,
  outdoorFanKw: 0,
  compressorKw: 0,
  freeShare: 0,
  overloadKw: 0,
  waterLPerH: 0,
  tank: undefined,
};

/** Hall fans at this air heat, kW: flow in proportion to heat between lowest and design. */
function crahKw(spec: CoolingSpec, airKw: number, pressurePa: number): number {
  const flow = Math.min(1, Math.max(spec.crahMinFlow, airKw / spec.airKw));
  return spec.crahFanKw * thinAir(pressurePa) * fanShare(flow, spec.fanFloor);
}

/** Free share of chilled water at this share of the design heat with outdoor airflow in proportion to it. */
function freeShareAt(spec: CoolingSpec, heatShare: number, tempC: number): number {
  if (spec.economiserApproachK === Number.POSITIVE_INFINITY) return 0;
  if (heatShare <= 0) return tempC <= spec.waterSupplyC ? 1 : 0;
  const approachK = heatShare * dryCoolerResistanceK(spec.economiserApproachK, Math.min(1, heatShare));
  return economiserShare({ supplyC: spec.waterSupplyC, returnC: spec.waterReturnC }, tempC + approachK);
}

/** Heat that free cooling could take beside `coilKw` with full fans, up to the design, kW: what a tank may give it. */
function spareKw(spec: CoolingSpec, coilKw: number, tempC: number): number {
  const mostKw = (spec.airKw * (spec.waterSupplyC - tempC)) / spec.economiserApproachK;
  return Math.max(0, Math.min(spec.airKw, mostKw) - coilKw);
}

/** Compressors for a duty within the capacity, kW. */
function compressorsKw(spec: CoolingSpec, servedKw: number, capacityKw: number, tempC: number): number {
  if (servedKw <= 0) return 0;
  const cop = chillerCop(spec.carnotShare, spec.evaporatingC, tempC + spec.condenserPinchK);
  return (capacityKw / cop) * partLoadShare(servedKw / capacityKw);
}

/**
 * One step of the air side: the hall's heat and its fans' goes to outdoor air as far as that is cold enough, a chiller does the
 * rest. Outdoor fans follow the heat, and run slower when less air does.
 * @param airKw heat of the hall's air >= 0; @param tankC temperature of the tank, where there is one
 * @param tankKw what the tank is told (CoolingSettings); undefined for its own rule
 */
export function stepAir(
  spec: CoolingSpec,
  airKw: number,
  conditions: Conditions,
  tankC: number,
  tankKw?: number,
): AirStep {
  if (spec.airKw === 0) return airKw > 0 ? { ...NONE, overloadKw: airKw } : NONE;
  const { tempC, pressurePa } = conditions;
  const fansKw = crahKw(spec, airKw, pressurePa);
  const coilKw = airKw + fansKw;
  const q = coilKw / spec.airKw;
  const capacityKw = spec.chillerKw * chillerCapacityShare(tempC);
  if (spec.outdoor !== undefined) {
    const { freeShare, waterLPerH } = outdoorAir(spec.outdoor, coilKw, conditions);
    const chilledKw = (1 - freeShare) * coilKw;
    const servedKw = Math.min(chilledKw, capacityKw);
    const speed = Math.min(1, servedKw / spec.airKw);
    return {
      crahKw: fansKw,
      outdoorFanKw: servedKw > 0 ? spec.outdoorFanKw * thinAir(pressurePa) * fanShare(speed, spec.fanFloor) : 0,
      compressorKw: compressorsKw(spec, servedKw, capacityKw, tempC),
      freeShare,
      overloadKw: chilledKw - servedKw,
      waterLPerH,
      tank: undefined,
    };
  }
  const freeShare = freeShareAt(spec, q, tempC);
  let chilledKw = (1 - freeShare) * coilKw;
  let tank: TankStep | undefined;
  // Heat for the outdoor fans: of free cooling or of condensers.
  let outKw = coilKw;
  let byCompressorsKw = 0;
  if (spec.tank !== undefined) {
    const water = { supplyC: spec.waterSupplyC, returnC: spec.waterReturnC };
    const flowKwPerK = coilKw / (water.returnC - water.supplyC);
    const spare = freeShare === 1 ? spareKw(spec, coilKw, tempC) : 0;
    const roomKw = spare + Math.max(0, capacityKw - chilledKw);
    const givesKw = tankKw === undefined ? chilledKw : Math.min(chilledKw, Math.max(0, -tankKw));
    const takesKw = tankKw === undefined ? spare : Math.min(roomKw, Math.max(0, tankKw));
    tank = stepTank(spec.tank, tankC, conditions.dtH, tempC, water, givesKw, flowKwPerK, takesKw);
    if (tank.takenKw > 0) chilledKw = Math.max(0, chilledKw - tank.takenKw);
    byCompressorsKw = Math.max(0, -tank.takenKw - spare);
    chilledKw += byCompressorsKw;
    outKw -= tank.takenKw + byCompressorsKw;
  }
  let speed = Math.min(1, outKw / spec.airKw);
  if (freeShare === 1 && q > 0) {
    const kPerDesign = ((spec.waterSupplyC - tempC) * spec.airKw) / outKw;
    speed = Math.min(speed, airflowOfResistance(spec.economiserApproachK, kPerDesign));
    // a tank that is charged may need more than the hall's own share of the air
    if (outKw > coilKw) speed = Math.min(1, airflowOfResistance(spec.economiserApproachK, kPerDesign));
  }
  // Condensers of compressors that charge the tank.
  speed = Math.min(1, speed + byCompressorsKw / spec.airKw);
  const servedKw = Math.min(chilledKw, capacityKw);
  return {
    crahKw: fansKw,
    outdoorFanKw: spec.outdoorFanKw * thinAir(pressurePa) * fanShare(speed, spec.fanFloor),
    compressorKw: compressorsKw(spec, servedKw, capacityKw, tempC),
    freeShare,
    overloadKw: chilledKw - servedKw,
    waterLPerH: 0,
    tank,
  };
}

/** Heat beyond the chiller at `share` of the design air heat, kW: > 0 when that is more than the plant can take. */
export function airExcessKw(spec: CoolingSpec, share: number, conditions: Conditions): number {
  const airKw = share * spec.airKw;
  const { tempC, pressurePa } = conditions;
  const coilKw = airKw + crahKw(spec, airKw, pressurePa);
  const freeShare =
    spec.outdoor === undefined
      ? freeShareAt(spec, coilKw / spec.airKw, tempC)
      : outdoorAir(spec.outdoor, coilKw, conditions).freeShare;
  return (1 - freeShare) * coilKw - spec.chillerKw * chillerCapacityShare(tempC);
}
