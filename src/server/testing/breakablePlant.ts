import type { DispatchUnit, ItUnit } from '../../components/unit.ts';
import type { Outlook, PlantPort } from '../../control/contract.ts';
import { TwinPlant, type TwinWorld } from '../../drivers/twinPlant.ts';
import type { Decision } from '../../twin/decision.ts';
import type { Plant } from '../../twin/plant.ts';
import type { StepRecord } from '../../twin/record.ts';

/** How a meter lies. */
export type Lie = 'stuck' | 'huge' | 'negative' | 'no number';

/** What is broken at the moment; changed from outside while the plant runs. */
export interface Breaks {
  /** Units of the site that do not answer and give nothing; the grid among them is an outage. */
  readonly silent: Set<string>;
  /** Replicas that are gone, by deployment. */
  readonly gone: Map<string, number>;
  /** Meters that lie, by the id of their reading: `grid power`, `bess charge`, `hall-1 feeder`, `temperature`. */
  readonly lies: Map<string, Lie>;
}

export function wholeBreaks(): Breaks {
  return { silent: new Set(), gone: new Map(), lies: new Map() };
}

function breakableUnit(unit: DispatchUnit, breaks: Breaks): DispatchUnit {
  return {
    ...unit,
    start(saved) {
      const inner = unit.start(saved);
      return {
        save: () => inner.save(),
        feasible: (conditions) => {
          const can = inner.feasible(conditions);
          return breaks.silent.has(unit.id) ? { ...can, zero: true, minKw: 0, maxKw: 0, auxKw: 0 } : can;
        },
        step: (setPoint, conditions) => {
          const off = breaks.silent.has(unit.id);
          const { state, flows, meters } = inner.step(off ? { powerKw: 0, commit: false } : setPoint, conditions);
          if (!off) return { state, flows, meters };
          const told = unit.role === 'slack' ? { ...meters, up: 0 } : meters;
          return { state, meters: told, flows: { ...flows, power: 0, aux: 0 } };
        },
      };
    },
  };
}

function breakableIt(unit: ItUnit, breaks: Breaks): ItUnit {
  return {
    ...unit,
    start(saved) {
      const inner = unit.start(saved);
      return {
        save: () => inner.save(),
        keep: () => inner.keep(),
        preview: (setPoint, conditions) => {
          const left = Math.max(0, unit.installed - (breaks.gone.get(unit.id) ?? 0));
          return inner.preview({ ...setPoint, replicas: Math.min(setPoint.replicas, left) }, conditions);
        },
      };
    },
  };
}

/** The twin of a plant whose devices fail and whose meters lie. What is reported is a copy; `truth` is what really happened. */
export class BreakablePlant implements PlantPort {
  readonly kind = 'simulated';
  readonly #breaks: Breaks;
  readonly #plant: Plant;
  readonly #twin: TwinPlant;
  readonly #stuck = new Map<string, number>();
  truth: StepRecord | undefined;

  constructor(plant: Plant, world: TwinWorld, breaks: Breaks, saved?: unknown) {
    this.#breaks = breaks;
    this.#plant = {
      ...plant,
      halls: plant.halls.map((hall) => ({ ...hall, it: hall.it.map((unit) => breakableIt(unit, breaks)) })),
      dispatch: plant.dispatch.map((unit) => breakableUnit(unit, breaks)),
    };
    this.#twin = new TwinPlant(this.#plant, world, saved);
  }

  look(startMs: number, dtH: number): Outlook {
    const { conditions, feasible } = this.#twin.look(startMs, dtH);
    const { dispatch } = this.#plant;
    return {
      conditions: this.#air(conditions),
      // A grid that is gone is an outage, which its own meter tells
      silent: dispatch.filter(({ id, role }) => role !== 'slack' && this.#breaks.silent.has(id)).map(({ id }) => id),
      feasible: feasible.map((f, i) => {
        const { store } = f;
        if (store === undefined) return f;
        const energyKwh = this.#told(`${dispatch[i]!.id} charge`, store.energyKwh);
        return { ...f, store: { ...store, energyKwh } };
      }),
    };
  }

  advance(decision: Decision, extraPerS: ArrayLike<number>): StepRecord {
    const truth = this.#twin.advance(decision, extraPerS);
    this.truth = truth;
    const told = structuredClone(truth);
    told.conditions = this.#air(truth.conditions);
    told.itKw = 0;
    told.facilityKw = 0;
    this.#plant.halls.forEach((hall, h) => {
      const of = told.halls[h]!;
      of.itKw = this.#told(`${hall.id} computing`, of.itKw);
      of.facilityKw = this.#told(`${hall.id} feeder`, of.facilityKw);
      told.itKw += of.itKw;
      told.facilityKw += of.facilityKw;
    });
    this.#plant.dispatch.forEach((unit, i) => {
      const of = told.dispatch[i]!;
      of.powerKw = this.#told(`${unit.id} power`, of.powerKw);
      const energy = of.meters['energyKwh'];
      if (energy !== undefined) of.meters = { ...of.meters, energyKwh: this.#told(`${unit.id} charge`, energy) };
    });
    return told;
  }

  #air<T extends { tempC: number; ghiWm2: number; windMs: number }>(air: T): T {
    const { lies } = this.#breaks;
    if (!lies.has('temperature') && !lies.has('irradiance') && !lies.has('wind')) return air;
    return {
      ...air,
      tempC: this.#told('temperature', air.tempC),
      ghiWm2: this.#told('irradiance', air.ghiWm2),
      windMs: this.#told('wind', air.windMs),
    };
  }

  #told(id: string, value: number): number {
    const lie = this.#breaks.lies.get(id);
    if (lie === undefined) {
      this.#stuck.delete(id);
      return value;
    }
    if (lie === 'no number') return Number.NaN;
    if (lie === 'huge') return 1e4 * (1 + Math.abs(value));
    if (lie === 'negative') return -1e4 * (1 + Math.abs(value));
    const stuck = this.#stuck.get(id) ?? value;
    this.#stuck.set(id, stuck);
    return stuck;
  }

  save(): unknown {
    return this.#twin.save();
  }
}
