import { type Failure, failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { countMessages } from '../../engines/tokens.ts';
import type { ApiRequest, Endpoint } from './endpoint.ts';
import {
  type NumberField,
  numberOf,
  soundRequest,
  wantsUsage,
  wrong,
  wrongModel,
  wrongNumber,
  wrongStop,
  wrongStream,
  wrongStreamOptions,
} from './fields.ts';
import { plainEndpoint } from './plain.ts';

const ROLES: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

const NUMBERS: readonly NumberField[] = [
  ['max_tokens', 1, 10_000_000, true],
  ['max_completion_tokens', 1, 10_000_000, true],
  ['n', 1, 128, true],
  ['temperature', 0, 2, false],
  ['top_p', 0, 1, false],
  ['presence_penalty', -2, 2, false],
  ['frequency_penalty', -2, 2, false],
  ['top_logprobs', 0, 20, true],
  ['seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, true],
];

function wrongPart(part: unknown, param: string): Failure | null {
  if (!isObject(part) || typeof part['type'] !== 'string') return wrong(param, 'is not an object with a type');
  if (part['type'] === 'text' && typeof part['text'] !== 'string') return wrong(`${param}.text`, 'is not text');
  return null;
}

function wrongMessage(message: unknown, index: number): Failure | null {
  const param = `messages[${index}]`;
  if (!isObject(message)) return wrong(param, 'is not an object');
  const role = message['role'];
  if (!ROLES.has(role)) {
    const said = typeof role === 'string' ? `is "${role.slice(0, 40)}"` : 'is missing or not text';
    return wrong(`${param}.role`, `${said}; it is one of system, developer, user, assistant, tool`);
  }
  const content = message['content'];
  if (typeof content === 'string') return null;
  if (Array.isArray(content)) {
    for (let i = 0; i < content.length; i++) {
      const found = wrongPart(content[i], `${param}.content[${i}]`);
      if (found !== null) return found;
    }
    return null;
  }
  // What an assistant said may have been only tool calls
  const may = role === 'assistant' || role === 'function';
  if (may && (content === null || content === undefined)) return null;
  return wrong(`${param}.content`, 'is neither text nor a list of parts');
}

function wrongMessages(messages: unknown): Failure | null {
  if (messages === undefined) return wrong('messages', 'is missing');
  if (!Array.isArray(messages)) return wrong('messages', 'is not a list');
  if (messages.length === 0) return wrong('messages', 'is empty');
  for (let i = 0; i < messages.length; i++) {
    const found = wrongMessage(messages[i], i);
    if (found !== null) return found;
  }
  return null;
}

/** Checks the parsed body of a chat request. Returns the request, or the first thing wrong with the field's name. */
export function parseChat(body: unknown): ApiRequest | Failure {
  if (!isObject(body)) return failure('JW_REQUEST_JSON', { reason: 'it is not an object' });
  const { messages } = body;
  const found =
    wrongModel(body) ??
    wrongMessages(messages) ??
    wrongNumber(body, NUMBERS) ??
    wrongStop(body) ??
    wrongStream(body) ??
    wrongStreamOptions(body);
  if (found !== null || !Array.isArray(messages)) return found ?? wrong('messages', 'is not a list');
  const limit = numberOf(body['max_completion_tokens'] ?? body['max_tokens']);
  return soundRequest(body, {
    includeUsage: wantsUsage(body),
    maxTokens: limit === null ? null : limit * (numberOf(body['n']) ?? 1),
    inputTokens: countMessages(messages),
  });
}

export const chatEndpoint: Endpoint = plainEndpoint({
  path: '/chat/completions',
  operation: 'chat',
  parse: parseChat,
  idPrefix: 'chatcmpl-',
  object: 'chat.completion.chunk',
});
