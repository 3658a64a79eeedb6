import { isObject, length, put } from '../json.ts';
import { isFinished } from './chat.ts';
import type { AnswerIdentity, Dialect, Verdict } from './dialect.ts';
import { readUsage } from './usage.ts';

const FINISHES: ReadonlySet<unknown> = new Set(['stop', 'length', 'content_filter']);

/** Answers and chunks have one shape; a chunk's choice may be unfinished, an answer's may not. */
function tidy(part: unknown, identity: AnswerIdentity, unfinished: null | 'stop'): Verdict {
  if (!isObject(part)) return { wrong: 'it is not a JSON object' };
  const choices = part['choices'];
  if (!Array.isArray(choices)) return { wrong: 'it has no choices' };
  let changed = false;
  for (let i = 0; i < choices.length; i++) {
    const choice: unknown = choices[i];
    if (!isObject(choice)) return { wrong: `choices[${i}] is not an object` };
    if (choice['text'] !== undefined && typeof choice['text'] !== 'string') {
      return { wrong: `choices[${i}].text is not text` };
    }
    changed = put(choice, 'text', '', 'string') || changed;
    changed = put(choice, 'index', i, 'number') || changed;
    if (choice['logprobs'] === undefined) {
      choice['logprobs'] = null;
      changed = true;
    }
    const finish = choice['finish_reason'];
    if (!FINISHES.has(finish) && !(finish === null && unfinished === null)) {
      choice['finish_reason'] =
        typeof finish === 'string' ? (finish.startsWith('max') ? 'length' : 'stop') : unfinished;
      changed = true;
    }
  }
  changed = put(part, 'id', identity.id, 'string') || changed;
  changed = put(part, 'created', identity.created, 'number') || changed;
  changed = put(part, 'model', identity.model, 'string') || changed;
  if (part['object'] !== 'text_completion') {
    part['object'] = 'text_completion';
    changed = true;
  }
  if (part['system_fingerprint'] === null) {
    delete part['system_fingerprint'];
    changed = true;
  }
  return changed ? 'changed' : 'as sent';
}

/** `POST /completions`. */
export const completionsDialect: Dialect = {
  path: '/completions',
  idPrefix: 'cmpl-',
  asksUsage: true,
  tidyAnswer(answer, identity) {
    const verdict = tidy(answer, identity, 'stop');
    if (typeof verdict === 'object') return verdict.wrong;
    return isObject(answer) && Array.isArray(answer['choices']) && answer['choices'].length > 0
      ? ''
      : 'it has no choices';
  },
  tidyEvent: (event, identity) => tidy(event, identity, null),
  ends: isFinished,
  chars({ choices }) {
    let chars = 0;
    if (!Array.isArray(choices)) return chars;
    for (const choice of choices) if (isObject(choice)) chars += length(choice['text']);
    return chars;
  },
  usage: ({ usage }) => (usage === undefined || usage === null ? undefined : readUsage(usage)),
};
