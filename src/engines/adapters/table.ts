import type { Adapter, AdapterId } from './adapter.ts';
import { metric } from './metric.ts';
import { OLDER_VLLM, VLLM, VLLM_DISCARDING } from './vllm.ts';

/**
 * Engines as data. To add one is to add a row. The paths are from the root of the server (the address without its `/v1`).
 * What a row says was read in the engine's own source or documentation; nothing of it was tried against all of them.
 */
export const ADAPTERS: readonly Adapter[] = [
  {
    id: 'vllm',
    name: 'vLLM',
    versions: '0.6 to 0.21, vLLM Ascend included',
    needs: '',
    health: '/health',
    metricsPath: '/metrics',
    version: { path: '/version', field: 'version' },
    ranges: [
      { from: '0.11', metrics: VLLM },
      { from: '0.9.2', below: '0.11', metrics: { ...VLLM, tpot: metric('vllm:time_per_output_token_seconds') } },
      { from: '', below: '0.9.2', metrics: OLDER_VLLM },
    ],
    natively: [
      { path: '/responses', from: '0.10.2' },
      { path: '/messages', from: '0.11.1' },
    ],
    sleep: { method: 'POST', path: '/sleep?level=1' },
    wake: { method: 'POST', path: '/wake_up' },
    discarding: VLLM_DISCARDING,
    asleep: { path: '/is_sleeping', field: 'is_sleeping' },
    sleepNeeds: 'VLLM_SERVER_DEV_MODE=1 and --enable-sleep-mode; its development endpoints must never face users',
    deviations: [],
    source:
      'vllm v1/metrics/loggers.py; docs/features/sleep_mode.md; GPUStack metrics_config.yaml (vLLM 0.21); responses: ' +
      'entrypoints/openai/serving_responses in its documentation of 0.10.2; messages: release notes of 0.11.1',
  },
  {
    id: 'sglang',
    name: 'SGLang',
    versions: '0.4 to 0.5',
    needs: '--enable-metrics',
    health: '/health',
    metricsPath: '/metrics',
    version: { path: '/get_server_info', field: 'version' },
    ranges: [
      {
        from: '',
        metrics: {
          running: metric('sglang:num_running_reqs'),
          waiting: metric('sglang:num_queue_reqs'),
          kvUse: metric('sglang:token_usage'),
          prefixHitShare: metric('sglang:cache_hit_rate'),
          promptTokens: metric('sglang:prompt_tokens_total'),
          outputTokens: metric('sglang:generation_tokens_total'),
          ttft: metric('sglang:time_to_first_token_seconds'),
          tpot: metric('sglang:inter_token_latency_seconds'),
        },
      },
    ],
    natively: [{ path: '/messages', from: '0.5.17' }],
    sleep: { method: 'POST', path: '/release_memory_occupation', body: {} },
    wake: { method: 'POST', path: '/resume_memory_occupation', body: {} },
    asleep: null,
    sleepNeeds: '--enable-memory-saver',
    deviations: [],
    source:
      'sglang docs/references/production_metrics.md and native_api; GPUStack metrics_config.yaml (SGLang 0.5.12); messages: ' +
      'pull requests 18630 and 28522 (June 2026), the first release known to be later',
  },
  {
    id: 'tensorrt-llm',
    name: 'TensorRT-LLM (trtllm-serve)',
    versions: '1.1 to 1.3',
    needs: 'return_perf_metrics: true, and enable_iter_perf_stats: true for queue and cache',
    health: '/health',
    // Its plain /metrics is a JSON list of steps, not for Prometheus
    metricsPath: '/prometheus/metrics',
    version: { path: '/version', field: 'version' },
    ranges: [
      {
        from: '',
        metrics: {
          running: metric('trtllm_num_requests_running'),
          waiting: metric('trtllm_num_requests_waiting'),
          kvUse: metric('trtllm_kv_cache_utilization'),
          prefixHitShare: metric('trtllm_kv_cache_hit_rate'),
          promptTokens: metric('trtllm_prompt_tokens_total'),
          outputTokens: metric('trtllm_generation_tokens_total'),
          ttft: metric('trtllm_time_to_first_token_seconds'),
          tpot: metric('trtllm_time_per_output_token_seconds'),
        },
      },
    ],
    natively: [{ path: '/responses', from: '1.2' }],
    sleep: null,
    wake: null,
    asleep: null,
    sleepNeeds: '',
    deviations: [],
    source:
      'TensorRT-LLM examples/serve/prometheus_metrics.py; llm-d router factories.go; AIPerf server metrics reference; ' +
      'responses: its page on trtllm-serve of 1.2.0rc6',
  },
  {
    id: 'tgi',
    name: 'Text Generation Inference',
    versions: '2 and 3 (in maintenance)',
    needs: '',
    health: '/health',
    metricsPath: '/metrics',
    version: { path: '/info', field: 'version' },
    ranges: [
      {
        from: '',
        metrics: {
          running: metric('tgi_batch_current_size'),
          waiting: metric('tgi_queue_size'),
          promptTokens: metric('tgi_request_input_length_sum'),
          outputTokens: metric('tgi_request_generated_tokens_sum'),
          tpot: metric('tgi_request_mean_time_per_token_duration'),
        },
      },
    ],
    natively: [],
    sleep: null,
    wake: null,
    asleep: null,
    sleepNeeds: '',
    deviations: [],
    source: 'text-generation-inference router/ and backends/ at db931fc',
  },
  {
    id: 'mindie',
    name: 'MindIE Service (Ascend)',
    versions: '2.3',
    needs: 'the address of its management port in `metrics`',
    health: '/v1/models',
    metricsPath: '/metrics',
    version: null,
    ranges: [
      {
        from: '',
        metrics: {
          running: metric('num_requests_running'),
          waiting: metric('num_requests_waiting'),
          kvUse: metric('npu_cache_usage_perc'),
          prefixHitShare: metric('npu_prefix_cache_hit_rate'),
          promptTokens: metric('prompt_tokens_total'),
          outputTokens: metric('generation_tokens_total'),
          ttft: metric('time_to_first_token_seconds'),
          tpot: metric('time_per_output_token_seconds'),
        },
      },
    ],
    natively: [],
    sleep: null,
    wake: null,
    asleep: null,
    sleepNeeds: '',
    deviations: [],
    source: 'GPUStack metrics_config.yaml (MindIE 2.3); metrics of the MindIE server as its source registers them',
  },
  {
    id: 'lmdeploy',
    name: 'LMDeploy',
    versions: '0.10 and later',
    needs: '--enable-metrics',
    health: '/health',
    metricsPath: '/metrics',
    version: null,
    ranges: [
      {
        from: '',
        metrics: {
          running: metric('lmdeploy:num_requests_running'),
          waiting: metric('lmdeploy:num_requests_waiting'),
          kvUse: metric('lmdeploy:gpu_cache_usage_perc'),
          promptTokens: metric('lmdeploy:prompt_tokens_total'),
          outputTokens: metric('lmdeploy:generation_tokens_total'),
          ttft: metric('lmdeploy:time_to_first_token_seconds'),
          tpot: metric('lmdeploy:time_per_output_token_seconds'),
        },
      },
    ],
    natively: [],
    sleep: { method: 'POST', path: '/sleep?level=1', body: {} },
    wake: { method: 'POST', path: '/wakeup', body: {} },
    asleep: { path: '/is_sleeping', field: 'is_sleeping' },
    sleepNeeds: '',
    deviations: [],
    source: 'lmdeploy metrics/loggers.py and serve/openai/api_server.py',
  },
  {
    id: 'llama.cpp',
    name: 'llama.cpp server',
    versions: 'b4000 and later',
    needs: '--metrics',
    health: '/health',
    metricsPath: '/metrics',
    version: { path: '/props', field: 'build_info' },
    ranges: [
      {
        from: '',
        metrics: {
          running: metric('llamacpp:requests_processing'),
          waiting: metric('llamacpp:requests_deferred'),
          prefixHits: metric('llamacpp:prompt_tokens_cached_total'),
          promptTokens: metric('llamacpp:prompt_tokens_total'),
          outputTokens: metric('llamacpp:tokens_predicted_total'),
        },
      },
    ],
    // Both came earlier; of this build it is known
    natively: [
      { path: '/responses', from: '8906' },
      { path: '/messages', from: '8906' },
    ],
    sleep: null,
    wake: null,
    asleep: null,
    sleepNeeds: '',
    deviations: [
      'the code of an error is a number and its param is absent',
      'the content of the first chunk is null',
      'chunks carry no usage: null, and a further object `timings`',
      'answers have no x-request-id',
    ],
    source:
      'llama.cpp tools/server/server-task.cpp; its server was run; messages and responses: pull requests 17570 (November ' +
      '2025) and 18486 (January 2026), release notes of b8906',
  },
  {
    id: 'ollama',
    name: 'Ollama',
    versions: '0.5 and later',
    needs: '',
    health: '/api/version',
    // It has no Prometheus page
    metricsPath: null,
    version: { path: '/api/version', field: 'version' },
    ranges: [],
    natively: [
      { path: '/responses', from: '0.13.3' },
      { path: '/messages', from: '0.14' },
    ],
    // An empty request loads a model, or unloads it where its keep_alive is none
    sleep: { method: 'POST', path: '/api/generate', body: { model: '{model}', keep_alive: 0 } },
    wake: { method: 'POST', path: '/api/generate', body: { model: '{model}' } },
    asleep: null,
    sleepNeeds: '',
    deviations: ['it says nothing of its load'],
    source:
      'ollama docs/api.md; no .go file of it at fb30760 names Prometheus; responses: its page on OpenAI compatibility; ' +
      'messages: release notes of 0.14.0',
  },
  {
    id: 'openai',
    name: 'any OpenAI-compatible server',
    versions: 'all',
    needs: '',
    health: '/v1/models',
    metricsPath: null,
    version: null,
    ranges: [],
    natively: [],
    sleep: null,
    wake: null,
    asleep: null,
    sleepNeeds: '',
    deviations: [],
    source: 'openai-openapi 2.3.0',
  },
];

/** The row of an engine. */
export function adapterOf(id: AdapterId): Adapter {
  return ADAPTERS.find((adapter) => adapter.id === id)!;
}
