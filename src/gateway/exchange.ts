import type { EngineCall, EngineRun, EngineSink, JsonObject, Shared } from '../engines/contract.ts';
import { dialectOf } from '../engines/dialects/index.ts';
import type { Failure } from '../engines/failure.ts';
import { Meter, type TokenBounds } from '../engines/meter.ts';
import { type ErrorStyle, type Outlet, writeFailure, writeJson } from './answer.ts';
import type { Rendering } from './api/endpoint.ts';
import { type Booking, CALLER_GONE } from './booking.ts';
import { addEnergyHeaders } from './energy.ts';

/** A request at an engine. */
export interface Ride {
  start(): void;
  /** Breaks it off from this side. */
  breakOff(why: Failure): void;
  /** The caller's connection has closed: if that was too early, the engine stops at once. */
  callerGone(): void;
}

/** What an exchange is about. */
export interface ExchangeParts {
  readonly booking: Booking;
  readonly call: EngineCall;
  readonly rendering: Rendering;
  readonly errors: ErrorStyle;
  readonly bounds: TokenBounds;
  readonly outlet: Outlet;
  /** Headers that every answer to this request has. */
  readonly headers: Readonly<Record<string, string>>;
  /** The engine has failed before the first byte of its answer: says whether another one takes the request. */
  readonly again: (why: Failure) => boolean;
}

/** The headers of an answer from an engine. */
export function answerHeaders({ parts }: Booking, more: Readonly<Record<string, string>>): Record<string, string> {
  const { requestId, engine } = parts;
  const headers: Record<string, string> = { ...more, 'x-request-id': requestId, 'x-joulewright-engine': engine.id };
  if (engine.simulated) headers['x-joulewright-simulated'] = 'true';
  return headers;
}

/**
 * One request on its way: takes the engine's answer, meters it, and writes it to the caller. The head of a stream is not
 * written before its first event, so an engine that fails to begin is answered with an honest status.
 */
export class Exchange implements EngineSink, Ride {
  readonly #parts: ExchangeParts;
  readonly #meter: Meter;
  #run: EngineRun | null = null;
  #answer: JsonObject | null = null;
  #out = '';

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#meter = new Meter(dialectOf(parts.call.path), parts.call.inputTokens, parts.bounds);
  }

  start(): void {
    const { booking, call } = this.#parts;
    this.#run = booking.parts.engine.start(call, this);
    if (booking.over) this.#run.cancel();
  }

  breakOff(why: Failure): void {
    if (this.#parts.booking.over) return;
    this.#run?.cancel();
    this.#break(why);
  }

  answer(body: JsonObject): void {
    this.#parts.booking.begin();
    this.#answer = body;
    this.#meter.add(body);
  }

  event(data: string | null, event: JsonObject, name: string): void {
    const { booking, rendering } = this.#parts;
    if (booking.over) return;
    booking.begin();
    this.#meter.add(event);
    booking.progress(this.#meter.outputSoFar);
    this.#out += rendering.event(data, event, name);
  }

  alike(shared: Shared): boolean {
    return this.#parts.rendering.alike?.(shared) ?? false;
  }

  another(data: string, literal: string): void {
    const { booking, rendering } = this.#parts;
    if (booking.over) return;
    this.#meter.addChars(literal.length - 2);
    booking.progress(this.#meter.outputSoFar);
    this.#out += rendering.another?.(data, literal) ?? '';
  }

  flush(): void {
    const { booking, outlet } = this.#parts;
    if (booking.over || this.#out === '') return;
    const out = this.#out;
    this.#out = '';
    if (!outlet.headersSent) this.#writeHead();
    if (outlet.write(out)) return;
    this.#run?.pause();
    outlet.once('drain', () => this.#run?.resume());
  }

  end(): void {
    const { booking, outlet, rendering, headers } = this.#parts;
    if (booking.over) return;
    const tokens = this.#meter.total;
    const energy = booking.energy(tokens);
    if (this.#answer !== null) {
      const all = answerHeaders(booking, headers);
      all['openai-processing-ms'] = String(Math.round(booking.elapsedMs));
      if (energy !== null) addEnergyHeaders(all, energy);
      writeJson(outlet, 200, all, rendering.answer(this.#answer, { tokens, energy }));
    } else {
      if (!outlet.headersSent) this.#writeHead();
      outlet.end(this.#out + rendering.end({ tokens, energy }));
      this.#out = '';
    }
    booking.close(200, null, tokens, energy);
  }

  fail(why: Failure): void {
    const { booking, again } = this.#parts;
    if (booking.over) return;
    // Nothing of the answer has been seen, so another engine may give it
    if (!booking.begun && booking.handOver(why, again)) return;
    this.#break(why);
  }

  #break(why: Failure): void {
    const { booking, outlet, rendering, errors, headers } = this.#parts;
    if (outlet.headersSent || this.#out !== '') {
      if (!outlet.headersSent) this.#writeHead();
      outlet.end(this.#out + rendering.broken(why));
      this.#out = '';
    } else {
      writeFailure(outlet, booking.parts.requestId, why, errors, headers);
    }
    booking.close(why.http, why, this.#meter.total);
  }

  callerGone(): void {
    const { booking } = this.#parts;
    if (booking.over) return;
    this.#run?.cancel();
    booking.close(CALLER_GONE, null, this.#meter.total);
  }

  #writeHead(): void {
    const headers = answerHeaders(this.#parts.booking, this.#parts.headers);
    headers['content-type'] = 'text/event-stream; charset=utf-8';
    headers['cache-control'] = 'no-cache';
    headers['x-accel-buffering'] = 'no';
    this.#parts.outlet.writeHead(200, headers);
  }
}
