import { formatDuration } from './words.ts';

/** A clock may differ from the steady one by this share of what has passed, and by this much, before it has jumped. Our choice. */
const DRIFT_SHARE = 0.1;
const DRIFT_MS = 5_000;

/** What a look at the clocks says. */
export interface ClockLook {
  /** Site time that has really passed, ms; never below 0. */
  readonly passedMs: number;
  /** The jump in words; undefined without one. */
  readonly jump: string | undefined;
}

/**
 * Holds the site's clock against one that cannot be set: the plant lives on by what has really passed, whatever the clock says. A
 * machine that slept has jumped as well, since its steady clock slept too.
 */
export class ClockWatch {
  readonly #speed: number;
  #site: number | undefined;
  #steady = 0;

  /** @param speed site seconds per second of the steady clock */
  constructor(speed: number) {
    this.#speed = speed;
  }

  /** @param siteMs,steadyMs both clocks at this moment */
  look(siteMs: number, steadyMs: number): ClockLook {
    const before = this.#site;
    const passedMs = before === undefined ? 0 : Math.max(0, steadyMs - this.#steady) * this.#speed;
    this.#site = siteMs;
    this.#steady = steadyMs;
    if (before === undefined) return { passedMs: 0, jump: undefined };
    const offMs = siteMs - before - passedMs;
    if (Math.abs(offMs) <= DRIFT_MS * this.#speed + DRIFT_SHARE * passedMs) {
      return { passedMs: Math.max(0, siteMs - before), jump: undefined };
    }
    const where = offMs > 0 ? 'forwards' : 'backwards';
    return { passedMs, jump: `the clock has jumped ${formatDuration(Math.abs(offMs))} ${where}` };
  }
}
