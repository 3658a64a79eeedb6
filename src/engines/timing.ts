import type { Clock } from '../series/clock.ts';

/** Elapsed time that no correction of the wall clock disturbs: for timeouts, pacing and durations. */
export const steadyClock: Clock = { nowMs: () => performance.now() };

/** A steady clock with a way to be woken; tests drive their own. */
export interface Timers extends Clock {
  /** Calls `wake` once after `ms`; the returned function calls it off. */
  after(ms: number, wake: () => void): () => void;
}

/** Node's timers; they keep the process alive while something is due. */
export const systemTimers: Timers = {
  nowMs: () => performance.now(),
  after(ms, wake) {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};

/** Timers that a test moves by hand. */
export class ManualTimers implements Timers {
  #ms = 0;
  #due: { atMs: number; wake: () => void }[] = [];

  nowMs(): number {
    return this.#ms;
  }

  after(ms: number, wake: () => void): () => void {
    const entry = { atMs: this.#ms + Math.max(0, ms), wake };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((e) => e !== entry);
    };
  }

  /** How many calls are still due. */
  get pending(): number {
    return this.#due.length;
  }

  /** Moves time on and wakes whatever falls due, in order. */
  advanceMs(ms: number): void {
    const end = this.#ms + ms;
    for (;;) {
      let next = this.#due[0];
      for (const entry of this.#due) if (next !== undefined && entry.atMs < next.atMs) next = entry;
      if (next === undefined || next.atMs > end) break;
      const first = next;
      this.#due = this.#due.filter((e) => e !== first);
      this.#ms = Math.max(this.#ms, first.atMs);
      first.wake();
    }
    this.#ms = end;
  }
}
