/** Where time comes from. All code that needs "now" takes a Clock, so that tests and accelerated sites own time. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
}

/** The machine's wall clock. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/** A clock that a test moves by hand. */
export class ManualClock implements Clock {
  #ms: number;
  constructor(startMs: number) {
    this.#ms = startMs;
  }
  nowMs(): number {
    return this.#ms;
  }
  advanceMs(ms: number): void {
    this.#ms += ms;
  }
}

/** Site time that runs `speed` times as fast as another clock, from `startMs` at the moment of construction. */
export class ScaledClock implements Clock {
  readonly #base: Clock;
  readonly #speed: number;
  readonly #startMs: number;
  readonly #baseStartMs: number;
  constructor(base: Clock, speed: number, startMs = base.nowMs()) {
    this.#base = base;
    this.#speed = speed;
    this.#startMs = startMs;
    this.#baseStartMs = base.nowMs();
  }
  nowMs(): number {
    return this.#startMs + (this.#base.nowMs() - this.#baseStartMs) * this.#speed;
  }
}
