import type { JsonObject } from '../../engines/contract.ts';
import { count, isObject } from '../../engines/json.ts';
import type { CallPart } from './chat-part.ts';
import type { ApiRequest, Counted, Identity } from './endpoint.ts';

/** Why an answer is not whole, by the reason that chat completions gives for its end. */
const INCOMPLETE: Readonly<Record<string, string>> = { length: 'max_output_tokens', content_filter: 'content_filter' };

/** A tool as the API echoes it. */
function echoTool(tool: unknown): unknown {
  if (!isObject(tool)) return tool;
  const { description = null, parameters = null, strict } = tool;
  return { ...tool, description, parameters, strict: strict ?? false };
}

/** A response before it has said anything: the request's own settings, as the API echoes them. */
export function emptyResponse({ body, model, tier }: ApiRequest, { requestId, createdS }: Identity): JsonObject {
  const { tools, text, reasoning } = body;
  return {
    id: `resp_${requestId}`,
    object: 'response',
    created_at: createdS,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    model,
    output: [],
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: null,
    reasoning: isObject(reasoning) ? reasoning : { effort: null, summary: null },
    service_tier: tier ?? 'default',
    store: false,
    temperature: body['temperature'] ?? null,
    text: isObject(text) && isObject(text['format']) ? text : { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: Array.isArray(tools) ? tools.map(echoTool) : [],
    top_p: body['top_p'] ?? null,
    truncation: 'disabled',
    metadata: isObject(body['metadata']) ? body['metadata'] : {},
  };
}

/** The items of an output; their ids tell their place. */
export class Items {
  readonly #requestId: string;

  constructor(requestId: string) {
    this.#requestId = requestId;
  }

  reasoning(at: number, text: string, status: string): JsonObject {
    const content = text === '' ? [] : [{ type: 'reasoning_text', text }];
    return { id: `rs_${this.#requestId}_${at}`, type: 'reasoning', summary: [], content, status };
  }

  message(at: number, content: readonly JsonObject[], status: string): JsonObject {
    return { id: `msg_${this.#requestId}_${at}`, type: 'message', status, role: 'assistant', content };
  }

  call(at: number, { id, name, args }: CallPart, status: string): JsonObject {
    const callId = id === '' ? `call_${this.#requestId}_${at}` : id;
    return { id: `fc_${this.#requestId}_${at}`, type: 'function_call', status, call_id: callId, name, arguments: args };
  }
}

/** A part of a message that is text. */
export function textPart(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

/** A part of a message that refuses. */
export function refusalPart(refusal: string): JsonObject {
  return { type: 'refusal', refusal };
}

/** `usage` of a response, from the engine's chat usage where it counted. */
export function responsesUsage(chat: unknown, { tokens, energy }: Counted): JsonObject {
  const { inputTokens, outputTokens, cachedTokens, estimated } = tokens;
  const details = isObject(chat) && !estimated ? chat['completion_tokens_details'] : null;
  const reasoning = isObject(details) ? (count(details['reasoning_tokens']) ?? 0) : 0;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: inputTokens + outputTokens,
    ...(estimated ? { estimated } : {}),
    ...(energy === null ? {} : { energy }),
  };
}

/** The response with its output, at its end. */
export function endedResponse(
  empty: JsonObject,
  output: readonly JsonObject[],
  finish: string | null,
  usage: JsonObject,
): JsonObject {
  const reason = finish === null ? undefined : INCOMPLETE[finish];
  return {
    ...empty,
    status: reason === undefined ? 'completed' : 'incomplete',
    incomplete_details: reason === undefined ? null : { reason },
    output,
    usage,
  };
}
