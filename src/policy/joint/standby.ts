import type { Offer } from '../../components/contract.ts';
import type { ItUnit } from '../../components/unit.ts';
import { HOUR_MS } from '../../series/grid.ts';
import type { Plant } from '../../twin/plant.ts';
import type { Conditions } from '../../weather/conditions.ts';
import type { Shares } from '../split.ts';
import type { Sure } from './nearDemand.ts';
import type { ClockedSize, ClockedSizes } from './sizes.ts';

/** Replicas of a deployment that are to serve, and to sleep beside them. */
export interface Rest {
  readonly serving: number;
  readonly asleep: number;
}

/** The same by hall and deployment, and all that are not off. */
export interface Rests {
  readonly serving: readonly (readonly number[])[];
  readonly asleep: readonly (readonly number[])[];
  readonly on: readonly (readonly number[])[];
}

/** Whether replicas of a deployment are ever told to sleep: that draws less than idling, and waking is quicker than booting. */
export function mayRest({ sleep, bootS }: ItUnit): boolean {
  return sleep !== undefined && sleep.wakeS < bootS;
}

/**
 * Of the replicas that a deployment is sized for, those that its expected demand needs serve; the others sleep, and with them those
 * that share a node: nodes are off as a whole, and in one that is on, nobody draws less than who sleeps.
 *
 * @param sized replicas that are to be there, margin included; one of them always serves, so that somebody answers
 * @param expected replicas that what is expected needs, without a margin
 */
export function restOf(unit: ItUnit, sized: number, expected: number): Rest {
  if (unit.sleep === undefined || !mayRest(unit)) return { serving: sized, asleep: 0 };
  const { together } = unit.sleep;
  const seats = Math.min(unit.installed, together * Math.ceil(sized / together));
  const serving = Math.min(sized, Math.max(1, expected));
  return { serving, asleep: seats - serving };
}

/** How long a replica may sleep for the energy of a boot, s. */
export function lullS({ sleep, bootS }: ItUnit): number {
  if (sleep === undefined) return 0;
  return Math.max(0, bootS * sleep.idleKw - sleep.wakeS * sleep.wakeKw) / sleep.asleepKw;
}

/** What a step's sizes rest on. */
interface Sized {
  readonly size: readonly (readonly ClockedSize[])[];
  readonly sure: readonly Sure[];
  /** Requests/s of each service on its deployments that sizes are for. */
  readonly parts: Shares;
  /** Replicas that were not off in the step before. */
  readonly before: readonly (readonly number[])[] | undefined;
  /** Requests/s that are expected of a service in the step that begins then; undefined beyond what is known. */
  readonly expected: (service: string) => (ms: number) => number | undefined;
}

/** Who sleeps: replicas of the margin, and through a lull that is shorter than a boot pays for. */
export class Standby {
  readonly #plant: Plant;
  readonly #sizes: ReadonlyMap<string, ClockedSizes>;
  readonly #isUsed: boolean;

  constructor(plant: Plant, sizes: ReadonlyMap<string, ClockedSizes>) {
    this.#plant = plant;
    this.#sizes = sizes;
    this.#isUsed = plant.halls.some(({ it }) => it.some(mayRest));
  }

  /** Undefined where nobody can sleep, or sleeping saves nothing. */
  decide(conditions: Conditions, { size, sure, parts, before, expected }: Sized): Rests | undefined {
    if (!this.#isUsed) return undefined;
    const rests = this.#plant.halls.map(({ it }, h) =>
      it.map((unit, i): Rest => {
        const own = size[h]![i]!;
        const { replicas, suffices } = own;
        if (!suffices || !mayRest(unit)) return { serving: replicas, asleep: 0 };
        const table = this.#sizes.get(unit.id)!;
        const at = (factor: (s: number) => number): number =>
          Math.min(unit.installed, table.fewest(this.#offers(unit, parts, factor), own));
        const needed = at((s) => (sure[s]!.perS > 0 ? sure[s]!.expectedPerS / sure[s]!.perS : 1));
        const later = this.#lull(unit, conditions, expected);
        const held = later === undefined ? 0 : Math.min(before?.[h]?.[i] ?? unit.installed, at(later));
        return restOf(unit, Math.max(replicas, held), needed);
      }),
    );
    const of = (count: (rest: Rest) => number) => rests.map((hall) => hall.map(count));
    return {
      serving: of(({ serving }) => serving),
      asleep: of(({ asleep }) => asleep),
      on: of(({ serving, asleep }) => serving + asleep),
    };
  }

  /** Offers of a deployment, interactive ones times a factor by service. */
  #offers(unit: ItUnit, parts: Shares, factor: (s: number) => number): Offer[] {
    return this.#plant.services.flatMap(({ id, kind, deployments }, s) => {
      const perS = parts[s]![deployments.indexOf(unit.id)];
      if (perS === undefined) return [];
      return kind === 'batch'
        ? [{ service: id, requestsPerS: 0, batchPerS: perS }]
        : [{ service: id, requestsPerS: factor(s) * perS, batchPerS: 0 }];
    });
  }

  /** By how much each service is to rise again within a lull, over this step and the next; undefined where the next step is the end of it. */
  #lull(unit: ItUnit, { startMs, dtH }: Conditions, expected: Sized['expected']): ((s: number) => number) | undefined {
    const stepMs = dtH * HOUR_MS;
    const steps = Math.floor((1000 * lullS(unit)) / stepMs);
    if (steps < 2) return undefined;
    return (s) => {
      const at = expected(this.#plant.services[s]!.id);
      const now = Math.max(at(startMs) ?? 0, at(startMs + stepMs) ?? 0);
      if (now <= 0) return 1;
      let most = now;
      for (let k = 2; k <= steps; k++) most = Math.max(most, at(startMs + k * stepMs) ?? 0);
      return most / now;
    };
  }
}
