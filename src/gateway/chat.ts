import type { ServerResponse } from 'node:http';
import type { Engine } from '../engines/contract.ts';
import { type Failure, failure } from '../engines/failure.ts';
import type { TokenCount } from '../engines/meter.ts';
import { steadyClock } from '../engines/timing.ts';
import { countMessages } from '../engines/tokens.ts';
import { fail } from '../errors/error.ts';
import type { Clock } from '../series/clock.ts';
import { Admission } from './admission.ts';
import { writeFailure } from './answer.ts';
import type { ModelEntry, UsageRecord } from './contract.ts';
import type { DirectiveHolder } from './directive.ts';
import { itJoules, type RequestEnergy, requestEnergy } from './energy.ts';
import { Exchange, type ExchangeHost } from './exchange.ts';
import type { LoadMeter } from './load.ts';
import type { Log } from './log.ts';
import type { GatewayMetrics } from './metrics.ts';
import { type ChatRequest, isWrong, parseChat } from './request.ts';
import type { Principal } from './tenants/principal.ts';

/** Output tokens assumed of an engine before it has answered anything. */
const FIRST_MEAN_OUTPUT = 200;
/** Weight of the newest answer in the running mean. */
const MEAN_WEIGHT = 0.05;

/** What the chat service works with. */
export interface ChatParts {
  readonly engines: readonly Engine[];
  readonly models: readonly ModelEntry[];
  readonly directives: DirectiveHolder;
  readonly load: LoadMeter;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly onUsage: (record: UsageRecord) => void;
}

/** Takes chat requests from validation over admission to an engine, and keeps the books. */
export class ChatService implements ExchangeHost {
  readonly #parts: ChatParts;
  readonly #admission: Admission;
  readonly #routes = new Map<string, Engine>();
  readonly #underWay = new Set<Exchange>();
  readonly #meanOutput = new Map<string, number>();

  /** Throws JW_ENGINE_CONFIG when a model names an engine that is not there. */
  constructor(parts: ChatParts) {
    this.#parts = parts;
    this.#admission = new Admission(parts.directives);
    for (const { name, engine: id } of parts.models) {
      const engine = parts.engines.find((e) => e.id === id);
      if (engine === undefined)
        fail('JW_ENGINE_CONFIG', { engine: id, reason: `model "${name}" needs it, and it is not there` });
      this.#routes.set(name, engine);
    }
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  nowMs(): number {
    return steadyClock.nowMs();
  }

  wallMs(): number {
    return this.#parts.clock.nowMs();
  }

  /** Answers a request whose body was parsed from JSON. */
  handle(body: unknown, requestId: string, principal: Principal, response: ServerResponse): void {
    const request = parseChat(body);
    if (isWrong(request)) {
      this.#refuse(response, requestId, request, 'unknown', 'unknown');
      return;
    }
    const engine = this.#routes.get(request.model);
    if (engine === undefined) {
      const models = [...this.#routes.keys()].join(', ');
      const why = failure('JW_MODEL_UNKNOWN', { model: request.model.slice(0, 100), models }, { where: 'model' });
      this.#refuse(response, requestId, why, 'unknown', request.class);
      return;
    }
    this.#start(request, engine, requestId, principal, response);
  }

  energy(engine: Engine, tokens: TokenCount): RequestEnergy | null {
    const { directives } = this.#parts;
    const expected = directives.order(engine.id)?.expected ?? engine.nominal;
    return requestEnergy(directives, expected, tokens, engine.simulated);
  }

  over(exchange: Exchange, ended: Omit<UsageRecord, 'endMs'>, why: Failure | null): void {
    this.#underWay.delete(exchange);
    const { engine, class: name, status, outputTokens } = ended;
    this.#admission.settle(name, exchange.parts.reservedJoules, ended.itJoules);
    if (status === 200) {
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
    for (const exchange of this.#underWay) exchange.breakOff(why);
  }

  #start(
    request: ChatRequest,
    engine: Engine,
    requestId: string,
    principal: Principal,
    response: ServerResponse,
  ): void {
    const { load } = this.#parts;
    const inputTokens = countMessages(request.messages);
    const reservedJoules = this.#expectedJoules(request, engine, inputTokens);
    const why = this.#admission.admit(engine.id, request.class, load.under(engine.id), reservedJoules);
    if (why !== null) {
      this.#refuse(response, requestId, why, request.model, request.class);
      return;
    }
    const tally = load.of(engine.id, request.class);
    const parts = { requestId, principal, request, engine, inputTokens, tally, response, reservedJoules };
    const exchange = new Exchange(this, parts);
    this.#underWay.add(exchange);
    exchange.start();
  }

  #expectedJoules(request: ChatRequest, engine: Engine, inputTokens: number): number {
    const expected = this.#parts.directives.order(engine.id)?.expected ?? engine.nominal;
    if (expected === null) return 0;
    const mean = this.#meanOutput.get(engine.id) ?? FIRST_MEAN_OUTPUT;
    const outputTokens = Math.min(mean, request.maxTokens ?? mean);
    return itJoules(expected, { inputTokens, outputTokens, cachedTokens: 0, estimated: true });
  }

  #refuse(response: ServerResponse, requestId: string, why: Failure, model: string, name: string): void {
    this.#parts.metrics.refused(model, name, why.http);
    writeFailure(response, requestId, why);
  }
}
