import { type Failure, failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { countDeep } from '../../engines/tokens.ts';
import type { ApiRequest, Endpoint } from './endpoint.ts';
import { type NumberField, numberOf, soundRequest, wrong, wrongModel, wrongNumber, wrongStream } from './fields.ts';
import { heldEndpoint } from './held.ts';
import { MessagesRendering } from './messages-rendering.ts';
import { toChat } from './messages-request.ts';

const NUMBERS: readonly NumberField[] = [
  ['max_tokens', 1, 10_000_000, true],
  ['temperature', 0, 2, false],
  ['top_p', 0, 1, false],
  ['top_k', 0, 1_000_000, true],
];
const ROLES: ReadonlySet<unknown> = new Set(['user', 'assistant', 'system']);

function wrongMessages(messages: unknown): Failure | null {
  if (!Array.isArray(messages)) return wrong('messages', messages === undefined ? 'is missing' : 'is not a list');
  if (messages.length === 0) return wrong('messages', 'is empty');
  for (let i = 0; i < messages.length; i++) {
    const message: unknown = messages[i];
    if (!isObject(message)) return wrong(`messages[${i}]`, 'is not an object');
    if (!ROLES.has(message['role'])) return wrong(`messages[${i}].role`, 'is neither user nor assistant');
    const { content } = message;
    if (typeof content !== 'string' && !Array.isArray(content)) {
      return wrong(`messages[${i}].content`, 'is neither text nor a list of blocks');
    }
  }
  return null;
}

/** Checks the parsed body of a messages request (Anthropic's API). `service_tier` takes the words of both APIs. */
export function parseMessages(body: unknown): ApiRequest | Failure {
  if (!isObject(body)) return failure('JW_REQUEST_JSON', { reason: 'it is not an object' });
  const { system = '', messages, max_tokens: limit } = body;
  const found = wrongModel(body) ?? wrongMessages(messages) ?? wrongNumber(body, NUMBERS) ?? wrongStream(body);
  if (found !== null) return found;
  if (limit === undefined || limit === null) return wrong('max_tokens', 'is missing');
  if (typeof system !== 'string' && !Array.isArray(system))
    return wrong('system', 'is neither text nor a list of blocks');
  const stops = body['stop_sequences'] ?? [];
  if (!Array.isArray(stops) || !stops.every((stop) => typeof stop === 'string')) {
    return wrong('stop_sequences', 'is not a list of texts');
  }
  return soundRequest(body, {
    ...(body['service_tier'] === 'standard_only' ? { tier: 'default' } : {}),
    maxTokens: numberOf(limit),
    inputTokens: countDeep(system) + countDeep(messages),
  });
}

export const messagesEndpoint: Endpoint = heldEndpoint({
  path: '/messages',
  errors: 'anthropic',
  parse: parseMessages,
  toChat,
  render: (request, identity) => new MessagesRendering(request, identity),
});
