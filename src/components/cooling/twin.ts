import type { Conditions, CoolingSetPoint, MeterDef, Port, Stepped, Versioned } from '../contract.ts';
import { COMMON_METERS } from '../contract.ts';
import { airExcessKw, stepAir } from './air.ts';
import { loopCapacityKw, stepLoop } from './loop.ts';
import type { CoolingSpec } from './spec.ts';

/** The loop's water remembers its temperature; the air side follows its load at once. */
export interface CoolingState extends Versioned {
  readonly v: 1;
  /** Supply of the liquid loop, °C. */
  readonly loopC: number;
}

/** A loop filled and brought to its set point. */
export function initial(spec: CoolingSpec): CoolingState {
  return { v: 1, loopC: spec.supplyC };
}

/** Brings saved state back; undefined when it is not a cooling plant's. */
export function revive(saved: unknown): CoolingState | undefined {
  if (typeof saved !== 'object' || saved === null || !('v' in saved) || saved.v !== 1 || !('loopC' in saved)) {
    return undefined;
  }
  const { loopC } = saved;
  return typeof loopC === 'number' && Number.isFinite(loopC) ? { v: 1, loopC } : undefined;
}

export const ports: readonly Port[] = [
  { name: 'liquid', carrier: 'heat', bus: 'liquid' },
  { name: 'air', carrier: 'heat', bus: 'air' },
  { name: 'power', carrier: 'electricity', bus: 'essential' },
  { name: 'water', carrier: 'water', bus: 'water' },
  { name: 'ambient', carrier: 'ambient', bus: 'ambient' },
];

export const meters = {
  waterL: COMMON_METERS.waterL,
  supplyC: { unit: '°C', what: 'end', about: 'supply of the liquid loop' },
  fanKw: { unit: 'kW', what: 'mean', about: 'fans of the hall, of the dry cooler and of condensers' },
  pumpKw: { unit: 'kW', what: 'mean', about: 'pumps of the liquid loop' },
  compressorKw: { unit: 'kW', what: 'mean', about: 'compressors for the hall’s air' },
  waterLPerH: { unit: 'L/h', what: 'mean', about: 'water used by the pads, with bleed' },
  wetShare: { unit: '', what: 'mean', about: 'share of the pads that is wet' },
  freeShare: { unit: '', what: 'mean', about: 'share of the air’s heat that needs no compressor' },
  overloadKw: { unit: 'kW', what: 'mean', about: 'air heat beyond the plant; the hall is hotter than wanted' },
  storedKwh: { unit: 'kWh', what: 'end', about: 'heat in the loop above the supply that the site file wants' },
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
  const setC = setPoint.supplyC === undefined ? spec.supplyC : Math.min(setPoint.supplyC, spec.maxSupplyC);
  const loop = stepLoop(spec, state.loopC, liquidKw, setC, conditions);
  const air = stepAir(spec, airKw, conditions.tempC);
  const fanKw = loop.fanKw + air.crahKw + air.outdoorFanKw;
  const airOutKw = airKw + air.crahKw + air.outdoorFanKw + air.compressorKw;
  return {
    state: { v: 1, loopC: loop.supplyC },
    flows: {
      liquid: -liquidKw,
      air: -airKw,
      power: -(fanKw + loop.pumpKw + air.compressorKw),
      water: -loop.waterLPerH,
      ambient: loop.rejectedKw + loop.fanKw + airOutKw,
    },
    meters: {
      waterL: loop.waterLPerH * conditions.dtH,
      supplyC: loop.supplyC,
      fanKw,
      pumpKw: loop.pumpKw,
      compressorKw: air.compressorKw,
      waterLPerH: loop.waterLPerH,
      wetShare: loop.wetShare,
      freeShare: air.freeShare,
      overloadKw: air.overloadKw,
      storedKwh: spec.heatKwhPerK * (loop.supplyC - spec.supplyC),
    },
  };
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
  return {
    liquidKw: loopCapacityKw(spec, state.loopC, conditions),
    airKw: spec.airKw === 0 ? 0 : spec.airKw * largestShare((share) => airExcessKw(spec, share, conditions.tempC)),
  };
}
