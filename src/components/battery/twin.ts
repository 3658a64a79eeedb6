import { z } from 'zod';
import type { Conditions, Feasible, MeterDef, Port, PowerSetPoint, Stepped } from '../contract.ts';
import { cellChangeKwh, chargeLimitKw, climateKw, dischargeLimitKw } from './physics.ts';
import type { BatterySpec } from './spec.ts';

const stateSchema = z.strictObject({ v: z.literal(1), energyKwh: z.number().nonnegative() });

/** Energy in the cells; kWh and not a share, so that a larger battery does not appear charged. */
export type BatteryState = Readonly<z.infer<typeof stateSchema>>;

export const batteryPorts: readonly Port[] = [
  { name: 'power', carrier: 'electricity', bus: 'mv' },
  { name: 'aux', carrier: 'electricity', bus: 'mv' },
  { name: 'ambient', carrier: 'ambient', bus: 'ambient' },
];

export const batteryMeters = {
  socShare: { unit: '', what: 'end', about: 'energy in the cells over nameplate energy, 0..1' },
  energyKwh: { unit: 'kWh', what: 'end', about: 'energy in the cells' },
  lossKw: { unit: 'kW', what: 'mean', about: 'lost between bus and cells' },
  auxKw: { unit: 'kW', what: 'mean', about: 'standby, heating and cooling of the container' },
  throughputKwh: { unit: 'kWh', what: 'sum', about: 'into plus out of the cells' },
  wearMoney: { unit: 'money', what: 'sum', about: 'wear of the cells; an expense in planning, not a cash flow' },
} as const satisfies Record<string, MeterDef>;

/** A new battery at its initial state of charge. */
export function batteryInitial(spec: BatterySpec): BatteryState {
  return { v: 1, energyKwh: spec.initialKwh };
}

/** Reads saved state; undefined when it is not a battery's. */
export function batteryRevive(saved: unknown): BatteryState | undefined {
  const read = stateSchema.safeParse(saved);
  return read.success ? read.data : undefined;
}

function auxKw(spec: BatterySpec, conditions: Conditions): number {
  const { tempC } = conditions;
  const heatBelowC = spec.heated ? spec.heatBelowC : -Infinity;
  return spec.standbyKw + climateKw(tempC, heatBelowC, spec.coolAboveC, spec.envelopeKwPerK, spec.coolingCop);
}

function chargeKw(spec: BatterySpec, state: BatteryState, conditions: Conditions): number {
  // Without a heater the cells follow the outside air, and lithium plates out when charged below freezing.
  if (!spec.heated && conditions.tempC < 0) return 0;
  return chargeLimitKw(spec.powerKw, spec.maxKwh - state.energyKwh, spec.chargeShare, conditions.dtH);
}

function dischargeKw(spec: BatterySpec, state: BatteryState, conditions: Conditions): number {
  return dischargeLimitKw(spec.powerKw, state.energyKwh - spec.minKwh, spec.dischargeShare, conditions.dtH);
}

/** What it can do in the step; `store` counts the energy above the floor of the window. */
export function batteryFeasible(spec: BatterySpec, state: BatteryState, conditions: Conditions): Feasible {
  return {
    zero: true,
    minKw: 0 - chargeKw(spec, state, conditions),
    maxKw: dischargeKw(spec, state, conditions),
    auxKw: auxKw(spec, conditions),
    store: { energyKwh: Math.max(0, state.energyKwh - spec.minKwh), capacityKwh: spec.maxKwh - spec.minKwh },
  };
}

/** Moves energy. Conversion loss and auxiliary electricity leave as heat to the outside air. */
export function batteryStep(
  spec: BatterySpec,
  state: BatteryState,
  setPoint: PowerSetPoint,
  conditions: Conditions,
): Stepped<BatteryState> {
  const { dtH } = conditions;
  const wanted = setPoint.powerKw;
  const before = state.energyKwh;
  let powerKw = 0;
  if (wanted > 0) powerKw = Math.min(wanted, dischargeKw(spec, state, conditions));
  else if (wanted < 0) powerKw = 0 - Math.min(-wanted, chargeKw(spec, state, conditions));
  const change = cellChangeKwh(powerKw, spec.chargeShare, spec.dischargeShare, dtH);
  // Rounding must not carry the cells out of their window; a battery found outside it only moves towards it.
  let energyKwh = before + change;
  if (change > 0) energyKwh = Math.min(energyKwh, Math.max(before, spec.maxKwh));
  else if (change < 0) energyKwh = Math.max(energyKwh, Math.min(before, spec.minKwh));
  const lossKw = -change / dtH - powerKw;
  const aux = auxKw(spec, conditions);
  const throughputKwh = Math.abs(change);
  return {
    state: powerKw === 0 ? state : { v: 1, energyKwh },
    flows: { power: powerKw, aux: 0 - aux, ambient: lossKw + aux },
    meters: {
      socShare: energyKwh / spec.energyKwh,
      energyKwh,
      lossKw,
      auxKw: aux,
      throughputKwh,
      wearMoney: throughputKwh * spec.wearPerKwh,
    },
  };
}
