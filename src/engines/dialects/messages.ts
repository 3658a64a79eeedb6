import { isObject, length, put } from '../json.ts';
import type { Dialect } from './dialect.ts';
import { readMessagesUsage } from './usage.ts';

/** `POST /messages` of the Anthropic API, of an engine that answers it itself. */
export const messagesDialect: Dialect = {
  path: '/messages',
  idPrefix: 'msg_',
  asksUsage: false,
  tidyAnswer(answer, identity) {
    if (!isObject(answer)) return 'the body is not a JSON object';
    if (!Array.isArray(answer['content'])) return 'it has no content';
    put(answer, 'id', identity.id, 'string');
    put(answer, 'model', identity.model, 'string');
    answer['type'] = 'message';
    answer['role'] = 'assistant';
    put(answer, 'stop_reason', 'end_turn', 'string');
    if (answer['stop_sequence'] === undefined) answer['stop_sequence'] = null;
    return '';
  },
  tidyEvent(event) {
    if (!isObject(event)) return { wrong: 'an event is not a JSON object' };
    return typeof event['type'] === 'string' ? 'as sent' : { wrong: 'an event has no type' };
  },
  ends: (event) => event['type'] === 'message_stop',
  chars(part) {
    const { delta, content } = part;
    if (isObject(delta)) return length(delta['text']) + length(delta['thinking']) + length(delta['partial_json']);
    let chars = 0;
    if (part['type'] !== 'message' || !Array.isArray(content)) return chars;
    for (const block of content) {
      if (!isObject(block)) continue;
      chars += length(block['text']) + length(block['thinking']);
      if (block['input'] !== undefined) chars += JSON.stringify(block['input']).length;
    }
    return chars;
  },
  usage(part, before) {
    const { usage } = isObject(part['message']) ? part['message'] : part;
    return usage === undefined || usage === null ? undefined : readMessagesUsage(usage, before);
  },
};
