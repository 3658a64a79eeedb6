import type { EngineCall, EngineRun, EngineSink, Expected, JsonObject } from './contract.ts';
import { type AnswerLength, simulatedText } from './simulated-text.ts';
import type { Timers } from './timing.ts';
import { CHARS_PER_TOKEN } from './tokens.ts';

/** Shortest time between two chunks: tokens that fall due within it share a chunk, so that fast streams keep their pace. */
const MIN_CHUNK_MS = 10;
/** What marks every simulated answer. */
export const FINGERPRINT = 'joulewright-simulated';

/** What a simulated run is made of. */
export interface SimulatedRunParts {
  readonly call: EngineCall;
  readonly sink: EngineSink;
  readonly length: AnswerLength;
  readonly prefixHitShare: number;
  readonly createdS: number;
  readonly timers: Timers;
  /** Read at every step, so that a new directive changes the pace of answers under way. */
  readonly expected: () => Expected;
  readonly over: (run: SimulatedRun) => void;
}

/**
 * One simulated answer. Token k falls due at start + queueS + prefillSPerToken x input tokens + (k - 1) x tpotS; due times
 * add up from the start, so late timers do not slow the stream.
 */
export class SimulatedRun implements EngineRun {
  readonly #parts: SimulatedRunParts;
  #nextDueMs: number;
  #tokens = 0;
  #chars = 0;
  #opened = false;
  #paused = false;
  #cancelTimer: (() => void) | null = null;

  constructor(parts: SimulatedRunParts) {
    this.#parts = parts;
    const { queueS, prefillSPerToken } = parts.expected();
    this.#nextDueMs = parts.timers.nowMs() + (queueS + prefillSPerToken * parts.call.inputTokens) * 1000;
    this.#sleep();
  }

  cancel(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#parts.over(this);
  }

  pause(): void {
    this.#paused = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#sleep();
  }

  #sleep(): void {
    const { timers, call, length, expected } = this.#parts;
    // Without stream only the last token matters
    const ahead = call.stream ? 0 : Math.max(0, length.tokens - 1 - this.#tokens) * expected().tpotS * 1000;
    const wait = this.#nextDueMs + ahead - timers.nowMs();
    this.#cancelTimer = timers.after(Math.max(this.#opened ? MIN_CHUNK_MS : 0, wait), () => this.#wake());
  }

  #wake(): void {
    this.#cancelTimer = null;
    const { timers, length, call, expected } = this.#parts;
    const now = timers.nowMs();
    const tpotMs = expected().tpotS * 1000;
    // A millisecond of grace: timers fire up to one early
    while (this.#tokens < length.tokens && this.#nextDueMs <= now + 1) {
      this.#tokens++;
      this.#nextDueMs += tpotMs;
    }
    const done = this.#tokens >= length.tokens;
    if (call.stream) this.#stream(done);
    else if (done) this.#answer();
    if (!done && !this.#paused) this.#sleep();
  }

  #stream(done: boolean): void {
    const { sink, length } = this.#parts;
    if (!this.#opened && this.#tokens > 0) {
      this.#opened = true;
      if (this.#isChat) this.#chunk([this.#choice({ delta: { role: 'assistant', content: '' } }, null)], null);
    }
    const chars = Math.min(this.#tokens * CHARS_PER_TOKEN, length.chars);
    if (chars > this.#chars) {
      const content = simulatedText(this.#chars, chars - this.#chars);
      this.#chars = chars;
      this.#chunk([this.#choice(this.#isChat ? { delta: { content } } : { text: content }, null)], null);
    }
    if (!done) {
      sink.flush();
      return;
    }
    this.#chunk([this.#choice(this.#isChat ? { delta: {} } : { text: '' }, length.finish)], null);
    this.#chunk([], this.#usage());
    sink.flush();
    this.#parts.over(this);
    sink.end();
  }

  #answer(): void {
    const { sink, length } = this.#parts;
    const content = simulatedText(0, length.chars);
    const part = this.#isChat ? { message: { role: 'assistant', content, refusal: null } } : { text: content };
    sink.answer({
      ...this.#frame(this.#isChat ? 'chat.completion' : 'text_completion'),
      choices: [this.#choice(part, length.finish)],
      usage: this.#usage(),
    });
    this.#parts.over(this);
    sink.end();
  }

  get #isChat(): boolean {
    return this.#parts.call.path === '/chat/completions';
  }

  #choice(part: JsonObject, finish: string | null): JsonObject {
    return { index: 0, ...part, logprobs: null, finish_reason: finish };
  }

  #chunk(choices: unknown[], usage: JsonObject | null): void {
    const object = this.#isChat ? 'chat.completion.chunk' : 'text_completion';
    const chunk: JsonObject = { ...this.#frame(object), choices, usage };
    this.#parts.sink.event(JSON.stringify(chunk), chunk, '');
  }

  #frame(object: string): JsonObject {
    return {
      id: `${this.#isChat ? 'chatcmpl' : 'cmpl'}-${this.#parts.call.requestId}`,
      object,
      created: this.#parts.createdS,
      model: this.#parts.call.model,
      system_fingerprint: FINGERPRINT,
      joulewright: { simulated: true },
    };
  }

  #usage(): JsonObject {
    const input = this.#parts.call.inputTokens;
    const output = this.#tokens;
    const cached = Math.floor(this.#parts.prefixHitShare * input);
    const details = cached > 0 ? { prompt_tokens_details: { cached_tokens: cached } } : {};
    return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output, ...details };
  }
}
