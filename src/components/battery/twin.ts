import { z } from 'zod';
import type { Conditions, Feasible, MeterDef, Port, PowerSetPoint, Stepped } from '../contract.ts';
import { type Ageing, age, aged, NEW_CELLS } from './health.ts';
import { cellAfterC, cellChangeKwh, chargeLimitKw, climateKw, cRateAt, dischargeLimitKw } from './physics.ts';
import type { BatterySpec } from './spec.ts';

const share = z.number().min(0).max(1);

const stateSchema = z.union([
  z.strictObject({ v: z.literal(1), energyKwh: z.number().nonnegative() }),
  z.strictObject({
    v: z.literal(2),
    energyKwh: z.number().nonnegative(),
    cellC: z.number().min(-100).max(200).nullable(),
    ageing: z.strictObject({
      healthShare: share,
      calendar: z.number().nonnegative(),
      cycleLoss: share,
      cycles: z.int().nonnegative(),
      peaks: z.array(share).max(200).readonly(),
      going: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
    }),
    replacements: z.int().nonnegative(),
  }),
]);

/** Energy in the cells (kWh and not a share, so that a larger battery does not appear charged), their warmth and their age. */
export interface BatteryState {
  readonly v: 2;
  readonly energyKwh: number;
  /** Temperature of the cells; null until the first step, when they take that of their container. */
  readonly cellC: number | null;
  readonly ageing: Ageing;
  readonly replacements: number;
}

export const batteryPorts: readonly Port[] = [
  { name: 'power', carrier: 'electricity', bus: 'mv' },
  { name: 'aux', carrier: 'electricity', bus: 'mv' },
  { name: 'ambient', carrier: 'ambient', bus: 'ambient' },
];

export const batteryMeters = {
  socShare: { unit: '', what: 'end', about: 'energy in the cells over the capacity they still have, 0..1' },
  energyKwh: { unit: 'kWh', what: 'end', about: 'energy in the cells' },
  lossKw: { unit: 'kW', what: 'mean', about: 'lost between bus and cells' },
  auxKw: { unit: 'kW', what: 'mean', about: 'standby, heating and cooling of the container' },
  throughputKwh: { unit: 'kWh', what: 'sum', about: 'into plus out of the cells' },
  wearMoney: { unit: 'money', what: 'sum', about: 'wear of the cells; an expense in planning, not a cash flow' },
  cellC: { unit: '°C', what: 'end', about: 'temperature of the cells' },
  heatingKw: { unit: 'kW', what: 'mean', about: 'heater of the container, part of auxKw' },
  healthShare: { unit: '', what: 'end', about: 'capacity left over nameplate energy, 0..1' },
  cycles: {
    unit: '',
    what: 'end',
    about: 'cycles counted by rainflow since the cells were new, deep and shallow alike',
  },
  replacements: { unit: '', what: 'end', about: 'times that worn out cells were replaced' },
  replacementMoney: {
    unit: 'money',
    what: 'sum',
    about: 'price of new cells when replaced; outside the running cost, because owning counts replacement by years',
  },
} as const satisfies Record<string, MeterDef>;

/** A new battery at its initial state of charge. */
export function batteryInitial(spec: BatterySpec): BatteryState {
  return { v: 2, energyKwh: spec.initialKwh, cellC: null, ageing: NEW_CELLS, replacements: 0 };
}

/** Reads saved state, also of version 1, whose cells count as new; undefined when it is not a battery's. */
export function batteryRevive(saved: unknown): BatteryState | undefined {
  const read = stateSchema.safeParse(saved);
  if (!read.success) return undefined;
  if (read.data.v === 2) return read.data;
  return { v: 2, energyKwh: read.data.energyKwh, cellC: null, ageing: NEW_CELLS, replacements: 0 };
}

/** Cells at the start of a step: unknown ones stand in the outside air, as far as heater and cooler let them. */
function cellsC({ box }: BatterySpec, { cellC }: BatteryState, tempC: number): number {
  if (cellC !== null) return cellC;
  const cooled = box.coolerKw > 0 ? Math.min(tempC, box.coolAboveC) : tempC;
  return box.heaterKw > 0 ? Math.max(cooled, box.heatBelowC) : cooled;
}

function auxKw(spec: BatterySpec, heatKw: number): number {
  return spec.standbyKw + (heatKw > 0 ? heatKw : -heatKw / spec.coolingCop);
}

function chargeKw(spec: BatterySpec, state: BatteryState, cellC: number, dtH: number): number {
  const powerKw = Math.min(spec.powerKw, cRateAt(spec.chargeRates, cellC) * spec.energyKwh);
  const roomKwh = spec.maxKwh * state.ageing.healthShare - state.energyKwh;
  return chargeLimitKw(powerKw, roomKwh, spec.chargeShare, dtH);
}

function dischargeKw(spec: BatterySpec, state: BatteryState, cellC: number, dtH: number): number {
  const powerKw = Math.min(spec.powerKw, cRateAt(spec.dischargeRates, cellC) * spec.energyKwh);
  const leftKwh = state.energyKwh - spec.minKwh * state.ageing.healthShare;
  return dischargeLimitKw(powerKw, leftKwh, spec.dischargeShare, dtH);
}

/** What it can do in the step; `store` counts the energy above the floor of the window. */
export function batteryFeasible(spec: BatterySpec, state: BatteryState, conditions: Conditions): Feasible {
  const { tempC, dtH } = conditions;
  const cellC = cellsC(spec, state, tempC);
  const { healthShare } = state.ageing;
  return {
    zero: true,
    minKw: 0 - chargeKw(spec, state, cellC, dtH),
    maxKw: dischargeKw(spec, state, cellC, dtH),
    auxKw: auxKw(spec, climateKw(spec.box, cellC, tempC, dtH)),
    store: {
      energyKwh: Math.max(0, state.energyKwh - spec.minKwh * healthShare),
      capacityKwh: (spec.maxKwh - spec.minKwh) * healthShare,
    },
  };
}

/**
 * Moves energy, then warmth, then age. Conversion loss and auxiliary electricity leave as heat to the outside air, less what
 * the cells took up by warming. Cells that reach their end of life in a step are new, and as charged as they were, in the next.
 */
export function batteryStep(
  spec: BatterySpec,
  state: BatteryState,
  setPoint: PowerSetPoint,
  conditions: Conditions,
): Stepped<BatteryState> {
  const { dtH, tempC } = conditions;
  const wanted = setPoint.powerKw;
  const before = state.energyKwh;
  const { healthShare } = state.ageing;
  const cellC = cellsC(spec, state, tempC);
  let powerKw = 0;
  if (wanted > 0) powerKw = Math.min(wanted, dischargeKw(spec, state, cellC, dtH));
  else if (wanted < 0) powerKw = 0 - Math.min(-wanted, chargeKw(spec, state, cellC, dtH));
  const change = cellChangeKwh(powerKw, spec.chargeShare, spec.dischargeShare, dtH);
  // Rounding must not carry the cells out of their window; a battery found outside it only moves towards it.
  let energyKwh = before + change;
  if (change > 0) energyKwh = Math.min(energyKwh, Math.max(before, spec.maxKwh * healthShare));
  else if (change < 0) energyKwh = Math.max(energyKwh, Math.min(before, spec.minKwh * healthShare));
  const lossKw = -change / dtH - powerKw;
  // In a dark site heater and cooler run only as far as something feeds them.
  const fedShare = setPoint.auxShare ?? 1;
  const wantedHeatKw = climateKw(spec.box, cellC, tempC, dtH);
  const heatKw = wantedHeatKw * fedShare;
  const aux = auxKw(spec, wantedHeatKw) * fedShare;
  const endC = cellAfterC(spec.box, cellC, tempC, heatKw + lossKw * spec.lossInCellsShare, dtH);
  const storedKw = (spec.box.massKwhPerK * (endC - cellC)) / dtH;
  const capacityKwh = spec.energyKwh * healthShare;
  const older = age(spec, state.ageing, before / capacityKwh, change, (cellC + endC) / 2, dtH / 24);
  const worn = aged(spec, older);
  const ageing = worn ? NEW_CELLS : older;
  const replacements = worn ? state.replacements + 1 : state.replacements;
  const throughputKwh = Math.abs(change);
  return {
    state: { v: 2, energyKwh, cellC: endC, ageing, replacements },
    flows: { power: powerKw, aux: 0 - aux, ambient: lossKw + aux - storedKw },
    meters: {
      socShare: Math.min(1, energyKwh / (spec.energyKwh * ageing.healthShare)),
      energyKwh,
      lossKw,
      auxKw: aux,
      throughputKwh,
      wearMoney: throughputKwh * spec.wearPerKwh,
      cellC: endC,
      heatingKw: Math.max(0, heatKw),
      healthShare: ageing.healthShare,
      cycles: ageing.cycles,
      replacements,
      replacementMoney: worn ? spec.cellsMoney : 0,
    },
  };
}
