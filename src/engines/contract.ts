import type { Failure } from './failure.ts';
import type { EngineReading } from './reading.ts';

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

/** One request that an engine is to answer. The body was checked by the caller and is not changed. */
export interface EngineCall {
  readonly requestId: string;
  /** Path below the version of the API, `/chat/completions`: one that the engine `serves`. */
  readonly path: string;
  /** The request as its sender wrote it; the engine puts `model` in place of its own. */
  readonly body: JsonObject;
  /** The model's name at the engine: that of the engine itself, or of an adapter (LoRA) that it holds. */
  readonly model: string;
  readonly stream: boolean;
  /** Input tokens by the estimate of `tokens.ts`. */
  readonly inputTokens: number;
  /** W3C trace context of the sender, passed on as headers; null = none came. */
  readonly trace: Readonly<Record<string, string>> | null;
}

/** What events of a stream share: all but the text of their one choice. */
export interface Shared {
  readonly prefix: string;
  readonly suffix: string;
  /** The event with a text of ours, `PROBE` of `likeness.ts`. */
  readonly probe: JsonObject;
}

/**
 * Who takes the answer. Exactly one of `end` and `fail` comes last, and nothing comes after `cancel()`. Plain calls and no
 * promises, because a busy gateway relays hundreds of thousands of events per second.
 */
export interface EngineSink {
  /** The whole answer of a call without stream, in the shape that the OpenAI API gives the call's path; `end` follows. */
  answer(body: JsonObject): void;
  /**
   * One event of a stream: its JSON text as the engine sent it (null when missing keys had to be filled in, so that the text
   * no longer holds), the same parsed once, and its `event:` name (empty where the path's streams have none).
   */
  event(data: string | null, event: JsonObject, name: string): void;
  /**
   * Events will follow that share all but their text with one that was just given. Says whether they may come by `another`;
   * left out = each is wanted whole.
   */
  alike?(shared: Shared): boolean;
  /** One of them: as the engine sent it, and its text as a JSON string. */
  another?(data: string, literal: string): void;
  /** The events of one network read have all been given: a good moment to write them out together. */
  flush(): void;
  end(): void;
  fail(failure: Failure): void;
}

/** An answer under way. */
export interface EngineRun {
  /** Stops the engine's work at once; the sink hears nothing more. */
  cancel(): void;
  /** The sink cannot take more for now (its reader is slow), and can again. */
  pause(): void;
  resume(): void;
}

/** A request whose body and answer pass as bytes: a path that the gateway does not know in detail. */
export interface RelayCall {
  readonly requestId: string;
  readonly path: string;
  /** With the model's name at the engine already in it. */
  readonly body: string | Buffer;
  readonly contentType: string;
  readonly trace: Readonly<Record<string, string>> | null;
}

/** Who takes bytes. One of `end` and `fail` comes last; a status other than 2xx comes as `fail`. */
export interface RelaySink {
  head(status: number, contentType: string): void;
  bytes(part: Buffer): void;
  end(): void;
  fail(failure: Failure): void;
}

export interface EngineHealth {
  readonly up: boolean;
  /** Why it is not up; empty when it is. */
  readonly reason: string;
  readonly latencyMs: number;
}

/** Sleep gives memory back and keeps the process. Both reject with JW_ENGINE_SLEEP. */
export interface EngineRest {
  sleep(): Promise<void>;
  wake(): Promise<void>;
  /** Whether it says that it sleeps; null = it does not say. */
  asleep(): Promise<boolean | null>;
}

/** An inference engine, real or simulated. Adapters implement this; nothing here knows them. */
export interface Engine {
  readonly id: string;
  /** The model's name at the engine. */
  readonly model: string;
  readonly simulated: boolean;
  /** Figures of its configuration, used while the controller gives none; null = unknown. */
  readonly nominal: Expected | null;
  /** Deployment whose orders it obeys and in whose load it counts: its own id unless several engines serve one deployment. */
  readonly deployment: string;
  /**
   * Label of the place of a hosted API outside the site, for the rules on where data may go: it costs none of the site's
   * joules and sees what it is asked. Null = on the site.
   */
  readonly outside: string | null;
  /** Requests that it answers at once by its configuration; null = unknown. */
  readonly slots: number | null;
  /**
   * Paths below the version that it answers itself, `/chat/completions` as a rule among them. Responses and messages that are
   * not listed are translated to chat completions; anything else that is not listed is refused.
   */
  readonly serves: ReadonlySet<string>;
  /** Answers a call of a path that it serves and whose shape is known: see `dialects`. */
  start(call: EngineCall, sink: EngineSink): EngineRun;
  /** Answers a call of any other path that it serves; undefined = it has none. */
  relay?(call: RelayCall, sink: RelaySink): EngineRun;
  /** Input tokens of a messages request (Anthropic's) by its own tokenizer; null = it does not say. Never rejects. Undefined = it has none. */
  countTokens?(body: JsonObject, model: string): Promise<number | null>;
  /** Never rejects; takes at most about two seconds. */
  health(): Promise<EngineHealth>;
  /** What it says of its load, asked now and then; null = nothing. Rejects when it cannot be asked. Undefined = it says nothing. */
  read?(): Promise<EngineReading | null>;
  /** Puts it to sleep and wakes it. Undefined = it cannot, or that is not for the gateway to do. */
  readonly rest?: EngineRest | undefined;
  /** Ends idle connections and cancels what is under way. */
  close(): Promise<void>;
}
