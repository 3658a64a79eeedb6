import { arraysOf, type Solved } from '../../balance/highs.ts';
import type { LinearModel } from '../../balance/linearModel.ts';
import type { Held, SolverPool } from '../../balance/pool.ts';
import { type LookedAhead, Looking, type LookOptions, type Outlook, type SolveAsk } from './looking.ts';
import type { AheadSite } from './site.ts';
import type { Start } from './start.ts';

/** A look ahead with what it took. */
export interface TimedLook extends LookedAhead {
  /** Seconds of writing the model, and of solving it with all that goes to its thread and back. */
  readonly buildS: number;
  readonly solveS: number;
}

/** Looks ahead in a solver thread. Each look begins from the basis of the last one, where that has the same shape. */
export class LookAhead {
  readonly #pool: SolverPool;
  readonly #looking: Looking;
  #held: Held | undefined;

  /** @param pool of which one thread is used; the caller closes it */
  constructor(site: AheadSite, pool: SolverPool) {
    this.#pool = pool;
    this.#looking = new Looking(site);
  }

  /** Writes the model of a look ahead with its start, the end still worth nothing. */
  model(outlook: Outlook, start: Start = {}, given?: readonly number[]): LinearModel {
    return this.#looking.model(outlook, start, given);
  }

  /**
   * Looks ahead; one look after the other.
   *
   * @throws JW_SOLVER when there is no optimum, or the thread is lost
   */
  async look(outlook: Outlook, start: Start = {}, options: LookOptions = {}): Promise<TimedLook> {
    const began = performance.now();
    const steps = this.#looking.steps(outlook, start, options);
    let buildS = 0;
    let step = steps.next();
    buildS = (performance.now() - began) / 1000;
    while (step.done !== true) step = steps.next(await this.#answer(step.value));
    return { ...step.value, buildS, solveS: (performance.now() - began) / 1000 - buildS };
  }

  async #answer(ask: SolveAsk): Promise<Solved> {
    if (ask.kind === 'again') return this.#solve(this.#held!, { price: ask.price });
    const before = this.#held;
    const held = await this.#pool.hold(arraysOf(ask.model), 0);
    this.#held = held;
    try {
      return await this.#solve(held, before === undefined ? {} : { like: before });
    } finally {
      if (before !== undefined) await this.#pool.drop(before);
    }
  }

  #solve(held: Held, order: Pick<Parameters<SolverPool['solve']>[1], 'like' | 'price'>): Promise<Solved> {
    return this.#pool.solve(held, {
      ...order,
      options: { method: 'simplex' },
      want: { values: 'all', duals: [], rowDuals: true },
    });
  }
}
