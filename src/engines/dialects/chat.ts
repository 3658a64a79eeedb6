import type { JsonObject } from '../contract.ts';
import { isObject, length, put } from '../json.ts';
import type { AnswerIdentity, Dialect, Verdict } from './dialect.ts';
import { readUsage } from './usage.ts';

/** Reasons for an end that the API knows; engines have more of their own. */
const FINISHES: ReadonlySet<unknown> = new Set(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);

/** Brings an engine's own reason ("eos", "abort", "max_tokens") to one of the API; says whether it had to. */
function putFinish(choice: JsonObject, fallback: string | null): boolean {
  const found = choice['finish_reason'];
  if (FINISHES.has(found) || (found === null && fallback === null)) return false;
  if (typeof found !== 'string') choice['finish_reason'] = fallback;
  else choice['finish_reason'] = found.startsWith('max') ? 'length' : 'stop';
  return true;
}

/** Fills in a tool call what engines leave out: its place in a stream, id and type in an answer; arguments are text. */
function tidyCall(call: JsonObject, at: number, identity: AnswerIdentity, whole: boolean): boolean {
  let changed = false;
  const called = call['function'];
  if (isObject(called)) {
    const given = called['arguments'];
    if (isObject(given) || (whole && given === undefined)) {
      called['arguments'] = given === undefined ? '{}' : JSON.stringify(given);
      changed = true;
    }
  }
  if (whole) {
    changed = put(call, 'id', `call_${identity.id}_${at}`, 'string') || changed;
    return put(call, 'type', 'function', 'string') || changed;
  }
  return put(call, 'index', at, 'number') || changed;
}

function tidyCalls(part: JsonObject, identity: AnswerIdentity, whole: boolean): boolean {
  const calls = part['tool_calls'];
  if (calls === undefined) return false;
  if (!Array.isArray(calls) || (whole && calls.length === 0)) {
    delete part['tool_calls'];
    return true;
  }
  let changed = false;
  for (let i = 0; i < calls.length; i++) {
    const call: unknown = calls[i];
    if (isObject(call)) changed = tidyCall(call, i, identity, whole) || changed;
  }
  return changed;
}

/** Keys of a message that the API has with a value or not at all, and engines send as null. */
const NEVER_NULL = ['function_call', 'annotations'] as const;

function dropNulls(message: JsonObject): boolean {
  let changed = false;
  for (const key of NEVER_NULL) {
    if (message[key] !== null) continue;
    delete message[key];
    changed = true;
  }
  return changed;
}

/** Drops what the API has as text or not at all and engines send as null; fills in the frame. */
function tidyFrame(part: JsonObject, object: string, identity: AnswerIdentity): boolean {
  let changed = put(part, 'id', identity.id, 'string');
  changed = put(part, 'created', identity.created, 'number') || changed;
  changed = put(part, 'model', identity.model, 'string') || changed;
  if (part['object'] !== object) {
    part['object'] = object;
    changed = true;
  }
  if (part['system_fingerprint'] === null) {
    delete part['system_fingerprint'];
    changed = true;
  }
  const created = part['created'];
  if (typeof created === 'number' && !Number.isInteger(created)) {
    part['created'] = Math.floor(created);
    changed = true;
  }
  return changed;
}

/** The text of content that comes in parts. */
function joined(parts: readonly unknown[]): string {
  return parts.map((part) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('');
}

/**
 * Checks an answer without stream and fills in place what engines leave out (id, object, created, model, index, role,
 * finish_reason, logprobs, refusal, ids of tool calls). Returns why it is not an answer, or an empty text.
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
    else if (Array.isArray(content)) message['content'] = joined(content);
    else if (content !== null && typeof content !== 'string') return `choices[${i}].message.content is not text`;
    message['role'] = 'assistant';
    if (typeof message['refusal'] !== 'string') message['refusal'] = null;
    tidyCalls(message, identity, true);
    dropNulls(message);
    put(choice, 'index', i, 'number');
    putFinish(choice, 'stop');
    if (choice['logprobs'] === undefined) choice['logprobs'] = null;
  }
  tidyFrame(answer, 'chat.completion', identity);
  return '';
}

/** Checks one chunk of a stream and fills in place what engines leave out; says whether the engine's own text still holds. */
export function tidyChunk(chunk: unknown, identity: AnswerIdentity): Verdict {
  if (!isObject(chunk)) return { wrong: 'a chunk is not a JSON object' };
  const choices = chunk['choices'];
  if (!Array.isArray(choices)) return { wrong: 'a chunk has no choices' };
  let changed = false;
  for (let i = 0; i < choices.length; i++) {
    const choice: unknown = choices[i];
    if (!isObject(choice)) return { wrong: `choices[${i}] of a chunk is not an object` };
    const delta = choice['delta'];
    if (isObject(delta)) {
      changed = tidyCalls(delta, identity, false) || changed;
      changed = dropNulls(delta) || changed;
      if (delta['role'] === null) {
        delete delta['role'];
        changed = true;
      }
    } else if (delta !== undefined && delta !== null) return { wrong: 'a delta is not an object' };
    else {
      choice['delta'] = {};
      changed = true;
    }
    changed = put(choice, 'index', i, 'number') || changed;
    changed = putFinish(choice, null) || changed;
  }
  return tidyFrame(chunk, 'chat.completion.chunk', identity) || changed ? 'changed' : 'as sent';
}

/** True when a choice says why it is finished. */
export function isFinished({ choices }: JsonObject): boolean {
  if (!Array.isArray(choices)) return false;
  return choices.some((c: unknown) => isObject(c) && typeof c['finish_reason'] === 'string');
}

/** Characters that a message or a delta carries: text, reasoning, refusal and the arguments of tool calls. */
function charsOf(part: unknown): number {
  if (!isObject(part)) return 0;
  let chars = length(part['content']);
  chars += length(part['reasoning_content']) + length(part['reasoning']) + length(part['refusal']);
  const calls = part['tool_calls'];
  if (Array.isArray(calls)) {
    for (const call of calls) {
      const called = isObject(call) ? call['function'] : undefined;
      if (isObject(called)) chars += length(called['name']) + length(called['arguments']);
    }
  }
  return chars;
}

/** `POST /chat/completions`. */
export const chatDialect: Dialect = {
  path: '/chat/completions',
  idPrefix: 'chatcmpl-',
  asksUsage: true,
  tidyAnswer,
  tidyEvent: tidyChunk,
  ends: isFinished,
  chars({ choices }) {
    let chars = 0;
    if (!Array.isArray(choices)) return chars;
    for (const choice of choices) {
      if (isObject(choice)) chars += charsOf(choice['delta'] ?? choice['message']);
    }
    return chars;
  },
  usage: ({ usage }) => (usage === undefined || usage === null ? undefined : readUsage(usage)),
};
