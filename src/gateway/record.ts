import type { TrafficClass } from '../control/contract.ts';
import type { JsonObject } from '../engines/contract.ts';
import type { Principal } from './tenants/principal.ts';

/** One request that reached an engine: what it used. */
export interface UsageRecord {
  readonly requestId: string;
  /** Wall clock at its end, ms UTC. */
  readonly endMs: number;
  /** Whose request it was. */
  readonly principal: Principal;
  readonly model: string;
  /** What was asked, in the words of OpenTelemetry: `chat`, `text_completion`, `embeddings`, or the path of a relayed call. */
  readonly operation: string;
  readonly engine: string;
  /** Deployment of the site that the engine belongs to: what directives speak of. */
  readonly deployment: string;
  readonly class: TrafficClass;
  readonly stream: boolean;
  /** HTTP status of the answer; 499 when the caller went away first; the status of the failure when a stream broke off. */
  readonly status: number;
  /** Code of the failure; empty when there was none. */
  readonly code: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Input tokens that came from the engine's cache: they were not prefilled. */
  readonly cachedTokens: number;
  /** True when the engine did not count and text lengths were used. */
  readonly estimated: boolean;
  /** Zero when no figures were known. */
  readonly itJoules: number;
  readonly facilityJoules: number;
  readonly co2G: number;
  /** Part of the facility joules that came from own sun and wind; null where it is not known. */
  readonly greenJoules: number | null;
  readonly waterL: number;
  /** How the energy was found; empty where it is not known. */
  readonly method: string;
  /** Energy cost in currency units. */
  readonly cost: number;
  readonly currency: string;
  readonly simulated: boolean;
  readonly durationMs: number;
  /** Of that before its engine got it, ms. */
  readonly queuedMs: number;
  readonly ttftMs: number | null;
}

/** A request as a line of a batch has it; `url` is the path with its version, `/v1/embeddings`. */
export interface Line {
  readonly method: string;
  readonly url: string;
  readonly body: JsonObject;
}

/** What became of a line. */
export interface Executed {
  readonly status: number;
  /** Empty when what came was no JSON object, or nobody waits for it any more. */
  readonly body: JsonObject;
  /** Null when no engine was reached. */
  readonly record: UsageRecord | null;
}

/** Who a line belongs to and in which class it runs. */
export interface LineAsked {
  readonly requestId: string;
  readonly principal: Principal;
  readonly class: TrafficClass;
}
