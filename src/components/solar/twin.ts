import { z } from 'zod';
import type { Conditions, Feasible, MeterDef, Port, PowerSetPoint, Stepped } from '../contract.ts';
import { faimanCellC, pvsystCellC, sapmCellC } from './cell.ts';
import { agedShare, pvwattsAcKw, pvwattsDcKw } from './physics.ts';
import { planeLight } from './plane.ts';
import { soiledShare } from './soiling.ts';
import type { CellModel, Soiling, SolarSpec } from './spec.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 31_557_600_000;

const stateSchema = z.strictObject({
  v: z.literal(2),
  /** Start of the first step, from which age counts; null = not stepped yet. */
  sinceMs: z.number().nullable(),
  /** Last cleaning by hand, and when dust began to settle (later than now after rain). */
  cleanedMs: z.number().nullable(),
  dustFromMs: z.number().nullable(),
});
const firstSchema = z.strictObject({ v: z.literal(1) });

/** Instants from which age and dust follow, so that nothing changes from step to step. */
export type SolarState = Readonly<z.infer<typeof stateSchema>>;

const NEW: SolarState = { v: 2, sinceMs: null, cleanedMs: null, dustFromMs: null };

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

/** Reads saved state, also of the first version, which had nothing in it; undefined when it is not a field's. */
export function solarRevive(saved: unknown): SolarState | undefined {
  const read = stateSchema.safeParse(saved);
  if (read.success) return read.data;
  return firstSchema.safeParse(saved).success ? NEW : undefined;
}

/** Irradiance on the front of the modules, W/m2. */
export function poaWm2(spec: SolarSpec, conditions: Conditions): number {
  return planeLight(spec, conditions).poaWm2;
}

/** Cell temperature by the field's model, °C. */
export function solarCellC(cell: CellModel, lightWm2: number, airC: number, windMs: number): number {
  if (cell.kind === 'faiman') return faimanCellC(lightWm2, airC, windMs);
  if (cell.kind === 'sapm') return sapmCellC(lightWm2, airC, windMs, cell.rack);
  return pvsystCellC(lightWm2, airC, windMs, cell.lossWm2K);
}

/** Alternating-current power that light in the cells and their temperature give, kW, losses and inverter counted. */
export function solarAcKw(spec: SolarSpec, effectiveWm2: number, cellC: number): number {
  const dcKw = pvwattsDcKw(effectiveWm2, cellC, spec.peakKw, spec.gammaPerC) * spec.keptShare;
  return pvwattsAcKw(dcKw, spec.inverterDcKw, spec.inverterShare);
}

/** Share of the light that dust leaves. */
function cleanShare(soiling: Soiling | undefined, state: SolarState, nowMs: number): number {
  if (soiling === undefined || state.dustFromMs === null) return 1;
  return 1 - soiledShare((nowMs - state.dustFromMs) / DAY_MS, soiling);
}

/** Share of a new field's power that age leaves. */
function youngShare({ degradation, ageYears }: SolarSpec, state: SolarState, nowMs: number): number {
  const years = ageYears + Math.max(0, nowMs - (state.sinceMs ?? nowMs)) / YEAR_MS;
  return years < 1 ? 1 : agedShare(degradation, years);
}

/** The field's state in a step: the first step counts as a cleaning; then cleanings fall due and rain comes. */
function stateIn(soiling: Soiling | undefined, state: SolarState, { startMs, local }: Conditions): SolarState {
  if (state.sinceMs === null) return { v: 2, sinceMs: startMs, cleanedMs: startMs, dustFromMs: startMs };
  if (soiling === undefined) return state;
  const { sinceMs } = state;
  let cleanedMs = state.cleanedMs ?? startMs;
  let dustFromMs = state.dustFromMs ?? startMs;
  if (startMs - cleanedMs >= soiling.cleaningDays * DAY_MS) {
    cleanedMs = startMs;
    dustFromMs = Math.max(dustFromMs, startMs);
  }
  if (soiling.rainDays.has(local.month * 100 + local.day)) dustFromMs = startMs + soiling.graceDays * DAY_MS;
  if (cleanedMs === state.cleanedMs && dustFromMs === state.dustFromMs) return state;
  return { v: 2, sinceMs, cleanedMs, dustFromMs };
}

/** From nothing to all that sun and inverter give. */
export function solarFeasible(spec: SolarSpec, state: SolarState, conditions: Conditions): Feasible {
  return { zero: true, minKw: 0, maxKw: solarStep(spec, state, ALL, conditions).meters['availableKw']!, auxKw: 0 };
}

const ALL: PowerSetPoint = { powerKw: Number.POSITIVE_INFINITY };

/** Gives the set point or all that is available. A curtailed module runs hotter than metered here; the difference is small. */
export function solarStep(
  spec: SolarSpec,
  state: SolarState,
  setPoint: PowerSetPoint,
  conditions: Conditions,
): Stepped<SolarState> {
  const next = stateIn(spec.soiling, state, conditions);
  const middleMs = conditions.startMs + conditions.dtH * 1_800_000;
  const plane = planeLight(spec, conditions);
  const light = plane.effectiveWm2 * cleanShare(spec.soiling, next, middleMs);
  const warm = spec.bifacial === undefined ? plane.poaWm2 : Math.max(plane.poaWm2, plane.effectiveWm2);
  const cellC = solarCellC(spec.cell, warm, conditions.tempC, conditions.windMs);
  const availableKw = solarAcKw(spec, light * youngShare(spec, next, middleMs), cellC);
  const powerKw = Math.min(availableKw, Math.max(0, setPoint.powerKw));
  return {
    state: next,
    flows: { power: powerKw },
    meters: { availableKw, curtailedKw: availableKw - powerKw, cellC, poaWm2: plane.poaWm2 },
  };
}
