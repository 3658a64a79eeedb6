import { isObject, length, put } from '../json.ts';
import type { Dialect } from './dialect.ts';
import { readResponsesUsage } from './usage.ts';

const LAST: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

function charsOfItem(item: unknown): number {
  if (!isObject(item)) return 0;
  let chars = length(item['arguments']) + length(item['name']);
  const { content } = item;
  if (!Array.isArray(content)) return chars;
  for (const part of content) if (isObject(part)) chars += length(part['text']) + length(part['refusal']);
  return chars;
}

/** `POST /responses`, of an engine that answers it itself. */
export const responsesDialect: Dialect = {
  path: '/responses',
  idPrefix: 'resp_',
  asksUsage: false,
  tidyAnswer(answer, identity) {
    if (!isObject(answer)) return 'the body is not a JSON object';
    if (!Array.isArray(answer['output'])) return 'it has no output';
    put(answer, 'id', identity.id, 'string');
    put(answer, 'created_at', identity.created, 'number');
    put(answer, 'model', identity.model, 'string');
    put(answer, 'status', 'completed', 'string');
    answer['object'] = 'response';
    const rest = { error: null, incomplete_details: null, instructions: null, metadata: {}, tools: [] };
    const more = { parallel_tool_calls: true, tool_choice: 'auto', temperature: null, top_p: null };
    for (const [key, value] of Object.entries({ ...rest, ...more })) if (answer[key] === undefined) answer[key] = value;
    return '';
  },
  tidyEvent(event) {
    if (!isObject(event)) return { wrong: 'an event is not a JSON object' };
    return typeof event['type'] === 'string' ? 'as sent' : { wrong: 'an event has no type' };
  },
  ends: (event) => LAST.has(event['type']),
  chars(part) {
    const { type, output } = part;
    if (typeof type === 'string' && type.endsWith('.delta')) return length(part['delta']);
    let chars = 0;
    if (part['object'] === 'response' && Array.isArray(output)) for (const item of output) chars += charsOfItem(item);
    return chars;
  },
  usage(part) {
    const holder = isObject(part['response']) ? part['response'] : part;
    const { usage } = holder;
    return usage === undefined || usage === null ? undefined : readResponsesUsage(usage);
  },
};
