import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { reasonOf } from '../errors/error.ts';
import type { EngineCall, EngineRun, EngineSink, JsonObject } from './contract.ts';
import type { Placed } from './crowd.ts';
import type { Dialect } from './dialects/dialect.ts';
import { type Failure, failure } from './failure.ts';
import { isObject, isTooDeep } from './json.ts';
import { Likeness } from './likeness.ts';
import { connectionFailure, pathFailure, statusFailure } from './openai-failure.ts';
import { type SseEvent, SseParser } from './sse.ts';

/** Times after which an engine is given up, ms. */
export interface EngineTimeouts {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** From the request to the first byte of a stream: queueing and prefill. */
  readonly firstByteMs: number;
  /** From the request to the head of an answer without stream: the whole generation. */
  readonly answerMs: number;
  /** Between two reads of an answer that has begun. */
  readonly idleMs: number;
  /** From the request to the end of a stream, however lively it is. */
  readonly wholeMs: number;
}

/** What a run needs of its engine. */
export interface RunHost {
  readonly id: string;
  readonly timeouts: EngineTimeouts;
  nowMs(): number;
  /** The run is over; nothing of it is under way at the engine. */
  over(run: TimedRun): void;
}

/** A run that its engine looks after: times out, and can be told to stop. */
export interface TimedRun extends EngineRun, Placed {
  /** Called now and then by the engine: gives up an engine that has been silent, or has gone on, for too long. */
  sweep(nowMs: number): void;
}

/** Longest answer or single event that is taken, bytes: far above any real one, it bounds memory. */
const MAX_ANSWER = 64 * 1024 * 1024;
const MAX_EVENT = 8 * 1024 * 1024;
/** Shorter texts cannot be nested deeply enough to do harm. */
const DEEP_FROM = 2_000;
const MAX_STREAM = 512 * 1024 * 1024;
export const MAX_ERROR = 64 * 1024;
/** How long a connection may stay open after the last word of its stream. */
const AFTERWARDS_MS = 2_000;
export const CANCELLED = new Error('the caller has gone');

/** One call to an OpenAI-compatible engine: undici's handler on one side, the sink on the other. */
export class OpenAiRun implements TimedRun, Dispatcher.DispatchHandler {
  place = -1;
  readonly #host: RunHost;
  readonly #call: EngineCall;
  readonly #sink: EngineSink;
  readonly #dialect: Dialect;
  readonly #identity: { id: string; created: number; model: string };
  #controller: Dispatcher.DispatchController | null = null;
  #parser: SseParser | null = null;
  #parts: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #retryAfter: string | undefined;
  #begun = false;
  #finished = false;
  /** The sink has had its last word. */
  #closed = false;
  #deadlineMs: number;
  readonly #endMs: number;
  readonly #likeness: Likeness | null;
  readonly #take = (event: SseEvent): void => this.#event(event);

  constructor(host: RunHost, call: EngineCall, sink: EngineSink, createdS: number, dialect: Dialect) {
    this.#host = host;
    this.#call = call;
    this.#sink = sink;
    this.#dialect = dialect;
    const mayBeAlike = call.stream && call.path === '/chat/completions' && sink.alike !== undefined;
    this.#likeness = mayBeAlike ? new Likeness() : null;
    this.#identity = { id: `${dialect.idPrefix}${call.requestId}`, created: createdS, model: call.model };
    const nowMs = host.nowMs();
    this.#deadlineMs = nowMs + (call.stream ? host.timeouts.firstByteMs : host.timeouts.answerMs);
    this.#endMs = nowMs + host.timeouts.wholeMs;
  }

  cancel(): void {
    this.#closed = true;
    this.#controller?.abort(CANCELLED);
  }

  pause(): void {
    this.#controller?.pause();
    this.#deadlineMs = Number.POSITIVE_INFINITY;
  }

  resume(): void {
    this.#deadlineMs = this.#host.nowMs() + this.#host.timeouts.idleMs;
    this.#controller?.resume();
  }

  sweep(nowMs: number): void {
    const { firstByteMs, answerMs, idleMs, wholeMs } = this.#host.timeouts;
    const engine = this.#host.id;
    if (nowMs >= this.#endMs && this.#call.stream && !this.#closed) {
      this.#fail(failure('JW_ENGINE_ENDLESS', { engine, limit: `${wholeMs / 1000} s` }, { retry: false }));
      return;
    }
    if (nowMs < this.#deadlineMs) return;
    const wait = this.#call.stream ? firstByteMs : answerMs;
    if (this.#begun) this.#fail(failure('JW_ENGINE_STALLED', { engine, seconds: idleMs / 1000 }, { retry: true }));
    else this.#fail(failure('JW_ENGINE_FIRST_BYTE', { engine, seconds: wait / 1000 }, { retry: false }));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#closed) controller.abort(CANCELLED);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    const retryAfter = headers['retry-after'];
    this.#retryAfter = typeof retryAfter === 'string' ? retryAfter : undefined;
    if (status !== 200) {
      this.#touch();
      return;
    }
    if (!this.#call.stream) {
      this.#touch();
      return;
    }
    const type = headers['content-type'] ?? 'no content type';
    if (String(type).includes('text/event-stream')) this.#parser = new SseParser();
    else this.#garbage(`it answered a stream request with ${type}`);
  }

  onResponseData(_controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#closed) return;
    this.#touch();
    this.#bytes += bytes.length;
    if (this.#parser !== null) {
      this.#parser.push(bytes, this.#take);
      if (this.#closed) return;
      this.#sink.flush();
      if (this.#parser.pending > MAX_EVENT) this.#garbage(`an event of more than ${MAX_EVENT} bytes`);
      else if (this.#bytes > MAX_STREAM) {
        const engine = this.#host.id;
        this.#fail(failure('JW_ENGINE_ENDLESS', { engine, limit: `${MAX_STREAM} bytes` }, { retry: false }));
      }
      return;
    }
    if (this.#status === 200) {
      this.#parts.push(bytes);
      if (this.#bytes > MAX_ANSWER) this.#garbage(`an answer of more than ${MAX_ANSWER} bytes`);
    } else if (this.#bytes <= MAX_ERROR) this.#parts.push(bytes);
  }

  onResponseEnd(): void {
    this.#host.over(this);
    if (this.#closed) return;
    if (this.#parser !== null) {
      // Some engines leave [DONE] out; an answer whose choice was finished is whole all the same.
      if (this.#finished) this.#end();
      else this.#garbage('its stream ended in the middle of the answer');
      return;
    }
    const body = this.#parts.length === 1 ? this.#parts[0]!.toString() : Buffer.concat(this.#parts).toString();
    if (this.#status === 200) this.#answer(body);
    else this.#refused(body);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#host.over(this);
    if (!this.#closed) {
      this.#fail(connectionFailure(this.#host.id, error, this.#begun, this.#host.timeouts.connectMs));
    }
  }

  #touch(): void {
    this.#begun = true;
    this.#deadlineMs = this.#host.nowMs() + this.#host.timeouts.idleMs;
  }

  #answer(body: string): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(body);
    } catch {
      this.#garbage(`its body is not JSON: ${JSON.stringify(body.slice(0, 60))}`);
      return;
    }
    if (body.length > DEEP_FROM && isTooDeep(parsed)) {
      this.#garbage('its body is nested too deeply');
      return;
    }
    // A response has an `error` of its own, null as a rule; some engines send an error with status 200
    if (isObject(parsed) && isObject(parsed['error']) && parsed['object'] !== 'response') {
      this.#fail(statusFailure(this.#host.id, 500, body, undefined));
      return;
    }
    const wrong = this.#dialect.tidyAnswer(parsed, this.#identity);
    if (wrong !== '' || !isObject(parsed)) {
      this.#garbage(wrong);
      return;
    }
    this.#sink.answer(parsed);
    this.#end();
  }

  #event(event: SseEvent): void {
    if (this.#closed) return;
    const { data } = event;
    if (data === '[DONE]') {
      this.#sink.flush();
      this.#end();
      return;
    }
    if (data === '') return;
    const literal = event.name === '' ? (this.#likeness?.literal(data) ?? null) : null;
    if (literal !== null) {
      this.#sink.another?.(data, literal);
      return;
    }
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      this.#garbage(`a chunk is not JSON: ${JSON.stringify(data.slice(0, 60))}`);
      return;
    }
    if (data.length > DEEP_FROM && isTooDeep(chunk)) {
      this.#garbage('a chunk is nested too deeply');
      return;
    }
    if (event.name === 'error' || (isObject(chunk) && chunk['error'] !== undefined && chunk['error'] !== null)) {
      this.#fail(statusFailure(this.#host.id, 500, data, undefined));
      return;
    }
    const verdict = this.#dialect.tidyEvent(chunk, this.#identity);
    if (typeof verdict === 'object' || !isObject(chunk)) {
      this.#garbage(typeof verdict === 'object' ? verdict.wrong : 'a chunk is not a JSON object');
      return;
    }
    if (!this.#finished) this.#finished = this.#dialect.ends(chunk);
    this.#sink.event(verdict === 'as sent' ? data : null, chunk, event.name);
    if (verdict === 'as sent' && this.#likeness !== null) this.#learn(this.#likeness, data, chunk);
  }

  #learn(likeness: Likeness, data: string, chunk: JsonObject): void {
    const shared = likeness.learn(data, chunk);
    if (shared !== null && this.#sink.alike?.(shared) !== true) likeness.stop();
  }

  #refused(body: string): void {
    const read = this.#call.path === '/chat/completions' ? statusFailure : pathFailure;
    this.#fail(read(this.#host.id, this.#status, body, this.#retryAfter));
  }

  #garbage(reason: string): void {
    this.#fail(failure('JW_ENGINE_GARBAGE', { engine: this.#host.id, reason }));
  }

  #end(): void {
    this.#closed = true;
    this.#parts = [];
    // An engine that has said its last word and does not close is cut off then
    this.#deadlineMs = this.#host.nowMs() + AFTERWARDS_MS;
    try {
      this.#sink.end();
    } catch (error) {
      // A defect in writing the answer must not leave the caller without one
      this.#sink.fail(failure('JW_INTERNAL', { reason: reasonOf(error) }));
    }
  }

  /** Tells the sink once, and stops the engine's work. */
  #fail(why: Failure): void {
    const tell = !this.#closed;
    this.#closed = true;
    this.#parts = [];
    // Sweeping a run again must not abort twice
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    if (tell) this.#sink.fail(why);
    this.#controller?.abort(CANCELLED);
  }
}
