import { Worker } from 'node:worker_threads';
import type { ControlPlan } from '../control/contract.ts';
import { PlanWatch } from '../control/faults/planWatch.ts';
import type { Lever } from '../control/levers.ts';
import { fail, reasonOf } from '../errors/error.ts';
import { siblingUrl } from '../units/sibling.ts';
import type { Comparison, PlanAsk } from './planning.ts';

/** Policies that `run` plans by. */
export const LIVE_POLICIES = ['joint', 'siloed'] as const;
export type LivePolicy = (typeof LIVE_POLICIES)[number];

/** What the solver thread begins with. */
export interface SolverData {
  readonly siteFile: string;
  /** What forecasts have learnt. */
  readonly saved: unknown;
}

/** What the main thread asks of the solver. */
export type SolveOrder =
  | { readonly kind: 'plan'; readonly id: number; readonly ask: PlanAsk; readonly policy: LivePolicy }
  | { readonly kind: 'compare'; readonly id: number; readonly ask: PlanAsk; readonly lever: Lever };

/** What the solver answers. */
export type SolveAnswer =
  | { readonly id: number; readonly plan: ControlPlan; readonly learnt?: unknown }
  | { readonly id: number; readonly comparison: Comparison }
  | { readonly id: number; readonly failed: string };

export interface SolverOptions {
  readonly siteFile: string;
  readonly policy: LivePolicy;
  /** Site seconds per second. */
  readonly speed: number;
  /** How the site stands; undefined before it has. */
  readonly standing: () => Omit<PlanAsk, 'seq' | 'untilMs' | 'why'> | undefined;
  readonly onPlan: (plan: ControlPlan) => void;
  /** Told what forecasts have learnt, to be handed in at the next start. */
  readonly onLearnt?: (learnt: unknown) => void;
  readonly learnt?: unknown;
  /** Number of the last plan that was in force. */
  readonly seq?: number;
}

/** Site time between plans, ms, and the least on the wall: an accelerated site is not planned all the time. */
const EVERY_MS = 300_000;
const LEAST_EVERY_MS = 2_000;
/** A plan holds for three rounds, so that one lost round is no event; and never for longer than what it looks at. */
const ROUNDS_HELD = 3;
/** On the wall it holds for this long at least, so that a busy machine does not lose the plan of an accelerated site, ms. */
const LEAST_HELD_MS = 30_000;
const LONGEST_HELD_MS = 47 * 3_600_000;
/** News within this of each other ask for one plan, ms of the wall. */
const NEWS_MS = 500;
/** A solver that died starts again after this long, ms. */
const RESTART_MS = 10_000;

/**
 * The slow loop on a thread of its own: asks for a plan every five minutes of the site and when something happens that the last one did not know of,
 * and restarts the thread when it dies. The fast loop never waits for it.
 */
export class Solver {
  readonly #options: SolverOptions;
  readonly #watch = new PlanWatch();
  readonly #everyMs: number;
  readonly #comparisons = new Map<number, (answer: SolveAnswer) => void>();
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #news: NodeJS.Timeout | undefined;
  #learnt: unknown;
  #seq: number;
  #id = 0;
  /** A plan is being made, and another one was asked for meanwhile. */
  #busy = false;
  #again: string | undefined;
  #stopped = false;

  constructor(options: SolverOptions) {
    this.#options = options;
    this.#seq = options.seq ?? 0;
    this.#learnt = options.learnt;
    this.#everyMs = Math.max(LEAST_EVERY_MS, EVERY_MS / options.speed);
    this.#start();
    this.#timer = setInterval(() => this.ask('time for a new plan'), this.#everyMs);
  }

  /** Ends the thread as a defect of it would: the fast loop must go on, and a new one must come. For drills and tests. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }

  /** Number of the last plan that was asked for. */
  get seq(): number {
    return this.#seq;
  }

  #start(): void {
    if (this.#stopped) return;
    const data: SolverData = { siteFile: this.#options.siteFile, saved: this.#learnt };
    const worker = new Worker(siblingUrl(import.meta.url, './solverThread'), { workerData: data });
    this.#worker = worker;
    worker.on('message', (answer: SolveAnswer) => this.#hear(answer));
    let why = 'a new one starts in 10 s';
    worker.on('error', (error) => {
      why = reasonOf(error);
    });
    worker.on('exit', () => {
      if (this.#stopped) return;
      this.#worker = undefined;
      this.#busy = false;
      this.#watch.gone(why);
      for (const [id, done] of this.#comparisons) done({ id, failed: 'the solver has ended' });
      this.#comparisons.clear();
      setTimeout(() => this.#start(), RESTART_MS).unref();
    });
    this.ask('the first plan');
  }

  #hear(answer: SolveAnswer): void {
    const compared = this.#comparisons.get(answer.id);
    if (compared !== undefined) {
      this.#comparisons.delete(answer.id);
      compared(answer);
      return;
    }
    this.#busy = false;
    if ('plan' in answer) {
      this.#watch.answered();
      this.#options.onPlan(answer.plan);
      if (answer.learnt !== undefined) {
        this.#learnt = answer.learnt;
        this.#options.onLearnt?.(answer.learnt);
      }
    } else if ('failed' in answer) this.#watch.failed(answer.failed);
    const again = this.#again;
    this.#again = undefined;
    if (again !== undefined) this.ask(again);
  }

  /** What is wrong with it, in words; undefined while all is well. */
  get wrong(): string | undefined {
    return this.#watch.wrong(performance.now());
  }

  /** Something has happened: a new plan is asked for soon. */
  news(why: string): void {
    if (this.#news !== undefined || this.#stopped) return;
    this.#news = setTimeout(() => {
      this.#news = undefined;
      this.ask(why);
    }, NEWS_MS).unref();
  }

  /** Asks for a plan now, or as soon as the one that is being made is there. */
  ask(why: string): void {
    if (this.#worker === undefined) return;
    if (this.#busy) {
      this.#again = why;
      return;
    }
    const ask = this.#ask(why);
    if (ask === undefined) return;
    this.#watch.asked(performance.now());
    this.#busy = true;
    this.#post({ kind: 'plan', id: ++this.#id, ask, policy: this.#options.policy });
  }

  #ask(why: string): PlanAsk | undefined {
    const standing = this.#options.standing();
    if (standing === undefined) return undefined;
    const heldMs = Math.min(
      LONGEST_HELD_MS,
      Math.max(LEAST_HELD_MS, ROUNDS_HELD * this.#everyMs) * this.#options.speed,
    );
    return {
      ...standing,
      seq: ++this.#seq,
      untilMs: standing.standing.view.conditions.startMs + heldMs,
      why,
    };
  }

  #post(order: SolveOrder): void {
    this.#worker?.postMessage(order);
  }

  /** What a lever would change in the plan. @throws JW_LEVER where that cannot be said */
  async compare(lever: Lever): Promise<Comparison> {
    const ask = this.#ask('what a lever would change');
    if (ask === undefined || this.#worker === undefined) {
      return fail('JW_LEVER', { reason: 'its effect cannot be said: the solver does not run' });
    }
    const id = ++this.#id;
    const answer = await new Promise<SolveAnswer>((resolve) => {
      this.#comparisons.set(id, resolve);
      this.#post({ kind: 'compare', id, ask, lever });
    });
    if ('comparison' in answer) return answer.comparison;
    const reason = 'failed' in answer ? answer.failed : 'the solver has said something else';
    return fail('JW_LEVER', { reason: `its effect cannot be said: ${reason}` });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    clearTimeout(this.#news);
    await this.#worker?.terminate();
  }
}
