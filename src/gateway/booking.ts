import type { TrafficClass } from '../control/contract.ts';
import type { Engine } from '../engines/contract.ts';
import type { TokenCount } from '../engines/dialects/dialect.ts';
import type { Failure } from '../engines/failure.ts';
import type { UsageRecord } from './contract.ts';
import type { RequestEnergy } from './energy.ts';
import type { ClassTally } from './load.ts';
import type { Principal } from './tenants/principal.ts';

/** Status that a record gets when the caller went away before its answer was whole (nginx's 499). */
export const CALLER_GONE = 499;
const NOTHING: TokenCount = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, estimated: true };

/** Who keeps the books of all requests. */
export interface BookKeeper {
  /** Steady clock for durations. */
  nowMs(): number;
  energy(engine: Engine, tokens: TokenCount): RequestEnergy | null;
  /** A request is over; energy and usage are known. */
  over(booking: Booking, record: Omit<UsageRecord, 'endMs'>, why: Failure | null): void;
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
  readonly inputTokens: number;
  readonly tally: ClassTally;
  /** Joules at the IT boundary that admission took for it. */
  readonly reservedJoules: number;
  /** Trace of the caller; null = none. */
  readonly trace: Readonly<Record<string, string>> | null;
}

/** The books of one request at an engine: what the load report counts while it runs, and its usage record at the end. */
export class Booking {
  readonly parts: BookingParts;
  readonly #keeper: BookKeeper;
  readonly #startMs: number;
  /** Milliseconds until the engine began to answer; null for answers without stream, of which that cannot be seen. */
  ttftMs: number | null = null;
  over = false;
  #begun = false;
  /** Output tokens already counted in the load. */
  #counted = 0;

  constructor(keeper: BookKeeper, parts: BookingParts) {
    this.#keeper = keeper;
    this.parts = parts;
    this.#startMs = keeper.nowMs();
    const { tally, stream, inputTokens } = parts;
    tally.requests += 1;
    tally.inputTokens += inputTokens;
    if (stream) tally.waiting += 1;
    else tally.running += 1;
  }

  get elapsedMs(): number {
    return this.#keeper.nowMs() - this.#startMs;
  }

  /** The engine has begun to answer. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    const { tally, stream } = this.parts;
    if (!stream) return;
    this.ttftMs = this.elapsedMs;
    tally.waiting -= 1;
    tally.running += 1;
  }

  /** Output tokens so far. */
  progress(outputTokens: number): void {
    this.parts.tally.outputTokens += outputTokens - this.#counted;
    this.#counted = outputTokens;
  }

  energy(tokens: TokenCount): RequestEnergy | null {
    return this.#keeper.energy(this.parts.engine, tokens);
  }

  /** Closes the books; nothing is counted of an engine that never began. */
  close(status: number, why: Failure | null, counted: TokenCount, known?: RequestEnergy | null): void {
    this.over = true;
    const { tally, stream, engine, inputTokens, class: name, model, operation, requestId, principal } = this.parts;
    if (stream && !this.#begun) tally.waiting -= 1;
    else tally.running -= 1;
    const tokens = this.#begun ? counted : NOTHING;
    // What the load counted by text length is set right by the engine's own count
    tally.outputTokens += tokens.outputTokens - this.#counted;
    if (this.#begun) tally.inputTokens += tokens.inputTokens - inputTokens;
    const energy = known === undefined ? this.energy(tokens) : known;
    const record = {
      requestId,
      principal,
      model,
      operation,
      engine: engine.id,
      class: name,
      stream,
      status,
      code: why === null ? '' : why.fault.code,
      inputTokens: tokens.inputTokens,
      outputTokens: tokens.outputTokens,
      estimated: tokens.estimated,
      itJoules: energy?.it_joules ?? 0,
      facilityJoules: energy?.joules ?? 0,
      co2G: energy?.co2_g ?? 0,
      cost: energy?.cost.amount ?? 0,
      currency: energy?.cost.currency ?? '',
      simulated: engine.simulated,
      durationMs: this.elapsedMs,
      ttftMs: this.ttftMs,
    };
    this.#keeper.over(this, record, why);
  }
}
