import type { Conditions } from '../contract.ts';
import {
  AIR_KG_PER_S_PER_KW,
  airflowOfResistance,
  cduResistanceK,
  dryCoolerResistanceK,
  fanShare,
  padAirC,
  padWaterLPerH,
  thinAir,
} from './physics.ts';
import type { CoolingSpec } from './spec.ts';

/** A loop that ran hot returns to its set point with this time constant; slower than the fans, faster than the weather. */
export const RECOVERY_H = 1 / 6;

/** What the liquid loop did in a step. */
export interface LoopStep {
  /** Supply at the end, °C. */
  readonly supplyC: number;
  /** Means over the step, kW. */
  readonly rejectedKw: number;
  readonly fanKw: number;
  readonly pumpKw: number;
  readonly waterLPerH: number;
  /** Share of the pads that was wet, 0..1. */
  readonly wetShare: number;
  /** Flow of the loop, share of design. */
  readonly flow: number;
  readonly compressorKw: number;
  /** True where a chiller model was held at the edge of its data. */
  readonly clamped: boolean;
}

/** Supply of a loop in steady state, °C: air into the coil plus both approaches. Heat and speeds as shares of design; speeds > 0. */
export function steadySupplyC(
  spec: CoolingSpec,
  airInC: number,
  heatShare: number,
  airflowShare: number,
  flowShare: number,
): number {
  return (
    airInC +
    heatShare * (dryCoolerResistanceK(spec.dryApproachK, airflowShare) + cduResistanceK(spec.cduApproachK, flowShare))
  );
}

/**
 * One step of the loop: one body of water at the supply temperature, heated by chips and pumps, cooled through CDU and dry
 * cooler in proportion to its excess over the air. Implicit in the end temperature, so any `dtH` is stable and nothing
 * is iterated for it. Fans first, pads when full fans do not hold `setC`, then faster pumps; a loop below its set point is left
 * to warm up.
 * @param startC supply at the start; @param liquidKw heat of the chips >= 0
 */
export function stepLoop(
  spec: CoolingSpec,
  startC: number,
  liquidKw: number,
  setC: number,
  { dtH, tempC, wetBulbC, pressurePa }: Conditions,
): LoopStep {
  const kwPerK = spec.heatKwhPerK / dtH;
  const design = spec.liquidKw;
  if (design === 0) {
    return {
      supplyC: startC + liquidKw / kwPerK,
      rejectedKw: 0,
      fanKw: 0,
      pumpKw: 0,
      waterLPerH: 0,
      wetShare: 0,
      flow: 0,
      compressorKw: 0,
      clamped: false,
    };
  }
  const recovering = startC <= setC ? setC : setC + (startC - setC) / (1 + dtH / RECOVERY_H);
  const targetC = Math.min(recovering, spec.maxSupplyC);
  // pumps follow what is to be carried away, so that a hot loop is not starved by a small load
  const carriedKw = liquidKw - kwPerK * (targetC - startC);
  const flow = Math.min(1, Math.max(spec.minFlow, Math.max(liquidKw, carriedKw) / design));
  const pumpKw = spec.pumpKw * flow ** 3;
  const fullFanKw = spec.loopFanKw * thinAir(pressurePa);
  const still = (): LoopStep => ({
    supplyC: startC + (liquidKw + pumpKw) / kwPerK,
    rejectedKw: 0,
    fanKw: fullFanKw * spec.fanFloor,
    pumpKw,
    waterLPerH: 0,
    wetShare: 0,
    flow,
    compressorKw: 0,
    clamped: false,
  });
  const wantedKw = carriedKw + pumpKw;
  if (wantedKw <= 0) return still();
  const q = wantedKw / design;
  const cduK = cduResistanceK(spec.cduApproachK, flow);
  const dryK = (targetC - tempC) / q - cduK;
  if (dryK >= spec.dryApproachK) {
    const speed = airflowOfResistance(spec.dryApproachK, dryK);
    const fanKw = fullFanKw * fanShare(speed, spec.fanFloor);
    return {
      supplyC: targetC,
      rejectedKw: wantedKw,
      fanKw,
      pumpKw,
      waterLPerH: 0,
      wetShare: 0,
      flow,
      compressorKw: 0,
      clamped: false,
    };
  }
  const mostDropK = spec.padEffectiveness * Math.max(0, tempC - wetBulbC);
  const dropK = Math.min(mostDropK, tempC - (targetC - q * (spec.dryApproachK + cduK)));
  const waterLPerH = spec.bleedFactor * padWaterLPerH(AIR_KG_PER_S_PER_KW * design, dropK);
  const wetShare = mostDropK > 0 ? dropK / mostDropK : 0;
  if (dropK < mostDropK) {
    return {
      supplyC: targetC,
      rejectedKw: wantedKw,
      fanKw: fullFanKw,
      pumpKw,
      waterLPerH,
      wetShare,
      flow,
      compressorKw: 0,
      clamped: false,
    };
  }
  // fans and pads are at their most: the pumps help, and the loop goes where that leaves it
  const fullFlow = helpingFlow(spec, flow, carriedKw, targetC - (tempC - dropK));
  const fullPumpKw = spec.pumpKw * fullFlow ** 3;
  const kwPerKOut = design / (spec.dryApproachK + cduResistanceK(spec.cduApproachK, fullFlow));
  const gainKw = liquidKw + fullPumpKw;
  const supplyC = (kwPerK * startC + gainKw + kwPerKOut * (tempC - dropK)) / (kwPerK + kwPerKOut);
  const rejectedKw = gainKw - kwPerK * (supplyC - startC);
  // air warmer than the loop is kept out of it
  if (rejectedKw <= 0) return still();
  return {
    supplyC,
    rejectedKw,
    fanKw: fullFanKw,
    pumpKw: fullPumpKw,
    waterLPerH,
    wetShare,
    flow: fullFlow,
    compressorKw: 0,
    clamped: false,
  };
}

/**
 * Pump flow, share of design, at which the loop's excess over the air is `excessK` with full fans: the flow eases the CDU's
 * approach and adds its own heat. Between `least` and 1; Newton's method, whose error after four steps is below 1e-9 K.
 */
function helpingFlow(spec: CoolingSpec, least: number, carriedKw: number, excessK: number): number {
  const excessAt = (flow: number) =>
    ((carriedKw + spec.pumpKw * flow ** 3) / spec.liquidKw) *
    (spec.dryApproachK + cduResistanceK(spec.cduApproachK, flow));
  if (excessAt(1) >= excessK) return 1;
  // without the pumps' own heat the answer has a closed form, and stands close by
  const heat = (carriedKw + spec.pumpKw * least ** 3) / spec.liquidKw;
  let flow = Math.min(1, Math.max(least, (spec.cduApproachK / (excessK / heat - spec.dryApproachK)) ** 1.25));
  for (let k = 0; k < 4; k++) {
    const heatShare = (carriedKw + spec.pumpKw * flow ** 3) / spec.liquidKw;
    const cduK = cduResistanceK(spec.cduApproachK, flow);
    const slope =
      ((3 * spec.pumpKw * flow * flow) / spec.liquidKw) * (spec.dryApproachK + cduK) - (0.8 * heatShare * cduK) / flow;
    flow = Math.min(1, Math.max(least, flow - (heatShare * (spec.dryApproachK + cduK) - excessK) / slope));
  }
  return flow;
}

/**
 * The most heat of the chips in the step, kW, with which the loop ends at or below its highest supply: what full fans, pads
 * and pumps reject there, and what the water takes on the way. Not more than the design.
 */
export function loopCapacityKw(spec: CoolingSpec, startC: number, { dtH, tempC, wetBulbC }: Conditions): number {
  if (spec.liquidKw === 0) return 0;
  const airInC = padAirC(tempC, wetBulbC, spec.padEffectiveness, 1);
  const rejectedKw = (spec.liquidKw * Math.max(0, spec.maxSupplyC - airInC)) / (spec.dryApproachK + spec.cduApproachK);
  const storedKw = (spec.heatKwhPerK / dtH) * (spec.maxSupplyC - startC);
  return Math.min(spec.liquidKw, Math.max(0, rejectedKw + storedKw - spec.pumpKw));
}
