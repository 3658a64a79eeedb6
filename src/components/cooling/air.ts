import {
  airflowOfResistance,
  chillerCapacityShare,
  chillerCop,
  dryCoolerResistanceK,
  economiserShare,
  fanShare,
  partLoadShare,
} from './physics.ts';
import type { CoolingSpec } from './spec.ts';

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
}

const NONE: AirStep = { crahKw: 0, outdoorFanKw: 0, compressorKw: 0, freeShare: 0, overloadKw: 0 };

/** Hall fans at this air heat, kW: flow in proportion to heat between lowest and design. */
function crahKw(spec: CoolingSpec, airKw: number): number {
  const flow = Math.min(1, Math.max(spec.crahMinFlow, airKw / spec.airKw));
  return spec.crahFanKw * fanShare(flow, spec.fanFloor);
}

/** Free share at this share of the design heat with outdoor airflow in proportion to it. */
function freeShareAt(spec: CoolingSpec, heatShare: number, tempC: number): number {
  if (spec.economiserApproachK === Number.POSITIVE_INFINITY) return 0;
  if (heatShare <= 0) return tempC <= spec.waterSupplyC ? 1 : 0;
  const approachK = heatShare * dryCoolerResistanceK(spec.economiserApproachK, Math.min(1, heatShare));
  return economiserShare({ supplyC: spec.waterSupplyC, returnC: spec.waterReturnC }, tempC + approachK);
}

/**
 * One step of the air side: coils take the hall's heat and their fans', outdoor air cools the chilled water as far as it is
 * cold enough, a chiller does the rest. It stores nothing. Outdoor fans follow the heat, and run slower when less air does.
 * @param airKw heat of the hall's air >= 0; @param tempC outdoor dry bulb
 */
export function stepAir(spec: CoolingSpec, airKw: number, tempC: number): AirStep {
  if (spec.airKw === 0) return airKw > 0 ? { ...NONE, overloadKw: airKw } : NONE;
  const fansKw = crahKw(spec, airKw);
  const coilKw = airKw + fansKw;
  const q = coilKw / spec.airKw;
  const freeShare = freeShareAt(spec, q, tempC);
  let speed = Math.min(1, q);
  if (freeShare === 1 && q > 0) {
    speed = Math.min(speed, airflowOfResistance(spec.economiserApproachK, (spec.waterSupplyC - tempC) / q));
  }
  const chilledKw = (1 - freeShare) * coilKw;
  const capacityKw = spec.chillerKw * chillerCapacityShare(tempC);
  const servedKw = Math.min(chilledKw, capacityKw);
  let compressorKw = 0;
  if (servedKw > 0) {
    const cop = chillerCop(spec.carnotShare, spec.evaporatingC, tempC + spec.condenserPinchK);
    compressorKw = (capacityKw / cop) * partLoadShare(servedKw / capacityKw);
  }
  return {
    crahKw: fansKw,
    outdoorFanKw: spec.outdoorFanKw * fanShare(speed, spec.fanFloor),
    compressorKw,
    freeShare,
    overloadKw: chilledKw - servedKw,
  };
}

/** Heat beyond the chiller at `share` of the design air heat, kW: > 0 when that is more than the plant can take. */
export function airExcessKw(spec: CoolingSpec, share: number, tempC: number): number {
  const airKw = share * spec.airKw;
  const coilKw = airKw + crahKw(spec, airKw);
  const chilledKw = (1 - freeShareAt(spec, coilKw / spec.airKw, tempC)) * coilKw;
  return chilledKw - spec.chillerKw * chillerCapacityShare(tempC);
}
