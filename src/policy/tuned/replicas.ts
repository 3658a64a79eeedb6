import type { Offer } from '../../components/contract.ts';
import type { ItUnit } from '../../components/unit.ts';
import { DAY_MS } from '../../series/grid.ts';
import type { Plant } from '../../twin/plant.ts';
import type { View } from '../policy.ts';
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

/**
 * Autoscaling of the deployments, by measured requests alone: as many replicas as the next two steps need (those of the second
 * boot in the first), with a margin, at a locked clock; batch work at an even pace that keeps its deadline.
 */
export class Scaler {
  readonly #plant: Plant;
  #seen: Seen[];
  readonly #held: Map<string, (readonly [number, number])[]>;
  readonly #sizes: ReadonlyMap<string, Sizes>;

  constructor(plant: Plant, memory?: ScalerMemory) {
    this.#plant = plant;
    this.#seen = [...(memory?.seen ?? [])];
    this.#sizes = new Map(
      plant.halls.flatMap((hall) =>
        hall.it.map((unit) => [unit.id, new Sizes(unit, memory?.clocks[unit.id])] as const),
      ),
    );
    this.#held = new Map(Object.entries(memory?.held ?? {}).map(([id, list]) => [id, [...list]]));
  }

  /** Sizes by hall and deployment, and batch requests/s by service. */
  decide(view: View): { readonly sizes: Size[][]; readonly batchPerS: number[] } {
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
    const sizes = this.#plant.halls.map((hall) =>
      hall.it.map((unit): Size => {
        // Nothing measured yet: everything is up.
        if (this.#seen.length === 0) return { replicas: unit.installed, clock: undefined };
        const [next, after] = [this.#size(unit, 1, batchPerS), this.#size(unit, 2, batchPerS)];
        const wanted = Math.max(next.replicas, after.replicas);
        // The slow clock only where it serves the coming step.
        return { replicas: this.#hold(unit.id, wanted, startMs), clock: next.clock };
      }),
    );
    return { sizes, batchPerS };
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

  /** Size of a deployment for the rates foreseen. */
  #size(unit: ItUnit, steps: number, batchPerS: readonly number[]): Size {
    const offers: Offer[] = [];
    this.#plant.services.forEach((service, s) => {
      if (service.deployment !== unit.id) return;
      const batch = service.kind === 'batch';
      const perS = batch ? batchPerS[s]! : TUNED.margin * this.#foreseen(s, steps);
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
