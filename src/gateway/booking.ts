import type { TrafficClass } from '../control/contract.ts';
import type { Engine } from '../engines/contract.ts';
import type { Placed } from '../engines/crowd.ts';
import type { TokenCount } from '../engines/dialects/dialect.ts';
import type { Failure } from '../engines/failure.ts';
import type { UsageRecord } from './contract.ts';
import type { Outcome, Seat } from './dispatch/ask.ts';
import type { RequestEnergy } from './energy.ts';
import type { ClassTally } from './load.ts';
import type { Work } from './progress.ts';
import type { Principal } from './tenants/principal.ts';
import type { UnderWay } from './underWay.ts';

/** Status that a record gets when the caller went away before its answer was whole (nginx's 499). */
export const CALLER_GONE = 499;
const NOTHING: TokenCount = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, estimated: true };

/** Who keeps the books of all requests. */
export interface BookKeeper {
  /** Steady clock for durations. */
  nowMs(): number;
  energy(engine: Engine, tokens: TokenCount): RequestEnergy | null;
  /** A try at an engine is over. */
  left(booking: Booking, outcome: Outcome): void;
  /** A request is over; energy and usage are known. */
  over(booking: Booking, record: Omit<UsageRecord, 'endMs'>): void;
}

/** What is booked of a request. */
export interface BookingParts {
  readonly requestId: string;
  readonly principal: Principal;
  /** As the caller named it. */
  readonly model: string;
  readonly operation: string;
  readonly class: TrafficClass;
  readonly stream: boolean;
  readonly engine: Engine;
  readonly seat: Seat;
  /** The request itself, which may try other engines. */
  readonly journey: UnderWay;
  /** Steady time at which the request came, ms: its times include what it waited here. */
  readonly arrivedMs: number;
  readonly inputTokens: number;
  readonly tally: ClassTally;
  /** Trace of the caller; null = none. */
  readonly trace: Readonly<Record<string, string>> | null;
  readonly onRecord?: ((record: UsageRecord) => void) | undefined;
}

/** The books of one request at an engine: what the load report counts while it runs, and its usage record at the end. */
export class Booking implements Placed {
  place = -1;
  readonly parts: BookingParts;
  readonly #keeper: BookKeeper;
  /** Milliseconds from the arrival until the engine began to answer; null for answers without stream, of which that cannot be seen. */
  ttftMs: number | null = null;
  over = false;
  begun = false;
  #left = false;
  /** Output tokens already counted in the load. */
  #counted = 0;

  constructor(keeper: BookKeeper, parts: BookingParts) {
    this.#keeper = keeper;
    this.parts = parts;
    const { tally, stream, inputTokens } = parts;
    tally.requests += 1;
    tally.inputTokens += inputTokens;
    if (stream) tally.waiting += 1;
    else tally.running += 1;
  }

  get elapsedMs(): number {
    return this.#keeper.nowMs() - this.parts.arrivedMs;
  }

  /** The engine has begun to answer. */
  begin(): void {
    if (this.begun) return;
    this.begun = true;
    const { tally, stream } = this.parts;
    if (!stream) return;
    this.ttftMs = this.elapsedMs;
    tally.waiting -= 1;
    tally.running += 1;
  }

  /** How far the request has come at its engine, for the books of energy. @param wallMs now, ms UTC */
  workAt(wallMs: number): Work {
    const { requestId, engine, seat, arrivedMs, stream, inputTokens } = this.parts;
    const firstMs = this.ttftMs === null ? null : arrivedMs + this.ttftMs;
    return {
      requestId,
      deployment: engine.deployment,
      server: engine.id,
      startMs: wallMs - (this.#keeper.nowMs() - seat.startMs),
      endMs: null,
      ttftMs: firstMs === null ? null : firstMs - seat.startMs,
      inputTokens,
      cachedTokens: 0,
      outputTokens: stream ? this.#counted : null,
    };
  }

  /** Output tokens so far. */
  progress(outputTokens: number): void {
    this.parts.tally.outputTokens += outputTokens - this.#counted;
    this.#counted = outputTokens;
  }

  energy(tokens: TokenCount): RequestEnergy | null {
    return this.#keeper.energy(this.parts.engine, tokens);
  }

  /**
   * The engine has failed before its answer began. `again` looks for another one and says whether it found one; then these
   * books are closed without a record.
   */
  handOver(why: Failure, again: (why: Failure) => boolean): boolean {
    this.#leave(why, NOTHING, 0, false);
    if (!again(why)) return false;
    this.over = true;
    return true;
  }

  /** Closes the books; nothing is counted of an engine that never began. */
  close(status: number, why: Failure | null, counted: TokenCount, known?: RequestEnergy | null): void {
    this.over = true;
    const tokens = this.begun ? counted : NOTHING;
    const energy = known === undefined ? this.energy(tokens) : known;
    this.#leave(why, tokens, energy?.it_joules ?? 0, status === CALLER_GONE);
    this.#keeper.over(this, this.#record(status, why, tokens, energy));
  }

  /** Gives the seat back, once. */
  #leave(why: Failure | null, tokens: TokenCount, itJoules: number, callerGone: boolean): void {
    if (this.#left) return;
    this.#left = true;
    const { tally, stream, inputTokens, seat, arrivedMs } = this.parts;
    if (stream && !this.begun) tally.waiting -= 1;
    else tally.running -= 1;
    // What the load counted by text length is set right by the engine's own count
    tally.outputTokens += tokens.outputTokens - this.#counted;
    if (this.begun) tally.inputTokens += tokens.inputTokens - inputTokens;
    const firstMs = this.ttftMs === null ? null : arrivedMs + this.ttftMs;
    const more = tokens.outputTokens - 1;
    const restS = firstMs === null ? 0 : (this.#keeper.nowMs() - firstMs) / 1000;
    this.#keeper.left(this, {
      why,
      callerGone,
      inputTokens: tokens.inputTokens,
      outputTokens: tokens.outputTokens,
      itJoules,
      ttftS: firstMs === null ? null : (firstMs - seat.startMs) / 1000,
      tpotS: firstMs === null || more < 1 ? null : restS / more,
    });
  }

  #record(
    status: number,
    why: Failure | null,
    tokens: TokenCount,
    energy: RequestEnergy | null,
  ): Omit<UsageRecord, 'endMs'> {
    const { stream, engine, class: name, model, operation, requestId, principal } = this.parts;
    return {
      requestId,
      principal,
      model,
      operation,
      engine: engine.id,
      deployment: engine.deployment,
      class: name,
      stream,
      status,
      code: why === null ? '' : why.fault.code,
      inputTokens: tokens.inputTokens,
      outputTokens: tokens.outputTokens,
      cachedTokens: tokens.cachedTokens,
      estimated: tokens.estimated,
      itJoules: energy?.it_joules ?? 0,
      facilityJoules: energy?.joules ?? 0,
      co2G: energy?.co2_g ?? 0,
      greenJoules: energy?.green_share === undefined ? null : energy.green_share * energy.joules,
      waterL: energy?.water_l ?? 0,
      method: energy?.method ?? '',
      cost: energy?.cost.amount ?? 0,
      currency: energy?.cost.currency ?? '',
      simulated: engine.simulated,
      durationMs: this.elapsedMs,
      queuedMs: this.parts.seat.startMs - this.parts.arrivedMs,
      ttftMs: this.ttftMs,
    };
  }
}
