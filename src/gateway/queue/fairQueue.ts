import { Counters } from './counters.ts';
import { type Due, DueHeap } from './dueHeap.ts';

/** What waits. */
export interface Queued extends Due {
  readonly tenant: string;
  /** What it waits for, such as a model: lanes open and close on their own. */
  readonly lane: string;
  /** Priority band, 0 = served first. */
  readonly band: number;
  /** Virtual tokens that serving it is expected to cost its tenant, > 0. */
  readonly cost: number;
}

export interface FairQueueOptions {
  readonly bands: number;
  /** Virtual tokens by which a tenant may run ahead of the one that has had least, so that deadlines can be kept; default 1024. */
  readonly quantum?: number;
  /** Share of a tenant beside others; default 1 for everybody. */
  readonly weightOf?: (tenant: string) => number;
}

interface Flow<T extends Queued> {
  readonly tenant: string;
  readonly lane: string;
  readonly band: number;
  readonly heap: DueHeap<T>;
}

const DEFAULT_QUANTUM = 1024;

/**
 * Fair queue. The lowest band that can go is served first. Inside a band, of the tenants whose virtual token counter is no
 * more than `quantum` above the lowest, the one with the earliest due time goes, earliest first. So between two tenants that
 * both wait, what they were served differs by no more than the quantum and the largest request, over their weights.
 *
 * What is overdue goes before all bands, but only every other time: so nothing that has a due time starves, whatever comes in
 * above it, and no flood of overdue work starves what is above.
 */
export class FairQueue<T extends Queued> {
  readonly #flows = new Map<string, Flow<T>>();
  readonly #counters: readonly Counters[];
  readonly #quantum: number;
  readonly #sizes: number[];
  #size = 0;
  #overdueLast = false;

  constructor({ bands, quantum = DEFAULT_QUANTUM, weightOf = () => 1 }: FairQueueOptions) {
    this.#counters = Array.from({ length: bands }, () => new Counters(weightOf));
    this.#sizes = Array.from({ length: bands }, () => 0);
    this.#quantum = quantum;
  }

  get size(): number {
    return this.#size;
  }

  /** How many wait in a band. */
  inBand(band: number): number {
    return this.#sizes[band]!;
  }

  /** How many wait in a lane and would go before a newcomer of this band, were all tenants alike. */
  ahead(lane: string, band: number): number {
    let sum = 0;
    for (const flow of this.#flows.values()) if (flow.lane === lane && flow.band <= band) sum += flow.heap.size;
    return sum;
  }

  /** Virtual tokens that a tenant has been served in a band, over its weight. */
  served(tenant: string, band: number): number {
    return this.#counters[band]!.of(tenant);
  }

  push(item: T): void {
    const key = `${item.band}\u0000${item.lane}\u0000${item.tenant}`;
    let flow = this.#flows.get(key);
    if (flow === undefined) {
      const { lowest, has } = this.#waitingIn(item.band, item.tenant);
      if (!has) this.#counters[item.band]!.arrive(item.tenant, lowest);
      flow = { tenant: item.tenant, lane: item.lane, band: item.band, heap: new DueHeap<T>() };
      this.#flows.set(key, flow);
    }
    flow.heap.push(item);
    this.#count(item.band, 1);
  }

  /** Takes out an item that no longer waits; its tenant pays nothing. Says whether it was there. */
  remove(item: T): boolean {
    const key = `${item.band}\u0000${item.lane}\u0000${item.tenant}`;
    const flow = this.#flows.get(key);
    if (flow === undefined || !flow.heap.remove(item)) return false;
    this.#count(item.band, -1);
    if (flow.heap.size === 0) this.#flows.delete(key);
    return true;
  }

  /** Charges a tenant for what is served without waiting, because nothing else waits. */
  bypass(tenant: string, band: number, cost: number): void {
    const counters = this.#counters[band]!;
    counters.arrive(tenant, undefined);
    counters.serve(tenant, cost);
  }

  /** Sets right what a tenant was charged, once the true cost is known. */
  settle(tenant: string, band: number, difference: number): void {
    this.#counters[band]!.settle(tenant, difference);
  }

  /**
   * Takes out and charges the next item that may go; undefined when none may.
   * @param open whether anything of this lane and band can be served now
   */
  next(nowMs: number, open: (lane: string, band: number) => boolean): T | undefined {
    const late = this.#overdueLast ? undefined : this.#overdue(nowMs, open);
    const flow = late ?? this.#fair(open) ?? this.#overdue(nowMs, open);
    if (flow === undefined) return undefined;
    this.#overdueLast = late !== undefined;
    const item = flow.heap.shift()!;
    this.#counters[item.band]!.serve(item.tenant, item.cost);
    this.#count(item.band, -1);
    if (flow.heap.size === 0) this.#flows.delete(`${item.band}\u0000${item.lane}\u0000${item.tenant}`);
    return item;
  }

  /** Everything that waits, in no order. */
  *items(): Generator<T> {
    for (const flow of this.#flows.values()) yield* flow.heap;
  }

  #count(band: number, by: number): void {
    this.#size += by;
    this.#sizes[band]! += by;
  }

  #waitingIn(band: number, tenant: string): { lowest: number | undefined; has: boolean } {
    let lowest: number | undefined;
    let has = false;
    for (const flow of this.#flows.values()) {
      if (flow.band !== band) continue;
      if (flow.tenant === tenant) has = true;
      const value = this.#counters[band]!.of(flow.tenant);
      if (lowest === undefined || value < lowest) lowest = value;
    }
    return { lowest, has };
  }

  #overdue(nowMs: number, open: (lane: string, band: number) => boolean): Flow<T> | undefined {
    let best: Flow<T> | undefined;
    for (const flow of this.#flows.values()) {
      const { dueMs } = flow.heap.first!;
      if (dueMs > nowMs || !open(flow.lane, flow.band)) continue;
      if (best === undefined || earlier(flow, best)) best = flow;
    }
    return best;
  }

  #fair(open: (lane: string, band: number) => boolean): Flow<T> | undefined {
    const may: Flow<T>[] = [];
    let band = Number.POSITIVE_INFINITY;
    for (const flow of this.#flows.values()) {
      if (flow.band > band || !open(flow.lane, flow.band)) continue;
      if (flow.band < band) may.length = 0;
      band = flow.band;
      may.push(flow);
    }
    if (may.length === 0) return undefined;
    const counters = this.#counters[band]!;
    let lowest = Number.POSITIVE_INFINITY;
    for (const flow of may) lowest = Math.min(lowest, counters.of(flow.tenant));
    let best: Flow<T> | undefined;
    for (const flow of may) {
      if (counters.of(flow.tenant) > lowest + this.#quantum) continue;
      if (best === undefined || earlier(flow, best)) best = flow;
    }
    return best;
  }
}

function earlier<T extends Queued>(a: Flow<T>, b: Flow<T>): boolean {
  const x = a.heap.first!;
  const y = b.heap.first!;
  return x.dueMs < y.dueMs || (x.dueMs === y.dueMs && x.seq < y.seq);
}
