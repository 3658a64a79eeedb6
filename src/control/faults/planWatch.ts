import { formatDuration } from './words.ts';

/** A solver that is asked and says nothing for this long is late, ms. The largest site takes it half a second. Our choice. */
const LATE_MS = 60_000;

/** Watches the slow loop from outside: whether it answers, what, and whether it is there at all. Times are those of a steady clock, ms. */
export class PlanWatch {
  #askedMs: number | undefined;
  #wrong: string | undefined;

  /** A plan is asked for; asked again before an answer, the first one counts. */
  asked(nowMs: number): void {
    this.#askedMs ??= nowMs;
  }

  /** A plan has come. */
  answered(): void {
    this.#askedMs = undefined;
    this.#wrong = undefined;
  }

  /** It has answered that there is no plan. */
  failed(why: string): void {
    this.#askedMs = undefined;
    this.#wrong = `the solver has no plan (${why})`;
  }

  /** It is gone, with whatever it was asked. */
  gone(why: string): void {
    this.#askedMs = undefined;
    this.#wrong = `the solver is gone (${why})`;
  }

  /** What is wrong with it, in words; undefined while all is well. */
  wrong(nowMs: number): string | undefined {
    if (this.#wrong !== undefined) return this.#wrong;
    if (this.#askedMs === undefined || nowMs - this.#askedMs < LATE_MS) return undefined;
    return `the solver is late: asked ${formatDuration(nowMs - this.#askedMs)} ago`;
  }
}
