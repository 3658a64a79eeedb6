import type { JsonObject, Shared } from '../../engines/contract.ts';
import type { TokenCount } from '../../engines/dialects/dialect.ts';
import type { Failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { PROBE_LITERAL } from '../../engines/likeness.ts';
import { errorBody } from '../answer.ts';
import type { RequestEnergy } from '../energy.ts';
import type { ApiRequest, Counted, Endpoint, Rendering } from './endpoint.ts';

/** Whether the engine's own text of a chunk may be passed on as it is. */
function holdsAsSent(chunk: JsonObject, request: ApiRequest): boolean {
  if (chunk['model'] !== request.model || request.tier !== null) return false;
  const usage = chunk['usage'];
  // Engines are always asked to count, so chunks carry a null that a caller who did not ask may see too
  return usage === null || (usage === undefined && !request.includeUsage);
}

/** A content chunk as the caller is to see it: the model name it used, its tier, and `usage: null` where it asked for usage. */
function rewriteChunk(chunk: JsonObject, request: ApiRequest): string {
  const { usage: _usage, ...rest } = chunk;
  rest['model'] = request.model;
  if (request.tier !== null) rest['service_tier'] = request.tier;
  if (request.includeUsage) rest['usage'] = null;
  return JSON.stringify(rest);
}

/**
 * The `usage` object: the engine's own where it counted, else the estimate, marked; with the energy where it is known. The
 * three counts agree, and details that an engine sends as null are left out, as the API has it.
 */
export function usageOf(counted: JsonObject | null, tokens: TokenCount, energy: RequestEnergy | null): JsonObject {
  const { inputTokens, outputTokens, estimated } = tokens;
  const usage: JsonObject = counted === null || estimated ? {} : { ...counted };
  usage['prompt_tokens'] = inputTokens;
  usage['completion_tokens'] = outputTokens;
  usage['total_tokens'] = inputTokens + outputTokens;
  if (usage['prompt_tokens_details'] === null) delete usage['prompt_tokens_details'];
  if (usage['completion_tokens_details'] === null) delete usage['completion_tokens_details'];
  if (estimated) usage['estimated'] = true;
  if (energy !== null) usage['energy'] = energy;
  return usage;
}

/** Chat completions, completions and embeddings, which go through nearly as the engine sends them. */
export class PlainRendering implements Rendering {
  readonly #request: ApiRequest;
  readonly #frame: JsonObject;
  #last: JsonObject | null = null;
  #usage: JsonObject | null = null;
  /** What stands before and after the text of events that are alike; null = they pass as they are. */
  #ends: readonly [string, string] | null = null;

  /** @param frame identity for a stream of which the engine sent not one chunk */
  constructor(request: ApiRequest, frame: JsonObject) {
    this.#request = request;
    this.#frame = frame;
  }

  answer(body: JsonObject, { tokens, energy }: Counted): string {
    const { usage } = body;
    body['model'] = this.#request.model;
    if (this.#request.tier !== null) body['service_tier'] = this.#request.tier;
    else if (body['service_tier'] === null) delete body['service_tier'];
    body['usage'] = usageOf(isObject(usage) ? usage : null, tokens, energy);
    return JSON.stringify(body);
  }

  event(data: string | null, chunk: JsonObject): string {
    this.#last = chunk;
    const { usage, choices } = chunk;
    if (isObject(usage)) {
      this.#usage = usage;
      if (Array.isArray(choices) && choices.length === 0) return '';
    }
    return `data: ${data !== null && holdsAsSent(chunk, this.#request) ? data : rewriteChunk(chunk, this.#request)}\n\n`;
  }

  alike({ probe }: Shared): boolean {
    if (holdsAsSent(probe, this.#request)) {
      this.#ends = null;
      return true;
    }
    const [before, after, ...more] = rewriteChunk(probe, this.#request).split(PROBE_LITERAL);
    if (before === undefined || after === undefined || more.length > 0) return false;
    this.#ends = [`data: ${before}`, `${after}\n\n`];
    return true;
  }

  another(data: string, literal: string): string {
    return this.#ends === null ? `data: ${data}\n\n` : this.#ends[0] + literal + this.#ends[1];
  }

  end({ tokens, energy }: Counted): string {
    if (!this.#request.includeUsage) return 'data: [DONE]\n\n';
    const { model, tier } = this.#request;
    const usage = usageOf(this.#usage, tokens, energy);
    const chunk: JsonObject = { ...(this.#last ?? this.#frame), model, choices: [], usage };
    if (tier !== null) chunk['service_tier'] = tier;
    return `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;
  }

  /** Clients of the API raise an error at a chunk that carries one. */
  broken(why: Failure): string {
    return `data: ${JSON.stringify(errorBody(why))}\n\n`;
  }
}

/** An endpoint whose answers go through nearly as the engine sends them. @param of `idPrefix` and `object` make the frame of its chunks */
export function plainEndpoint(
  of: Pick<Endpoint, 'path' | 'operation' | 'parse'> & { readonly idPrefix: string; readonly object: string },
): Endpoint {
  const { path, operation, parse, idPrefix, object } = of;
  return {
    path,
    operation,
    errors: 'openai',
    parse,
    native: (request, { requestId, createdS }) =>
      new PlainRendering(request, { id: `${idPrefix}${requestId}`, object, created: createdS }),
  };
}
