import type { Failure } from './failure.ts';

/** A JSON object as parsed; every field is checked before it is used. */
export type JsonObject = { [key: string]: unknown };

/** What the controller expects of a deployment at its present load (`EngineOrder.expected` of the seam has this shape). */
export interface Expected {
  /** Mean wait before prefill starts, prefill per input token, time per output token: seconds, >= 0. */
  readonly queueS: number;
  readonly prefillSPerToken: number;
  readonly tpotS: number;
  /** Joules per input and per output token at the IT boundary, >= 0. */
  readonly prefillJPerToken: number;
  readonly decodeJPerToken: number;
}

/** One chat completion that an engine is to answer. The body was validated by the caller and is not changed. */
export interface ChatCall {
  readonly requestId: string;
  /** The request as its sender wrote it; the engine puts its own model name in place of `model`. */
  readonly body: JsonObject;
  readonly stream: boolean;
  /** Input tokens by the estimate of `tokens.ts`. */
  readonly inputTokens: number;
}

/**
 * Who takes the answer. Exactly one of `end` and `fail` comes last, and nothing comes after `cancel()`. Plain calls and no
 * promises, because a busy gateway relays hundreds of thousands of events per second.
 */
export interface ChatSink {
  /** The whole answer of a call without stream, in the shape of the OpenAI API; `end` follows. */
  answer(body: JsonObject): void;
  /**
   * One event of a stream: its JSON text as the engine sent it (null when missing keys had to be filled in, so that the text
   * no longer holds), and the same parsed once.
   */
  event(data: string | null, chunk: JsonObject): void;
  /** The events of one network read have all been given: a good moment to write them out together. */
  flush(): void;
  end(): void;
  fail(failure: Failure): void;
}

/** An answer under way. */
export interface ChatRun {
  /** Stops the engine's work at once; the sink hears nothing more. */
  cancel(): void;
  /** The sink cannot take more for now (its reader is slow), and can again. */
  pause(): void;
  resume(): void;
}

export interface EngineHealth {
  readonly up: boolean;
  /** Why it is not up; empty when it is. */
  readonly reason: string;
  readonly latencyMs: number;
}

/** An inference engine, real or simulated. Adapters implement this; nothing here knows them. */
export interface Engine {
  readonly id: string;
  /** The model's name at the engine. */
  readonly model: string;
  readonly simulated: boolean;
  /** Figures of its configuration, used while the controller gives none; null = unknown. */
  readonly nominal: Expected | null;
  chat(call: ChatCall, sink: ChatSink): ChatRun;
  /** Never rejects; takes at most about two seconds. */
  health(): Promise<EngineHealth>;
  /** Ends idle connections and cancels what is under way. */
  close(): Promise<void>;
}
