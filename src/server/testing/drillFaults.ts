import { HOUR_MS, MINUTE_MS } from '../../series/grid.ts';
import type { Random } from '../../series/random.ts';
import type { Plant } from '../../twin/plant.ts';
import type { Breaks, Lie } from './breakablePlant.ts';

/** What a drill lets happen. */
export const DRILLS = [
  'solver late',
  'solver infeasible',
  'solver dead',
  'forecast wrong',
  'clock jump',
  'meter stuck',
  'meter absurd',
  'engine gone',
  'inverter silent',
  'grid out',
  'kill -9',
] as const;
export type DrillKind = (typeof DRILLS)[number];

/** Something that is being tried, until it ends. */
export interface Trial {
  readonly kind: DrillKind;
  readonly what: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Undoes it. */
  readonly end: () => void;
}

/** The state of the world that trials change. */
export interface World {
  readonly breaks: Breaks;
  solver: 'well' | 'late' | 'infeasible' | 'dead';
  /** Times the demand that was foreseen. */
  demandFactor: number;
  /** Added to the site's clock, ms. */
  clockMs: number;
  killNow: boolean;
}

const LIES: readonly Lie[] = ['huge', 'negative', 'no number'];
const pick = <T>(list: readonly T[], chance: Random): T => list[Math.floor(chance.next() * list.length)]!;

/** Ids of the readings of a plant that a drill lets lie. */
function meterIds(plant: Plant): { readonly all: string[]; readonly power: string[] } {
  const halls = plant.halls.flatMap(({ id }) => [`${id} computing`, `${id} feeder`]);
  const stores = plant.dispatch.filter(({ role }) => role === 'store').map(({ id }) => `${id} charge`);
  const powers = plant.dispatch.map(({ id }) => `${id} power`);
  return { all: [...halls, ...stores, ...powers, 'temperature', 'irradiance', 'wind'], power: halls };
}

/** Begins a trial of a kind. Its length is drawn: minutes to hours, since short ones come more often than long ones. */
export function begin(kind: DrillKind, plant: Plant, world: World, chance: Random, nowMs: number): Trial {
  const untilMs = nowMs + 20 * MINUTE_MS + chance.exponential() * HOUR_MS;
  const trial = (what: string, end: () => void): Trial => ({ kind, what, fromMs: nowMs, untilMs, end });
  const { breaks } = world;
  switch (kind) {
    case 'solver late':
    case 'solver infeasible':
    case 'solver dead':
      world.solver = kind === 'solver late' ? 'late' : kind === 'solver dead' ? 'dead' : 'infeasible';
      return trial(kind, () => {
        world.solver = 'well';
      });
    case 'forecast wrong':
      world.demandFactor = chance.next() < 0.5 ? 0.2 : 2.2;
      return trial(`demand times ${world.demandFactor}`, () => {
        world.demandFactor = 1;
      });
    case 'clock jump': {
      const ms = (chance.next() < 0.5 ? -1 : 1) * Math.max(MINUTE_MS, chance.exponential() * 4 * HOUR_MS);
      world.clockMs += ms;
      return { ...trial(`by ${Math.round(ms / MINUTE_MS)} min`, () => undefined), untilMs: nowMs + 1 };
    }
    case 'meter stuck': {
      const id = pick(meterIds(plant).power, chance);
      breaks.lies.set(id, 'stuck');
      return trial(id, () => breaks.lies.delete(id));
    }
    case 'meter absurd': {
      const id = pick(meterIds(plant).all, chance);
      const lie = pick(LIES, chance);
      breaks.lies.set(id, lie);
      return trial(`${id}: ${lie}`, () => breaks.lies.delete(id));
    }
    case 'engine gone': {
      const unit = pick(
        plant.halls.flatMap(({ it }) => it),
        chance,
      );
      const lost = Math.ceil(unit.installed * (0.3 + 0.7 * chance.next()));
      breaks.gone.set(unit.id, lost);
      return trial(`${lost} of ${unit.id}`, () => breaks.gone.delete(unit.id));
    }
    case 'inverter silent': {
      const { id } = pick(
        plant.dispatch.filter(({ role }) => role !== 'slack'),
        chance,
      );
      breaks.silent.add(id);
      return trial(id, () => breaks.silent.delete(id));
    }
    case 'grid out': {
      const grids = plant.dispatch.filter(({ role }) => role === 'slack').map(({ id }) => id);
      for (const id of grids) breaks.silent.add(id);
      return trial(kind, () => {
        for (const id of grids) breaks.silent.delete(id);
      });
    }
    case 'kill -9':
      world.killNow = true;
      return { ...trial(kind, () => undefined), untilMs: nowMs + 1 };
  }
}
