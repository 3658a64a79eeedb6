import type { Failure } from '../../engines/failure.ts';
import type { ErrorCode } from '../../errors/table.ts';

/** Failures that say something about the engine and not about the request. */
const FAULTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'JW_ENGINE_DOWN',
  'JW_ENGINE_CONNECT_TIMEOUT',
  'JW_ENGINE_FIRST_BYTE',
  'JW_ENGINE_STALLED',
  'JW_ENGINE_DIED',
  'JW_ENGINE_GARBAGE',
  'JW_ENGINE_FAILED',
  'JW_ENGINE_KEY',
]);

/** Whether a failure counts against its engine. */
export const isFault = (why: Failure): boolean => FAULTS.has(why.fault.code);

/** Faults in a row that open the breaker, the first wait, and the longest. Our choice. */
const FAULTS_TO_OPEN = 3;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

export type BreakerState = 'closed' | 'open' | 'probing';

/**
 * Circuit breaker of one engine. After three faults in a row it opens: the engine is asked nothing for a while that doubles
 * with every failed probe. Then one request may probe it; its success closes the breaker, its fault opens it again.
 */
export class Breaker {
  #state: BreakerState = 'closed';
  #faults = 0;
  #waitMs = FIRST_WAIT_MS;
  #untilMs = 0;
  #opened = 0;

  get state(): BreakerState {
    return this.#state;
  }

  /** How often it has opened. */
  get opened(): number {
    return this.#opened;
  }

  /** Whether the engine may be asked now. */
  allows(nowMs: number): boolean {
    if (this.#state === 'closed') return true;
    return this.#state === 'open' && nowMs >= this.#untilMs;
  }

  /** Until when nothing is asked, ms from now; 0 = it may be. */
  waitMs(nowMs: number): number {
    return this.#state === 'closed' ? 0 : Math.max(0, this.#untilMs - nowMs);
  }

  /** The engine's health page says that it is well: the next request may probe it at once. */
  mayProbe(nowMs: number): void {
    if (this.#state === 'open') this.#untilMs = Math.min(this.#untilMs, nowMs);
  }

  /** A request goes to the engine. */
  started(nowMs: number): void {
    if (this.#state === 'open' && nowMs >= this.#untilMs) this.#state = 'probing';
  }

  /** The engine answered; says whether it has come back by this. */
  succeeded(): boolean {
    const back = this.#state !== 'closed';
    this.#state = 'closed';
    this.#faults = 0;
    this.#waitMs = FIRST_WAIT_MS;
    return back;
  }

  /** The engine failed; says whether the breaker has opened by this. */
  failed(nowMs: number): boolean {
    this.#faults += 1;
    if (this.#state === 'open' && nowMs < this.#untilMs) return false;
    if (this.#state === 'closed' && this.#faults < FAULTS_TO_OPEN) return false;
    if (this.#state === 'probing') this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
    this.#state = 'open';
    this.#untilMs = nowMs + this.#waitMs;
    this.#opened += 1;
    return true;
  }

  /** A probe ended without saying anything about the engine (its caller left): the next one probes. */
  undecided(nowMs: number): void {
    if (this.#state !== 'probing') return;
    this.#state = 'open';
    this.#untilMs = nowMs;
  }
}
