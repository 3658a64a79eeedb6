import type { ItUnit } from '../components/unit.ts';
import { fullLevel, fullPerS } from '../site/shares.ts';
import type { Plant } from '../twin/plant.ts';

/** Parts of every service for its deployments, in the plant's order of services and theirs of deployments; only proportions count. */
export type Shares = readonly (readonly number[])[];

/** What a deployment makes of a service when it serves nothing else with all that is installed. */
interface Serving {
  readonly deployment: string;
  /** Requests/s within the targets; 0 where they are out of reach. */
  readonly fullPerS: number;
  /** Least power per request/s at full load, over the clocks that may be set, kW. */
  readonly kwPerS: number;
}

/** How deployments are looked at. */
export interface SplitOptions {
  /** Share of requests within both targets at full load. */
  readonly attainment: number;
  /** Clocks over the largest that a deployment may be set to. */
  readonly clocks: readonly number[];
}

/** Loads of deployments over what is installed, 0..1, by id. */
type Loads = Map<string, number>;

/**
 * Splits services among their deployments. The model is the same on all of them, so that the one with the least power per request has the
 * least joules per token. A service with one deployment has no choice, and comes first where it shares that deployment.
 */
export class Splitter {
  readonly #plant: Plant;
  /** By service; [] where there is no choice. */
  readonly #servings: readonly (readonly Serving[])[];
  /** Requests/s of services without a choice that fill a deployment which others choose; Infinity elsewhere. */
  readonly #alonePerS: readonly number[];

  constructor(plant: Plant, options: SplitOptions) {
    this.#plant = plant;
    const units = new Map(plant.halls.flatMap((hall) => hall.it.map((unit) => [unit.id, unit] as const)));
    const serving = (s: number, deployment: string): Serving => servingOf(plant, s, units.get(deployment)!, options);
    const chosen = new Set(plant.services.flatMap(({ deployments }) => (deployments.length > 1 ? deployments : [])));
    this.#servings = plant.services.map(({ deployments }, s) =>
      deployments.length > 1 ? deployments.map((deployment) => serving(s, deployment)) : [],
    );
    this.#alonePerS = plant.services.map(({ deployments }, s) => {
      const [only] = deployments;
      return deployments.length === 1 && chosen.has(only!) ? serving(s, only!).fullPerS : Number.POSITIVE_INFINITY;
    });
  }

  /** In proportion to what all installed replicas of each deployment serve; equal where the targets are out of reach. */
  byCapacity(): Shares {
    return this.#servings.map((servings) => {
      const full = servings.reduce((sum, { fullPerS }) => sum + fullPerS, 0);
      if (servings.length === 0) return [1];
      return servings.map(({ fullPerS }) => (full > 0 ? fullPerS / full : 1 / servings.length));
    });
  }

  /**
   * The deployment with the least joules per token is filled first, then the next. Interactive services choose before batch.
   *
   * @param perS requests/s by service
   * @returns requests/s of each service on its deployments, adding up to what was asked
   */
  byMerit(perS: readonly number[]): number[][] {
    return this.#split(perS, () => undefined);
  }

  /**
   * A planned split, brought to what is asked now: what comes beside the plan goes by merit to whoever has room, what the plan has too
   * much of leaves the deployment with the most joules per token first. Room that the plan had for interactive requests that do not come
   * is taken by batch that it has on a deployment with more joules per token. Batch that is due and that its deployment has no room for
   * goes to one that has; what is not due waits.
   *
   * @param planned requests/s of each service on its deployments; only known where a service has a choice
   * @param perS requests/s by service
   * @param duePerS of that what cannot wait, by service
   */
  near(planned: Shares, perS: readonly number[], duePerS: readonly number[] = []): number[][] {
    return this.#split(perS, (s) => planned[s], duePerS);
  }

  #split(
    perS: readonly number[],
    plannedOf: (s: number) => readonly number[] | undefined,
    duePerS: readonly number[] = [],
  ): number[][] {
    const loads: Loads = new Map();
    /** Room for planned interactive requests, what comes of it taken off. */
    const freed: Loads = new Map();
    const { services } = this.#plant;
    const parts = services.map(({ deployments }, s) => {
      if (deployments.length > 1) return deployments.map(() => 0);
      if (perS[s]! > 0) addLoad(loads, deployments[0]!, perS[s]! / this.#alonePerS[s]!);
      return [perS[s]!];
    });
    for (const kind of ['interactive', 'batch'] as const) {
      services.forEach((service, s) => {
        if (service.kind !== kind || service.deployments.length === 1) return;
        const servings = this.#servings[s]!;
        const planned = plannedOf(s);
        const capacity = roomOf(servings, loads);
        const own = split(servings, perS[s]!, planned, capacity);
        if (kind === 'batch') {
          fill(servings, own, freed);
          bear(servings, own, duePerS[s] ?? 0, capacity);
        }
        parts[s] = own;
        servings.forEach(({ deployment, fullPerS }, d) => {
          if (fullPerS <= 0) return;
          addLoad(loads, deployment, own[d]! / fullPerS);
          if (kind === 'interactive' && planned !== undefined)
            addLoad(freed, deployment, (planned[d]! - own[d]!) / fullPerS);
        });
      });
    }
    return parts;
  }
}

function addLoad(loads: Loads, deployment: string, load: number): void {
  loads.set(deployment, (loads.get(deployment) ?? 0) + load);
}

function servingOf(plant: Plant, s: number, unit: ItUnit, { attainment, clocks }: SplitOptions): Serving {
  const service = plant.services[s]!;
  const kwPerS = clocks.map((clock) => {
    const level = fullLevel(unit, service, { attainment, clocks: [clock] });
    return level === undefined ? Number.POSITIVE_INFINITY : level.powerKw / level.scale;
  });
  return { deployment: unit.id, fullPerS: fullPerS(unit, service, attainment), kwPerS: Math.min(...kwPerS) };
}

const byMerit = (servings: readonly Serving[]): number[] =>
  servings.map((_, d) => d).sort((a, b) => servings[a]!.kwPerS - servings[b]!.kwPerS);

/** Moves parts of a service to deployments with less joules per token that have load to spare, which is used up. */
function fill(servings: readonly Serving[], parts: number[], spare: Loads): void {
  const merit = byMerit(servings);
  merit.forEach((to, rank) => {
    const { deployment, fullPerS } = servings[to]!;
    for (const from of merit.slice(rank + 1).reverse()) {
      const moved = Math.min(parts[from]!, Math.max(0, (spare.get(deployment) ?? 0) * fullPerS));
      if (moved <= 0) continue;
      parts[from]! -= moved;
      parts[to]! += moved;
      addLoad(spare, deployment, -moved / fullPerS);
    }
  });
}

/** Moves what is due of a service from deployments that have no room for it to those that have. */
function bear(servings: readonly Serving[], parts: number[], duePerS: number, capacity: readonly number[]): void {
  const borne = parts.reduce((sum, part, d) => sum + Math.min(part, capacity[d]!), 0);
  let missing = duePerS - borne;
  for (const to of byMerit(servings)) {
    for (const from of parts.keys()) {
      const moved = Math.min(missing, capacity[to]! - parts[to]!, parts[from]! - capacity[from]!);
      if (moved <= 0) continue;
      parts[to]! += moved;
      parts[from]! -= moved;
      missing -= moved;
    }
  }
}

/** Requests/s of a service that deployments have room for, in their order. */
function roomOf(servings: readonly Serving[], loads: Loads): number[] {
  return servings.map(({ deployment, fullPerS }) => Math.max(0, 1 - (loads.get(deployment) ?? 0)) * fullPerS);
}

/** One service, beside what its deployments bear already. */
function split(
  servings: readonly Serving[],
  perS: number,
  planned: readonly number[] | undefined,
  capacity: readonly number[],
): number[] {
  const merit = byMerit(servings);
  const parts = servings.map((_, d) => planned?.[d] ?? 0);
  let more = perS - parts.reduce((sum, part) => sum + part, 0);
  for (const d of [...merit].reverse()) {
    if (more >= 0) break;
    const less = Math.min(parts[d]!, -more);
    parts[d]! -= less;
    more += less;
  }
  for (const d of merit) {
    if (more <= 0) break;
    const added = Math.min(more, Math.max(0, capacity[d]! - parts[d]!));
    parts[d]! += added;
    more -= added;
  }
  if (more <= 0) return parts;
  // More than all of them can serve within the targets: everybody bears as much of it as of the rest.
  const full = servings.reduce((sum, { fullPerS }) => sum + fullPerS, 0);
  return parts.map((part, d) => {
    const share = full > 0 ? servings[d]!.fullPerS / full : 1 / servings.length;
    return share > 0 ? part + share * more : part;
  });
}

/** A split of rates: requests/s of each service on its deployments, in given proportions. */
export function partsOf(shares: Shares, perS: readonly number[]): number[][] {
  return shares.map((parts, s) => {
    const sum = parts.reduce((all, part) => all + part, 0);
    const whole = perS[s]!;
    if (parts.length === 1) return [whole];
    return parts.map((part) => (sum > 0 ? (part > 0 ? (part / sum) * whole : 0) : whole / parts.length));
  });
}
