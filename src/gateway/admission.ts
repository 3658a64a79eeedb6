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
/** A request of which it is not known when another one ends is told to come back after this. */
const POWER_WAIT_S = 5;

interface Bucket {
  /** Requests that may start now; one second's worth at most, and at least one. */
  starts: number;
  /** Joules left; negative while the class owes. */
  joules: number;
  filledMs: number;
  /** Electricity that the requests of the class under way are expected to draw, W. */
  drawingW: number;
  running: number;
}

/**
 * Decides whether a request may start. Rates are token buckets with a burst of one second. Watts hold in two ways: as a bucket
 * of joules with a burst of ten seconds (the energy a request is expected to use is taken when it starts and set right when it
 * ends, and nothing starts while the class owes), and as a bound on how many run at once, because each draws its part for as
 * long as it runs. One may always run.
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
   * Why an engine may not start another request, as its order goes; null when it may.
   * @param deployment whose order it obeys
   * @param running requests that are under way at it
   */
  engine(deployment: string, running: number): Failure | null {
    const order = this.#directives.order(deployment);
    if (order !== undefined && (order.state !== 'serving' || order.replicas === 0)) {
      const state = order.state === 'asleep' ? 'asleep' : 'off';
      const seconds = state === 'asleep' ? WAKE_WAIT_S : LONG_WAIT_S;
      const details = { engine: deployment, state, seconds };
      return failure('JW_ENGINE_OFF', details, { retryAfterS: seconds, retry: state === 'asleep' });
    }
    if (running > 0 && this.#directives.stale) {
      return failure('JW_SAFE_FLOOR', { engine: deployment }, { retryAfterS: 5, retry: true });
    }
    return null;
  }

  /** Why no request of a class may start now; null when one may. Takes nothing. */
  gate(name: TrafficClass): Failure | null {
    const { ratePerS, watts } = this.#directives.budget(name);
    if (ratePerS === 0 || watts === 0) {
      return failure('JW_CLASS_CLOSED', { class: name }, { retryAfterS: LONG_WAIT_S, retry: false });
    }
    if (ratePerS === null && watts === null) return null;
    const bucket = this.#filled(name, ratePerS, watts);
    if (ratePerS !== null && bucket.starts < 1) {
      const wait = (1 - bucket.starts) / ratePerS;
      const rate = Number(ratePerS.toPrecision(3));
      return failure('JW_CLASS_RATE', { class: name, rate }, { retryAfterS: wait, retry: wait <= LONG_WAIT_S });
    }
    if (watts === null) return null;
    const debtS = bucket.joules < 0 ? -bucket.joules / watts : 0;
    const full = bucket.running > 0 && bucket.drawingW + bucket.drawingW / bucket.running > watts;
    if (debtS === 0 && !full) return null;
    const wait = Math.max(debtS, full ? POWER_WAIT_S : 0);
    const details = { class: name, watts: Math.round(watts) };
    return failure('JW_CLASS_POWER', details, { retryAfterS: wait, retry: wait <= LONG_WAIT_S });
  }

  /**
   * A request starts.
   * @param joules energy at the IT boundary that it is expected to use
   * @param drawsW power that it is expected to draw while it runs
   */
  take(name: TrafficClass, joules: number, drawsW = 0): void {
    const { ratePerS, watts } = this.#directives.budget(name);
    const bucket = this.#filled(name, ratePerS, watts);
    bucket.starts -= 1;
    bucket.joules -= joules;
    bucket.drawingW += drawsW;
    bucket.running += 1;
  }

  /** A request has ended: sets right what `take` took. */
  settle(name: TrafficClass, expectedJoules: number, usedJoules: number, drewW = 0): void {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return;
    bucket.joules += expectedJoules - usedJoules;
    bucket.running = Math.max(0, bucket.running - 1);
    bucket.drawingW = bucket.running === 0 ? 0 : Math.max(0, bucket.drawingW - drewW);
  }

  #filled(name: TrafficClass, ratePerS: number | null, watts: number | null): Bucket {
    const now = this.#clock.nowMs();
    const startsCap = Math.max(1, ratePerS ?? 1);
    const joulesCap = (watts ?? 0) * JOULE_BURST_S;
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      bucket = { starts: startsCap, joules: joulesCap, filledMs: now, drawingW: 0, running: 0 };
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
