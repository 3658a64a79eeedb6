import type { EngineRun, JsonObject, RelayCall, RelaySink } from '../engines/contract.ts';
import type { TokenCount } from '../engines/dialects/dialect.ts';
import { readResponsesUsage, readUsage } from '../engines/dialects/usage.ts';
import type { Failure } from '../engines/failure.ts';
import { count, isObject, isTooDeep } from '../engines/json.ts';
import { SseParser } from '../engines/sse.ts';
import { type Outlet, writeFailure, writeJson } from './answer.ts';
import { type Booking, CALLER_GONE } from './booking.ts';
import { addEnergyHeaders } from './energy.ts';
import { answerHeaders, type Ride } from './exchange.ts';

/** Longest JSON answer that is read for its usage; longer ones and anything else pass as bytes. */
const MOST_READ = 16 * 1024 * 1024;
/** Shorter texts cannot be nested deeply enough to do harm when they are written again. */
const DEEP_FROM = 2_000;
/** Longest event of a stream that is looked at. */
const MOST_EVENT = 1024 * 1024;

/** What a relay is about. */
export interface RelayParts {
  readonly booking: Booking;
  readonly call: RelayCall;
  /** Name of the model as the caller knows it. */
  readonly model: string;
  readonly outlet: Outlet;
  readonly headers: Readonly<Record<string, string>>;
  /** As in `Fare`. */
  readonly again: (why: Failure) => boolean;
}

/** Usage in any of the shapes that engines give it: also the bare total of rerankers. */
function anyUsage(usage: unknown): TokenCount | undefined {
  const known = readUsage(usage) ?? readResponsesUsage(usage);
  if (known !== undefined || !isObject(usage)) return known;
  const inputTokens = count(usage['total_tokens']);
  return inputTokens === undefined ? undefined : { inputTokens, outputTokens: 0, cachedTokens: 0, estimated: false };
}

/**
 * A request of a path that is not known in detail, on its way. JSON answers are read once for their usage, get the caller's
 * model name and the energy; streams are looked through as they pass; anything else (sound, pictures) passes untouched.
 */
export class Relay implements RelaySink, Ride {
  readonly #parts: RelayParts;
  #run: EngineRun | null = null;
  #status = 200;
  #json: Buffer[] | null = null;
  #size = 0;
  #parser: SseParser | null = null;
  #usage: TokenCount | undefined;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  start(): void {
    const { booking, call } = this.#parts;
    this.#run = booking.parts.engine.relay?.(call, this) ?? null;
    if (booking.over) this.#run?.cancel();
  }

  breakOff(why: Failure): void {
    if (this.#parts.booking.over) return;
    this.#run?.cancel();
    this.#break(why);
  }

  head(status: number, contentType: string): void {
    const { booking, headers, outlet } = this.#parts;
    if (booking.over) return;
    booking.begin();
    this.#status = status;
    if (/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) {
      this.#json = [];
      return;
    }
    if (contentType.startsWith('text/event-stream')) this.#parser = new SseParser();
    outlet.writeHead(status, { ...answerHeaders(booking, headers), 'content-type': contentType });
  }

  bytes(part: Buffer): void {
    const { booking, outlet } = this.#parts;
    if (booking.over) return;
    if (this.#json !== null) {
      this.#json.push(part);
      this.#size += part.length;
      if (this.#size > MOST_READ) this.#release();
      return;
    }
    this.#look(part);
    if (outlet.write(part)) return;
    this.#run?.pause();
    outlet.once('drain', () => this.#run?.resume());
  }

  end(): void {
    const { booking, outlet } = this.#parts;
    if (booking.over) return;
    if (this.#json === null) outlet.end();
    else this.#answer(Buffer.concat(this.#json));
    booking.close(this.#status, null, this.#tokens());
  }

  fail(why: Failure): void {
    const { booking, again } = this.#parts;
    if (booking.over) return;
    // Nothing of the answer has been seen, so another engine may give it
    if (!booking.begun && booking.handOver(why, again)) return;
    this.#break(why);
  }

  #break(why: Failure): void {
    const { booking, outlet, headers } = this.#parts;
    // The bytes that have gone out cannot say that they are not all
    if (outlet.headersSent) outlet.destroy();
    else writeFailure(outlet, booking.parts.requestId, why, 'openai', headers);
    booking.close(why.http, why, this.#tokens());
  }

  callerGone(): void {
    const { booking } = this.#parts;
    if (booking.over) return;
    this.#run?.cancel();
    booking.close(CALLER_GONE, null, this.#tokens());
  }

  /** What the engine counted; else the input by its length. */
  #tokens(): TokenCount {
    const { inputTokens } = this.#parts.booking.parts;
    return this.#usage ?? { inputTokens, outputTokens: 0, cachedTokens: 0, estimated: true };
  }

  #answer(bytes: Buffer): void {
    const { booking, headers, outlet } = this.#parts;
    const all = answerHeaders(booking, headers);
    let body: unknown;
    try {
      body = JSON.parse(bytes.toString());
    } catch {
      body = undefined;
    }
    if (!isObject(body) || (bytes.length > DEEP_FROM && isTooDeep(body))) {
      writeJson(outlet, this.#status, all, bytes.toString());
      return;
    }
    this.#usage = anyUsage(body['usage']);
    const energy = booking.energy(this.#tokens());
    if (typeof body['model'] === 'string') body['model'] = this.#parts.model;
    if (energy !== null) {
      addEnergyHeaders(all, energy);
      if (isObject(body['usage'])) body['usage']['energy'] = energy;
    }
    writeJson(outlet, this.#status, all, JSON.stringify(body));
  }

  /** A JSON answer too long to be read goes on as bytes. */
  #release(): void {
    const { booking, headers, outlet } = this.#parts;
    const parts = this.#json ?? [];
    this.#json = null;
    outlet.writeHead(this.#status, { ...answerHeaders(booking, headers), 'content-type': 'application/json' });
    for (const part of parts) outlet.write(part);
  }

  #look(part: Buffer): void {
    const parser = this.#parser;
    if (parser === null) return;
    parser.push(part, ({ data }) => {
      if (!data.includes('"usage"')) return;
      try {
        const event: unknown = JSON.parse(data);
        if (isObject(event)) this.#usage = anyUsage(usageHolder(event)['usage']) ?? this.#usage;
      } catch {
        // Not ours to judge: the bytes have gone on
      }
    });
    if (parser.pending > MOST_EVENT) this.#parser = null;
  }
}

function usageHolder(event: JsonObject): JsonObject {
  return isObject(event['response']) ? event['response'] : event;
}
