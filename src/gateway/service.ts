import type { TrafficClass } from '../control/contract.ts';
import type { Engine, EngineCall } from '../engines/contract.ts';
import type { TokenCount } from '../engines/dialects/dialect.ts';
import { type Failure, failure } from '../engines/failure.ts';
import { steadyClock } from '../engines/timing.ts';
import { JoulewrightError } from '../errors/error.ts';
import type { Clock } from '../series/clock.ts';
import { type ErrorStyle, type Outlet, writeFailure } from './answer.ts';
import { type ApiRequest, type Endpoint, type Identity, isFailure, type Rendering } from './api/endpoint.ts';
import { Booking, type BookKeeper, CALLER_GONE } from './booking.ts';
import type { UsageRecord } from './contract.ts';
import type { DirectiveHolder } from './directive.ts';
import type { Ask, Outcome, Seat } from './dispatch/ask.ts';
import type { Dispatcher } from './dispatch/dispatcher.ts';
import type { Route } from './dispatch/roster.ts';
import { itJoules, type RequestEnergy, requestEnergy } from './energy.ts';
import type { UnderWay } from './exchange.ts';
import { Journey } from './journey.ts';
import type { LoadMeter } from './load.ts';
import type { Log } from './log.ts';
import type { GatewayMetrics } from './metrics.ts';
import { bodyPrefix } from './router/prefixes.ts';
import type { Entry, Limits } from './tenants/limits.ts';
import type { Principal } from './tenants/principal.ts';
import { refusalOfRequest } from './tenants/roles.ts';

/** A count of input tokens is false beyond this many per character of the body (a byte is one token at most, */
const MOST_TOKENS_PER_CHAR = 3;
/** a character three bytes), with room for pictures by address and what a chat template adds. */
const MOST_TOKENS_BESIDE = 131_072;
/** Counts of output beyond the limit asked for are false; engines differ by the token that stops them. */
const MOST_TOKENS_OVER = 16;
const MOST_OUTPUT_TOKENS = 10_000_000;

/** What the service works with. */
export interface ServiceParts {
  readonly dispatcher: Dispatcher;
  readonly directives: DirectiveHolder;
  readonly load: LoadMeter;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
  readonly onUsage: (record: UsageRecord) => void;
}

/** Who asks, and what is known of the request besides its body. */
export interface Asked {
  readonly requestId: string;
  readonly principal: Principal;
  /** Characters of the body; bounds what an engine may count as input. */
  readonly bodyChars: number;
  /** W3C trace context to pass on; null = none. */
  readonly trace: Readonly<Record<string, string>> | null;
  /** Headers that the answer is to have, whatever it is. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Name that the caller gave its session: its requests go to one engine where they can. */
  readonly session?: string;
  /** Class in place of the one that the body asks for: batch work. */
  readonly class?: TrafficClass;
}

interface Passage {
  readonly path: string;
  readonly body: ApiRequest['body'];
  readonly rendering: Rendering;
}

/** Takes requests from validation over the queue to an engine, and keeps the books. */
export class Service implements BookKeeper {
  readonly #parts: ServiceParts;
  readonly #underWay = new Set<UnderWay>();
  readonly #journeys = new WeakMap<Booking, UnderWay>();

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  nowMs(): number {
    return steadyClock.nowMs();
  }

  /** Answers a request of an endpoint whose body was parsed from JSON. */
  handle(endpoint: Endpoint, body: unknown, asked: Asked, outlet: Outlet): void {
    const parsed = endpoint.parse(body);
    if (isFailure(parsed)) {
      this.#refuse(outlet, asked, parsed, endpoint.errors, 'unknown', 'unknown');
      return;
    }
    const request = asked.class === undefined ? parsed : { ...parsed, class: asked.class };
    const route = this.#route(request.model);
    if (isFailure(route)) {
      this.#refuse(outlet, asked, route, endpoint.errors, 'unknown', request.class);
      return;
    }
    const first = this.#firstPassage(endpoint, request, route, asked);
    if (isFailure(first)) {
      this.#refuse(outlet, asked, first, endpoint.errors, request.model, request.class);
      return;
    }
    this.#start(endpoint, request, route, asked, outlet);
  }

  energy(engine: Engine, tokens: TokenCount): RequestEnergy | null {
    const { directives } = this.#parts;
    // What runs outside draws nothing here
    if (engine.outside !== null) return null;
    const expected = directives.order(engine.deployment)?.expected ?? engine.nominal;
    return requestEnergy(directives, expected, tokens, engine.simulated);
  }

  left({ parts }: Booking, outcome: Outcome): void {
    const { why } = outcome;
    if (why !== null) {
      const { requestId, model, engine } = parts;
      this.#parts.log.warn(why.fault.message, { code: why.fault.code, request: requestId, model, engine: engine.id });
    }
    this.#parts.dispatcher.leave(parts.seat, outcome);
  }

  over(booking: Booking, ended: Omit<UsageRecord, 'endMs'>): void {
    const journey = this.#journeys.get(booking);
    if (journey !== undefined) this.#underWay.delete(journey);
    const record = { ...ended, endMs: this.#parts.clock.nowMs() };
    this.#parts.metrics.record(record);
    this.#parts.onUsage(record);
  }

  /** Breaks off whatever is under way. */
  breakOff(why: Failure): void {
    for (const journey of this.#underWay) journey.breakOff(why);
  }

  #route(model: string): Route | Failure {
    const { roster } = this.#parts.dispatcher;
    const route = roster.route(model);
    if (route !== undefined) return route;
    const models = roster.modelNames.join(', ');
    return failure('JW_MODEL_UNKNOWN', { model: model.slice(0, 100), models }, { where: 'model' });
  }

  /** The request in words of the first engine of its model that knows any, or why none does. */
  #firstPassage(endpoint: Endpoint, request: ApiRequest, route: Route, asked: Asked): Passage | Failure {
    let why: Failure | null = null;
    for (const { engine } of route.members) {
      const found = this.#passage(endpoint, request, engine, asked);
      if (!isFailure(found)) return found;
      why ??= found;
    }
    return why!;
  }

  /** The request in words that the engine knows. */
  #passage(endpoint: Endpoint, request: ApiRequest, engine: Engine, asked: Asked): Passage | Failure {
    const { requestId } = asked;
    const identity: Identity = { requestId, createdS: Math.floor(this.#parts.clock.nowMs() / 1000) };
    const { path } = endpoint;
    if (engine.serves.has(path)) return { path, body: request.body, rendering: endpoint.native(request, identity) };
    if (endpoint.translate === undefined || !engine.serves.has('/chat/completions')) {
      return failure('JW_ENGINE_LACKS', { engine: engine.id, reason: path }, { where: 'model' });
    }
    const translated = endpoint.translate(request, identity);
    return isFailure(translated) ? translated : { path: '/chat/completions', ...translated };
  }

  #start(endpoint: Endpoint, request: ApiRequest, route: Route, asked: Asked, outlet: Outlet): void {
    const { requestId, principal } = asked;
    const { class: name, stream, inputTokens, maxTokens } = request;
    const entry = this.#enter(request, route, asked);
    if (isFailure(entry)) {
      this.#refuse(outlet, asked, entry, endpoint.errors, request.model, name);
      return;
    }
    const bounds = {
      inputTokens: asked.bodyChars * MOST_TOKENS_PER_CHAR + MOST_TOKENS_BESIDE,
      outputTokens: maxTokens === null ? MOST_OUTPUT_TOKENS : maxTokens + MOST_TOKENS_OVER,
    };
    const ask: Ask = {
      tenant: principal.organisation,
      model: request.model,
      class: name,
      stream,
      inputTokens,
      maxTokens,
      session: asked.session === undefined ? null : `${principal.project}\u0000${asked.session}`,
      prefix: () => bodyPrefix(request.body),
      residency: principal.residency,
      suits: ({ serves }) => serves.has(endpoint.path) || canTranslate(endpoint, serves),
    };
    const arrivedMs = this.nowMs();
    const journey = new Journey({
      ask,
      dispatcher: this.#parts.dispatcher,
      bounds,
      errors: endpoint.errors,
      outlet,
      headers: { ...entry.headers, ...asked.headers, 'x-request-id': requestId },
      board: (seat) => this.#board(endpoint, request, route, seat, asked, arrivedMs, journey),
      refused: (_journey, why, headersSent) => {
        this.#underWay.delete(journey);
        this.#parts.limits.release(requestId);
        if (why === null) this.#parts.metrics.refused(request.model, name, CALLER_GONE);
        else if (headersSent) {
          this.#parts.metrics.refused(request.model, name, why.http);
          const first = this.#firstPassage(endpoint, request, route, asked);
          outlet.end(isFailure(first) ? '' : first.rendering.broken(why));
        } else this.#refuse(outlet, asked, why, endpoint.errors, request.model, name);
      },
    });
    this.#underWay.add(journey);
    journey.start();
  }

  /** Whether the principal may send this request now; what it is expected to use is taken from its limits. */
  #enter(request: ApiRequest, { members }: Route, { requestId, principal }: Asked): Entry | Failure {
    const { limits, directives, dispatcher } = this.#parts;
    const why = refusalOfRequest(principal, request);
    if (why !== null) return why;
    const { inputTokens, maxTokens } = request;
    const outputTokens = dispatcher.expectedOutput(request.model, maxTokens);
    const { engine } = members[0]!;
    const expected = directives.order(engine.deployment)?.expected ?? engine.nominal;
    const { facilityFactor = 1, pricePerKwh = 0 } = directives.newest ?? {};
    const counts = { inputTokens, outputTokens, cachedTokens: 0, estimated: true };
    const joules = expected === null || engine.outside !== null ? 0 : itJoules(expected, counts) * facilityFactor;
    const money = (joules / 3.6e6) * pricePerKwh;
    return limits.enter(requestId, principal, { tokens: inputTokens + outputTokens, joules, money });
  }

  /** Opens the books of a request at the engine of a seat. */
  #board(
    endpoint: Endpoint,
    request: ApiRequest,
    route: Route,
    seat: Seat,
    asked: Asked,
    arrivedMs: number,
    journey: UnderWay,
  ): { booking: Booking; call: EngineCall; rendering: Rendering } {
    const { requestId, principal, trace } = asked;
    const { class: name, stream, inputTokens } = request;
    const { engine } = seat.member;
    const passage = this.#passage(endpoint, request, engine, asked);
    if (isFailure(passage)) throw new JoulewrightError([passage.fault]);
    const booking = new Booking(this, {
      requestId,
      principal,
      model: request.model,
      operation: endpoint.operation,
      class: name,
      stream,
      engine,
      seat,
      arrivedMs,
      inputTokens,
      tally: this.#parts.load.of(engine.deployment, name),
      trace,
    });
    this.#journeys.set(booking, journey);
    const { path, body, rendering } = passage;
    const model = route.upstream ?? engine.model;
    return { booking, rendering, call: { requestId, path, body, model, stream, inputTokens, trace } };
  }

  #refuse(outlet: Outlet, asked: Asked, why: Failure, errors: ErrorStyle, model: string, name: string): void {
    this.#parts.limits.release(asked.requestId);
    this.#parts.metrics.refused(model, name, why.http);
    writeFailure(outlet, asked.requestId, why, errors, asked.headers);
  }
}

/** Whether an endpoint can be served by an engine that does not know its path. */
function canTranslate(endpoint: Endpoint, serves: ReadonlySet<string>): boolean {
  return endpoint.translate !== undefined && serves.has('/chat/completions');
}
