import type { Fault, FaultKind, Patience } from './fault.ts';

/** What a look changed. */
export type Turn = 'raised' | 'cleared' | undefined;

/**
 * Watches one thing with hysteresis: it is raised when it was wrong at enough looks in a row over a long enough time, and cleared when it was
 * right for as long as that asks. Time that runs backwards between two looks counts as none.
 */
export class Watch {
  readonly id: string;
  readonly kind: FaultKind;
  readonly #patience: Patience;
  #fault: Fault | undefined;
  /** Looks and time for which it has been other than it stands. */
  #looks = 0;
  #ms = 0;
  #lastMs: number | undefined;

  constructor(id: string, kind: FaultKind, patience: Patience) {
    this.id = id;
    this.kind = kind;
    this.#patience = patience;
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  /**
   * A look at it.
   *
   * @param wrong what is wrong, in words; undefined where all is well
   * @param nowMs site time
   */
  look(wrong: string | undefined, nowMs: number): Turn {
    const passedMs = this.#lastMs === undefined ? 0 : Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    const { raise, clear } = this.#patience;
    const standing = this.#fault;
    if ((wrong !== undefined) === (standing !== undefined)) {
      this.#looks = 0;
      this.#ms = 0;
      if (standing !== undefined && wrong !== undefined) this.#fault = { ...standing, text: wrong };
      return undefined;
    }
    if (this.#looks > 0) this.#ms += passedMs;
    this.#looks += 1;
    const needed = standing === undefined ? raise : clear;
    if (this.#looks < needed.looks || this.#ms < needed.ms) return undefined;
    this.#looks = 0;
    this.#ms = 0;
    if (wrong === undefined) {
      this.#fault = undefined;
      return 'cleared';
    }
    this.#fault = { id: this.id, kind: this.kind, sinceMs: nowMs, text: wrong };
    return 'raised';
  }
}
