import { HOUR_MS } from '../series/grid.ts';
import type { Plant } from '../twin/plant.ts';
import type { Run } from './simulate.ts';

/** What meters of stores and of cooling say over a stretch of a run; null where no device has such a meter. */
export interface DeviceSums {
  /** Electricity of the heaters of all stores. */
  readonly batteryHeatingKwh: number | null;
  /** Lowest state of charge of any store at the end of a step, 0..1. */
  readonly lowestSoc: number | null;
  /** Hours with chillers running for the liquid loop and for the air, added up over the halls. */
  readonly liquidChillerHours: number | null;
  readonly airChillerHours: number | null;
  /** Running hours of generator sets, added up, and what they burnt. */
  readonly generatorHours: number | null;
  readonly fuelL: number | null;
}

/** How far an hour meter moved; what ran in the first step of a run, which has no earlier reading, by the sets that ran in it. */
function hoursRun(run: Run, id: string, from: number, count: number): number {
  const reading = run.ledger.get(`${id}.runHours`);
  const last = reading[from + count - 1]!;
  if (from > 0) return last - reading[from - 1]!;
  const ran = run.ledger.get(`${id}.powerKw`)[0]! > 0 ? run.ledger.get(`${id}.runningSets`)[0]! : 0;
  return last - reading[0]! + (ran * run.ledger.grid.stepMs) / HOUR_MS;
}

/** Reads the meters of stores and cooling over `count` steps from step `from` on; the whole run by default. */
export function deviceSums(run: Run, plant: Plant, from = 0, count = run.ledger.grid.count - from): DeviceSums {
  const part = (name: string) => run.ledger.get(name).subarray(from, from + count);
  const sum = (names: readonly string[]) =>
    names.length === 0 ? null : names.reduce((all, name) => part(name).reduce((a, b) => a + b, all), 0);
  const stores = (meter: string) =>
    plant.dispatch.filter((u) => u.role === 'store' && meter in u.meters).map((u) => `${u.id}.${meter}`);
  const cooling = (meter: string) =>
    plant.halls.filter((hall) => meter in hall.cooling.meters).map((hall) => `${hall.id}.cooling.${meter}`);
  const generators = plant.dispatch.filter((u) => 'runHours' in u.meters && 'runningSets' in u.meters).map((u) => u.id);
  const burning = plant.dispatch.filter((u) => 'fuelL' in u.meters).map((u) => `${u.id}.fuelL`);
  const heatingKw = sum(stores('heatingKw'));
  const charges = stores('socShare');
  return {
    batteryHeatingKwh: heatingKw === null ? null : (heatingKw * run.ledger.grid.stepMs) / HOUR_MS,
    lowestSoc:
      charges.length === 0
        ? null
        : charges.reduce((low, name) => part(name).reduce((a, b) => Math.min(a, b), low), Number.POSITIVE_INFINITY),
    liquidChillerHours: sum(cooling('liquidChillerH')),
    airChillerHours: sum(cooling('airChillerH')),
    generatorHours:
      generators.length === 0 ? null : generators.reduce((h, id) => h + hoursRun(run, id, from, count), 0),
    fuelL: sum(burning),
  };
}
