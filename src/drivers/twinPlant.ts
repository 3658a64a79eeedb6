import type { Conditions } from '../components/contract.ts';
import type { Outlook, PlantPort } from '../control/contract.ts';
import type { Decision } from '../twin/decision.ts';
import type { Plant } from '../twin/plant.ts';
import type { StepRecord } from '../twin/record.ts';
import { Twin } from '../twin/twin.ts';

/** What the embedded twin needs besides the plant: the air, and the background demand of each service. */
export interface TwinWorld {
  conditionsAt(startMs: number, dtH: number): Conditions;
  /** Mean requests/s of a service over an interval. */
  ratePerS(service: number, startMs: number, endMs: number): number;
}

/** The embedded twin behind the plant port: the default plant of a site that has no devices yet. */
export class TwinPlant implements PlantPort {
  readonly kind = 'simulated';
  readonly #twin: Twin;
  readonly #world: TwinWorld;
  readonly #arrivals: Float64Array;
  #conditions: Conditions | undefined;

  constructor(plant: Plant, world: TwinWorld, saved?: unknown) {
    this.#twin = new Twin(plant, saved);
    this.#world = world;
    this.#arrivals = new Float64Array(plant.services.length);
  }

  look(startMs: number, dtH: number): Outlook {
    const conditions = this.#world.conditionsAt(startMs, dtH);
    this.#conditions = conditions;
    return { conditions, feasible: this.#twin.look(conditions) };
  }

  advance(decision: Decision, extraPerS: ArrayLike<number>): StepRecord {
    const conditions = this.#conditions;
    if (conditions === undefined) throw new Error('advance() follows look()');
    const endMs = conditions.startMs + conditions.dtH * 3_600_000;
    for (let s = 0; s < this.#arrivals.length; s++) {
      this.#arrivals[s] = this.#world.ratePerS(s, conditions.startMs, endMs) + (extraPerS[s] ?? 0);
    }
    return this.#twin.step(conditions, this.#arrivals, decision);
  }

  save(): unknown {
    return this.#twin.save();
  }
}
