import { z } from 'zod';
import { HOUR_MS } from '../../series/grid.ts';
import type { Conditions, Feasible, MeterDef, Port, PowerSetPoint, Stepped } from '../contract.ts';
import { demandRise, gridIsUp, importPrice } from './physics.ts';
import type { GridSpec } from './spec.ts';

const stateSchema = z.strictObject({
  v: z.literal(1),
  /** Billing month in local time: year * 12 + (0..11); -1 before the first step. */
  month: z.int().min(-1),
  peakKw: z.number().nonnegative(),
});

/** The billing month and its highest import, as means over a step. */
export type GridState = Readonly<z.infer<typeof stateSchema>>;

export const gridPorts: readonly Port[] = [{ name: 'power', carrier: 'electricity', bus: 'mv' }];

export const gridMeters = {
  importKw: { unit: 'kW', what: 'mean', about: 'taken from the grid' },
  exportKw: { unit: 'kW', what: 'mean', about: 'given to the grid' },
  costMoney: {
    unit: 'money',
    what: 'sum',
    about: 'energy bought less energy sold, and what the step adds to the demand charge',
  },
  co2Kg: { unit: 'kg', what: 'sum', about: 'CO2 of the energy bought; nothing is credited for energy sold' },
  up: { unit: '', what: 'end', about: '1 while the grid is there, 0 in an outage' },
  pricePerKwh: { unit: 'money/kWh', what: 'end', about: 'price of import' },
} as const satisfies Record<string, MeterDef>;

/** A connection before its first billing month. */
export function gridInitial(): GridState {
  return { v: 1, month: -1, peakKw: 0 };
}

/** Reads saved state; undefined when it is not a grid's. */
export function gridRevive(saved: unknown): GridState | undefined {
  const read = stateSchema.safeParse(saved);
  return read.success ? read.data : undefined;
}

/** A step counts as out when its midpoint lies in an outage. */
function isUp(spec: GridSpec, conditions: Conditions): boolean {
  return gridIsUp(spec, conditions.startMs + conditions.dtH * (HOUR_MS / 2));
}

/** Import and export within the limits; {0} in an outage. */
export function gridFeasible(spec: GridSpec, _state: GridState, conditions: Conditions): Feasible {
  return isUp(spec, conditions)
    ? { zero: true, minKw: 0 - spec.exportLimitKw, maxKw: spec.importLimitKw, auxKw: 0 }
    : { zero: true, minKw: 0, maxKw: 0, auxKw: 0 };
}

/** Meters the exchange. Price by the local hour at mid-step; the demand peak is the highest mean over a step. */
export function gridStep(
  spec: GridSpec,
  state: GridState,
  setPoint: PowerSetPoint,
  conditions: Conditions,
): Stepped<GridState> {
  const { dtH, local } = conditions;
  const up = isUp(spec, conditions);
  const powerKw = up ? Math.min(spec.importLimitKw, Math.max(-spec.exportLimitKw, setPoint.powerKw)) : 0;
  const importKw = Math.max(powerKw, 0);
  const exportKw = Math.max(0 - powerKw, 0);
  const pricePerKwh = importPrice(spec, local);
  const month = local.year * 12 + local.month - 1;
  const peakKw = month === state.month ? state.peakKw : 0;
  const energyMoney = (importKw * pricePerKwh - exportKw * spec.exportPerKwh) * dtH;
  const demandMoney = demandRise(importKw, peakKw, spec.prices.demandPerKwMonth);
  const changed = month !== state.month || importKw > peakKw;
  return {
    state: changed ? { v: 1, month, peakKw: Math.max(peakKw, importKw) } : state,
    flows: { power: importKw - exportKw },
    meters: {
      importKw,
      exportKw,
      costMoney: energyMoney + demandMoney,
      co2Kg: (importKw * dtH * spec.carbonGPerKwh) / 1000,
      up: up ? 1 : 0,
      pricePerKwh,
    },
  };
}
