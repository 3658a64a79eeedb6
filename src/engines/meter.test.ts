import { describe, expect, it } from 'vitest';
import { chatDialect } from './dialects/chat.ts';
import { readUsage } from './dialects/usage.ts';
import { Meter } from './meter.ts';
import { countMessages, countTokens } from './tokens.ts';

const delta = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });

const meterOf = (inputTokens: number): Meter =>
  new Meter(chatDialect, inputTokens, { inputTokens: 1000, outputTokens: 100 });

describe('Meter', () => {
  it('takes the engine’s own count', () => {
    const meter = meterOf(99);
    meter.add(delta('hello'));
    meter.add({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } });
    expect(meter.total).toEqual({ inputTokens: 7, outputTokens: 2, cachedTokens: 0, estimated: false });
  });

  it('keeps the last of several counts, and ignores a null or unusable one after it', () => {
    const meter = meterOf(1);
    meter.add({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 1 } });
    meter.add({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 5 } });
    meter.add({ choices: [], usage: null });
    meter.add({ choices: [], usage: { prompt_tokens: 'many' } });
    expect(meter.total.outputTokens).toBe(5);
  });

  it('estimates by length and says so when the engine does not count', () => {
    const meter = meterOf(11);
    meter.add(delta('12345678'));
    meter.add({ choices: [{ delta: { reasoning_content: 'abcd' } }] });
    meter.add({ choices: [{ delta: { tool_calls: [{ function: { name: 'ab', arguments: '{}' } }] } }] });
    expect(meter.total).toEqual({ inputTokens: 11, outputTokens: 4, cachedTokens: 0, estimated: true });
  });

  it('takes no count that cannot be true', () => {
    const told = (prompt_tokens: number, completion_tokens: number, text = 'x'.repeat(40)) => {
      const meter = meterOf(7);
      meter.add(delta(text));
      meter.add({ choices: [], usage: { prompt_tokens, completion_tokens } });
      return [meter.miscounted, meter.total.inputTokens, meter.total.outputTokens, meter.total.estimated];
    };
    expect(told(900, 90)).toEqual([false, 900, 90, false]);
    expect(told(1001, 10)).toEqual([true, 7, 10, true]);
    expect(told(5, 101)).toEqual([true, 7, 10, true]);
    expect(told(5, 0)).toEqual([true, 7, 10, true]);
    expect(told(5, 0, '')).toEqual([false, 5, 0, false]);
  });

  it('survives odd parts', () => {
    const meter = meterOf(0);
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
