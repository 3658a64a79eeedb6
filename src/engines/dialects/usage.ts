import { count, isObject } from '../json.ts';
import type { TokenCount } from './dialect.ts';

/** Reads the `usage` of chat completions, completions and embeddings; undefined when it lacks the counts. */
export function readUsage(usage: unknown): TokenCount | undefined {
  if (!isObject(usage)) return undefined;
  const inputTokens = count(usage['prompt_tokens']);
  const total = count(usage['total_tokens']);
  const outputTokens =
    count(usage['completion_tokens']) ??
    (total !== undefined && inputTokens !== undefined ? Math.max(0, total - inputTokens) : undefined);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const details = usage['prompt_tokens_details'];
  const cached = isObject(details) ? (count(details['cached_tokens']) ?? 0) : 0;
  return { inputTokens, outputTokens, cachedTokens: Math.min(cached, inputTokens), estimated: false };
}

/** Reads the `usage` of responses: `input_tokens` with the cached ones among them, `output_tokens`. */
export function readResponsesUsage(usage: unknown): TokenCount | undefined {
  if (!isObject(usage)) return undefined;
  const inputTokens = count(usage['input_tokens']);
  const outputTokens = count(usage['output_tokens']);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const details = usage['input_tokens_details'];
  const cached = isObject(details) ? (count(details['cached_tokens']) ?? 0) : 0;
  return { inputTokens, outputTokens, cachedTokens: Math.min(cached, inputTokens), estimated: false };
}

/**
 * Reads the `usage` of messages: `input_tokens` are those that no cache gave and none took, so the three parts add up. A
 * stream tells the input at its start and the output at its end; what a part leaves out stays as it was known.
 */
export function readMessagesUsage(usage: unknown, before: TokenCount | undefined): TokenCount | undefined {
  if (!isObject(usage)) return undefined;
  const fresh = count(usage['input_tokens']);
  const outputTokens = count(usage['output_tokens']) ?? before?.outputTokens;
  if (outputTokens === undefined) return undefined;
  if (fresh === undefined) return before === undefined ? undefined : { ...before, outputTokens };
  const cachedTokens = count(usage['cache_read_input_tokens']) ?? 0;
  const written = count(usage['cache_creation_input_tokens']) ?? 0;
  return { inputTokens: fresh + cachedTokens + written, outputTokens, cachedTokens, estimated: false };
}
