import { z } from 'zod';

/*
 * What the published specification of the OpenAI API (OpenAPI document, version 2.3.0, at openai/openai-openapi f85dbe2)
 * requires of answers, and what Anthropic's published client requires of messages: required keys, types and enumerations.
 * Keys beside them are allowed, as clients allow them.
 */

const whole = z.int().nonnegative();
const object = z.looseObject;

const completionDetails = object({ reasoning_tokens: whole.optional() }).optional();
const promptDetails = object({ cached_tokens: whole.optional() }).optional();
export const completionUsage = object({
  completion_tokens: whole,
  prompt_tokens: whole,
  total_tokens: whole,
  completion_tokens_details: completionDetails,
  prompt_tokens_details: promptDetails,
}).refine((u) => u.total_tokens === u.prompt_tokens + u.completion_tokens, 'the counts do not add up');

const tier = z.enum(['auto', 'default', 'flex', 'scale', 'priority', 'fast']).optional();
const finish = z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);
const logprobs = object({ content: z.array(z.unknown()).nullable(), refusal: z.array(z.unknown()).nullable() });

const toolCall = object({
  id: z.string(),
  type: z.literal('function'),
  function: object({ name: z.string(), arguments: z.string() }),
});

export const chatCompletion = object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: whole,
  model: z.string(),
  service_tier: tier,
  system_fingerprint: z.string().optional(),
  usage: completionUsage,
  choices: z.array(
    object({
      finish_reason: finish,
      index: whole,
      logprobs: logprobs.nullable(),
      message: object({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: z.string().nullable(),
        tool_calls: z.array(toolCall).optional(),
      }),
    }),
  ),
});

const toolCallPiece = object({
  index: whole,
  id: z.string().optional(),
  type: z.literal('function').optional(),
  function: object({ name: z.string().optional(), arguments: z.string().optional() }).optional(),
});

export const chatChunk = object({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  created: whole,
  model: z.string(),
  service_tier: tier,
  system_fingerprint: z.string().optional(),
  usage: completionUsage.nullable().optional(),
  choices: z.array(
    object({
      index: whole,
      finish_reason: finish.nullable(),
      logprobs: logprobs.nullable().optional(),
      delta: object({
        role: z.enum(['developer', 'system', 'user', 'assistant', 'tool']).optional(),
        content: z.string().nullable().optional(),
        refusal: z.string().nullable().optional(),
        tool_calls: z.array(toolCallPiece).optional(),
      }),
    }),
  ),
});

/** A chunk of a stream of completions has the shape of a whole one, its choices unfinished. */
const textCompletion = (finishReason: z.ZodType) =>
  object({
    id: z.string(),
    object: z.literal('text_completion'),
    created: whole,
    model: z.string(),
    system_fingerprint: z.string().optional(),
    usage: completionUsage.nullable().optional(),
    choices: z.array(
      object({ finish_reason: finishReason, index: whole, logprobs: object({}).nullable(), text: z.string() }),
    ),
  });
const textFinish = z.enum(['stop', 'length', 'content_filter']);
export const completion = textCompletion(textFinish);
export const completionChunk = textCompletion(textFinish.nullable());

export const embeddings = object({
  object: z.literal('list'),
  model: z.string(),
  usage: object({ prompt_tokens: whole, total_tokens: whole }),
  data: z.array(
    object({ index: whole, object: z.literal('embedding'), embedding: z.union([z.array(z.number()), z.base64()]) }),
  ),
});

export const model = object({
  id: z.string(),
  object: z.literal('model'),
  created: whole,
  owned_by: z.string(),
});
export const modelList = object({ object: z.literal('list'), data: z.array(model) });

export const errorResponse = object({
  error: object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
});

const outputText = object({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: z.array(z.unknown()),
  logprobs: z.array(z.unknown()),
});
const refusal = object({ type: z.literal('refusal'), refusal: z.string() });
const reasoningText = object({ type: z.literal('reasoning_text'), text: z.string() });
const itemStatus = z.enum(['in_progress', 'completed', 'incomplete']);

export const outputItem = z.discriminatedUnion('type', [
  object({
    type: z.literal('message'),
    id: z.string(),
    role: z.literal('assistant'),
    status: itemStatus,
    content: z.array(z.discriminatedUnion('type', [outputText, refusal])),
  }),
  object({
    type: z.literal('function_call'),
    id: z.string().optional(),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
    status: itemStatus.optional(),
  }),
  object({
    type: z.literal('reasoning'),
    id: z.string(),
    summary: z.array(z.unknown()),
    content: z.array(reasoningText).optional(),
    status: itemStatus.optional(),
  }),
]);

export const responsesUsage = object({
  input_tokens: whole,
  input_tokens_details: object({ cached_tokens: whole, cache_write_tokens: whole }),
  output_tokens: whole,
  output_tokens_details: object({ reasoning_tokens: whole }),
  total_tokens: whole,
});

export const response = object({
  id: z.string(),
  object: z.literal('response'),
  status: z.enum(['completed', 'failed', 'in_progress', 'cancelled', 'queued', 'incomplete']),
  created_at: whole,
  error: object({ code: z.enum(['server_error', 'rate_limit_exceeded']), message: z.string() }).nullable(),
  incomplete_details: object({ reason: z.enum(['max_output_tokens', 'content_filter']) }).nullable(),
  instructions: z.union([z.string(), z.array(z.unknown())]).nullable(),
  metadata: z.record(z.string(), z.string()).nullable(),
  model: z.string(),
  output: z.array(outputItem),
  parallel_tool_calls: z.boolean(),
  temperature: z.number().nullable(),
  top_p: z.number().nullable(),
  tool_choice: z.union([z.enum(['none', 'auto', 'required']), object({ type: z.string() })]),
  tools: z.array(
    object({
      type: z.literal('function'),
      name: z.string(),
      parameters: object({}).nullable(),
      strict: z.boolean().nullable(),
    }),
  ),
  service_tier: tier,
  usage: responsesUsage.optional(),
});

const at = { sequence_number: whole, output_index: whole };
const inItem = { ...at, item_id: z.string() };
const inPart = { ...inItem, content_index: whole };
const part = z.discriminatedUnion('type', [outputText, refusal, reasoningText]);
const named = <T extends string, S extends z.core.$ZodLooseShape>(type: T, shape: S) =>
  object({ type: z.literal(type), ...shape });

export const responseEvent = z.discriminatedUnion('type', [
  named('response.created', { response, sequence_number: whole }),
  named('response.in_progress', { response, sequence_number: whole }),
  named('response.completed', { response, sequence_number: whole }),
  named('response.incomplete', { response, sequence_number: whole }),
  named('response.failed', { response, sequence_number: whole }),
  named('response.output_item.added', { ...at, item: outputItem }),
  named('response.output_item.done', { ...at, item: outputItem }),
  named('response.content_part.added', { ...inPart, part }),
  named('response.content_part.done', { ...inPart, part }),
  named('response.output_text.delta', { ...inPart, delta: z.string(), logprobs: z.array(z.unknown()) }),
  named('response.output_text.done', { ...inPart, text: z.string(), logprobs: z.array(z.unknown()) }),
  named('response.refusal.delta', { ...inPart, delta: z.string() }),
  named('response.refusal.done', { ...inPart, refusal: z.string() }),
  named('response.reasoning_text.delta', { ...inPart, delta: z.string() }),
  named('response.reasoning_text.done', { ...inPart, text: z.string() }),
  named('response.function_call_arguments.delta', { ...inItem, delta: z.string() }),
  named('response.function_call_arguments.done', { ...inItem, name: z.string(), arguments: z.string() }),
]);

const stopReason = z.enum(['end_turn', 'max_tokens', 'stop_sequence', 'tool_use', 'pause_turn', 'refusal']);
const messagesUsage = object({
  input_tokens: whole,
  cache_creation_input_tokens: whole.nullable(),
  cache_read_input_tokens: whole.nullable(),
  output_tokens: whole,
  service_tier: z.enum(['standard', 'priority', 'batch']).nullable(),
});
const block = z.discriminatedUnion('type', [
  object({ type: z.literal('text'), text: z.string(), citations: z.array(z.unknown()).nullable() }),
  object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: object({}) }),
]);
export const message = object({
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string(),
  content: z.array(block),
  stop_reason: stopReason.nullable(),
  stop_sequence: z.string().nullable(),
  usage: messagesUsage,
});
const delta = z.discriminatedUnion('type', [
  object({ type: z.literal('text_delta'), text: z.string() }),
  object({ type: z.literal('thinking_delta'), thinking: z.string() }),
  object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
]);
export const messageEvent = z.discriminatedUnion('type', [
  named('message_start', { message }),
  named('ping', {}),
  named('content_block_start', { index: whole, content_block: block }),
  named('content_block_delta', { index: whole, delta }),
  named('content_block_stop', { index: whole }),
  named('message_delta', {
    delta: object({ stop_reason: stopReason, stop_sequence: z.string().nullable() }),
    usage: messagesUsage,
  }),
  named('message_stop', {}),
]);
export const anthropicError = object({
  type: z.literal('error'),
  error: object({ type: z.string(), message: z.string() }),
  request_id: z.string(),
});
