import type { TrafficClass } from '../../control/contract.ts';
import type { JsonObject, Shared } from '../../engines/contract.ts';
import type { TokenCount } from '../../engines/dialects/dialect.ts';
import type { Failure } from '../../engines/failure.ts';
import type { ErrorStyle } from '../answer.ts';
import type { RequestEnergy } from '../energy.ts';

/** A request whose fields are known to be sound. */
export interface ApiRequest {
  readonly body: JsonObject;
  readonly model: string;
  readonly stream: boolean;
  /** The caller asked for a usage chunk at the end of the stream. */
  readonly includeUsage: boolean;
  readonly class: TrafficClass;
  /** The service tier to name in the answer; null when the caller named none. */
  readonly tier: string | null;
  /** Most output tokens, over all choices; null = no limit asked for. */
  readonly maxTokens: number | null;
  /** By the estimate of `tokens.ts`. */
  readonly inputTokens: number;
}

/** What is known of an answer when it has ended. */
export interface Counted {
  readonly tokens: TokenCount;
  /** Null when no figures are known. */
  readonly energy: RequestEnergy | null;
}

/** What ids and times of an answer are made of. */
export interface Identity {
  readonly requestId: string;
  /** Unix seconds. */
  readonly createdS: number;
}

/** Writes one answer as its caller reads it. */
export interface Rendering {
  /** The whole answer; the engine's body may be changed in place. */
  answer(body: JsonObject, counted: Counted): string;
  /** Text of one event of the engine's stream; may be empty. `data` as in `EngineSink.event`. */
  event(data: string | null, event: JsonObject, name: string): string;
  /** As in `EngineSink`; left out = each event is wanted whole. */
  alike?(shared: Shared): boolean;
  another?(data: string, literal: string): string;
  /** What ends a stream that came whole. */
  end(counted: Counted): string;
  /** What ends a stream that broke off. */
  broken(why: Failure): string;
}

/** A request in the words of chat completions, for an engine that does not serve its own path. */
export interface Translated {
  readonly body: JsonObject;
  readonly rendering: Rendering;
}

/** One path of the API. */
export interface Endpoint {
  /** Below the version. */
  readonly path: string;
  /** `gen_ai.operation.name` of the OpenTelemetry conventions. */
  readonly operation: string;
  readonly errors: ErrorStyle;
  /** Checks a parsed body: what the gateway itself relies on, and what any engine would refuse; all else passes as it is. */
  parse(body: unknown): ApiRequest | Failure;
  /** For an engine that serves the path. */
  native(request: ApiRequest, identity: Identity): Rendering;
  /** For an engine that serves chat completions only; undefined where that cannot be. */
  readonly translate?: (request: ApiRequest, identity: Identity) => Translated | Failure;
}

/** True when something wrong was found in place of what was asked for. */
export function isFailure<T extends object>(value: T | Failure): value is Failure {
  return 'fault' in value;
}
