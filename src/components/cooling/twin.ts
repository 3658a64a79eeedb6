import type { Conditions, CoolingSetPoint, MeterDef, Port, Stepped, Versioned } from '../contract.ts';
import { COMMON_METERS } from '../contract.ts';
import { airExcessKw, stepAir } from './air.ts';
import { holdLoop } from './hold.ts';
import { type LoopStep, loopCapacityKw, stepLoop } from './loop.ts';
import { cduResistanceK } from './physics.ts';
import type { CoolingSpec } from './spec.ts';
import { stepWet } from './wet.ts';

/** The loop's water remembers its temperature; the air side follows its load at once. */
export interface CoolingState extends Versioned {
  readonly v: 1;
  /** Supply of the liquid loop, °C. */
  readonly loopC: number;
  /** Tank of chilled water, °C, where there is one. */
  readonly tankC?: number;
}

function stateOf(spec: CoolingSpec, loopC: number, tankC: number): CoolingState {
  return spec.tank === undefined ? { v: 1, loopC } : { v: 1, loopC, tankC };
}

/** A loop filled and brought to its set point; a tank is empty. */
export function initial(spec: CoolingSpec): CoolingState {
  return stateOf(spec, spec.supplyC, spec.waterReturnC);
}

/** Brings saved state back; undefined when it is not a cooling plant's. */
export function revive(saved: unknown): CoolingState | undefined {
  if (typeof saved !== 'object' || saved === null || !('v' in saved) || saved.v !== 1 || !('loopC' in saved)) {
    return undefined;
  }
  const { loopC } = saved;
  if (typeof loopC !== 'number' || !Number.isFinite(loopC)) return undefined;
  if (!('tankC' in saved)) return { v: 1, loopC };
  const { tankC } = saved;
  return typeof tankC === 'number' && Number.isFinite(tankC) ? { v: 1, loopC, tankC } : undefined;
}

export const ports: readonly Port[] = [
  { name: 'liquid', carrier: 'heat', bus: 'liquid' },
  { name: 'air', carrier: 'heat', bus: 'air' },
  { name: 'power', carrier: 'electricity', bus: 'essential' },
  { name: 'water', carrier: 'water', bus: 'water' },
  { name: 'ambient', carrier: 'ambient', bus: 'ambient' },
];

export const meters = {
  costMoney: { unit: 'money', what: 'sum', about: 'water bought' },
  waterL: COMMON_METERS.waterL,
  supplyC: { unit: '°C', what: 'end', about: 'supply of the liquid loop' },
  fanKw: { unit: 'kW', what: 'mean', about: 'fans of the hall, of dry coolers, towers and condensers' },
  pumpKw: { unit: 'kW', what: 'mean', about: 'pumps of the liquid loop and behind it' },
  compressorKw: { unit: 'kW', what: 'mean', about: 'compressors for the hall’s air and the liquid loop' },
  liquidChillerH: { unit: 'h', what: 'sum', about: 'time with chillers running for the liquid loop' },
  airChillerH: { unit: 'h', what: 'sum', about: 'time with chillers running for the hall’s air' },
  clampedH: { unit: 'h', what: 'sum', about: 'time with a chiller model held at the edge of its data' },
  facilityC: { unit: '°C', what: 'end', about: 'supply of the facility water' },
  flowLPerMin: { unit: 'L/min', what: 'mean', about: 'flow of the technology water' },
  leakageKw: { unit: 'kW', what: 'mean', about: 'estimate: chip power above that at the supply of the site file' },
  waterLPerH: { unit: 'L/h', what: 'mean', about: 'water of pads, towers and humidifiers, with bleed' },
  wetShare: { unit: '', what: 'mean', about: 'share of the pads that is wet' },
  freeShare: { unit: '', what: 'mean', about: 'share of the air’s heat that needs no compressor' },
  overloadKw: { unit: 'kW', what: 'mean', about: 'air heat beyond the plant; the hall is hotter than wanted' },
  tankKwh: { unit: 'kWh', what: 'end', about: 'cold in the tank below the return of the water; 0 without a tank' },
  storedKwh: {
    unit: 'kWh',
    what: 'end',
    about: 'heat in the loop above its wanted supply, and in the tank above its own',
  },
} as const satisfies Record<string, MeterDef>;

/**
 * One step. Heats >= 0 in kW. First law: ambient = liquid + air + all electricity - change of heat in the loop / dt. Water
 * evaporates into the outdoor air at its own enthalpy, so it moves no heat across this balance.
 */
export function step(
  spec: CoolingSpec,
  state: CoolingState,
  setPoint: CoolingSetPoint,
  conditions: Conditions,
): Stepped<CoolingState> {
  const { liquidKw, airKw } = setPoint;
  const { dtH } = conditions;
  const setC = setPoint.supplyC === undefined ? spec.supplyC : Math.min(setPoint.supplyC, spec.maxSupplyC);
  const loop = stepLiquid(spec, state.loopC, setC, setPoint, conditions);
  const tankC = state.tankC ?? spec.waterReturnC;
  const air = stepAir(spec, airKw, conditions, tankC, setPoint.tankKw);
  const { tank } = air;
  const tankTakesKw = tank === undefined ? 0 : tank.takenKw + tank.leakKw;
  const fanKw = loop.fanKw + air.crahKw + air.outdoorFanKw;
  const compressorKw = loop.compressorKw + air.compressorKw;
  const airOutKw = airKw + air.crahKw + air.outdoorFanKw + air.compressorKw - tankTakesKw;
  const waterLPerH = loop.waterLPerH + air.waterLPerH;
  const endTankC = tank === undefined ? tankC : tank.endC;
  const heatShare = spec.liquidKw > 0 ? loop.rejectedKw / spec.liquidKw : 0;
  const facilityK = loop.flow > 0 ? heatShare * cduResistanceK(spec.facilityApproachK, loop.flow) : 0;
  return {
    state: stateOf(spec, loop.supplyC, endTankC),
    flows: {
      liquid: -liquidKw,
      air: -airKw,
      power: -(fanKw + loop.pumpKw + compressorKw),
      water: -waterLPerH,
      ambient: loop.rejectedKw + loop.fanKw + loop.compressorKw + airOutKw,
    },
    meters: {
      costMoney: waterLPerH * dtH * spec.waterMoneyPerL,
      waterL: waterLPerH * dtH,
      supplyC: loop.supplyC,
      fanKw,
      pumpKw: loop.pumpKw,
      compressorKw,
      liquidChillerH: loop.compressorKw > 0 ? dtH : 0,
      airChillerH: air.compressorKw > 0 ? dtH : 0,
      clampedH: loop.clamped ? dtH : 0,
      facilityC: loop.supplyC - facilityK,
      flowLPerMin: loop.flow * spec.designFlowLPerMin,
      leakageKw: liquidKw * spec.leakageSharePerK * (loop.supplyC - spec.supplyC),
      waterLPerH,
      wetShare: loop.wetShare,
      freeShare: air.freeShare,
      overloadKw: air.overloadKw,
      tankKwh: spec.tank === undefined ? 0 : spec.tank.kwhPerK * (spec.waterReturnC - endTankC),
      storedKwh:
        spec.heatKwhPerK * (loop.supplyC - spec.supplyC) +
        (spec.tank === undefined ? 0 : spec.tank.kwhPerK * (endTankC - spec.waterSupplyC)),
    },
  };
}

/** The liquid loop by the plant's kind; set points beside the supply take over from the plant's own order where they are given. */
function stepLiquid(
  spec: CoolingSpec,
  startC: number,
  setC: number,
  { liquidKw, flow, fan, wet }: CoolingSetPoint,
  conditions: Conditions,
): LoopStep {
  if (spec.wet !== undefined) return stepWet(spec, spec.wet, startC, liquidKw, setC, conditions, flow, fan);
  if (flow === undefined && fan === undefined && wet === undefined) {
    return stepLoop(spec, startC, liquidKw, setC, conditions);
  }
  if (spec.liquidKw === 0) return stepLoop(spec, startC, liquidKw, setC, conditions);
  const limits = { flow: flow ?? Math.max(spec.minFlow, liquidKw / spec.liquidKw), fan: fan ?? 1, wet: wet ?? 1 };
  return holdLoop(spec, startC, liquidKw, setC, limits, conditions);
}

/**
 * The largest share 0..1 at which `excess` is not above 0, for a function that crosses 0 once, upwards; to 1e-9. False position with
 * the Illinois correction; about eight evaluations.
 */
function largestShare(excess: (share: number) => number): number {
  let highY = excess(1);
  if (highY <= 0) return 1;
  let lowY = excess(0);
  if (lowY >= 0) return 0;
  let low = 0;
  let high = 1;
  let side = 0;
  for (let k = 0; k < 60 && high - low > 1e-9; k++) {
    const mid = (low * highY - high * lowY) / (highY - lowY);
    const y = excess(mid);
    if (y <= 0) {
      low = mid;
      lowY = y;
      if (y > -1e-9) break;
      if (side === -1) highY /= 2;
      side = -1;
    } else {
      high = mid;
      highY = y;
      if (side === 1) lowY /= 2;
      side = 1;
    }
  }
  return low;
}

/**
 * The most heat of each bus in this step, kW: the loop ends at or below its highest supply with fans, pads and pumps full, the air's
 * heat is within free cooling and chiller; neither is more than the design.
 */
export function capacity(
  spec: CoolingSpec,
  state: CoolingState,
  conditions: Conditions,
): { readonly liquidKw: number; readonly airKw: number } {
  const { wet } = spec;
  return {
    liquidKw:
      wet === undefined
        ? loopCapacityKw(spec, state.loopC, conditions)
        : spec.liquidKw *
          largestShare((share) => {
            const { supplyC } = stepWet(spec, wet, state.loopC, share * spec.liquidKw, spec.supplyC, conditions);
            return supplyC - spec.maxSupplyC - 1e-9;
          }),
    airKw: spec.airKw === 0 ? 0 : spec.airKw * largestShare((share) => airExcessKw(spec, share, conditions)),
  };
}
