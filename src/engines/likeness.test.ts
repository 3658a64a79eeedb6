import { describe, expect, it } from 'vitest';
import { type Random, random } from '../series/random.ts';
import type { JsonObject } from './contract.ts';
import { Likeness, PROBE_LITERAL } from './likeness.ts';

const pick = <T>(draw: Random, from: readonly T[]): T => from[Math.floor(draw.next() * from.length)]!;
const chunk = (content: string, more: object = {}) =>
  JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more });
const learn = (likeness: Likeness, data: string) => likeness.learn(data, JSON.parse(data) as JsonObject);

describe('Likeness', () => {
  it('knows events that differ in their text alone', () => {
    const likeness = new Likeness();
    expect(likeness.literal(chunk('a'))).toBeNull();
    expect(learn(likeness, chunk('a'))).toMatchObject({ probe: { id: 'c' } });
    expect(likeness.literal(chunk('шаҳар 😀'))).toBe('"шаҳар 😀"');
    expect(likeness.literal(chunk(''))).toBe('""');
    for (const other of [
      chunk('a"b'),
      chunk('a\n'),
      chunk('a', { usage: null }),
      chunk('a', { id: 'd' }),
      chunk('a').replace('null', '"stop"'),
      `${chunk('a')} `,
      chunk('a').slice(0, -1),
      chunk('x').replace('"x"', '"x","role":"assistant"'),
      chunk('x').replace('"x"', 'x'),
      '',
    ]) {
      expect(likeness.literal(other), other).toBeNull();
    }
  });

  it('learns nothing of other events, and gives up an engine that makes none alike', () => {
    const likeness = new Likeness();
    expect(learn(likeness, '{"choices":[]}')).toBeNull();
    expect(learn(likeness, '{"choices":[{"delta":{"role":"assistant","content":""}}]}')).toBeNull();
    expect(learn(likeness, '{"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}')).toBeNull();
    // Escaped otherwise than we would write it
    expect(learn(likeness, '{"choices":[{"delta":{"content":"\\u0061"}}]}')).toBeNull();
    for (let i = 0; i < 3; i++) learn(likeness, chunk('a', { created: i }));
    expect(learn(likeness, chunk('a', { created: 9 }))).toBeNull();
  });

  it('never takes an event for what it is not, in 100,000 cases', () => {
    const pieces = [
      'a',
      '"',
      '\\',
      '"content":"a"',
      '{"content":"',
      '}',
      PROBE_LITERAL,
      '\\u0000',
      '\u0001',
      '\ud800',
      ',',
      '"delta":',
    ];
    for (let seed = 0; seed < 100_000; seed++) {
      const draw = random(seed);
      const any = (): string => Array.from({ length: Math.floor(draw.next() * 4) }, () => pick(draw, pieces)).join('');
      const likeness = new Likeness();
      const id = any();
      learn(likeness, chunk(any(), { id, x: { content: any() } }));
      const content = any();
      const mangled =
        draw.next() < 0.5 ? chunk(content, { id }) : chunk('@', { id, x: { content: 'a' } }).replace('@', content);
      const literal = likeness.literal(mangled);
      if (literal === null) continue;
      const { choices } = JSON.parse(mangled) as { choices: [{ delta: object }] };
      expect(choices[0].delta, `seed ${seed}`).toEqual({ content: JSON.parse(literal) });
    }
  });
});
