/** How an engine schedules. */
export interface Scheduling {
  /** Tokens of a step, decodes included: vLLM's max_num_batched_tokens. */
  readonly stepTokens: number;
  /** Steps that one event may cover; 1 steps one by one, for tests. */
  readonly mostSteps: number;
}

/** vLLM's default for max_num_batched_tokens with chunked prefill. */
export const STEP_TOKENS = 2048;
