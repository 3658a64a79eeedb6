import { Worker } from 'node:worker_threads';
import type { ControlPlan } from '../control/contract.ts';
import { PlanWatch } from '../control/faults/planWatch.ts';
import { reasonOf } from '../errors/error.ts';
import { siblingUrl } from '../units/sibling.ts';

/** What the main thread asks of the solver. */
export interface SolveOrder {
  readonly seq: number;
  /** Site time, ms. */
  readonly siteMs: number;
  /** How long the plan is to hold, ms of site time. */
  readonly holdMs: number;
}

/** What the solver answers. */
export type SolveAnswer = { readonly plan: ControlPlan } | { readonly failed: string };

/** Wall time between plans, ms. */
export const SOLVE_EVERY_MS = 60_000;
/** A plan holds for three rounds, so that one lost round is no event. */
const ROUNDS_HELD = 3;
/** A solver that died starts again after this long, ms. */
const RESTART_MS = 10_000;

/**
 * The slow loop on a thread of its own: asks for a plan every minute, and restarts the thread when it dies. The fast loop never waits for it.
 */
export class Solver {
  readonly #siteFile: string;
  readonly #speed: number;
  readonly #siteMs: () => number;
  readonly #onPlan: (plan: ControlPlan) => void;
  readonly #watch = new PlanWatch();
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #seq: number;
  #stopped = false;

  constructor(options: {
    readonly siteFile: string;
    readonly speed: number;
    readonly siteMs: () => number;
    readonly onPlan: (plan: ControlPlan) => void;
  }) {
    this.#siteFile = options.siteFile;
    this.#speed = options.speed;
    this.#siteMs = options.siteMs;
    this.#onPlan = options.onPlan;
    this.#seq = 0;
    this.#start();
    this.#timer = setInterval(() => this.#ask(), SOLVE_EVERY_MS);
  }

  /** Ends the thread as a defect of it would: the fast loop must go on, and a new one must come. For drills and tests. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): void {
    if (this.#stopped) return;
    const worker = new Worker(siblingUrl(import.meta.url, './solverThread'), { workerData: this.#siteFile });
    this.#worker = worker;
    worker.on('message', (answer: SolveAnswer) => {
      if ('plan' in answer) {
        this.#watch.answered();
        this.#onPlan(answer.plan);
      } else this.#watch.failed(answer.failed);
    });
    let why = 'a new one starts in 10 s';
    worker.on('error', (error) => {
      why = reasonOf(error);
    });
    worker.on('exit', () => {
      if (this.#stopped) return;
      this.#worker = undefined;
      this.#watch.gone(why);
      setTimeout(() => this.#start(), RESTART_MS).unref();
    });
    this.#ask();
  }

  /** What is wrong with it, in words; undefined while all is well. */
  get wrong(): string | undefined {
    return this.#watch.wrong(performance.now());
  }

  #ask(): void {
    if (this.#worker === undefined) return;
    this.#watch.asked(performance.now());
    const order: SolveOrder = {
      seq: ++this.#seq,
      siteMs: this.#siteMs(),
      holdMs: ROUNDS_HELD * SOLVE_EVERY_MS * Math.max(1, this.#speed),
    };
    this.#worker.postMessage(order);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#worker?.terminate();
  }
}
