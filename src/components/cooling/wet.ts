import type { Conditions } from '../contract.ts';
import { CARRIER_19XR, eirPoint, leiClamps, leiPlantKw } from './chiller.ts';
import { type LoopStep, RECOVERY_H } from './loop.ts';
import { cduResistanceK, chillerCapacityShare, chillerCop, fanShare, partLoadShare, thinAir } from './physics.ts';
import type { CoolingSpec } from './spec.ts';
import { circulationKgPerS, makeupLPerH, towerColdFactor, towerEvaporationLPerH } from './tower.ts';
import type { WetSpec } from './wetSpec.ts';

/** Approach over airflow: towers follow it almost in inverse (YorkCalc at twice the water per air: 2.16), dry coolers less. */
const EXPONENT = { tower: 1.1, dry: 0.7 } as const;

/** Lowest airflow with which approach is reckoned; below it cells are switched off. */
const LEAST_AIR = 0.1;
const LEAST_DRY_AIR = 0.3;

interface Compressors {
  readonly powerKw: number;
  readonly clamped: boolean;
}
const AT_REST: Compressors = { powerKw: 0, clamped: false };

/** Chillers and the pumps of their own water at a duty, with water of `condenserC` at their condensers (outdoor air for dry ones). */
function compressors(
  wet: WetSpec,
  capacityKw: number,
  dutyKw: number,
  facilityC: number,
  condenserC: number,
): Compressors {
  if (dutyKw <= 0) return AT_REST;
  const pumpsKw = wet.chilledPumpShare * dutyKw;
  const chilledC = wet.chilledC ?? facilityC;
  if (wet.model === 'lei') {
    const powerKw = leiPlantKw(dutyKw, capacityKw / wet.machines, wet.machines, condenserC);
    return { powerKw: powerKw + pumpsKw, clamped: leiClamps(condenserC, dutyKw / capacityKw) };
  }
  if (wet.model === 'eir') {
    // the example machine, scaled to the plant; its condenser curve is in leaving water
    const scale = capacityKw / CARRIER_19XR.ratedKw;
    const point = eirPoint(CARRIER_19XR, dutyKw / scale, chilledC, condenserC + (wet.rangeK * dutyKw) / capacityKw);
    return { powerKw: point.powerKw * scale + pumpsKw, clamped: point.clamped };
  }
  const cop = chillerCop(wet.carnotShare, chilledC - wet.evaporatorPinchK, condenserC + wet.condenserPinchK);
  const powerKw = (capacityKw / cop) * partLoadShare(dutyKw / capacityKw);
  return { powerKw: powerKw + pumpsKw, clamped: dutyKw > capacityKw };
}

/** Tower water in the step, L/h: 0 for dry coolers. */
function waterOf(wet: WetSpec, design: number, heatKw: number, air: number, c: Conditions): number {
  if (wet.rejection === 'dry' || heatKw <= 0) return 0;
  const airKgPerS = wet.airPerWater * circulationKgPerS(design, wet.rangeK) * Math.max(LEAST_AIR, air);
  const evaporated = towerEvaporationLPerH(heatKw, airKgPerS, c.tempC, c.wetBulbC, c.pressurePa);
  return makeupLPerH(evaporated, wet.cycles, wet.driftShare * 3600 * circulationKgPerS(heatKw, wet.rangeK));
}

/** Fans for condensers alone: towers no faster than their coldest water asks for, dry ones with the heat. */
function condenserAir(wet: WetSpec, q: number, ratedK: number, sinkC: number, mostAir: number): number {
  if (wet.rejection === 'dry') return Math.min(mostAir, Math.max(LEAST_DRY_AIR, q));
  const roomK = wet.leastC - sinkC;
  if (roomK <= 0) return mostAir;
  return Math.min(mostAir, Math.max(LEAST_AIR, ((Math.min(1, q) * ratedK) / roomK) ** (1 / EXPONENT.tower)));
}

/**
 * One step of a loop behind towers, chillers or both; like stepLoop implicit in the end temperature. The outdoor side gives water of
 * sink + approach: all of the heat goes that way while that is cold enough, from the return temperature on the chillers carry
 * all, between the two they carry what is left (the linear share of Lei and Masanet). Fans are full as soon as chillers help.
 * Towers are large enough that the chillers' condensers do not change the approach.
 */
export function stepWet(
  spec: CoolingSpec,
  wet: WetSpec,
  startC: number,
  liquidKw: number,
  setC: number,
  conditions: Conditions,
  leastFlow = spec.minFlow,
  mostAir = 1,
): LoopStep {
  const { dtH, tempC, wetBulbC, pressurePa } = conditions;
  const kwPerK = spec.heatKwhPerK / dtH;
  const design = spec.liquidKw;
  const recovering = startC <= setC ? setC : setC + (startC - setC) / (1 + dtH / RECOVERY_H);
  const targetC = Math.min(recovering, spec.maxSupplyC);
  const carriedKw = liquidKw - kwPerK * (targetC - startC);
  const flow = Math.min(1, Math.max(leastFlow, Math.max(liquidKw, carriedKw) / design));
  // one pump with a drive in the loop; outdoors as many in parallel as the flow needs
  const pumpKw = spec.pumpKw * flow ** 3 + wet.pumpKw * flow;
  const gainKw = liquidKw + pumpKw;
  const wantedKw = carriedKw + pumpKw;
  const thin = thinAir(pressurePa);
  const done = (supplyC: number, rejectedKw: number, air: number, c: Compressors): LoopStep => ({
    supplyC,
    rejectedKw,
    fanKw: wet.fanKw * thin * fanShare(air, spec.fanFloor),
    pumpKw,
    waterLPerH: waterOf(wet, design, rejectedKw + c.powerKw, air, conditions),
    wetShare: 0,
    flow,
    compressorKw: c.powerKw,
    clamped: c.clamped,
  });
  const still = (): LoopStep => done(startC + gainKw / kwPerK, 0, 0, AT_REST);
  if (wantedKw <= 0) return still();

  const q = wantedKw / design;
  const sinkC = wet.rejection === 'tower' ? wetBulbC : tempC;
  const exponent = EXPONENT[wet.rejection];
  const ratedK = wet.approachK * (wet.rejection === 'tower' ? towerColdFactor(wetBulbC) : 1);
  const exchangerK = cduResistanceK(spec.cduApproachK, flow);
  const fullK = ratedK * mostAir ** -exponent;
  const roomK = targetC - sinkC - q * exchangerK;
  const free = wet.economiser && q * fullK <= roomK;
  if (free) {
    const air = Math.max(LEAST_AIR, ((q * ratedK) / roomK) ** (1 / exponent));
    return done(targetC, wantedKw, Math.min(air, mostAir), AT_REST);
  }
  const capacityKw = wet.chillerKw * (wet.rejection === 'dry' ? chillerCapacityShare(tempC) : 1);
  const slopeK = (fullK + exchangerK) / design;
  if (capacityKw <= 0) {
    const supplyC = (startC + (sinkC / slopeK + gainKw) / kwPerK) / (1 + 1 / (slopeK * kwPerK));
    const rejectedKw = gainKw - kwPerK * (supplyC - startC);
    return rejectedKw <= 0 ? still() : done(supplyC, rejectedKw, mostAir, AT_REST);
  }
  const waterKwPerK = (design * flow) / wet.rangeK;
  const neededKw = wet.economiser ? Math.min(wantedKw, waterKwPerK * (q * fullK - roomK)) : wantedKw;
  const air = wet.economiser ? mostAir : condenserAir(wet, q, ratedK, sinkC, mostAir);
  const airK = ratedK * air ** -exponent;
  const condenserOf = (heatKw: number): number =>
    wet.rejection === 'tower' ? Math.max(wet.leastC, sinkC + (Math.min(heatKw, design) / design) * airK) : tempC;
  if (neededKw <= capacityKw) {
    const facilityC = targetC - q * exchangerK;
    return done(targetC, wantedKw, air, compressors(wet, capacityKw, neededKw, facilityC, condenserOf(wantedKw)));
  }
  // chillers are at their most: the loop goes where that, and what the outdoors takes, leaves it
  const beside = wet.economiser
    ? (sinkC - capacityKw / waterKwPerK + slopeK * (gainKw + kwPerK * startC)) / (1 + slopeK * kwPerK)
    : Number.NEGATIVE_INFINITY;
  const besideKw = gainKw - kwPerK * (beside - startC);
  const alone = !wet.economiser || besideKw <= capacityKw;
  const supplyC = alone ? startC + (gainKw - capacityKw) / kwPerK : beside;
  const rejectedKw = alone ? capacityKw : besideKw;
  // what a hotter loop would gain in COP is left out, so that more heat never takes less power
  const facilityC = targetC - q * exchangerK;
  return done(supplyC, rejectedKw, air, compressors(wet, capacityKw, capacityKw, facilityC, condenserOf(rejectedKw)));
}
