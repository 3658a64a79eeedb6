import type { JsonObject } from './contract.ts';
import type { UpstreamError } from './failure.ts';
import { isObject } from './meter.ts';

/** Fields that an answer or chunk must have and some engines leave out. */
export interface AnswerIdentity {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
}

function put(target: JsonObject, key: string, value: unknown, wanted: 'string' | 'number'): boolean {
  if (typeof target[key] === wanted) return false;
  target[key] = value;
  return true;
}

/**
 * Checks an answer without stream and fills in place what engines leave out (id, object, created, model, index, role,
 * finish_reason, logprobs, refusal). Returns why it is not an answer, or an empty text.
 */
export function tidyAnswer(answer: unknown, identity: AnswerIdentity): string {
  if (!isObject(answer)) return 'the body is not a JSON object';
  const choices = answer['choices'];
  if (!Array.isArray(choices) || choices.length === 0) return 'it has no choices';
  for (let i = 0; i < choices.length; i++) {
    const choice: unknown = choices[i];
    if (!isObject(choice)) return `choices[${i}] is not an object`;
    const message = choice['message'];
    if (!isObject(message)) return `choices[${i}] has no message`;
    const content = message['content'];
    if (content === undefined) message['content'] = null;
    else if (content !== null && typeof content !== 'string' && !Array.isArray(content)) {
      return `choices[${i}].message.content is not text`;
    }
    put(message, 'role', 'assistant', 'string');
    if (message['refusal'] === undefined) message['refusal'] = null;
    put(choice, 'index', i, 'number');
    put(choice, 'finish_reason', 'stop', 'string');
    if (choice['logprobs'] === undefined) choice['logprobs'] = null;
  }
  put(answer, 'id', identity.id, 'string');
  put(answer, 'created', identity.created, 'number');
  put(answer, 'model', identity.model, 'string');
  if (answer['object'] !== 'chat.completion') answer['object'] = 'chat.completion';
  return '';
}

/** What `tidyChunk` found. */
export type ChunkVerdict = 'as sent' | 'changed' | { readonly wrong: string };

/** Checks one chunk of a stream and fills in place what engines leave out; says whether the engine's own text still holds. */
export function tidyChunk(chunk: unknown, identity: AnswerIdentity): ChunkVerdict {
  if (!isObject(chunk)) return { wrong: 'a chunk is not a JSON object' };
  const choices = chunk['choices'];
  if (!Array.isArray(choices)) return { wrong: 'a chunk has no choices' };
  let changed = false;
  for (let i = 0; i < choices.length; i++) {
    const choice: unknown = choices[i];
    if (!isObject(choice)) return { wrong: `choices[${i}] of a chunk is not an object` };
    if (!isObject(choice['delta'])) {
      if (choice['delta'] !== undefined && choice['delta'] !== null) return { wrong: 'a delta is not an object' };
      choice['delta'] = {};
      changed = true;
    }
    changed = put(choice, 'index', i, 'number') || changed;
    if (choice['finish_reason'] === undefined) {
      choice['finish_reason'] = null;
      changed = true;
    }
  }
  changed = put(chunk, 'id', identity.id, 'string') || changed;
  changed = put(chunk, 'created', identity.created, 'number') || changed;
  changed = put(chunk, 'model', identity.model, 'string') || changed;
  if (chunk['object'] !== 'chat.completion.chunk') {
    chunk['object'] = 'chat.completion.chunk';
    changed = true;
  }
  return changed ? 'changed' : 'as sent';
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/**
 * Reads an engine's error body in any of the shapes met in practice: OpenAI's `{error: {...}}`, `{error: "text"}`, the bare
 * `{message, type, code}` and `{detail}` of Python servers, or plain text. Numeric codes say no more than the status and are
 * dropped; missing parts become null. At most 500 characters of the message are kept.
 */
export function readError(body: string, fallback: string): UpstreamError {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    const plain = body.trim();
    const readable = plain !== '' && !plain.startsWith('<');
    return { message: readable ? plain.slice(0, 500) : fallback, type: null, param: null, code: null };
  }
  const outer = isObject(parsed) ? parsed : {};
  const inner = isObject(outer['error']) ? outer['error'] : outer;
  const message = text(inner['message']) ?? text(outer['error']) ?? text(outer['detail']) ?? fallback;
  return {
    message: message.slice(0, 500),
    type: text(inner['type']),
    param: text(inner['param']),
    code: text(inner['code']),
  };
}
