import { z } from 'zod';
import { HOUR_MS } from '../../series/grid.ts';
import type { Conditions, Feasible, MeterDef, Port, PowerSetPoint, Stepped } from '../contract.ts';
import { type BillState, billSchema, billSoFar, billStep, dutyCut, NEW_BILL } from './billing.ts';
import { exportPrice, gridCarbon, gridIsUp, stepPrice } from './physics.ts';
import type { GridSpec } from './spec.ts';

/** State of the first release: one demand charge on all hours of a calendar month. */
const firstSchema = z.strictObject({ v: z.literal(1), month: z.int().min(-1), peakKw: z.number().nonnegative() });

/** The bill so far. */
export type GridState = BillState;

export const gridPorts: readonly Port[] = [{ name: 'power', carrier: 'electricity', bus: 'mv' }];

export const gridMeters = {
  importKw: { unit: 'kW', what: 'mean', about: 'taken from the grid' },
  exportKw: { unit: 'kW', what: 'mean', about: 'given to the grid' },
  costMoney: {
    unit: 'money',
    what: 'sum',
    about: 'what the step adds to the bill: energy bought less energy sold, demand and fixed charges',
  },
  co2Kg: { unit: 'kg', what: 'sum', about: 'CO2 of the energy bought; nothing is credited for energy sold' },
  up: { unit: '', what: 'end', about: '1 while the grid is there, 0 in an outage' },
  pricePerKwh: { unit: 'money/kWh', what: 'end', about: 'price of a further kWh of import, demand charges aside' },
  carbonGPerKwh: { unit: 'g/kWh', what: 'mean', about: 'CO2 of a kWh bought' },
  peakCutShare: {
    unit: '',
    what: 'end',
    about: 'mean import of the peak hours below that of the others, this billing period; 0 without peak_hours',
  },
} as const satisfies Record<string, MeterDef>;

/** A connection before its first billing period. */
export function gridInitial(): GridState {
  return NEW_BILL;
}

/** Reads saved state of this release or the first one; undefined when it is not a grid's. */
export function gridRevive(saved: unknown): GridState | undefined {
  const read = billSchema.safeParse(saved);
  if (read.success) return read.data;
  const first = firstSchema.safeParse(saved);
  return first.success ? { ...NEW_BILL, month: first.data.month, peaks: [first.data.peakKw] } : undefined;
}

/** A step counts as out when its midpoint lies in an outage. */
function isUp(spec: GridSpec, conditions: Conditions): boolean {
  return gridIsUp(spec, conditions.startMs + conditions.dtH * (HOUR_MS / 2));
}

/** Import and export within the limits; {0} in an outage. */
export function gridFeasible(spec: GridSpec, state: GridState, conditions: Conditions): Feasible {
  const bill = billSoFar(spec, state, conditions.local);
  return isUp(spec, conditions)
    ? { zero: true, minKw: 0 - spec.exportLimitKw, maxKw: spec.importLimitKw, auxKw: 0, bill }
    : { zero: true, minKw: 0, maxKw: 0, auxKw: 0, bill };
}

/** Meters the exchange and bills it. Price by the local hour at mid-step; demand peaks are the highest mean over a step. */
export function gridStep(
  spec: GridSpec,
  state: GridState,
  setPoint: PowerSetPoint,
  conditions: Conditions,
): Stepped<GridState> {
  const { startMs, dtH, local } = conditions;
  const dtMs = dtH * HOUR_MS;
  const middleMs = startMs + dtMs / 2;
  const up = gridIsUp(spec, middleMs);
  const powerKw = up ? Math.min(spec.importLimitKw, Math.max(-spec.exportLimitKw, setPoint.powerKw)) : 0;
  const importKw = Math.max(powerKw, 0);
  const exportKw = Math.max(0 - powerKw, 0);
  const price = stepPrice(spec, local, startMs, dtMs);
  const earned = exportKw > 0 ? exportPrice(spec, startMs, dtMs) : 0;
  const billed = billStep(spec, state, local, middleMs, dtH, importKw, exportKw, price, earned);
  const carbonGPerKwh = gridCarbon(spec, startMs, dtMs);
  return {
    state: billed.state,
    flows: { power: importKw - exportKw },
    meters: {
      importKw,
      exportKw,
      costMoney: billed.money,
      co2Kg: (importKw * dtH * carbonGPerKwh) / 1000,
      up: up ? 1 : 0,
      pricePerKwh: billed.perKwh,
      carbonGPerKwh,
      peakCutShare: spec.peakHours === undefined ? 0 : dutyCut(billed.state),
    },
  };
}
