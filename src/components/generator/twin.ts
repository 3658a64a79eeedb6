import { z } from 'zod';
import { HOUR_MS } from '../../series/grid.ts';
import type { Conditions, Feasible, MeterDef, Port, PowerSetPoint, Stepped } from '../contract.ts';
import { onlineShare, orderSets, type Sets, setsFor } from './commit.ts';
import { hotShare } from './physics.ts';
import type { GeneratorSpec } from './spec.ts';

const stateSchema = z.strictObject({
  v: z.literal(1),
  running: z.int().nonnegative(),
  startLeftS: z.array(z.number().positive()).readonly(),
  fuelL: z.number().nonnegative(),
  /** When the ordered fuel comes, ms UTC; null = nothing ordered. */
  dueMs: z.number().nullable(),
  runHours: z.number().nonnegative(),
  starts: z.int().nonnegative(),
});

/** Sets that run or start, fuel in the tank, and what counts towards maintenance (hours and starts of all sets together). */
export type GeneratorState = Readonly<z.infer<typeof stateSchema>>;

export const generatorPorts: readonly Port[] = [
  { name: 'power', carrier: 'electricity', bus: 'mv' },
  { name: 'ambient', carrier: 'ambient', bus: 'ambient' },
];

export const generatorMeters = {
  fuelL: { unit: 'L', what: 'sum', about: 'fuel burnt' },
  fuelKwh: { unit: 'kWh', what: 'sum', about: 'fuel burnt, lower heating value' },
  co2Kg: { unit: 'kg', what: 'sum', about: 'CO2 of the fuel burnt' },
  costMoney: { unit: 'money', what: 'sum', about: 'price of the fuel burnt' },
  runningSets: { unit: '', what: 'end', about: 'sets that run' },
  runHours: { unit: 'h', what: 'end', about: 'hours of all sets since new' },
  starts: { unit: '', what: 'end', about: 'starts of all sets since new' },
  tankShare: { unit: '', what: 'end', about: 'fuel in the tank over its volume, 0..1' },
} as const satisfies Record<string, MeterDef>;

/** New sets: stopped, tank filled as the file says. */
export function generatorInitial(spec: GeneratorSpec): GeneratorState {
  return { v: 1, running: 0, startLeftS: [], fuelL: spec.initialL, dueMs: null, runHours: 0, starts: 0 };
}

/** Reads saved state; undefined when it is not a generator's. */
export function generatorRevive(saved: unknown): GeneratorState | undefined {
  const read = stateSchema.safeParse(saved);
  return read.success ? read.data : undefined;
}

function setKw(spec: GeneratorSpec, conditions: Conditions): number {
  return spec.setKw * hotShare(conditions.tempC, spec.hotSharePerK);
}

/** Fuel at the start of the step, after a delivery that is due, L. */
function fuelAtStart(spec: GeneratorSpec, state: GeneratorState, conditions: Conditions): number {
  return state.dueMs !== null && conditions.startMs >= state.dueMs ? Math.max(state.fuelL, spec.tankL) : state.fuelL;
}

/** Most power that the fuel carries through the whole step, kW; 0 when not even one set at its least load. */
function fuelledKw(spec: GeneratorSpec, state: Sets, eachKw: number, fuelL: number, dtH: number): number {
  const fuelKw = (fuelL * spec.lhvKwhPerL) / dtH;
  for (let sets = spec.units; sets >= 1; sets--) {
    const online = onlineShare(state, sets, spec.startS, dtH);
    const most = Math.min(online * eachKw, (fuelKw - spec.fuelIntercept * spec.plateKw * online) / spec.fuelSlope);
    const below =
      sets === 1 ? spec.minShare * online * eachKw : onlineShare(state, sets - 1, spec.startS, dtH) * eachKw;
    if (most > 0 && most >= below) return most;
  }
  return 0;
}

/**
 * {0} or [least load of one set, all sets], means over the step: a set that starts counts from the moment it carries load.
 * Fuel that would not last the step at least load counts as an empty tank.
 */
export function generatorFeasible(spec: GeneratorSpec, state: GeneratorState, conditions: Conditions): Feasible {
  const eachKw = setKw(spec, conditions);
  const maxKw = fuelledKw(spec, state, eachKw, fuelAtStart(spec, state, conditions), conditions.dtH);
  const minKw = Math.min(maxKw, spec.minShare * eachKw * onlineShare(state, 1, spec.startS, conditions.dtH));
  return { zero: true, minKw, maxKw, auxKw: 0 };
}

/**
 * Runs the fewest sets that carry the set point. `commit: false` stops all; `commit: true` with power 0 keeps one set
 * turning unloaded (or brings it up), ready for the next step; power below the least load is raised to it. Fuel of the
 * start itself is not counted; fuel is paid when burnt.
 */
export function generatorStep(
  spec: GeneratorSpec,
  state: GeneratorState,
  setPoint: PowerSetPoint,
  conditions: Conditions,
): Stepped<GeneratorState> {
  const { dtH } = conditions;
  const fuelL = fuelAtStart(spec, state, conditions);
  const eachKw = setKw(spec, conditions);
  const stop = setPoint.commit === false || (setPoint.commit !== true && setPoint.powerKw <= 0) || fuelL <= 0;
  let powerKw = 0;
  let sets = 0;
  if (!stop) {
    sets = 1;
    if (setPoint.powerKw > 0) {
      const leastKw = spec.minShare * eachKw * onlineShare(state, 1, spec.startS, dtH);
      powerKw = Math.min(Math.max(setPoint.powerKw, leastKw), fuelledKw(spec, state, eachKw, fuelL, dtH));
      const tooLittleFuel = powerKw <= 0 && leastKw > 0;
      sets = tooLittleFuel ? 0 : setsFor(state, spec, powerKw, setPoint.powerKw, eachKw, dtH);
    }
  }
  let online = onlineShare(state, sets, spec.startS, dtH);
  const fuelKw = spec.fuelSlope * powerKw + spec.fuelIntercept * spec.plateKw * online;
  let burntL = (fuelKw * dtH) / spec.lhvKwhPerL;
  if (burntL > fuelL) {
    // Only rounding, or an unloaded set that runs the tank dry within the step.
    online *= fuelL / burntL;
    burntL = fuelL;
  }
  const after = orderSets(state, sets, spec.startS, dtH);
  const leftL = fuelL - burntL;
  const dry = leftL <= 0;
  const came = state.dueMs !== null && conditions.startMs >= state.dueMs;
  let dueMs = came ? null : state.dueMs;
  if (dueMs === null && leftL < spec.orderBelowL) dueMs = conditions.startMs + dtH * HOUR_MS + spec.deliveryMs;
  const running = dry ? 0 : after.running;
  const runHours = state.runHours + online * dtH;
  const starts = state.starts + after.begun;
  return {
    state: { v: 1, running, startLeftS: after.startLeftS, fuelL: leftL, dueMs, runHours, starts },
    flows: { power: powerKw, ambient: (burntL * spec.lhvKwhPerL) / dtH - powerKw },
    meters: {
      fuelL: burntL,
      fuelKwh: burntL * spec.lhvKwhPerL,
      co2Kg: burntL * spec.co2KgPerL,
      costMoney: burntL * spec.fuelPerL,
      runningSets: running,
      runHours,
      starts,
      tankShare: leftL / spec.tankL,
    },
  };
}
