import type { Offer } from '../../components/contract.ts';
import type { ItUnit } from '../../components/unit.ts';
import { DAY_MS } from '../../series/grid.ts';
import type { Plant } from '../../twin/plant.ts';
import type { View } from '../policy.ts';
import { partsOf, type Shares, Splitter } from '../split.ts';
import { TUNED } from './parameters.ts';
import { type Size, Sizes } from './sizes.ts';

/** A day's change of rate is believed within these. */
const CHANGE = { least: 0.5, most: 2 };

/** A step as the scaler remembers it. */
interface Seen {
  readonly startMs: number;
  readonly perS: readonly number[];
}

/** What must survive a restart. */
export interface ScalerMemory {
  readonly seen: readonly Seen[];
  /** Replicas wanted of late, by deployment: [until, replicas]. */
  readonly held: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** Locked clocks, by deployment. */
  readonly clocks: Readonly<Record<string, number>>;
}

/** What the scaler says of a step. */
interface Scaled {
  readonly sizes: Size[][];
  readonly batchPerS: number[];
  readonly shares: Shares;
}

/**
 * Autoscaling of the deployments, by measured requests alone: as many replicas as the next two steps need (those of the second
 * boot in the first), with a margin, at a locked clock; batch work at an even pace that keeps its deadline.
 */
export class Scaler {
  readonly #plant: Plant;
  #seen: Seen[];
  readonly #held: Map<string, (readonly [number, number])[]>;
  readonly #sizes: ReadonlyMap<string, Sizes>;
  readonly #splitter: Splitter;

  constructor(plant: Plant, memory?: ScalerMemory) {
    this.#plant = plant;
    this.#splitter = new Splitter(plant, TUNED);
    this.#seen = [...(memory?.seen ?? [])];
    this.#sizes = new Map(
      plant.halls.flatMap((hall) =>
        hall.it.map((unit) => [unit.id, new Sizes(unit, memory?.clocks[unit.id])] as const),
      ),
    );
    this.#held = new Map(Object.entries(memory?.held ?? {}).map(([id, list]) => [id, [...list]]));
  }

  /**
   * Sizes by hall and deployment, batch requests/s by service, and which deployment serves what: the one with the least joules per token
   * is filled first.
   *
   * @param given parts of every service for its deployments, where somebody else splits them
   */
  decide(view: View, given?: Shares): Scaled {
    const { startMs, dtH } = view.conditions;
    const stepMs = dtH * 3_600_000;
    const { last } = view;
    if (last !== undefined && last.conditions.startMs !== this.#seen[this.#seen.length - 1]?.startMs) {
      this.#seen.push({ startMs: last.conditions.startMs, perS: last.services.map((s) => s.arrivedPerS) });
      const kept = Math.ceil((2 * DAY_MS) / stepMs);
      if (this.#seen.length > 1.5 * kept) this.#seen = this.#seen.slice(-kept);
    }
    const batchPerS = this.#plant.services.map((service, s) =>
      service.kind === 'batch' ? this.#pace(s, view, stepMs) : 0,
    );
    if (this.#seen.length === 0) {
      // Nothing measured yet: everything is up.
      const sizes = this.#plant.halls.map((hall) =>
        hall.it.map((unit): Size => ({ replicas: unit.installed, clock: undefined })),
      );
      return { sizes, batchPerS, shares: given ?? this.#splitter.byCapacity() };
    }
    const [soon, later] = [this.#parts(1, batchPerS, given), this.#parts(2, batchPerS, given)];
    const sizes = this.#plant.halls.map((hall) =>
      hall.it.map((unit): Size => {
        const [next, after] = [this.#size(unit, soon), this.#size(unit, later)];
        const wanted = Math.max(next.replicas, after.replicas);
        // The slow clock only where it serves the coming step.
        return { replicas: this.#hold(unit.id, wanted, startMs), clock: next.clock };
      }),
    );
    return { sizes, batchPerS, shares: soon };
  }

  /** Rate of a service some steps after the last one measured: its trend, or yesterday's change where there is a yesterday. */
  #foreseen(s: number, steps: number): number {
    const seen = this.#seen;
    const end = seen.length - 1;
    const now = seen[end]!.perS[s]!;
    const before = seen[end - 1]?.perS[s] ?? now;
    const trend = now + Math.max(0, now - before) * steps;
    const stepMs = end > 0 ? seen[end]!.startMs - seen[end - 1]!.startMs : DAY_MS;
    const day = Math.round(DAY_MS / stepMs);
    const then = seen[end - day]?.perS[s];
    const later = seen[end - day + steps]?.perS[s];
    if (then === undefined || later === undefined || then <= 0) return trend;
    // Yesterday's change, and no less than half the trend where today is steeper.
    const change = Math.min(CHANGE.most, Math.max(CHANGE.least, later / then));
    return Math.max(now * change, (now + trend) / 2);
  }

  /** Requests/s that are sized for some steps ahead, of each service on its deployments. */
  #parts(steps: number, batchPerS: readonly number[], given: Shares | undefined): Shares {
    const perS = this.#plant.services.map(({ kind }, s) =>
      kind === 'batch' ? batchPerS[s]! : TUNED.margin * this.#foreseen(s, steps),
    );
    return given === undefined ? this.#splitter.byMerit(perS) : partsOf(given, perS);
  }

  /** Size of a deployment for its parts of the services. */
  #size(unit: ItUnit, parts: Shares): Size {
    const offers: Offer[] = [];
    this.#plant.services.forEach((service, s) => {
      const perS = parts[s]![service.deployments.indexOf(unit.id)];
      if (perS === undefined) return;
      const batch = service.kind === 'batch';
      offers.push({ service: service.id, requestsPerS: batch ? 0 : perS, batchPerS: batch ? perS : 0 });
    });
    return this.#sizes.get(unit.id)!.of(offers);
  }

  /** The most that was wanted within the time that replicas are kept. */
  #hold(id: string, wanted: number, nowMs: number): number {
    const list = (this.#held.get(id) ?? []).filter(([untilMs, size]) => untilMs > nowMs && size > wanted);
    list.push([nowMs + TUNED.holdS * 1000, wanted]);
    this.#held.set(id, list);
    return list.reduce((most, [, size]) => Math.max(most, size), 0);
  }

  /** First in, first out at the mean of the last day, and faster where the backlog asks for it. */
  #pace(s: number, { last }: View, stepMs: number): number {
    const { deadlineS } = this.#plant.services[s]!;
    const recent = this.#seen.slice(-Math.ceil((TUNED.paceH * 3_600_000) / stepMs));
    if (recent.length === 0) return Number.POSITIVE_INFINITY;
    const mean = recent.reduce((sum, { perS }) => sum + perS[s]!, 0) / recent.length;
    const backlog = last?.services[s]?.backlog ?? 0;
    return Math.max(mean, deadlineS > 0 ? backlog / (TUNED.deadlineShare * deadlineS) : Number.POSITIVE_INFINITY);
  }

  save(): ScalerMemory {
    const clocks = [...this.#sizes].flatMap(([id, { clock }]) => (clock === undefined ? [] : [[id, clock] as const]));
    return { seen: this.#seen, held: Object.fromEntries(this.#held), clocks: Object.fromEntries(clocks) };
  }
}
