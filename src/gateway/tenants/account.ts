import { type Calendar, WINDOWS, type Window } from './calendar.ts';

/** What is limited: requests, input plus output tokens, joules at the facility boundary, energy cost in currency units. */
export const METRICS = ['requests', 'tokens', 'joules', 'money'] as const;
export type Metric = (typeof METRICS)[number];

/** One limit of an organisation, project or key. */
export interface Limit {
  readonly metric: Metric;
  readonly window: Window;
  readonly amount: number;
  /** A budget is refused as `insufficient_quota`: trying again does not help before the window is over. */
  readonly budget: boolean;
  /** Share of the amount, 0 to 1, at which it warns; null = never. */
  readonly warn: number | null;
}

/** A limit and what stands against it in the present window. */
export interface Standing {
  readonly limit: Limit;
  readonly used: number;
  readonly remaining: number;
  /** End of the window, ms UTC. */
  readonly resetMs: number;
}

const ROW = METRICS.length;

/** What one owner has used in the present windows, what is under way included, and what it may use. */
export class Account {
  /** `organisation:ID`, `project:ID` or `key:ID`. */
  readonly owner: string;
  #limits: readonly Limit[] = [];
  /** Used per window and metric. */
  readonly #used = new Float64Array(WINDOWS.length * ROW);
  /** Start of the window that each row counts. */
  readonly #windowMs = new Float64Array(WINDOWS.length).fill(Number.NEGATIVE_INFINITY);
  readonly #warned = new Map<Limit, number>();
  #warns = false;

  constructor(owner: string) {
    this.owner = owner;
  }

  get limits(): readonly Limit[] {
    return this.#limits;
  }

  /** Whether any limit has a warning. */
  get warns(): boolean {
    return this.#warns;
  }

  /** A budget that is beyond its warning already is told of anew: whoever set it wants to know. */
  setLimits(limits: readonly Limit[], calendar: Calendar): void {
    this.#limits = limits;
    this.#warns = limits.some(({ warn }) => warn !== null);
    this.#warned.clear();
    this.#turn(calendar);
  }

  /** Counts amounts of a window that was stored before a restart. */
  restore(window: number, amounts: readonly [number, number, number, number], calendar: Calendar): void {
    this.#turn(calendar);
    for (let m = 0; m < ROW; m++) this.#used[window * ROW + m]! += amounts[m]!;
    for (const limit of this.#limits) {
      if (this.#isBeyond(limit)) this.#warned.set(limit, this.#windowMs[WINDOWS.indexOf(limit.window)]!);
    }
  }

  /** The first limit that these amounts do not fit in; null when all do. */
  blockedBy(amounts: readonly [number, number, number, number], calendar: Calendar): Limit | null {
    this.#turn(calendar);
    for (const limit of this.#limits) {
      const metric = METRICS.indexOf(limit.metric);
      const used = this.#used[WINDOWS.indexOf(limit.window) * ROW + metric]!;
      // A request of which nothing is known, such as its joules before the first directive, must not pass a full limit either
      if (used + amounts[metric]! > limit.amount || used >= limit.amount) return limit;
    }
    return null;
  }

  /** Adds to the windows that began at these instants, as far as they are still the present ones. */
  add(amounts: readonly [number, number, number, number], windowsMs: ArrayLike<number>, calendar: Calendar): void {
    this.#turn(calendar);
    for (let w = 0; w < WINDOWS.length; w++) {
      if (windowsMs[w] !== this.#windowMs[w]) continue;
      for (let m = 0; m < ROW; m++) this.#used[w * ROW + m]! += amounts[m]!;
    }
  }

  used(limit: Limit, calendar: Calendar): number {
    this.#turn(calendar);
    return this.#used[WINDOWS.indexOf(limit.window) * ROW + METRICS.indexOf(limit.metric)]!;
  }

  standing(calendar: Calendar): Standing[] {
    return this.#limits.map((limit) => {
      const used = this.used(limit, calendar);
      const resetMs = calendar.endMs[WINDOWS.indexOf(limit.window)]!;
      return { limit, used, remaining: Math.max(0, limit.amount - used), resetMs };
    });
  }

  /** Limits that have passed their warning since this was last asked, once per window each. */
  warnings(calendar: Calendar): { limit: Limit; used: number }[] {
    this.#turn(calendar);
    const found: { limit: Limit; used: number }[] = [];
    for (const limit of this.#limits) {
      const window = this.#windowMs[WINDOWS.indexOf(limit.window)]!;
      if (!this.#isBeyond(limit) || this.#warned.get(limit) === window) continue;
      this.#warned.set(limit, window);
      found.push({ limit, used: this.used(limit, calendar) });
    }
    return found;
  }

  #isBeyond(limit: Limit): boolean {
    const used = this.#used[WINDOWS.indexOf(limit.window) * ROW + METRICS.indexOf(limit.metric)]!;
    return limit.warn !== null && used >= limit.warn * limit.amount;
  }

  /** Starts the rows of windows that have begun since. */
  #turn(calendar: Calendar): void {
    for (let w = 0; w < WINDOWS.length; w++) {
      if (this.#windowMs[w] === calendar.startMs[w]) continue;
      this.#windowMs[w] = calendar.startMs[w]!;
      this.#used.fill(0, w * ROW, (w + 1) * ROW);
    }
  }
}
