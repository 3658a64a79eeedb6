import { Agent } from 'undici';
import { isObject } from '../json.ts';
import type { AdapterId } from './adapter.ts';
import { adapterOf } from './table.ts';

const ASK_MS = 2_000;

/** What stands behind an address. */
export interface Discovered {
  readonly adapter: AdapterId;
  readonly version: string | null;
  /** Names of the models that it serves. */
  readonly models: readonly string[];
}

/** Answers by which an engine is known. Asked in this order: the most telling first. */
const MARKS: readonly { readonly path: string; readonly of: (answer: unknown) => AdapterId | null }[] = [
  { path: '/api/version', of: (a) => (hasText(a, 'version') ? 'ollama' : null) },
  { path: '/get_server_info', of: (a) => (hasText(a, 'version') ? 'sglang' : null) },
  { path: '/server_info', of: (a) => (hasText(a, 'version') ? 'sglang' : null) },
  { path: '/info', of: (a) => (hasText(a, 'model_id') && hasText(a, 'version') ? 'tgi' : null) },
  {
    path: '/props',
    of: (a) => (hasText(a, 'build_info') || (isObject(a) && 'default_generation_settings' in a) ? 'llama.cpp' : null),
  },
];

/** Prefixes of metrics by which the others are known. */
const PREFIXES: readonly (readonly [path: string, prefix: RegExp, adapter: AdapterId])[] = [
  ['/metrics', /^vllm:/m, 'vllm'],
  ['/metrics', /^lmdeploy:/m, 'lmdeploy'],
  ['/prometheus/metrics', /^trtllm_/m, 'tensorrt-llm'],
  ['/metrics', /^npu_cache_usage_perc/m, 'mindie'],
];

const hasText = (answer: unknown, field: string): boolean => isObject(answer) && typeof answer[field] === 'string';

/**
 * Asks a server what it is and which models it serves. What answers like none of the table is `openai`; null = there is no
 * list of models either. Takes a few seconds at most.
 *
 * @param url base address up to and including the version: `http://10.0.0.5:8000/v1`
 */
export async function discover(url: string, apiKey?: string): Promise<Discovered | null> {
  const root = rootOf(url);
  const agent = new Agent();
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const page = async (address: string): Promise<string | null> => {
    try {
      const { origin, pathname } = new URL(address);
      const signal = AbortSignal.timeout(ASK_MS);
      const { statusCode, body } = await agent.request({ origin, path: pathname, method: 'GET', headers, signal });
      const said = await body.text();
      return statusCode === 200 ? said : null;
    } catch {
      return null;
    }
  };
  const text = (path: string): Promise<string | null> => page(root + path);
  try {
    const models = namesOf(parsed(await page(`${url.replace(/\/+$/, '')}/models`)));
    const adapter = await identify(text);
    if (adapter === null && models === null) return null;
    const id = adapter ?? 'openai';
    const { version: at } = adapterOf(id);
    const said = at === null ? undefined : parsed(await text(at.path));
    const version = at !== null && isObject(said) ? said[at.field] : undefined;
    return { adapter: id, version: typeof version === 'string' ? version : null, models: models ?? [] };
  } finally {
    await agent.close();
  }
}

async function identify(text: (path: string) => Promise<string | null>): Promise<AdapterId | null> {
  for (const { path, of } of MARKS) {
    const found = of(parsed(await text(path)));
    if (found !== null) return found;
  }
  const pages = new Map<string, string>();
  for (const [path, prefix, adapter] of PREFIXES) {
    const page = pages.get(path) ?? (await text(path)) ?? '';
    pages.set(path, page);
    if (prefix.test(page)) return adapter;
  }
  return null;
}

/** The root of a server: its address without the version at the end. */
export function rootOf(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/v\d+$/, '');
}

function parsed(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function namesOf(answer: unknown): string[] | null {
  const data = isObject(answer) ? answer['data'] : undefined;
  if (!Array.isArray(data)) return null;
  return data.flatMap((one: unknown) => (isObject(one) && typeof one['id'] === 'string' ? [one['id']] : []));
}
