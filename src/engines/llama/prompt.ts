import type { JsonObject } from '../contract.ts';
import { type Failure, failure } from '../failure.ts';
import { isObject } from '../json.ts';
import type { PeerHistoryItem } from './peer.ts';

/** What is to be generated. */
export type Prompt =
  | { readonly history: readonly PeerHistoryItem[]; readonly text: string }
  | { readonly prompt: string; readonly text: string };

/** How. */
export interface Sampling {
  readonly maxTokens: number | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly seed: number | null;
  readonly stop: readonly string[];
}

/** Fields that ask for more than text; the built-in engine has text only. */
const MORE_THAN_TEXT = ['tools', 'functions', 'logprobs', 'audio', 'logit_bias', 'suffix', 'echo'];

function wrong(param: string, reason: string): Failure {
  return failure('JW_REQUEST_FIELD', { param, reason }, { where: param });
}

/** What of a request the built-in engine cannot do; null = nothing. */
function beyond(body: JsonObject): Failure | null {
  for (const name of MORE_THAN_TEXT) {
    const value = body[name] ?? null;
    const none = value === null || value === false || (Array.isArray(value) && value.length === 0);
    if (!none) return wrong(name, 'is more than the built-in engine can do; it answers with text');
  }
  const format = isObject(body['response_format']) ? body['response_format']['type'] : 'text';
  if (format !== 'text')
    return wrong('response_format', 'is more than the built-in engine can do; it answers with text');
  for (const name of ['n', 'best_of']) {
    if ((body[name] ?? 1) !== 1) return wrong(name, 'is more than the one choice that the built-in engine gives');
  }
  return null;
}

/** Text of a message; null when it has parts that are none. */
function textOf(content: unknown): string | null {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((part: unknown) =>
    isObject(part) && typeof part['text'] === 'string' ? part['text'] : null,
  );
  return texts.includes(null) ? null : texts.join('');
}

function chatPrompt(messages: unknown): Prompt | Failure {
  const history: PeerHistoryItem[] = [];
  if (!Array.isArray(messages)) return wrong('messages', 'is not a list');
  for (const [i, message] of messages.entries()) {
    const role = isObject(message) ? message['role'] : undefined;
    const text = isObject(message) ? textOf(message['content']) : null;
    if (text === null) return wrong(`messages[${i}].content`, 'is not text, and the built-in engine reads text only');
    if (role === 'assistant') history.push({ type: 'model', response: [text] });
    else if (role === 'system' || role === 'developer') history.push({ type: 'system', text });
    else if (role === 'user') history.push({ type: 'user', text });
    else return wrong(`messages[${i}].role`, 'is for tools, which the built-in engine does not call');
  }
  // The answer is the model's next turn
  if (history.at(-1)?.type !== 'model') history.push({ type: 'model', response: [] });
  return { history, text: JSON.stringify(history) };
}

/** A request of `/chat/completions` or `/completions` as a prompt, or what of it cannot be done. */
export function promptOf(path: string, body: JsonObject): Prompt | Failure {
  const found = beyond(body);
  if (found !== null) return found;
  if (path === '/chat/completions') return chatPrompt(body['messages']);
  const { prompt } = body;
  const one = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  if (typeof one !== 'string') return wrong('prompt', 'is not one text, which is what the built-in engine completes');
  return { prompt: one, text: one };
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** How a request wants its tokens chosen. */
export function samplingOf(body: JsonObject): Sampling {
  const { stop } = body;
  const stops = typeof stop === 'string' ? [stop] : Array.isArray(stop) ? stop : [];
  return {
    maxTokens: numberOf(body['max_completion_tokens'] ?? body['max_tokens']),
    // 1 is the default of the API
    temperature: numberOf(body['temperature']) ?? 1,
    topP: numberOf(body['top_p']),
    seed: numberOf(body['seed']),
    stop: stops.filter((text): text is string => typeof text === 'string' && text !== ''),
  };
}
