import { describe, expect, it } from 'vitest';
import { Meter, readUsage } from './meter.ts';
import { countMessages, countTokens } from './tokens.ts';

const delta = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });

describe('Meter', () => {
  it('takes the engine’s own count', () => {
    const meter = new Meter(99);
    meter.add(delta('hello'));
    meter.add({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } });
    expect(meter.total).toEqual({ inputTokens: 7, outputTokens: 2, cachedTokens: 0, estimated: false });
  });

  it('keeps the last of several counts, and ignores a null or unusable one after it', () => {
    const meter = new Meter(1);
    meter.add({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 1 } });
    meter.add({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 5 } });
    meter.add({ choices: [], usage: null });
    meter.add({ choices: [], usage: { prompt_tokens: 'many' } });
    expect(meter.total.outputTokens).toBe(5);
  });

  it('estimates by length and says so when the engine does not count', () => {
    const meter = new Meter(11);
    meter.add(delta('12345678'));
    meter.add({ choices: [{ delta: { reasoning_content: 'abcd' } }] });
    meter.add({ choices: [{ delta: { tool_calls: [{ function: { name: 'ab', arguments: '{}' } }] } }] });
    expect(meter.total).toEqual({ inputTokens: 11, outputTokens: 4, cachedTokens: 0, estimated: true });
  });

  it('survives odd parts', () => {
    const meter = new Meter(0);
    for (const choices of [
      null,
      'x',
      [null],
      [{ delta: null }],
      [{ delta: { tool_calls: [null, { function: 1 }] } }],
    ]) {
      meter.add({ choices });
    }
    expect(meter.total.outputTokens).toBe(0);
  });
});

describe('readUsage', () => {
  it('reads cached tokens, never more than the input', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 50 } };
    expect(readUsage(usage)?.cachedTokens).toBe(10);
  });

  it('takes the output from the total where it is missing', () => {
    expect(readUsage({ prompt_tokens: 10, total_tokens: 14 })?.outputTokens).toBe(4);
  });

  it('refuses negative, infinite and missing counts', () => {
    for (const usage of [null, [], {}, { prompt_tokens: -1, completion_tokens: 1 }, { prompt_tokens: 1 }]) {
      expect(readUsage(usage)).toBeUndefined();
    }
  });
});

describe('token estimate', () => {
  it('counts four characters as a token, rounded up', () => {
    expect([countTokens(''), countTokens('a'), countTokens('abcde')]).toEqual([0, 1, 2]);
  });

  it('adds four per message and a fixed price per image, and survives anything', () => {
    const image = { type: 'image_url', image_url: { url: 'data:' } };
    expect(countMessages([{ role: 'user', content: 'abcd' }])).toBe(5);
    expect(countMessages([{ role: 'user', content: [{ type: 'text', text: 'abcd' }, image] }])).toBe(4 + 1 + 85);
    expect(countMessages([null, 3, {}])).toBe(12);
  });
});
