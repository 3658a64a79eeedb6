import type { Engine } from '../engines/contract.ts';
import { type Failure, failure } from '../engines/failure.ts';
import type { TokenBounds } from '../engines/meter.ts';
import type { ErrorStyle, Outlet } from './answer.ts';
import { type ApiRequest, type Endpoint, type Identity, isFailure, type Rendering } from './api/endpoint.ts';
import type { RelayedRequest } from './api/relayed.ts';
import type { Booking } from './booking.ts';
import { Exchange, type Ride } from './exchange.ts';
import { Relay } from './relay.ts';

/** A count of input tokens is false beyond this many per character of the body (a byte is one token at most, */
const MOST_TOKENS_PER_CHAR = 3;
/** a character three bytes), with room for pictures by address and what a chat template adds. */
const MOST_TOKENS_BESIDE = 131_072;
/** Counts of output beyond the limit asked for are false; engines differ by the token that stops them. */
const MOST_TOKENS_OVER = 16;
const MOST_OUTPUT_TOKENS = 10_000_000;

/** What a ride to an engine needs besides the errand. */
export interface Fare {
  readonly booking: Booking;
  /** The model's name at the engine. */
  readonly model: string;
  readonly outlet: Outlet;
  readonly headers: Readonly<Record<string, string>>;
  /** The engine has failed before the first byte of its answer: says whether another one takes the request. */
  readonly again: (why: Failure) => boolean;
}

/** What is to be done at some engine, whichever it will be. */
export interface Errand {
  readonly request: ApiRequest;
  readonly operation: string;
  readonly errors: ErrorStyle;
  /** Whether its answer is a stream of events, in which signs of life may stand before the first. */
  readonly stream: boolean;
  suits(engine: Engine): boolean;
  /** Why none of these engines can do it; null when one can. */
  refusal(engines: readonly Engine[]): Failure | null;
  ride(fare: Fare): Ride;
  /** What ends a stream that has had signs of life and will have nothing else. */
  broken(why: Failure): string;
}

interface Passage {
  readonly path: string;
  readonly body: ApiRequest['body'];
  readonly rendering: Rendering;
}

/** A request of an endpoint that is known in detail. It is put in other words at most once. */
export class ApiErrand implements Errand {
  readonly request: ApiRequest;
  readonly operation: string;
  readonly errors: ErrorStyle;
  readonly stream: boolean;
  readonly #endpoint: Endpoint;
  readonly #identity: Identity;
  readonly #bounds: TokenBounds;
  readonly #trace: Readonly<Record<string, string>> | null;
  #translated: Passage | Failure | null = null;

  /** @param bodyChars characters of the body; they bound what an engine may count as input */
  constructor(
    endpoint: Endpoint,
    request: ApiRequest,
    identity: Identity,
    bodyChars: number,
    trace: Readonly<Record<string, string>> | null,
  ) {
    this.#endpoint = endpoint;
    this.request = request;
    this.operation = endpoint.operation;
    this.errors = endpoint.errors;
    this.stream = request.stream;
    this.#identity = identity;
    this.#trace = trace;
    const { maxTokens } = request;
    this.#bounds = {
      inputTokens: bodyChars * MOST_TOKENS_PER_CHAR + MOST_TOKENS_BESIDE,
      outputTokens: maxTokens === null ? MOST_OUTPUT_TOKENS : maxTokens + MOST_TOKENS_OVER,
    };
  }

  suits({ serves }: Engine): boolean {
    if (serves.has(this.#endpoint.path)) return true;
    return serves.has('/chat/completions') && !isFailure(this.#translation());
  }

  refusal(engines: readonly Engine[]): Failure | null {
    let why: Failure | null = null;
    for (const { id, serves } of engines) {
      if (serves.has(this.#endpoint.path)) return null;
      const lacks = failure('JW_ENGINE_LACKS', { engine: id, reason: this.#endpoint.path }, { where: 'model' });
      const other = serves.has('/chat/completions') ? this.#translation() : lacks;
      if (!isFailure(other)) return null;
      why ??= other;
    }
    return why;
  }

  ride({ booking, model, outlet, headers, again }: Fare): Ride {
    const { path, body, rendering } = this.#passage(booking.parts.engine);
    const { requestId } = this.#identity;
    const { stream, inputTokens } = this.request;
    const call = { requestId, path, body, model, stream, inputTokens, trace: this.#trace };
    const bounds = this.#bounds;
    return new Exchange({ booking, call, rendering, errors: this.errors, bounds, outlet, headers, again });
  }

  broken(why: Failure): string {
    const other = this.#endpoint.translate === undefined ? null : this.#translation();
    const known = other === null || isFailure(other) ? this.#native() : other;
    return known.rendering.broken(why);
  }

  #native(): Passage {
    const { path } = this.#endpoint;
    return { path, body: this.request.body, rendering: this.#endpoint.native(this.request, this.#identity) };
  }

  #translation(): Passage | Failure {
    if (this.#translated !== null) return this.#translated;
    const { translate, path } = this.#endpoint;
    const found =
      translate === undefined
        ? failure('JW_ENGINE_LACKS', { engine: this.request.model, reason: path }, { where: 'model' })
        : translate(this.request, this.#identity);
    this.#translated = isFailure(found) ? found : { path: '/chat/completions', ...found };
    return this.#translated;
  }

  /** Throws where the engine does not suit: nobody seats a request there. */
  #passage(engine: Engine): Passage {
    if (engine.serves.has(this.#endpoint.path)) return this.#native();
    const found = this.#translation();
    if (isFailure(found)) throw new Error(`${engine.id} cannot serve ${this.#endpoint.path}`);
    return found;
  }
}

/** A request of a path that is not known in detail. */
export class RelayErrand implements Errand {
  readonly request: ApiRequest;
  readonly operation: string;
  readonly errors = 'openai';
  readonly stream = false;
  readonly #path: string;
  readonly #relayed: RelayedRequest;
  readonly #contentType: string;
  readonly #requestId: string;
  readonly #trace: Readonly<Record<string, string>> | null;

  constructor(
    path: string,
    relayed: RelayedRequest,
    request: ApiRequest,
    contentType: string,
    requestId: string,
    trace: Readonly<Record<string, string>> | null,
  ) {
    this.#path = path;
    this.#relayed = relayed;
    this.request = request;
    this.operation = path.slice(1);
    this.#contentType = contentType;
    this.#requestId = requestId;
    this.#trace = trace;
  }

  suits({ serves, relay }: Engine): boolean {
    return relay !== undefined && serves.has(this.#path);
  }

  refusal(engines: readonly Engine[]): Failure | null {
    if (engines.some((engine) => this.suits(engine))) return null;
    return failure('JW_ENGINE_LACKS', { engine: engines[0]?.id ?? '', reason: this.#path }, { where: 'model' });
  }

  ride({ booking, model, outlet, headers, again }: Fare): Ride {
    const call = {
      requestId: this.#requestId,
      path: this.#path,
      body: this.#relayed.bodyFor(model),
      contentType: this.#contentType,
      trace: this.#trace,
    };
    return new Relay({ booking, call, model: this.request.model, outlet, headers, again });
  }

  broken(): string {
    return '';
  }
}
