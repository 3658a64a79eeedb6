import { type Failure, failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { countDeep } from '../../engines/tokens.ts';
import { type ApiRequest, type Endpoint, isFailure } from './endpoint.ts';
import { type NumberField, numberOf, tierOf, wrong, wrongModel, wrongNumber, wrongStream } from './fields.ts';
import { HeldRendering } from './held.ts';
import { ResponsesRendering } from './responses-rendering.ts';
import { toChat } from './responses-request.ts';

const NUMBERS: readonly NumberField[] = [
  ['max_output_tokens', 1, 10_000_000, true],
  ['temperature', 0, 2, false],
  ['top_p', 0, 1, false],
  ['top_logprobs', 0, 20, true],
  ['max_tool_calls', 1, 10_000, true],
];

/** Checks the parsed body of a responses request. */
export function parseResponses(body: unknown): ApiRequest | Failure {
  if (!isObject(body)) return failure('JW_REQUEST_JSON', { reason: 'it is not an object' });
  const { input, instructions = null } = body;
  const found = wrongModel(body) ?? wrongNumber(body, NUMBERS) ?? wrongStream(body);
  if (found !== null) return found;
  if (input === undefined) return wrong('input', 'is missing');
  if (typeof input !== 'string' && !Array.isArray(input)) return wrong('input', 'is neither text nor a list of items');
  if (input.length === 0) return wrong('input', 'is empty');
  if (instructions !== null && typeof instructions !== 'string') return wrong('instructions', 'is not text');
  const tier = tierOf(body);
  if (isFailure(tier)) return tier;
  return {
    body,
    model: body['model'] as string,
    stream: body['stream'] === true,
    includeUsage: false,
    class: tier.class,
    tier: tier.tier,
    maxTokens: numberOf(body['max_output_tokens']),
    inputTokens: countDeep(input) + countDeep(instructions),
  };
}

export const responsesEndpoint: Endpoint = {
  path: '/responses',
  operation: 'chat',
  errors: 'openai',
  parse: parseResponses,
  native: (request, { requestId }) => new HeldRendering(request, 'openai', requestId),
  translate(request, identity) {
    const body = toChat(request);
    return isFailure(body) ? body : { body: body.chat, rendering: new ResponsesRendering(request, identity) };
  },
};
