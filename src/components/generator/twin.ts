import { z } from 'zod';
import { HOUR_MS } from '../../series/grid.ts';
import type { Conditions, Feasible, MeterDef, Port, PowerSetPoint, Stepped } from '../contract.ts';
import { onlineShare, type Sets, setsFor } from './commit.ts';
import { fuelKwh, hotShare, isoShare } from './physics.ts';
import type { GeneratorSpec } from './spec.ts';
import { orderFleet, usableSets } from './upkeep.ts';

const common = {
  running: z.int().nonnegative(),
  startLeftS: z.array(z.number().positive()).readonly(),
  fuelL: z.number().nonnegative(),
  /** When the ordered fuel comes, ms UTC; null = nothing ordered. */
  dueMs: z.number().nullable(),
  runHours: z.number().nonnegative(),
  starts: z.int().nonnegative(),
};

const current = z.strictObject({
  v: z.literal(2),
  ...common,
  sinceH: z.array(z.number().nonnegative()).readonly(),
  out: z.array(z.strictObject({ untilMs: z.number(), sinceH: z.number().nonnegative() })).readonly(),
  failures: z.int().nonnegative(),
  services: z.int().nonnegative(),
});

const stateSchema = z.union([z.strictObject({ v: z.literal(1), ...common }), current]);

/** Sets that run, start or are away, their hours since service, and fuel in the tank. */
export type GeneratorState = Readonly<z.infer<typeof current>>;

export const generatorPorts: readonly Port[] = [
  { name: 'power', carrier: 'electricity', bus: 'mv' },
  { name: 'ambient', carrier: 'ambient', bus: 'ambient' },
];

export const generatorMeters = {
  fuelL: { unit: 'L', what: 'sum', about: 'fuel burnt' },
  fuelKwh: { unit: 'kWh', what: 'sum', about: 'fuel burnt, lower heating value' },
  fuelHhvKwh: { unit: 'kWh', what: 'sum', about: 'the same fuel, higher heating value' },
  co2Kg: { unit: 'kg', what: 'sum', about: 'CO2 of the fuel burnt' },
  costMoney: { unit: 'money', what: 'sum', about: 'price of the fuel burnt and of services' },
  runningSets: { unit: '', what: 'end', about: 'sets that run' },
  runHours: { unit: 'h', what: 'end', about: 'hours of all sets since new' },
  starts: { unit: '', what: 'end', about: 'starts of all sets since new, failed ones too' },
  failures: { unit: '', what: 'end', about: 'starts that failed since new' },
  services: { unit: '', what: 'end', about: 'services begun since new' },
  awaySets: { unit: '', what: 'end', about: 'sets in repair or service' },
  tankShare: { unit: '', what: 'end', about: 'fuel in the tank over its volume, 0..1' },
} as const satisfies Record<string, MeterDef>;

const NEW = { sinceH: [], out: [], failures: 0, services: 0 } as const;

/** New sets: stopped, tank filled as the file says. */
export function generatorInitial(spec: GeneratorSpec): GeneratorState {
  return { v: 2, running: 0, startLeftS: [], fuelL: spec.initialL, dueMs: null, runHours: 0, starts: 0, ...NEW };
}

/** Reads saved state, also of version 1, whose sets count as just serviced; undefined when it is not a generator's. */
export function generatorRevive(saved: unknown): GeneratorState | undefined {
  const read = stateSchema.safeParse(saved);
  if (!read.success) return undefined;
  return read.data.v === 2 ? read.data : { ...read.data, ...NEW, v: 2 };
}

const KELVIN = 273.15;
/** Share of the step that sets ran in which the tank went dry: below 1, whatever the rounding. */
const DRY = 1 - 1e-12;
/** Mechanical efficiency that ISO 3046-1 takes where the maker says none. */
const MECHANICAL = 0.8;

/** Power of one set in the air of the step, kW. Charge air is taken to be cooled by the same air. */
export function setKw(spec: GeneratorSpec, conditions: Conditions): number {
  if (spec.iso === undefined) return spec.setKw * hotShare(conditions.tempC, spec.hotSharePerK);
  const airK = conditions.tempC + KELVIN;
  return spec.setKw * isoShare(spec.iso, conditions.pressurePa / 1000, airK, airK, MECHANICAL);
}

/** Fuel at the start of the step, after a delivery that is due, L. */
function fuelAtStart(spec: GeneratorSpec, state: GeneratorState, conditions: Conditions): number {
  return state.dueMs !== null && conditions.startMs >= state.dueMs ? Math.max(state.fuelL, spec.tankL) : state.fuelL;
}

/** Most power that the fuel carries through the whole step, kW; 0 when not even one set at its least load. */
function fuelledKw(
  spec: GeneratorSpec,
  state: Sets,
  usable: number,
  eachKw: number,
  fuelL: number,
  dtH: number,
): number {
  const fuelKw = (fuelL * spec.lhvKwhPerL) / dtH;
  for (let sets = usable; sets >= 1; sets--) {
    const online = onlineShare(state, sets, spec.startS, dtH);
    const most = Math.min(online * eachKw, (fuelKw - spec.fuel.intercept * spec.plateKw * online) / spec.fuel.slope);
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
  const usable = usableSets(spec, state, conditions.startMs);
  const maxKw = fuelledKw(spec, state, usable, eachKw, fuelAtStart(spec, state, conditions), conditions.dtH);
  const minKw = Math.min(maxKw, spec.minShare * eachKw * onlineShare(state, 1, spec.startS, conditions.dtH));
  // What runs takes it at once; where nothing runs, the first set that would.
  const stepKw = maxKw > 0 ? spec.loadStepShare * eachKw * Math.max(1, Math.min(state.running, usable)) : 0;
  return { zero: true, minKw, maxKw, auxKw: 0, stepKw };
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
  const { dtH, startMs } = conditions;
  const fuelL = fuelAtStart(spec, state, conditions);
  const eachKw = setKw(spec, conditions);
  const usable = usableSets(spec, state, startMs);
  const stop = setPoint.commit === false || (setPoint.commit !== true && setPoint.powerKw <= 0) || fuelL <= 0;
  let powerKw = 0;
  let sets = 0;
  if (!stop && usable > 0) {
    sets = 1;
    if (setPoint.powerKw > 0) {
      const leastKw = spec.minShare * eachKw * onlineShare(state, 1, spec.startS, dtH);
      powerKw = Math.min(Math.max(setPoint.powerKw, leastKw), fuelledKw(spec, state, usable, eachKw, fuelL, dtH));
      const tooLittleFuel = powerKw <= 0 && leastKw > 0;
      sets = tooLittleFuel ? 0 : setsFor(state, usable, spec.startS, powerKw, setPoint.powerKw, eachKw, dtH);
    }
  }
  let online = onlineShare(state, sets, spec.startS, dtH);
  let turned = 1;
  let burntL = fuelKwh(spec.fuel, powerKw, spec.plateKw * online, dtH) / spec.lhvKwhPerL;
  if (burntL > fuelL) {
    // Only rounding, or an unloaded set that runs the tank dry within the step.
    turned = fuelL / burntL;
    online *= turned;
    burntL = fuelL;
  }
  const leftL = fuelL - burntL;
  const came = state.dueMs !== null && startMs >= state.dueMs;
  let dueMs = came ? null : state.dueMs;
  if (dueMs === null && leftL < spec.orderBelowL) dueMs = startMs + dtH * HOUR_MS + spec.deliveryMs;
  // Where more is asked than usable sets carry, the others are tried too, and fail.
  const ordered = !stop && sets === usable && (usable === 0 || setPoint.powerKw > powerKw) ? spec.units : sets;
  const still = ordered === 0 && state.running === 0 && state.startLeftS.length === 0 && state.out.length === 0;
  const left = leftL > 0 ? 1 : Math.min(turned, DRY);
  const fleet = still ? state : orderFleet(spec, state, ordered, startMs, dtH, left);
  const runHours = state.runHours + online * dtH;
  const { running, startLeftS, sinceH, out, starts, failures, services } = fleet;
  const kept = still && leftL === state.fuelL && dueMs === state.dueMs;
  return {
    state: kept
      ? state
      : { v: 2, running, startLeftS, fuelL: leftL, dueMs, runHours, starts, sinceH, out, failures, services },
    flows: { power: powerKw, ambient: (burntL * spec.lhvKwhPerL) / dtH - powerKw },
    meters: {
      fuelL: burntL,
      fuelKwh: burntL * spec.lhvKwhPerL,
      fuelHhvKwh: burntL * spec.hhvKwhPerL,
      co2Kg: burntL * spec.co2KgPerL,
      costMoney: burntL * spec.fuelPerL + (services - state.services) * spec.serviceMoney,
      runningSets: running,
      runHours,
      starts,
      failures,
      services,
      awaySets: out.length,
      tankShare: leftL / spec.tankL,
    },
  };
}
