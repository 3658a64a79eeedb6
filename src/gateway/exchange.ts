import type { ServerResponse } from 'node:http';
import type { ChatRun, ChatSink, Engine, JsonObject } from '../engines/contract.ts';
import type { Failure } from '../engines/failure.ts';
import { isObject, Meter, type TokenCount } from '../engines/meter.ts';
import { errorBody, writeFailure, writeJson } from './answer.ts';
import { holdsAsSent, rewriteChunk, usageChunk, usageOf } from './compose.ts';
import type { UsageRecord } from './contract.ts';
import type { RequestEnergy } from './energy.ts';
import type { ClassTally } from './load.ts';
import type { ChatRequest } from './request.ts';
import type { Principal } from './tenants/principal.ts';

/** Status that a record gets when the caller went away before its answer was whole (nginx's 499). */
export const CALLER_GONE = 499;
const NOTHING: TokenCount = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, estimated: true };

/** What an exchange needs of the service that started it. */
export interface ExchangeHost {
  /** Steady clock for durations. */
  nowMs(): number;
  /** Wall clock. */
  wallMs(): number;
  energy(engine: Engine, tokens: TokenCount): RequestEnergy | null;
  /** The exchange is over; energy and usage are known. */
  over(exchange: Exchange, record: Omit<UsageRecord, 'endMs'>, why: Failure | null): void;
}

/** What an exchange is about. */
export interface ExchangeParts {
  readonly requestId: string;
  readonly principal: Principal;
  readonly request: ChatRequest;
  readonly engine: Engine;
  readonly inputTokens: number;
  readonly tally: ClassTally;
  readonly response: ServerResponse;
  /** Joules at the IT boundary that admission took for it. */
  readonly reservedJoules: number;
}

/**
 * One chat request on its way: takes the engine's answer, meters it, and writes it to the caller. The head of a stream is not
 * written before its first event, so an engine that fails to begin is answered with an honest status.
 */
export class Exchange implements ChatSink {
  readonly parts: ExchangeParts;
  readonly #host: ExchangeHost;
  readonly #meter: Meter;
  readonly #startMs: number;
  #run: ChatRun | null = null;
  #ttftMs: number | null = null;
  /** Output tokens already counted in the load. */
  #counted = 0;
  #begun = false;
  #over = false;
  #out = '';
  #last: JsonObject | null = null;
  #usage: JsonObject | null = null;
  #answer: JsonObject | null = null;

  constructor(host: ExchangeHost, parts: ExchangeParts) {
    this.#host = host;
    this.parts = parts;
    this.#meter = new Meter(parts.inputTokens);
    this.#startMs = host.nowMs();
    const { tally, request } = parts;
    tally.requests += 1;
    tally.inputTokens += parts.inputTokens;
    if (request.stream) tally.waiting += 1;
    else tally.running += 1;
  }

  start(): void {
    const { engine, request, requestId, inputTokens, response } = this.parts;
    response.on('close', () => this.callerGone());
    this.#run = engine.chat({ requestId, body: request.body, stream: request.stream, inputTokens }, this);
    if (this.#over) this.#run.cancel();
  }

  /** The caller's connection has closed: if that was too early, the engine stops at once. */
  callerGone(): void {
    if (this.#over) return;
    this.#run?.cancel();
    this.#finish(CALLER_GONE, null);
  }

  /** Breaks off from this side. */
  breakOff(why: Failure): void {
    if (this.#over) return;
    this.#run?.cancel();
    this.fail(why);
  }

  answer(body: JsonObject): void {
    this.#begun = true;
    this.#answer = body;
    this.#meter.add(body);
  }

  event(data: string | null, chunk: JsonObject): void {
    if (this.#over) return;
    if (!this.#begun) this.#begin();
    this.#meter.add(chunk);
    const seen = this.#meter.outputSoFar;
    this.parts.tally.outputTokens += seen - this.#counted;
    this.#counted = seen;
    this.#last = chunk;
    const { request } = this.parts;
    const usage = chunk['usage'];
    const choices = chunk['choices'];
    if (isObject(usage)) {
      this.#usage = usage;
      if (Array.isArray(choices) && choices.length === 0) return;
    }
    this.#out += `data: ${data !== null && holdsAsSent(chunk, request) ? data : rewriteChunk(chunk, request)}\n\n`;
  }

  flush(): void {
    if (this.#over || this.#out === '') return;
    const { response } = this.parts;
    const out = this.#out;
    this.#out = '';
    if (!response.headersSent) this.#writeHead();
    if (response.write(out)) return;
    this.#run?.pause();
    response.once('drain', () => this.#run?.resume());
  }

  end(): void {
    if (this.#over) return;
    const tokens = this.#meter.total;
    const energy = this.#host.energy(this.parts.engine, tokens);
    const { response, request } = this.parts;
    if (this.#answer !== null) {
      this.#writeAnswer(this.#answer, tokens, energy);
    } else {
      if (!response.headersSent) this.#writeHead();
      if (request.includeUsage) {
        const usage = usageOf(this.#usage, tokens, energy);
        this.#out += `data: ${usageChunk(this.#last ?? this.#identity(), request, usage)}\n\n`;
      }
      response.end(`${this.#out}data: [DONE]\n\n`);
      this.#out = '';
    }
    this.#finish(200, null, tokens, energy);
  }

  fail(why: Failure): void {
    if (this.#over) return;
    const { response, requestId } = this.parts;
    if (response.headersSent || this.#out !== '') {
      if (!response.headersSent) this.#writeHead();
      // Clients of the API raise an error at a chunk that carries one
      response.end(`${this.#out}data: ${JSON.stringify(errorBody(why))}\n\n`);
      this.#out = '';
    } else {
      writeFailure(response, requestId, why);
    }
    this.#finish(why.http, why);
  }

  #begin(): void {
    this.#begun = true;
    this.#ttftMs = this.#host.nowMs() - this.#startMs;
    this.parts.tally.waiting -= 1;
    this.parts.tally.running += 1;
  }

  #writeAnswer(answer: JsonObject, tokens: TokenCount, energy: RequestEnergy | null): void {
    const { request, response } = this.parts;
    const usage = answer['usage'];
    answer['model'] = request.model;
    if (request.tier !== null) answer['service_tier'] = request.tier;
    answer['usage'] = usageOf(isObject(usage) ? usage : null, tokens, energy);
    const headers = this.#headers();
    if (energy !== null) headers['x-joulewright-joules'] = String(energy.joules);
    writeJson(response, 200, headers, JSON.stringify(answer));
  }

  /** For a stream of which the engine sent not one chunk. */
  #identity(): JsonObject {
    const created = Math.floor(this.#host.wallMs() / 1000);
    return { id: `chatcmpl-${this.parts.requestId}`, object: 'chat.completion.chunk', created };
  }

  #headers(): Record<string, string> {
    const { requestId, engine } = this.parts;
    const headers: Record<string, string> = { 'x-request-id': requestId, 'x-joulewright-engine': engine.id };
    if (engine.simulated) headers['x-joulewright-simulated'] = 'true';
    return headers;
  }

  #writeHead(): void {
    const headers = this.#headers();
    headers['content-type'] = 'text/event-stream; charset=utf-8';
    headers['cache-control'] = 'no-cache';
    headers['x-accel-buffering'] = 'no';
    this.parts.response.writeHead(200, headers);
  }

  #finish(status: number, why: Failure | null, counted?: TokenCount, known?: RequestEnergy | null): void {
    this.#over = true;
    const { tally, request, requestId, principal, engine, inputTokens } = this.parts;
    if (this.#ttftMs === null && request.stream) tally.waiting -= 1;
    else tally.running -= 1;
    const tokens = counted ?? (this.#begun ? this.#meter.total : NOTHING);
    // What the load counted by text length is set right by the engine's own count
    tally.outputTokens += tokens.outputTokens - this.#counted;
    if (this.#begun) tally.inputTokens += tokens.inputTokens - inputTokens;
    const energy = known === undefined ? this.#host.energy(engine, tokens) : known;
    const record = {
      requestId,
      principal,
      model: request.model,
      engine: engine.id,
      class: request.class,
      stream: request.stream,
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
      durationMs: this.#host.nowMs() - this.#startMs,
      ttftMs: this.#ttftMs,
    };
    this.#host.over(this, record, why);
  }
}
