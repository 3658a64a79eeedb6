import { createServer } from 'node:http';
import type { AdapterId } from '../../src/engines/adapters/adapter.ts';
import { listen } from './gateway-support.ts';

/** What a server of a kind answers: pages by path, in the shapes that its own source has. */
export interface Dialect {
  readonly adapter: AdapterId;
  readonly version: string | null;
  /** JSON or text by path; a function is asked at each request. */
  readonly pages: Readonly<Record<string, object | string>>;
}

const models = (id: string) => ({ object: 'list', data: [{ id, object: 'model', created: 1, owned_by: 'x' }] });

const histogram = (name: string, labels: string, sum: number, count: number): string =>
  `# TYPE ${name} histogram\n${name}_bucket{${labels}le="0.1"} 1.0\n${name}_bucket{${labels}le="+Inf"} ${count}\n` +
  `${name}_sum{${labels}} ${sum}\n${name}_count{${labels}} ${count}\n`.replaceAll(',}', '}');

const VLLM_LABELS = 'engine="0",model_name="org/m-7b",';

/** A vLLM page; older ones name cache and time per token differently. */
const vllmPage = (cache: string, hits: string, tpot: string): string =>
  [
    '# HELP vllm:num_requests_running Number of requests in model execution batches.',
    '# TYPE vllm:num_requests_running gauge',
    'vllm:num_requests_running{engine="0",model_name="org/m-7b"} 3.0',
    'vllm:num_requests_running{engine="1",model_name="org/m-7b"} 4.0',
    'vllm:num_requests_waiting{engine="0",model_name="org/m-7b"} 2.0',
    'vllm:num_requests_waiting{engine="1",model_name="org/m-7b"} 0.0',
    `vllm:${cache}{engine="0",model_name="org/m-7b"} 0.25`,
    `vllm:${cache}{engine="1",model_name="org/m-7b"} 0.5`,
    `vllm:${hits}_hits_total{engine="0",model_name="org/m-7b"} 600.0`,
    `vllm:${hits}_queries_total{engine="0",model_name="org/m-7b"} 1000.0`,
    'vllm:prompt_tokens_total{engine="0",model_name="org/m-7b"} 1000.0',
    'vllm:generation_tokens_total{engine="0",model_name="org/m-7b"} 500.0',
    histogram('vllm:time_to_first_token_seconds', VLLM_LABELS, 2, 10),
    histogram(`vllm:${tpot}`, VLLM_LABELS, 0.5, 10),
  ].join('\n');

const vllm = (version: string, page: string): Dialect => ({
  adapter: 'vllm',
  version,
  pages: { '/v1/models': models('org/m-7b'), '/health': '', '/version': { version }, '/metrics': page },
});

/** One server of each kind and of each range of versions. */
export const DIALECTS: Readonly<Record<string, Dialect>> = {
  'vllm 0.21': vllm('0.21.0', vllmPage('kv_cache_usage_perc', 'prefix_cache', 'request_time_per_output_token_seconds')),
  'vllm 0.10': vllm('0.10.1', vllmPage('kv_cache_usage_perc', 'prefix_cache', 'time_per_output_token_seconds')),
  'vllm 0.8': vllm('0.8.5', vllmPage('gpu_cache_usage_perc', 'gpu_prefix_cache', 'time_per_output_token_seconds')),
  sglang: {
    adapter: 'sglang',
    version: '0.5.12',
    pages: {
      '/v1/models': models('org/m-7b'),
      '/health': '',
      '/get_server_info': { version: '0.5.12', model_path: 'org/m-7b' },
      '/metrics': [
        'sglang:num_running_reqs{model_name="org/m-7b",tp_rank="0"} 7.0',
        'sglang:num_queue_reqs{model_name="org/m-7b",tp_rank="0"} 2.0',
        'sglang:token_usage{model_name="org/m-7b",tp_rank="0"} 0.5',
        'sglang:cache_hit_rate{model_name="org/m-7b",tp_rank="0"} 0.6',
        'sglang:prompt_tokens_total{model_name="org/m-7b"} 1000.0',
        'sglang:generation_tokens_total{model_name="org/m-7b"} 500.0',
        histogram('sglang:time_to_first_token_seconds', 'model_name="org/m-7b",', 2, 10),
        histogram('sglang:inter_token_latency_seconds', 'model_name="org/m-7b",', 0.5, 10),
      ].join('\n'),
    },
  },
  'tensorrt-llm': {
    adapter: 'tensorrt-llm',
    version: '1.2.0',
    pages: {
      '/v1/models': models('org/m-7b'),
      '/health': '',
      '/version': { version: '1.2.0' },
      '/metrics': [],
      '/prometheus/metrics': [
        'trtllm_num_requests_running{model_name="org/m-7b"} 7.0',
        'trtllm_num_requests_waiting{model_name="org/m-7b"} 2.0',
        'trtllm_kv_cache_utilization{model_name="org/m-7b"} 0.5',
        'trtllm_kv_cache_hit_rate{model_name="org/m-7b"} 0.6',
        'trtllm_prompt_tokens_total{model_name="org/m-7b"} 1000.0',
        'trtllm_generation_tokens_total{model_name="org/m-7b"} 500.0',
        histogram('trtllm_time_to_first_token_seconds', 'model_name="org/m-7b",', 2, 10),
        histogram('trtllm_time_per_output_token_seconds', 'model_name="org/m-7b",', 0.5, 10),
      ].join('\n'),
    },
  },
  tgi: {
    adapter: 'tgi',
    version: '3.3.5',
    pages: {
      '/v1/models': models('org/m-7b'),
      '/health': '',
      '/info': { model_id: 'org/m-7b', version: '3.3.5', max_concurrent_requests: 128 },
      '/metrics': [
        'tgi_batch_current_size 7',
        'tgi_queue_size 2',
        'tgi_request_input_length_sum 1000',
        'tgi_request_generated_tokens_sum 500',
        histogram('tgi_request_mean_time_per_token_duration', '', 0.5, 10),
      ].join('\n'),
    },
  },
  mindie: {
    adapter: 'mindie',
    version: null,
    pages: {
      '/v1/models': models('org/m-7b'),
      '/metrics': [
        'num_requests_running{model_name="org/m-7b"} 7',
        'num_requests_waiting{model_name="org/m-7b"} 2',
        'npu_cache_usage_perc{model_name="org/m-7b"} 0.5',
        'npu_prefix_cache_hit_rate{model_name="org/m-7b"} 0.6',
        'prompt_tokens_total{model_name="org/m-7b"} 1000',
        'generation_tokens_total{model_name="org/m-7b"} 500',
        histogram('time_to_first_token_seconds', 'model_name="org/m-7b",', 2, 10),
        histogram('time_per_output_token_seconds', 'model_name="org/m-7b",', 0.5, 10),
      ].join('\n'),
    },
  },
  lmdeploy: {
    adapter: 'lmdeploy',
    version: null,
    pages: {
      '/v1/models': models('org/m-7b'),
      '/health': '',
      '/metrics': [
        'lmdeploy:num_requests_running{engine="0",model_name="org/m-7b"} 7.0',
        'lmdeploy:num_requests_waiting{engine="0",model_name="org/m-7b"} 2.0',
        'lmdeploy:gpu_cache_usage_perc{engine="0",model_name="org/m-7b"} 0.5',
        'lmdeploy:prompt_tokens_total{engine="0",model_name="org/m-7b"} 1000.0',
        'lmdeploy:generation_tokens_total{engine="0",model_name="org/m-7b"} 500.0',
        histogram('lmdeploy:time_to_first_token_seconds', 'model_name="org/m-7b",', 2, 10),
        histogram('lmdeploy:time_per_output_token_seconds', 'model_name="org/m-7b",', 0.5, 10),
      ].join('\n'),
    },
  },
  'llama.cpp': {
    adapter: 'llama.cpp',
    version: 'b6500-1a2b3c4d',
    pages: {
      '/v1/models': models('org/m-7b'),
      '/health': { status: 'ok' },
      '/props': { default_generation_settings: {}, total_slots: 4, build_info: 'b6500-1a2b3c4d' },
      '/metrics': [
        '# HELP llamacpp:requests_processing Number of requests processing.',
        'llamacpp:requests_processing 7',
        'llamacpp:requests_deferred 2',
        'llamacpp:prompt_tokens_total 1000',
        'llamacpp:prompt_tokens_cached_total 600',
        'llamacpp:tokens_predicted_total 500',
      ].join('\n'),
    },
  },
  ollama: {
    adapter: 'ollama',
    version: '0.12.3',
    pages: {
      '/v1/models': models('org/m-7b'),
      '/api/version': { version: '0.12.3' },
      '/api/ps': { models: [] },
    },
  },
  'any other': { adapter: 'openai', version: null, pages: { '/v1/models': models('org/m-7b') } },
};

export interface FakeServer {
  /** With `/v1`. */
  readonly url: string;
  /** `POST /path body` of every call other than GET. */
  readonly posts: string[];
  /** What the pages are from now on. */
  pages: Record<string, object | string>;
  /** Answers every POST with this status. */
  postStatus: number;
  close(): void;
}

/** A server that gives the pages of a dialect. */
export async function fakeServer(dialect: Dialect): Promise<FakeServer> {
  const posts: string[] = [];
  const fake = { posts, pages: { ...dialect.pages }, postStatus: 200 };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => {
      text += part.toString();
    });
    request.on('end', () => {
      if (request.method === 'POST') {
        posts.push(`POST ${request.url} ${text}`.trim());
        response.writeHead(fake.postStatus).end();
        return;
      }
      const page = fake.pages[request.url!.split('?', 1)[0]!];
      if (page === undefined) response.writeHead(404).end('{"detail":"Not Found"}');
      else if (typeof page === 'string') response.writeHead(200, { 'content-type': 'text/plain' }).end(page);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
    });
  });
  const port = await listen(server);
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return Object.assign(fake, { url: `http://127.0.0.1:${port}/v1`, close });
}
