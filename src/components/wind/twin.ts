import { z } from 'zod';
import type { Conditions, Feasible, MeterDef, Port, PowerSetPoint, Stepped } from '../contract.ts';
import { densityKgM3, icingShare, idealGasDensityKgM3, tempAtHeightC, turbineKw } from './physics.ts';
import type { WindSpec } from './spec.ts';

const stateSchema = z.union([
  z.strictObject({ v: z.literal(1) }),
  z.strictObject({ v: z.literal(2), stopped: z.boolean() }),
]);

/** Whether the turbines stand since the wind passed the cut-out. */
export interface WindState {
  readonly v: 2;
  readonly stopped: boolean;
}

const RUNS: WindState = { v: 2, stopped: false };
const STOPPED: WindState = { v: 2, stopped: true };
/** Height of the thermometer, m. */
const THERMOMETER_M = 2;

export const windPorts: readonly Port[] = [{ name: 'power', carrier: 'electricity', bus: 'mv' }];

export const windMeters = {
  availableKw: { unit: 'kW', what: 'mean', about: 'what the wind would give' },
  curtailedKw: { unit: 'kW', what: 'mean', about: 'available and not taken' },
  hubMs: { unit: 'm/s', what: 'mean', about: 'wind at the hub' },
  densityKgM3: { unit: 'kg/m3', what: 'mean', about: 'density of the air at the hub' },
} as const satisfies Record<string, MeterDef>;

/** State of new turbines. */
export function windInitial(): WindState {
  return RUNS;
}

/** Reads saved state, also of version 1, which knew no stop; undefined when it is not a turbine's. */
export function windRevive(saved: unknown): WindState | undefined {
  const read = stateSchema.safeParse(saved);
  if (!read.success) return undefined;
  return read.data.v === 2 && read.data.stopped ? STOPPED : RUNS;
}

function hubTempC(spec: WindSpec, conditions: Conditions): number {
  return tempAtHeightC(conditions.tempC, spec.hubM - THERMOMETER_M);
}

function hubDensity(spec: WindSpec, conditions: Conditions): number {
  const tempK = hubTempC(spec, conditions) + 273.15;
  return spec.idealGas
    ? idealGasDensityKgM3(conditions.pressurePa, tempK, spec.hubM)
    : densityKgM3(conditions.pressurePa, tempK, spec.hubM);
}

/** Whether they stand for the wind in this step. */
function stands(spec: WindSpec, state: WindState, hubMs: number): boolean {
  return hubMs > spec.cutOutMs || (state.stopped && hubMs >= spec.restartMs && spec.restartMs < spec.cutOutMs);
}

function availableOf(spec: WindSpec, state: WindState, conditions: Conditions, hubMs: number, density: number): number {
  if (stands(spec, state, hubMs)) return 0;
  const fullKw = turbineKw(spec.curve, hubMs, density) * spec.effectiveUnits;
  if (fullKw === 0 || (spec.icing === undefined && spec.stopBelowC === -Infinity)) return fullKw;
  const tempC = hubTempC(spec, conditions);
  if (tempC < spec.stopBelowC) return 0;
  return spec.icing === undefined ? fullKw : fullKw * icingShare(tempC, conditions.rhShare, spec.icing);
}

/** From nothing to all that the wind gives. */
export function windFeasible(spec: WindSpec, state: WindState, conditions: Conditions): Feasible {
  const hubMs = conditions.windMs * spec.shear;
  const maxKw = availableOf(spec, state, conditions, hubMs, hubDensity(spec, conditions));
  return { zero: true, minKw: 0, maxKw, auxKw: 0 };
}

/** Gives the set point or all that is available. The mean wind of the step is taken as steady. */
export function windStep(
  spec: WindSpec,
  state: WindState,
  setPoint: PowerSetPoint,
  conditions: Conditions,
): Stepped<WindState> {
  const hubMs = conditions.windMs * spec.shear;
  const density = hubDensity(spec, conditions);
  const availableKw = availableOf(spec, state, conditions, hubMs, density);
  const powerKw = Math.min(availableKw, Math.max(0, setPoint.powerKw));
  return {
    state: stands(spec, state, hubMs) ? STOPPED : RUNS,
    flows: { power: powerKw },
    meters: { availableKw, curtailedKw: availableKw - powerKw, hubMs, densityKgM3: density },
  };
}
