import type { TrafficClass } from '../control/contract.ts';
import type { Engine } from '../engines/contract.ts';
import { Crowd } from '../engines/crowd.ts';
import type { TokenCount } from '../engines/dialects/dialect.ts';
import type { Failure } from '../engines/failure.ts';
import { steadyClock } from '../engines/timing.ts';
import type { Clock } from '../series/clock.ts';
import { type ErrorStyle, type Outlet, writeFailure } from './answer.ts';
import { type ApiRequest, type Endpoint, isFailure } from './api/endpoint.ts';
import { parseRelay } from './api/relayed.ts';
import { Booking, type BookKeeper, CALLER_GONE } from './booking.ts';
import type { UsageRecord } from './contract.ts';
import type { DirectiveHolder } from './directive.ts';
import type { Ask, Outcome, Seat } from './dispatch/ask.ts';
import type { Dispatcher } from './dispatch/dispatcher.ts';
import type { Route } from './dispatch/roster.ts';
import { itJoules, type RequestEnergy, requestEnergy } from './energy.ts';
import { ApiErrand, type Errand, RelayErrand } from './errand.ts';
import { Journey } from './journey.ts';
import type { LoadMeter } from './load.ts';
import type { Log, LogFields } from './log.ts';
import type { MediaUrls } from './mediaUrls.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { Work } from './progress.ts';
import { bodyPrefix } from './router/prefixes.ts';
import type { Entry, Limits } from './tenants/limits.ts';
import type { Principal } from './tenants/principal.ts';
import { refusalOfRequest } from './tenants/roles.ts';
import { traceIdOf } from './trace.ts';
import type { UnderWay } from './underWay.ts';

/** What the service works with. */
export interface ServiceParts {
  readonly dispatcher: Dispatcher;
  readonly directives: DirectiveHolder;
  readonly load: LoadMeter;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
  readonly media: MediaUrls;
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
  /** Told when the request is over, if an engine was reached. */
  readonly onRecord?: ((record: UsageRecord) => void) | undefined;
}

/** Takes requests from validation over the queue to an engine, and keeps the books. */
export class Service implements BookKeeper {
  readonly #parts: ServiceParts;
  readonly #underWay = new Crowd<UnderWay>();
  readonly #bookings = new Crowd<Booking>();

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  nowMs(): number {
    return steadyClock.nowMs();
  }

  /** How far the requests at engines have come. */
  works(): readonly Work[] {
    const nowMs = this.#parts.clock.nowMs();
    return this.#bookings.all().map((booking) => booking.workAt(nowMs));
  }

  /** Answers a request of an endpoint whose body was parsed from JSON. */
  handle(endpoint: Endpoint, body: unknown, asked: Asked, outlet: Outlet): void {
    const parsed = endpoint.parse(body);
    if (isFailure(parsed)) {
      this.#refuse(outlet, asked, parsed, endpoint.errors, 'unknown', 'unknown');
      return;
    }
    const { requestId, trace, bodyChars } = asked;
    const request = asked.class === undefined ? parsed : { ...parsed, class: asked.class };
    const identity = { requestId, createdS: Math.floor(this.#parts.clock.nowMs() / 1000) };
    this.#start(new ApiErrand(endpoint, request, identity, bodyChars, trace), asked, outlet);
  }

  /** Answers a request of any other path that an engine serves; its body is JSON, or a form with a field `model`. */
  relay(path: string, body: unknown, contentType: string, asked: Asked, outlet: Outlet): void {
    const parsed = parseRelay(path, body, contentType);
    if (isFailure(parsed)) {
      this.#refuse(outlet, asked, parsed, 'openai', 'unknown', 'unknown');
      return;
    }
    const { requestId, trace } = asked;
    const request = asked.class === undefined ? parsed.request : { ...parsed.request, class: asked.class };
    this.#start(new RelayErrand(path, parsed, request, contentType, requestId, trace), asked, outlet);
  }

  /** Whether an engine serves a path that is not known in detail. */
  relays(path: string): boolean {
    return this.#parts.dispatcher.roster.members.some(
      ({ engine: { serves, relay } }) => relay !== undefined && serves.has(path),
    );
  }

  energy(engine: Engine, tokens: TokenCount): RequestEnergy | null {
    const { directives } = this.#parts;
    // What runs outside draws nothing here
    if (engine.outside !== null) return null;
    const expected = directives.order(engine.deployment)?.expected ?? engine.nominal;
    return requestEnergy(directives, expected, tokens, engine.simulated);
  }

  left(booking: Booking, outcome: Outcome): void {
    const { parts } = booking;
    const { why } = outcome;
    this.#bookings.delete(booking);
    if (why !== null) {
      const { requestId, model, engine } = parts;
      this.#parts.log.warn(why.fault.message, { code: why.fault.code, request: requestId, model, engine: engine.id });
    }
    this.#parts.dispatcher.leave(parts.seat, outcome);
  }

  over(booking: Booking, ended: Omit<UsageRecord, 'endMs'>): void {
    this.#underWay.delete(booking.parts.journey);
    const record = { ...ended, endMs: this.#parts.clock.nowMs() };
    this.#parts.metrics.record(record);
    if (this.#parts.log.detail === 'requests') this.#parts.log.info('request', requestFields(record, booking));
    this.#parts.onUsage(record);
    booking.parts.onRecord?.(record);
  }

  /** Breaks off whatever is under way. */
  breakOff(why: Failure): void {
    for (const journey of this.#underWay.all()) journey.breakOff(why);
  }

  #route(model: string, { models }: Principal): Route | Failure {
    const { roster } = this.#parts.dispatcher;
    return roster.route(model) ?? roster.unknown(model, models);
  }

  #start(errand: Errand, asked: Asked, outlet: Outlet): void {
    const { request, errors } = errand;
    const { requestId, principal } = asked;
    const { class: name, inputTokens, maxTokens, model } = request;
    const route = this.#route(model, principal);
    if (isFailure(route)) {
      this.#refuse(outlet, asked, route, errors, 'unknown', name);
      return;
    }
    const entry =
      this.#parts.media.refusal(request.body) ??
      errand.refusal(route.members.map(({ engine }) => engine)) ??
      this.#enter(request, route, asked);
    if (isFailure(entry)) {
      const headers = { ...this.#parts.limits.headers(principal), ...asked.headers };
      this.#refuse(outlet, { ...asked, headers }, entry, errors, model, name);
      return;
    }
    const ask: Ask = {
      tenant: principal.organisation,
      model,
      class: name,
      stream: errand.stream,
      inputTokens,
      maxTokens,
      session: asked.session === undefined ? null : `${principal.project}\u0000${asked.session}`,
      prefix: () => bodyPrefix(request.body),
      residency: principal.residency,
      suits: (engine) => errand.suits(engine),
    };
    const arrivedMs = this.nowMs();
    const headers: Record<string, string> = { ...entry.headers, ...asked.headers, 'x-request-id': requestId };
    if (errors === 'anthropic') headers['request-id'] = requestId;
    const journey = new Journey({
      ask,
      dispatcher: this.#parts.dispatcher,
      outlet,
      headers,
      board: (seat, again) => {
        const booking = this.#book(errand, seat, journey, asked, arrivedMs);
        this.#bookings.add(booking);
        const upstream = route.upstream ?? seat.member.engine.model;
        return errand.ride({ booking, model: upstream, outlet, headers, again });
      },
      refused: (_journey, why, headersSent) => {
        this.#underWay.delete(journey);
        this.#parts.limits.release(requestId);
        if (why === null) this.#parts.metrics.refused(model, name, CALLER_GONE);
        else if (headersSent) {
          this.#parts.metrics.refused(model, name, why.http);
          outlet.end(errand.broken(why));
        } else this.#refuse(outlet, asked, why, errors, model, name);
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
  #book(
    { request, operation, stream }: Errand,
    seat: Seat,
    journey: UnderWay,
    asked: Asked,
    arrivedMs: number,
  ): Booking {
    const { requestId, principal, trace, onRecord } = asked;
    const { class: name, inputTokens, model } = request;
    const { engine } = seat.member;
    const tally = this.#parts.load.of(engine.deployment, name);
    const who = { requestId, principal, trace, onRecord };
    return new Booking(this, {
      ...who,
      model,
      operation,
      class: name,
      stream,
      engine,
      seat,
      journey,
      arrivedMs,
      inputTokens,
      tally,
    });
  }

  #refuse(outlet: Outlet, asked: Asked, why: Failure, errors: ErrorStyle, model: string, name: string): void {
    this.#parts.limits.release(asked.requestId);
    this.#parts.metrics.refused(model, name, why.http);
    writeFailure(outlet, asked.requestId, why, errors, asked.headers);
  }
}

/** What the log says of a request: who, what, where, how much, how long; nothing of what was said. */
function requestFields(record: UsageRecord, { parts: { trace } }: Booking): LogFields {
  const { principal, ttftMs } = record;
  return {
    request: record.requestId,
    trace: traceIdOf(trace),
    project: principal.project,
    key: principal.keyId,
    operation: record.operation,
    model: record.model,
    engine: record.engine,
    class: record.class,
    stream: record.stream,
    status: record.status,
    code: record.code,
    inputTokens: record.inputTokens,
    outputTokens: record.outputTokens,
    estimated: record.estimated,
    joules: record.facilityJoules,
    durationMs: Math.round(record.durationMs),
    ttftMs: ttftMs === null ? null : Math.round(ttftMs),
  };
}
