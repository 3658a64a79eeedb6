import type { MetricNames, Verb } from './adapter.ts';
import { metric } from './metric.ts';

/** The names that vLLM's metrics share over its versions. */
export const VLLM: MetricNames = {
  running: metric('vllm:num_requests_running'),
  waiting: metric('vllm:num_requests_waiting'),
  kvUse: metric('vllm:kv_cache_usage_perc'),
  prefixHits: metric('vllm:prefix_cache_hits_total'),
  prefixLookups: metric('vllm:prefix_cache_queries_total'),
  promptTokens: metric('vllm:prompt_tokens_total'),
  outputTokens: metric('vllm:generation_tokens_total'),
  ttft: metric('vllm:time_to_first_token_seconds'),
  tpot: metric('vllm:request_time_per_output_token_seconds'),
};

/** Before 0.9.2. */
export const OLDER_VLLM: MetricNames = {
  ...VLLM,
  kvUse: metric('vllm:gpu_cache_usage_perc'),
  prefixHits: metric('vllm:gpu_prefix_cache_hits_total'),
  prefixLookups: metric('vllm:gpu_prefix_cache_queries_total'),
  tpot: metric('vllm:time_per_output_token_seconds'),
};

/** Level 2 of vLLM's sleep: weights are discarded, and a wake has them read again (vllm docs/features/sleep_mode.md). */
export const VLLM_DISCARDING: { readonly sleep: Verb; readonly wake: readonly Verb[] } = {
  sleep: { method: 'POST', path: '/sleep?level=2' },
  wake: [
    { method: 'POST', path: '/wake_up' },
    { method: 'POST', path: '/collective_rpc', body: { method: 'reload_weights' } },
    { method: 'POST', path: '/reset_prefix_cache' },
  ],
};
