import type { TrafficClass } from '../control/contract.ts';
import { type Failure, failure } from '../engines/failure.ts';
import { steadyClock } from '../engines/timing.ts';
import type { Clock } from '../series/clock.ts';
import type { DirectiveHolder } from './directive.ts';

/** Energy that a class may save up while it is idle, in seconds of its watts. */
const JOULE_BURST_S = 10;
/** What a caller is told to wait while a class is closed or an engine off: as long as clients heed. */
const LONG_WAIT_S = 60;
const WAKE_WAIT_S = 15;

interface Bucket {
  /** Requests that may start now; one second's worth at most, and at least one. */
  starts: number;
  /** Joules left; negative while the class owes. */
  joules: number;
  filledMs: number;
}

/**
 * Decides whether a request may start. Rates are token buckets with a burst of one second. Watts are a bucket of joules with
 * a burst of ten seconds: the energy a request is expected to use is taken when it starts and set right when it ends, and
 * nothing starts while the class owes; so a class can overdraw by the misjudged part of what is under way, no more.
 */
export class Admission {
  readonly #directives: DirectiveHolder;
  readonly #clock: Clock;
  readonly #buckets = new Map<TrafficClass, Bucket>();

  constructor(directives: DirectiveHolder, clock: Clock = steadyClock) {
    this.#directives = directives;
    this.#clock = clock;
  }

  /**
   * Lets a request start (null) or says why not.
   * @param running requests of this engine that are under way
   * @param itJoules energy at the IT boundary that it is expected to use
   */
  admit(engine: string, name: TrafficClass, running: number, itJoules: number): Failure | null {
    const order = this.#directives.order(engine);
    if (order !== undefined && (order.state !== 'serving' || order.replicas === 0)) {
      const state = order.state === 'asleep' ? 'asleep' : 'off';
      const seconds = state === 'asleep' ? WAKE_WAIT_S : LONG_WAIT_S;
      return failure('JW_ENGINE_OFF', { engine, state, seconds }, { retryAfterS: seconds, retry: state === 'asleep' });
    }
    const { ratePerS, watts } = this.#directives.budget(name);
    if (ratePerS === 0 || watts === 0) {
      return failure('JW_CLASS_CLOSED', { class: name }, { retryAfterS: LONG_WAIT_S, retry: false });
    }
    if (running > 0 && this.#directives.stale) {
      return failure('JW_SAFE_FLOOR', { engine }, { retryAfterS: 5, retry: true });
    }
    if (ratePerS === null && watts === null) return null;
    return this.#draw(name, ratePerS, watts, itJoules);
  }

  /** Sets right what `admit` took, once the energy is known. */
  settle(name: TrafficClass, expectedJoules: number, usedJoules: number): void {
    const bucket = this.#buckets.get(name);
    if (bucket !== undefined) bucket.joules += expectedJoules - usedJoules;
  }

  #draw(name: TrafficClass, ratePerS: number | null, watts: number | null, itJoules: number): Failure | null {
    const bucket = this.#filled(name, ratePerS, watts);
    if (ratePerS !== null && bucket.starts < 1) {
      const wait = (1 - bucket.starts) / ratePerS;
      const rate = Number(ratePerS.toPrecision(3));
      return failure('JW_CLASS_RATE', { class: name, rate }, { retryAfterS: wait, retry: wait <= LONG_WAIT_S });
    }
    if (watts !== null && bucket.joules < 0) {
      const wait = -bucket.joules / watts;
      const shown = Math.round(watts);
      return failure(
        'JW_CLASS_POWER',
        { class: name, watts: shown },
        { retryAfterS: wait, retry: wait <= LONG_WAIT_S },
      );
    }
    bucket.starts -= 1;
    bucket.joules -= itJoules;
    return null;
  }

  #filled(name: TrafficClass, ratePerS: number | null, watts: number | null): Bucket {
    const now = this.#clock.nowMs();
    const startsCap = Math.max(1, ratePerS ?? 1);
    const joulesCap = (watts ?? 0) * JOULE_BURST_S;
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      bucket = { starts: startsCap, joules: joulesCap, filledMs: now };
      this.#buckets.set(name, bucket);
      return bucket;
    }
    const elapsedS = (now - bucket.filledMs) / 1000;
    bucket.filledMs = now;
    bucket.starts = ratePerS === null ? startsCap : Math.min(startsCap, bucket.starts + elapsedS * ratePerS);
    bucket.joules = watts === null ? joulesCap : Math.min(joulesCap, bucket.joules + elapsedS * watts);
    return bucket;
  }
}
