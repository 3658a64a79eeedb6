import { Worker } from 'node:worker_threads';
import { fault, JoulewrightError, reasonOf } from '../errors/error.ts';
import { siblingUrl } from '../units/sibling.ts';
import type { Basis, ModelArrays, Solved, SolveOptions } from './highs.ts';

/** New bounds of columns. */
export interface ColumnBounds {
  readonly columns: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** New costs of columns. */
export interface ColumnCosts {
  readonly columns: readonly number[];
  readonly costs: readonly number[];
}

/** A row that is added for good. */
export interface NewRow {
  readonly lower: number;
  readonly upper: number;
  readonly columns: readonly number[];
  readonly values: readonly number[];
}

/** What comes back beside status and objective. */
export interface Want {
  readonly values: 'all' | readonly number[];
  readonly duals: readonly number[];
  readonly rowDuals?: boolean;
  readonly basis?: boolean;
}

/** What comes back. */
export interface Answered extends Solved {
  /** Where it ended, where that was asked for and there is one. */
  readonly basis?: Basis;
}

/** A solve of a model that is held. */
export interface SolveOrder {
  readonly fix?: ColumnBounds;
  readonly price?: ColumnCosts;
  readonly rows?: readonly NewRow[];
  readonly options: Omit<SolveOptions, 'interrupt'>;
  readonly want: Want;
  /** A model of the same thread to begin the first solve from, where it has the same shape and was solved. */
  readonly like?: Held;
  /** What to begin from in any case, where it has the shape of the model with its new rows. */
  readonly from?: Basis;
}

/** What a thread is told. */
export type ToSolver =
  | { readonly kind: 'hold'; readonly seq: number; readonly model: number; readonly arrays: ModelArrays }
  | ({
      readonly kind: 'solve';
      readonly seq: number;
      readonly model: number;
      readonly stop?: SharedArrayBuffer;
    } & SolveOrder)
  | { readonly kind: 'drop'; readonly seq: number; readonly model: number };

/** What it answers. */
export interface FromSolver {
  readonly seq: number;
  readonly solved?: Answered;
  readonly failed?: string;
}

interface Waiting {
  readonly resolve: (reply: FromSolver) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
  load: number;
  /** Why it has ended. */
  gone?: string;
}

/** A model that a thread holds. */
export interface Held {
  readonly model: number;
  readonly thread: number;
}

/**
 * Solver threads. A model is held by one thread, where it keeps its basis from solve to solve; solves of models in different
 * threads run side by side. `stop()` ends what is being solved with the best so far.
 */
export class SolverPool {
  readonly #threads: Thread[] = [];
  readonly #stop = new SharedArrayBuffer(4);
  #seq = 0;
  #models = 0;

  /** @param size threads, at least 1 */
  constructor(size: number) {
    for (let k = 0; k < Math.max(1, size); k++) this.#threads.push(this.#start());
  }

  #start(): Thread {
    const worker = new Worker(siblingUrl(import.meta.url, './thread'));
    const thread: Thread = { worker, waiting: new Map(), load: 0 };
    const lost = (reason: string): void => {
      thread.gone ??= reason;
      for (const { reject } of thread.waiting.values()) reject(lostError(reason));
      thread.waiting.clear();
    };
    worker.on('message', (reply: FromSolver) => {
      const waiting = thread.waiting.get(reply.seq);
      thread.waiting.delete(reply.seq);
      thread.load--;
      if (reply.failed === undefined) waiting?.resolve(reply);
      else waiting?.reject(lostError(reply.failed));
    });
    worker.on('error', (error) => lost(reasonOf(error)));
    worker.on('exit', (code) => lost(`exit ${code}`));
    return thread;
  }

  #ask(at: number, order: ToSolver): Promise<FromSolver> {
    const thread = this.#threads[at]!;
    if (thread.gone !== undefined) return Promise.reject(lostError(thread.gone));
    thread.load++;
    return new Promise((resolve, reject) => {
      thread.waiting.set(order.seq, { resolve, reject });
      thread.worker.postMessage(order);
    });
  }

  get size(): number {
    return this.#threads.length;
  }

  /** Gives a model to a thread. @param thread which one; the least busy when left out */
  async hold(arrays: ModelArrays, thread?: number): Promise<Held> {
    const loads = this.#threads.map((t) => t.load);
    const at = thread ?? loads.indexOf(Math.min(...loads));
    const model = this.#models++;
    await this.#ask(at, { kind: 'hold', seq: this.#seq++, model, arrays });
    return { model, thread: at };
  }

  /** @throws JW_SOLVER when the thread or the solver is lost */
  async solve(held: Held, order: SolveOrder): Promise<Answered> {
    const reply = await this.#ask(held.thread, {
      kind: 'solve',
      seq: this.#seq++,
      model: held.model,
      stop: this.#stop,
      ...order,
    });
    return reply.solved!;
  }

  async drop(held: Held): Promise<void> {
    await this.#ask(held.thread, { kind: 'drop', seq: this.#seq++, model: held.model });
  }

  /** Ends what is being solved and what is asked for after it, with the best so far. */
  stop(): void {
    Atomics.store(new Int32Array(this.#stop), 0, 1);
  }

  /** Lets solves run again after a stop. */
  resume(): void {
    Atomics.store(new Int32Array(this.#stop), 0, 0);
  }

  get stopped(): boolean {
    return Atomics.load(new Int32Array(this.#stop), 0) !== 0;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }
}

function lostError(reason: string): Error {
  return new JoulewrightError([fault('JW_SOLVER', { reason })]);
}
