import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../engines/contract.ts';
import { isObject } from '../../engines/json.ts';
import { type Random, random } from '../../series/random.ts';
import { isFailure } from './endpoint.ts';
import { ENDPOINTS } from './index.ts';
import { parseJson } from './json.ts';
import { findField } from './multipart.ts';
import { parseRelay } from './relayed.ts';

const CASES = 100_000;
const pick = <T>(draw: Random, from: readonly T[]): T => from[Math.floor(draw.next() * from.length)]!;
const upTo = (draw: Random, most: number): number => Math.floor(draw.next() * (most + 1));
const counted = { tokens: { inputTokens: 1, outputTokens: 1, cachedTokens: 0, estimated: false }, energy: null };
const identity = { requestId: 'r', createdS: 1 };

/** A sound body of each endpoint, from which the cases are bent. */
const SOUND: Readonly<Record<string, object>> = {
  '/chat/completions': {
    model: 'm',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }],
    stop: ['a'],
    stream: true,
    stream_options: { include_usage: true },
    n: 1,
  },
  '/completions': { model: 'm', prompt: ['a', 'b'], max_tokens: 3, stop: 'x' },
  '/embeddings': { model: 'm', input: [[1, 2], [3]], dimensions: 8, encoding_format: 'float' },
  '/responses': {
    model: 'm',
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'x' }] },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'y' },
    ],
    tools: [{ type: 'function', name: 'f', parameters: {} }],
    tool_choice: { type: 'function', name: 'f' },
    text: { format: { type: 'json_schema', name: 'n', schema: {} } },
  },
  '/messages': {
    model: 'm',
    max_tokens: 5,
    system: [{ type: 'text', text: 's' }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't', content: [] },
          { type: 'image', source: { type: 'url', url: 'u' } },
        ],
      },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
    ],
    tools: [{ name: 'f', input_schema: {} }],
    tool_choice: { type: 'any' },
  },
};
const ODD = [
  undefined,
  null,
  true,
  -1,
  Number.POSITIVE_INFINITY,
  0,
  '',
  'x',
  '\ud83d',
  [],
  {},
  [null],
  [[]],
  { type: 'text' },
  { type: 7 },
  '__proto__',
];

/** Bends one or more places of a value: something odd in place of what is there, or a key more. */
function bent(draw: Random, value: unknown): unknown {
  if (draw.next() < 0.12) return pick(draw, ODD);
  if (Array.isArray(value)) return value.map((one) => bent(draw, one));
  if (!isObject(value)) return value;
  const made: JsonObject = {};
  for (const [key, one] of Object.entries(value)) if (draw.next() > 0.03) made[key] = bent(draw, one);
  if (draw.next() < 0.1) made[pick(draw, ['service_tier', 'stream', 'type', 'model', 'metadata'])] = pick(draw, ODD);
  return made;
}

const ANSWERS: readonly JsonObject[] = [
  { choices: [{ message: { content: 'a', tool_calls: [{ function: {} }, 5] } }] },
  { choices: [{ delta: { tool_calls: [{ index: 3, function: { arguments: '{' } }], content: 'b' } }] },
  { choices: [], usage: {} },
  { choices: [null] },
  {},
];

describe('fuzzing', () => {
  it.each(ENDPOINTS.map((endpoint) => [endpoint.path, endpoint] as const))(
    `takes or refuses bent bodies of %s, ${CASES / 5} of them, and puts those that it takes in other words`,
    (path, endpoint) => {
      let taken = 0;
      for (let seed = 0; seed < CASES / 5; seed++) {
        const draw = random(seed);
        try {
          const request = endpoint.parse(bent(draw, SOUND[path]));
          if (isFailure(request)) continue;
          taken += 1;
          if (!Number.isFinite(request.inputTokens) || typeof request.model !== 'string') throw new Error('not sound');
          const translated = endpoint.translate?.(request, identity);
          const rendering =
            translated === undefined || isFailure(translated)
              ? endpoint.native(request, identity)
              : translated.rendering;
          for (const part of ANSWERS) rendering.event(null, structuredClone(part), '');
          rendering.end(counted);
          rendering.answer(structuredClone(pick(draw, ANSWERS)), counted);
        } catch (error) {
          throw new Error(`seed ${seed}`, { cause: error });
        }
      }
      expect(taken).toBeGreaterThan(100);
    },
  );

  it(`parses ${CASES} texts that are JSON, nearly, or not at all as the language does`, () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '"a"',
      '1',
      '-',
      '1e999',
      'null',
      'tru',
      '\\',
      '\\ud800',
      '\\u00e9',
      '"\\ud83d"',
      '😀',
      '\u0000',
      ' ',
      '"__proto__"',
    ];
    for (let seed = 0; seed < CASES; seed++) {
      const draw = random(seed);
      let text = '';
      for (let i = upTo(draw, 7); i >= 0; i--) text += pick(draw, pieces);
      let wanted: unknown;
      let isJson = true;
      try {
        wanted = JSON.parse(text);
      } catch {
        isJson = false;
      }
      const found = parseJson(text);
      if ('value' in found !== isJson) throw new Error(`seed ${seed}: ${text}`);
      if ('value' in found && JSON.stringify(found.value)?.isWellFormed() === false) throw new Error(`seed ${seed}`);
      if ('value' in found && !text.includes('\\u') && JSON.stringify(found.value) !== JSON.stringify(wanted))
        throw new Error(`seed ${seed}`);
    }
  });

  it('finds the model of a form, or nothing, in whatever bytes come', () => {
    const pieces = [
      '--b',
      '--b--',
      '\r\n',
      '\r\n\r\n',
      'content-disposition: form-data; name="model"',
      'Content-Disposition: form-data; name="file"; filename="model"',
      'm1',
      'x',
      '\u0000',
    ];
    let found = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const draw = random(seed);
      let text = '';
      for (let i = upTo(draw, 10); i >= 0; i--) text += pick(draw, pieces);
      const body = Buffer.from(text);
      const field = findField(body, 'multipart/form-data; boundary=b', 'model');
      if (field !== undefined && body.toString('utf8', field.start, field.end) !== field.value)
        throw new Error(`seed ${seed}`);
      const parsed = parseRelay('/x', body, 'multipart/form-data; boundary=b');
      if (isFailure(parsed)) continue;
      found += 1;
      parsed.bodyFor('other');
    }
    expect(found).toBeGreaterThan(0);
  });
});
