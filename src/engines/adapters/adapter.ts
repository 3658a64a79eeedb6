/** Engines that are known by name. `openai` is any other server with an OpenAI-compatible API. */
export const ADAPTER_IDS = [
  'vllm',
  'sglang',
  'tensorrt-llm',
  'tgi',
  'mindie',
  'lmdeploy',
  'llama.cpp',
  'ollama',
  'openai',
] as const;
export type AdapterId = (typeof ADAPTER_IDS)[number];

/** How the series of one metric are brought together, such as those of several ranks. */
export type Gather = 'sum' | 'max' | 'mean';

/** A metric by its name, and the label values that pick its series. */
export interface Metric {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Names of an engine's metrics; what is left out it does not say. Shares are 0..1, times in seconds. */
export interface MetricNames {
  readonly running?: Metric;
  readonly waiting?: Metric;
  readonly kvUse?: Metric;
  /** Share of prompt tokens that came from the prefix cache, as the engine itself gives it. */
  readonly prefixHitShare?: Metric;
  /** Counters: prompt tokens found in the prefix cache, and looked up. */
  readonly prefixHits?: Metric;
  readonly prefixLookups?: Metric;
  /** Counters of tokens. */
  readonly promptTokens?: Metric;
  readonly outputTokens?: Metric;
  /** Histograms; the mean is taken from `_sum` and `_count`. */
  readonly ttft?: Metric;
  readonly tpot?: Metric;
}

/** Metric names for a range of versions. */
export interface VersionRange {
  /** First version that the names hold for; '' = all before `below`. */
  readonly from: string;
  /** First version that they no longer hold for; left out = all later ones. */
  readonly below?: string;
  readonly metrics: MetricNames;
}

/** A path below the version that an engine serves besides `OPENAI_PATHS`, and since which version; '' = in all. */
export interface NativePath {
  readonly path: '/responses' | '/messages';
  readonly from: string;
}

/** A call that puts an engine to sleep or wakes it. */
export interface Verb {
  readonly method: 'POST';
  /** From the root of the server. */
  readonly path: string;
  /** `{model}` in its values becomes the model's name. */
  readonly body?: Readonly<Record<string, string | number | boolean>>;
}

/** What is known of a kind of engine: data only. */
export interface Adapter {
  readonly id: AdapterId;
  readonly name: string;
  /** Newest first. Versions that were read for this table, as people write them. */
  readonly versions: string;
  /** What must be switched on at the server for its metrics; '' = nothing. */
  readonly needs: string;
  /** Paths from the root of the server. */
  readonly health: string;
  readonly metricsPath: string | null;
  /** Where its version is told, and the field that holds it. */
  readonly version: { readonly path: string; readonly field: string } | null;
  /** Names by version, newest first. */
  readonly ranges: readonly VersionRange[];
  /** What it serves in its own words; translated to chat completions where it does not, or its version is not known. */
  readonly natively: readonly NativePath[];
  readonly sleep: Verb | null;
  readonly wake: Verb | null;
  /** The same where weights are given up for good, and read again by the calls of the wake, in their order. */
  readonly discarding?: { readonly sleep: Verb; readonly wake: readonly Verb[] };
  /** Where it says whether it sleeps, and the field. */
  readonly asleep: { readonly path: string; readonly field: string } | null;
  /** What must be switched on at the server for sleeping. */
  readonly sleepNeeds: string;
  /** Ways in which it differs from the OpenAI API, and that are set right on the way. */
  readonly deviations: readonly string[];
  readonly source: string;
}
