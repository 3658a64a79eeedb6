import type { Conditions } from '../contract.ts';
import { type LoopStep, RECOVERY_H } from './loop.ts';
import {
  AIR_KG_PER_S_PER_KW,
  airflowOfResistance,
  cduResistanceK,
  dryCoolerResistanceK,
  fanShare,
  padWaterLPerH,
  thinAir,
} from './physics.ts';
import type { CoolingSpec } from './spec.ts';

/** Set points of a loop beside its supply: pump flow as it is to be, fans and pads as they are at most; shares. */
export interface Limits {
  readonly flow: number;
  readonly fan: number;
  readonly wet: number;
}

/** Slowest fans that approach is reckoned with. */
export const LEAST_AIR = 0.05;

/**
 * The slowest fans, 0..1, with which holdLoop still ends at `setC` when its pads are full; 1 where even full fans do not. Below it
 * the loop runs hotter, above it the pads are less wet.
 */
export function leastFan(
  spec: CoolingSpec,
  startC: number,
  liquidKw: number,
  setC: number,
  flow: number,
  { dtH, tempC, wetBulbC }: Conditions,
): number {
  const recovering = startC <= setC ? setC : setC + (startC - setC) / (1 + dtH / RECOVERY_H);
  const targetC = Math.min(recovering, spec.maxSupplyC);
  const wantedKw = liquidKw + spec.pumpKw * flow ** 3 - (spec.heatKwhPerK / dtH) * (targetC - startC);
  if (wantedKw <= 0) return LEAST_AIR;
  const wettestC = tempC - spec.padEffectiveness * Math.max(0, tempC - wetBulbC);
  const roomK = ((targetC - wettestC) * spec.liquidKw) / wantedKw - cduResistanceK(spec.cduApproachK, flow);
  if (roomK <= spec.dryApproachK) return 1;
  return Math.max(LEAST_AIR, airflowOfResistance(spec.dryApproachK, roomK));
}

/**
 * One step of a dry or adiabatic loop with its pumps at a given flow and its fans and pads under given limits; they do no more
 * than `setC` asks for, fans first. The same physics as stepLoop, whose own order these set points replace.
 */
export function holdLoop(
  spec: CoolingSpec,
  startC: number,
  liquidKw: number,
  setC: number,
  limits: Limits,
  { dtH, tempC, wetBulbC, pressurePa }: Conditions,
): LoopStep {
  const kwPerK = spec.heatKwhPerK / dtH;
  const design = spec.liquidKw;
  const fullFanKw = spec.loopFanKw * thinAir(pressurePa);
  const flow = Math.min(1, Math.max(spec.minFlow, limits.flow));
  const most = Math.min(1, Math.max(LEAST_AIR, limits.fan));
  const pumpKw = spec.pumpKw * flow ** 3;
  const recovering = startC <= setC ? setC : setC + (startC - setC) / (1 + dtH / RECOVERY_H);
  const targetC = Math.min(recovering, spec.maxSupplyC);
  const gainKw = liquidKw + pumpKw;
  const wantedKw = gainKw - kwPerK * (targetC - startC);
  const done = (supplyC: number, rejectedKw: number, air: number, dropK: number): LoopStep => ({
    supplyC,
    rejectedKw,
    fanKw: fullFanKw * fanShare(air, spec.fanFloor),
    pumpKw,
    waterLPerH: spec.bleedFactor * padWaterLPerH(AIR_KG_PER_S_PER_KW * design * air, dropK),
    wetShare: dropK > 0 ? dropK / (spec.padEffectiveness * (tempC - wetBulbC)) : 0,
    flow,
    compressorKw: 0,
    clamped: false,
  });
  if (wantedKw <= 0) return done(startC + gainKw / kwPerK, 0, 0, 0);
  const q = wantedKw / design;
  const exchangerK = cduResistanceK(spec.cduApproachK, flow);
  const roomK = (targetC - tempC) / q - exchangerK;
  const fullK = dryCoolerResistanceK(spec.dryApproachK, most);
  if (roomK >= fullK) {
    const air = Math.max(LEAST_AIR, airflowOfResistance(spec.dryApproachK, roomK));
    return done(targetC, wantedKw, Math.min(most, air), 0);
  }
  const wettestK = Math.min(1, Math.max(0, limits.wet)) * spec.padEffectiveness * Math.max(0, tempC - wetBulbC);
  const neededK = tempC - (targetC - q * (fullK + exchangerK));
  if (neededK <= wettestK) return done(targetC, wantedKw, most, neededK);
  const kwPerKOut = design / (fullK + exchangerK);
  const supplyC = (kwPerK * startC + gainKw + kwPerKOut * (tempC - wettestK)) / (kwPerK + kwPerKOut);
  const rejectedKw = gainKw - kwPerK * (supplyC - startC);
  if (rejectedKw <= 0) return done(startC + gainKw / kwPerK, 0, 0, 0);
  return done(supplyC, rejectedKw, most, wettestK);
}
