import type { JsonObject } from '../engines/contract.ts';
import type { TokenCount } from '../engines/meter.ts';
import type { RequestEnergy } from './energy.ts';
import type { ChatRequest } from './request.ts';

/** Whether the engine's own text of a chunk may be passed on as it is. */
export function holdsAsSent(chunk: JsonObject, request: ChatRequest): boolean {
  if (chunk['model'] !== request.model || request.tier !== null) return false;
  const usage = chunk['usage'];
  return usage === null || (usage === undefined && !request.includeUsage);
}

/** A content chunk as the caller is to see it: the model name it used, its tier, and `usage: null` where it asked for usage. */
export function rewriteChunk(chunk: JsonObject, request: ChatRequest): string {
  const { usage: _usage, ...rest } = chunk;
  rest['model'] = request.model;
  if (request.tier !== null) rest['service_tier'] = request.tier;
  if (request.includeUsage) rest['usage'] = null;
  return JSON.stringify(rest);
}

/** The `usage` object: the engine's own where it counted, else the estimate, marked; with the energy where it is known. */
export function usageOf(counted: JsonObject | null, tokens: TokenCount, energy: RequestEnergy | null): JsonObject {
  const { inputTokens, outputTokens, estimated } = tokens;
  const usage: JsonObject =
    counted === null || estimated
      ? { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens }
      : { ...counted };
  if (estimated) usage['estimated'] = true;
  if (energy !== null) usage['energy'] = energy;
  return usage;
}

/** The chunk that ends a stream whose caller asked for usage; `like` lends it the identity of the stream. */
export function usageChunk(like: JsonObject, request: ChatRequest, usage: JsonObject): string {
  const chunk: JsonObject = { ...like, model: request.model, choices: [], usage };
  if (request.tier !== null) chunk['service_tier'] = request.tier;
  return JSON.stringify(chunk);
}
