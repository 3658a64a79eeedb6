import { z } from 'zod';
import type { Conditions, Feasible, MeterDef, Port, PowerSetPoint, Stepped } from '../contract.ts';
import { densityKgM3, tempAtHeightC, turbineKw } from './physics.ts';
import type { WindSpec } from './spec.ts';

const stateSchema = z.strictObject({ v: z.literal(1) });

/** Nothing of a turbine changes from step to step. */
export type WindState = Readonly<z.infer<typeof stateSchema>>;

const NEW: WindState = { v: 1 };
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
  return NEW;
}

/** Reads saved state; undefined when it is not a turbine's. */
export function windRevive(saved: unknown): WindState | undefined {
  return stateSchema.safeParse(saved).success ? NEW : undefined;
}

function hubDensity(spec: WindSpec, conditions: Conditions): number {
  const tempK = tempAtHeightC(conditions.tempC, spec.hubM - THERMOMETER_M) + 273.15;
  return densityKgM3(conditions.pressurePa, tempK, spec.hubM);
}

function availableOf(spec: WindSpec, hubMs: number, density: number): number {
  return hubMs > spec.cutOutMs ? 0 : turbineKw(spec.curve, hubMs, density) * spec.effectiveUnits;
}

/** From nothing to all that the wind gives. */
export function windFeasible(spec: WindSpec, _state: WindState, conditions: Conditions): Feasible {
  const maxKw = availableOf(spec, conditions.windMs * spec.shear, hubDensity(spec, conditions));
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
  const availableKw = availableOf(spec, hubMs, density);
  const powerKw = Math.min(availableKw, Math.max(0, setPoint.powerKw));
  return {
    state,
    flows: { power: powerKw },
    meters: { availableKw, curtailedKw: availableKw - powerKw, hubMs, densityKgM3: density },
  };
}
