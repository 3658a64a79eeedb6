import { z } from 'zod';
import { groundWm2, planeIrradiance, skyIsotropicWm2 } from '../../weather/irradiance.ts';
import type { Conditions, Feasible, MeterDef, Port, PowerSetPoint, Stepped } from '../contract.ts';
import { faimanCellC, pvwattsAcKw, pvwattsDcKw } from './physics.ts';
import type { SolarSpec } from './spec.ts';

const stateSchema = z.strictObject({ v: z.literal(1) });

/** Nothing of a field changes from step to step. */
export type SolarState = Readonly<z.infer<typeof stateSchema>>;

const NEW: SolarState = { v: 1 };

export const solarPorts: readonly Port[] = [{ name: 'power', carrier: 'electricity', bus: 'mv' }];

export const solarMeters = {
  availableKw: { unit: 'kW', what: 'mean', about: 'what sun and inverter would give' },
  curtailedKw: { unit: 'kW', what: 'mean', about: 'available and not taken' },
  cellC: { unit: '°C', what: 'mean', about: 'temperature of the cells' },
  poaWm2: { unit: 'W/m2', what: 'mean', about: 'irradiance on the plane of the modules' },
} as const satisfies Record<string, MeterDef>;

/** State of a new field. */
export function solarInitial(): SolarState {
  return NEW;
}

/** Reads saved state; undefined when it is not a field's. */
export function solarRevive(saved: unknown): SolarState | undefined {
  return stateSchema.safeParse(saved).success ? NEW : undefined;
}

/** Irradiance on the plane of the modules, W/m2: Hay-Davies; with the sun below the horizon at mid-step only diffuse light. */
export function poaWm2(spec: SolarSpec, conditions: Conditions): number {
  if (conditions.ghiWm2 <= 0) return 0;
  if (conditions.sunZenithDeg >= 90) {
    const { ghiWm2, dhiWm2 } = conditions;
    return skyIsotropicWm2(dhiWm2, spec.tiltDeg) + groundWm2(ghiWm2, spec.albedo, spec.tiltDeg);
  }
  return planeIrradiance(conditions, spec.tiltDeg, spec.azimuthDeg, spec.albedo).totalWm2;
}

/** Alternating-current power that a plane irradiance and cell temperature give, kW, losses and inverter counted. */
export function solarAcKw(spec: SolarSpec, planeWm2: number, cellC: number): number {
  const dcKw = pvwattsDcKw(planeWm2, cellC, spec.peakKw, spec.gammaPerC) * spec.keptShare;
  return pvwattsAcKw(dcKw, spec.inverterDcKw, spec.inverterShare);
}

/** From nothing to all that sun and inverter give. */
export function solarFeasible(spec: SolarSpec, _state: SolarState, conditions: Conditions): Feasible {
  const plane = poaWm2(spec, conditions);
  const maxKw = solarAcKw(spec, plane, faimanCellC(plane, conditions.tempC, conditions.windMs));
  return { zero: true, minKw: 0, maxKw, auxKw: 0 };
}

/** Gives the set point or all that is available. A curtailed module runs hotter than metered here; the difference is small. */
export function solarStep(
  spec: SolarSpec,
  state: SolarState,
  setPoint: PowerSetPoint,
  conditions: Conditions,
): Stepped<SolarState> {
  const plane = poaWm2(spec, conditions);
  const cellC = faimanCellC(plane, conditions.tempC, conditions.windMs);
  const availableKw = solarAcKw(spec, plane, cellC);
  const powerKw = Math.min(availableKw, Math.max(0, setPoint.powerKw));
  return {
    state,
    flows: { power: powerKw },
    meters: { availableKw, curtailedKw: availableKw - powerKw, cellC, poaWm2: plane },
  };
}
