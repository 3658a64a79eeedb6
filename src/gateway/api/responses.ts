import { type Failure, failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { countDeep } from '../../engines/tokens.ts';
import type { ApiRequest, Endpoint } from './endpoint.ts';
import { type NumberField, numberOf, soundRequest, wrong, wrongModel, wrongNumber, wrongStream } from './fields.ts';
import { heldEndpoint } from './held.ts';
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
  return soundRequest(body, {
    maxTokens: numberOf(body['max_output_tokens']),
    inputTokens: countDeep(input) + countDeep(instructions),
  });
}

export const responsesEndpoint: Endpoint = heldEndpoint({
  path: '/responses',
  errors: 'openai',
  parse: parseResponses,
  toChat,
  render: (request, identity) => new ResponsesRendering(request, identity),
});
