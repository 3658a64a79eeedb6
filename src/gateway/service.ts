import type { TrafficClass } from '../control/contract.ts';
import type { Engine } from '../engines/contract.ts';
import type { TokenCount } from '../engines/dialects/dialect.ts';
import { type Failure, failure } from '../engines/failure.ts';
import { steadyClock } from '../engines/timing.ts';
import { fail } from '../errors/error.ts';
import type { Clock } from '../series/clock.ts';
import { Admission } from './admission.ts';
import { type ErrorStyle, type Outlet, writeFailure } from './answer.ts';
import { type ApiRequest, type Endpoint, type Identity, isFailure, type Rendering } from './api/endpoint.ts';
import { Booking, type BookKeeper } from './booking.ts';
import type { ModelEntry, UsageRecord } from './contract.ts';
import type { DirectiveHolder } from './directive.ts';
import { itJoules, type RequestEnergy, requestEnergy } from './energy.ts';
import { Exchange, type UnderWay } from './exchange.ts';
import type { LoadMeter } from './load.ts';
import type { Log } from './log.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { Principal } from './tenants/principal.ts';

/** Output tokens assumed of an engine before it has answered anything. */
const FIRST_MEAN_OUTPUT = 200;
/** Weight of the newest answer in the running mean. */
const MEAN_WEIGHT = 0.05;
/** A count of input tokens is false beyond this many per character of the body (a byte is one token at most, */
const MOST_TOKENS_PER_CHAR = 3;
/** a character three bytes), with room for pictures by address and what a chat template adds. */
const MOST_TOKENS_BESIDE = 131_072;
/** Counts of output beyond the limit asked for are false; engines differ by the token that stops them. */
const MOST_TOKENS_OVER = 16;
const MOST_OUTPUT_TOKENS = 10_000_000;

/** What the service works with. */
export interface ServiceParts {
  readonly engines: readonly Engine[];
  readonly models: readonly ModelEntry[];
  readonly directives: DirectiveHolder;
  readonly load: LoadMeter;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
  readonly log: Log;
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
  /** Class in place of the one that the body asks for: batch work. */
  readonly class?: TrafficClass;
}

/** A model that callers may name: the engine behind it, and the model's name there. */
interface Route {
  readonly engine: Engine;
  readonly model: string;
}

interface Passage {
  readonly path: string;
  readonly body: ApiRequest['body'];
  readonly rendering: Rendering;
}

/** Takes requests from validation over admission to an engine, and keeps the books. */
export class Service implements BookKeeper {
  readonly #parts: ServiceParts;
  readonly #admission: Admission;
  readonly #routes = new Map<string, Route>();
  readonly #underWay = new Map<Booking, UnderWay>();
  readonly #meanOutput = new Map<string, number>();

  /** Throws JW_ENGINE_CONFIG when a model names an engine that is not there. */
  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#admission = new Admission(parts.directives);
    for (const { name, engine: id, upstream } of parts.models) {
      const engine = parts.engines.find((e) => e.id === id);
      if (engine === undefined)
        fail('JW_ENGINE_CONFIG', { engine: id, reason: `model "${name}" needs it, and it is not there` });
      this.#routes.set(name, { engine, model: upstream ?? engine.model });
    }
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
    const passage = this.#passage(endpoint, request, route.engine, asked);
    if (isFailure(passage)) {
      this.#refuse(outlet, asked, passage, endpoint.errors, request.model, request.class);
      return;
    }
    this.#start(endpoint, request, route, passage, asked, outlet);
  }

  energy(engine: Engine, tokens: TokenCount): RequestEnergy | null {
    const { directives } = this.#parts;
    const expected = directives.order(engine.id)?.expected ?? engine.nominal;
    return requestEnergy(directives, expected, tokens, engine.simulated);
  }

  over(booking: Booking, ended: Omit<UsageRecord, 'endMs'>, why: Failure | null): void {
    this.#underWay.delete(booking);
    const { engine, class: name, status, outputTokens } = ended;
    this.#admission.settle(name, booking.parts.reservedJoules, ended.itJoules);
    if (status === 200 && outputTokens > 0) {
      const mean = this.#meanOutput.get(engine) ?? FIRST_MEAN_OUTPUT;
      this.#meanOutput.set(engine, mean + MEAN_WEIGHT * (outputTokens - mean));
    }
    if (why !== null) {
      const { requestId, model } = ended;
      this.#parts.log.warn(why.fault.message, { code: why.fault.code, request: requestId, model, engine });
    }
    const record = { ...ended, endMs: this.#parts.clock.nowMs() };
    this.#parts.metrics.record(record);
    this.#parts.onUsage(record);
  }

  /** Breaks off whatever is under way. */
  breakOff(why: Failure): void {
    for (const exchange of this.#underWay.values()) exchange.breakOff(why);
  }

  #route(model: string): Route | Failure {
    const route = this.#routes.get(model);
    if (route !== undefined) return route;
    const models = [...this.#routes.keys()].join(', ');
    return failure('JW_MODEL_UNKNOWN', { model: model.slice(0, 100), models }, { where: 'model' });
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

  #start(
    endpoint: Endpoint,
    request: ApiRequest,
    { engine, model }: Route,
    { path, body, rendering }: Passage,
    asked: Asked,
    outlet: Outlet,
  ): void {
    const { requestId, principal, trace, headers = {} } = asked;
    const { class: name, stream, inputTokens, maxTokens } = request;
    const { load } = this.#parts;
    const reservedJoules = this.#expectedJoules(request, engine);
    const why = this.#admission.admit(engine.id, name, load.under(engine.id), reservedJoules);
    if (why !== null) {
      this.#refuse(outlet, asked, why, endpoint.errors, request.model, name);
      return;
    }
    const booking = new Booking(this, {
      requestId,
      principal,
      model: request.model,
      operation: endpoint.operation,
      class: name,
      stream,
      engine,
      inputTokens,
      tally: load.of(engine.id, name),
      reservedJoules,
      trace,
    });
    const bounds = {
      inputTokens: asked.bodyChars * MOST_TOKENS_PER_CHAR + MOST_TOKENS_BESIDE,
      outputTokens: maxTokens === null ? MOST_OUTPUT_TOKENS : maxTokens + MOST_TOKENS_OVER,
    };
    const call = { requestId, path, body, model, stream, inputTokens, trace };
    const exchange = new Exchange({ booking, call, rendering, errors: endpoint.errors, bounds, outlet, headers });
    this.#underWay.set(booking, exchange);
    exchange.start();
  }

  #expectedJoules({ inputTokens, maxTokens }: ApiRequest, engine: Engine): number {
    const expected = this.#parts.directives.order(engine.id)?.expected ?? engine.nominal;
    if (expected === null) return 0;
    const mean = this.#meanOutput.get(engine.id) ?? FIRST_MEAN_OUTPUT;
    const outputTokens = Math.min(mean, maxTokens ?? mean);
    return itJoules(expected, { inputTokens, outputTokens, cachedTokens: 0, estimated: true });
  }

  #refuse(outlet: Outlet, asked: Asked, why: Failure, errors: ErrorStyle, model: string, name: string): void {
    this.#parts.metrics.refused(model, name, why.http);
    writeFailure(outlet, asked.requestId, why, errors, asked.headers);
  }
}
