import type { ChatCall, ChatRun, ChatSink, Expected, JsonObject } from './contract.ts';
import { type AnswerLength, simulatedText } from './simulated-text.ts';
import type { Timers } from './timing.ts';
import { CHARS_PER_TOKEN } from './tokens.ts';

/** Shortest time between two chunks: tokens that fall due within it share a chunk, so that fast streams keep their pace. */
const MIN_CHUNK_MS = 10;
const FINGERPRINT = 'joulewright-simulated';

/** What a simulated run is made of. */
export interface SimulatedRunParts {
  readonly call: ChatCall;
  readonly sink: ChatSink;
  readonly length: AnswerLength;
  readonly model: string;
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
export class SimulatedRun implements ChatRun {
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
      this.#chunk([{ index: 0, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }], null);
    }
    const chars = Math.min(this.#tokens * CHARS_PER_TOKEN, length.chars);
    if (chars > this.#chars) {
      const content = simulatedText(this.#chars, chars - this.#chars);
      this.#chars = chars;
      this.#chunk([{ index: 0, delta: { content }, logprobs: null, finish_reason: null }], null);
    }
    if (!done) {
      sink.flush();
      return;
    }
    this.#chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: length.finish }], null);
    this.#chunk([], this.#usage());
    sink.flush();
    this.#parts.over(this);
    sink.end();
  }

  #answer(): void {
    const { sink, length } = this.#parts;
    const content = simulatedText(0, length.chars);
    const message = { role: 'assistant', content, refusal: null };
    sink.answer({
      ...this.#frame('chat.completion'),
      choices: [{ index: 0, message, logprobs: null, finish_reason: length.finish }],
      usage: this.#usage(),
    });
    this.#parts.over(this);
    sink.end();
  }

  #chunk(choices: unknown[], usage: JsonObject | null): void {
    const chunk: JsonObject = { ...this.#frame('chat.completion.chunk'), choices, usage };
    this.#parts.sink.event(JSON.stringify(chunk), chunk);
  }

  #frame(object: string): JsonObject {
    return {
      id: `chatcmpl-${this.#parts.call.requestId}`,
      object,
      created: this.#parts.createdS,
      model: this.#parts.model,
      system_fingerprint: FINGERPRINT,
      joulewright: { simulated: true },
    };
  }

  #usage(): JsonObject {
    const input = this.#parts.call.inputTokens;
    const output = this.#tokens;
    return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  }
}
