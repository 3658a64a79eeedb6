import { describe, expect, it } from 'vitest';
import { type Random, random } from '../series/random.ts';
import type { Dialect } from './dialects/dialect.ts';
import { dialectOf } from './dialects/index.ts';
import { isObject } from './json.ts';
import { Meter } from './meter.ts';
import { type SseEvent, SseParser } from './sse.ts';

/** A case that fails says its seed. */
const CASES = 100_000;
const identity = { id: 'x', created: 5, model: 'm' };

const pick = <T>(draw: Random, from: readonly T[]): T => from[Math.floor(draw.next() * from.length)]!;
const upTo = (draw: Random, most: number): number => Math.floor(draw.next() * (most + 1));

const PIECES = [
  'data:',
  'data: ',
  'event: ',
  'id: 1',
  ':',
  ': x',
  'data',
  '{"a":1}',
  'ш',
  '😀',
  '\ufeff',
  '\u0000',
  ' ',
  'x',
  '[DONE]',
  'datа',
];
const ENDS = ['\n', '\r', '\r\n', '\n\n', '\r\n\r\n', '\r\r', ''];

/** The whole text at once, read line by line as the standard says. */
function reference(text: string): SseEvent[] {
  const events: SseEvent[] = [];
  let name = '';
  let data: string | null = null;
  // What has no line end is not a line
  for (const line of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .slice(0, -1)) {
    if (line === '') {
      if (data !== null) events.push({ name, data });
      name = '';
      data = null;
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?::\u0020?([\s\S]*))?$/.exec(line)!;
    if (field === 'event') name = value;
    if (field === 'data') data = data === null ? value : `${data}\n${value}`;
  }
  return events;
}

function parsed(bytes: Buffer, draw: Random): SseEvent[] {
  const parser = new SseParser();
  const events: SseEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + upTo(draw, 6);
    parser.push(bytes.subarray(at, end), (event) => events.push(event));
    at = end;
  }
  return events;
}

/** Any JSON value, leaning to the keys and values that dialects look at. */
const KEYS = [
  'choices',
  'delta',
  'message',
  'content',
  'usage',
  'tool_calls',
  'function',
  'index',
  'text',
  'data',
  'embedding',
  'output',
  'type',
  'response',
  'id',
  'arguments',
  'finish_reason',
  'prompt_tokens',
  'completion_tokens',
  'input_tokens',
  'output_tokens',
  'created',
  '__proto__',
  'constructor',
];
const LEAVES = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  5,
  '',
  'x',
  'stop',
  'message_start',
  'response.completed',
  'eos',
  '\ud800',
];

function anything(draw: Random, depth: number): unknown {
  const kind = draw.next();
  if (depth === 0 || kind < 0.3) return pick(draw, LEAVES);
  if (kind < 0.55) return Array.from({ length: upTo(draw, 2) }, () => anything(draw, depth - 1));
  const made: [string, unknown][] = [];
  for (let i = upTo(draw, 4); i >= 0; i--) made.push([pick(draw, KEYS), anything(draw, depth - 1)]);
  return Object.fromEntries(made);
}

/** Reads an answer or event as the relay does; whatever comes, it must neither throw nor count what is no number. */
function read(dialect: Dialect, value: unknown): void {
  const verdict = dialect.tidyEvent(value, identity);
  const meter = new Meter(dialect, 1, { inputTokens: 1e6, outputTokens: 1e6 });
  if (typeof verdict === 'string' && isObject(value)) {
    dialect.ends(value);
    meter.add(value);
  }
  const wrong = dialect.tidyAnswer(value, identity);
  if (wrong === '' && isObject(value)) meter.add(value);
  const { inputTokens, outputTokens, cachedTokens } = meter.total;
  for (const count of [inputTokens, outputTokens, cachedTokens]) {
    if (!Number.isSafeInteger(count) || count < 0) throw new Error(`counted ${count}`);
  }
}

describe('fuzzing', () => {
  it(`reads ${CASES} streams of events as the standard does, however they are cut`, () => {
    for (let seed = 0; seed < CASES; seed++) {
      const draw = random(seed);
      let text = '';
      for (let i = upTo(draw, 8); i >= 0; i--) text += pick(draw, PIECES) + (draw.next() < 0.6 ? pick(draw, ENDS) : '');
      const found = parsed(Buffer.from(text), draw);
      const wanted = reference(text);
      if (JSON.stringify(found) !== JSON.stringify(wanted)) expect(found, `seed ${seed}`).toEqual(wanted);
    }
  });

  it(`survives ${CASES} streams of bytes that are no text`, () => {
    for (let seed = 0; seed < CASES; seed++) {
      const draw = random(seed);
      const bytes = Buffer.from(
        Array.from({ length: upTo(draw, 24) }, () =>
          pick(draw, [10, 13, 58, 100, 97, 116, 97, 32, 0xff, 0xc3, 0xed, 0xf0, 0x80]),
        ),
      );
      for (const { data } of parsed(bytes, draw))
        if (/[\r\n]/.test(data.replaceAll('\n', ''))) throw new Error(`seed ${seed}`);
    }
  });

  it.each(['/chat/completions', '/completions', '/embeddings', '/responses', '/messages'])(
    'takes whatever JSON an engine sends as an answer or event of %s',
    (path) => {
      const dialect = dialectOf(path);
      for (let seed = 0; seed < CASES / 10; seed++) {
        try {
          read(dialect, anything(random(seed), 5));
        } catch (error) {
          throw new Error(`seed ${seed}`, { cause: error });
        }
      }
    },
  );
});
