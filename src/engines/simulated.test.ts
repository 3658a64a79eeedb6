import { describe, expect, it } from 'vitest';
import { ManualClock } from '../series/clock.ts';
import type { EngineSink, Expected, JsonObject } from './contract.ts';
import type { Failure } from './failure.ts';
import { SimulatedEngine, type SimulatedEngineConfig } from './simulated.ts';
import { SIMULATED_NOTICE } from './simulated-text.ts';
import { ManualTimers } from './timing.ts';

const expected: Expected = {
  queueS: 0.2,
  prefillSPerToken: 0.001,
  tpotS: 0.05,
  prefillJPerToken: 0.1,
  decodeJPerToken: 1,
};

interface Heard {
  atMs: number;
  chunk: JsonObject;
}

class Listener implements EngineSink {
  readonly heard: Heard[] = [];
  whole: JsonObject | null = null;
  endMs: number | null = null;
  failure: Failure | null = null;
  readonly #timers: ManualTimers;
  constructor(timers: ManualTimers) {
    this.#timers = timers;
  }
  answer(body: JsonObject): void {
    this.whole = body;
  }
  event(data: string | null, chunk: JsonObject): void {
    expect(JSON.parse(data ?? '')).toEqual(chunk);
    this.heard.push({ atMs: this.#timers.nowMs(), chunk });
  }
  flush(): void {
    expect(this.heard.length).toBeGreaterThan(0);
  }
  end(): void {
    this.endMs = this.#timers.nowMs();
  }
  fail(failure: Failure): void {
    this.failure = failure;
  }
  get text(): string {
    return this.heard.map(({ chunk }) => contentOf(chunk)).join('');
  }
}

function contentOf(chunk: JsonObject): string {
  return /"content":"([^"]*)"/.exec(JSON.stringify(chunk))?.[1] ?? '';
}

function setUp(config: Partial<SimulatedEngineConfig> = {}, order: () => Expected | undefined = () => undefined) {
  const timers = new ManualTimers();
  const clock = new ManualClock(1_800_000_000_000);
  const engine = new SimulatedEngine(
    { kind: 'simulated', id: 'sim', model: 'm', expected, ...config },
    { timers, clock, expected: order },
  );
  const sink = new Listener(timers);
  const start = (path: string, body: JsonObject, stream: boolean, inputTokens: number) =>
    engine.start({ requestId: 'r1', path, body, model: 'm', stream, inputTokens, trace: null }, sink);
  const chat = (body: JsonObject, stream = true, inputTokens = 100) =>
    start('/chat/completions', body, stream, inputTokens);
  return { timers, engine, sink, chat, start };
}

describe('SimulatedEngine', () => {
  it('keeps the predicted time to the first token and per token', () => {
    const { timers, sink, chat } = setUp();
    chat({ max_tokens: 10 });
    timers.advanceMs(298);
    expect(sink.heard).toEqual([]);
    timers.advanceMs(2.5);
    // role and first token at queueS + 100 x prefillSPerToken = 0.3 s
    expect(sink.heard.map((h) => Math.round(h.atMs))).toEqual([300, 300]);
    timers.advanceMs(9 * 50);
    expect(sink.endMs).toBeCloseTo(750, 6);
    expect(sink.text).toBe(SIMULATED_NOTICE.slice(0, 40));
  });

  it('gathers fast tokens into chunks without losing the pace', () => {
    const { timers, sink, chat } = setUp({ expected: { ...expected, tpotS: 0.001 } });
    chat({ max_tokens: 1001 });
    timers.advanceMs(5000);
    expect(sink.endMs).toBeGreaterThanOrEqual(300 + 1000 - 1);
    expect(sink.endMs).toBeLessThanOrEqual(300 + 1000 + 10);
    expect(sink.heard.length).toBeLessThan(110);
    expect(sink.text.length).toBe(4004);
  });

  it('follows a new directive in the middle of an answer', () => {
    let tpotS = 0.05;
    const { timers, sink, chat } = setUp({}, () => ({ ...expected, tpotS }));
    chat({ max_tokens: 21 });
    timers.advanceMs(300 + 500);
    tpotS = 0.1;
    timers.advanceMs(10_000);
    // ten gaps of 50 ms (one more is already set when the change comes), the rest of 100 ms
    expect(sink.endMs).toBeCloseTo(300 + 11 * 50 + 9 * 100, 6);
  });

  it('answers without stream at the time of the last token, marked as simulated', () => {
    const { timers, sink, chat } = setUp();
    chat({ max_tokens: 10 }, false);
    timers.advanceMs(740);
    expect(sink.whole).toBeNull();
    timers.advanceMs(20);
    expect(sink.whole).toMatchObject({
      object: 'chat.completion',
      created: 1_800_000_000,
      model: 'm',
      system_fingerprint: 'joulewright-simulated',
      joulewright: { simulated: true },
      choices: [{ index: 0, finish_reason: 'length', message: { role: 'assistant' } }],
      usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
    });
    expect(sink.endMs).not.toBeNull();
  });

  it('says which part of the prompt it had in its prefix cache', () => {
    const { timers, sink, chat } = setUp({ prefixHitShare: 0.304 });
    chat({ max_tokens: 10 }, false);
    timers.advanceMs(1000);
    expect(sink.whole).toMatchObject({ usage: { prompt_tokens: 100, prompt_tokens_details: { cached_tokens: 30 } } });
  });

  it('draws lengths from its list by its seed when no limit is given, and then stops by itself', () => {
    const lengths = [1, 2].map((seed) =>
      Array.from({ length: 8 }, () => {
        const { timers, sink, chat } = setUp({ outputTokens: [3, 30, 300], seed });
        chat({}, false);
        timers.advanceMs(100_000);
        expect(sink.whole).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
        const usage = sink.whole?.['usage'];
        return JSON.stringify(usage);
      }),
    );
    for (const same of lengths) expect(new Set(same).size).toBe(1);
    const { timers, engine } = setUp({ outputTokens: [3, 30, 300] });
    const path = '/chat/completions';
    const drawn = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const sink = new Listener(timers);
      engine.start({ requestId: 'r', path, body: {}, model: 'm', stream: false, inputTokens: 1, trace: null }, sink);
      timers.advanceMs(100_000);
      drawn.add(JSON.stringify(sink.whole?.['usage']));
    }
    expect(drawn.size).toBe(3);
  });

  it('max_completion_tokens goes before max_tokens', () => {
    const { timers, sink, chat } = setUp();
    chat({ max_tokens: 50, max_completion_tokens: 2 }, false);
    timers.advanceMs(10_000);
    expect(sink.whole).toMatchObject({ usage: { completion_tokens: 2 } });
  });

  it('stops before a stop sequence', () => {
    const { timers, sink, chat } = setUp();
    chat({ max_tokens: 100, stop: ['nowhere in it', ' by'] });
    timers.advanceMs(100_000);
    expect(sink.text).toBe('[simulated');
    expect(JSON.stringify(sink.heard.at(-2)?.chunk)).toContain('"finish_reason":"stop"');
    expect(sink.heard.at(-1)?.chunk).toMatchObject({ choices: [], usage: { completion_tokens: 3 } });
  });

  it('is silent after cancel, at once', () => {
    const { timers, sink, chat } = setUp();
    const run = chat({ max_tokens: 100 });
    timers.advanceMs(400);
    const before = sink.heard.length;
    run.cancel();
    expect(timers.pending).toBe(0);
    timers.advanceMs(10_000);
    expect(sink.heard.length).toBe(before);
    expect(sink.endMs).toBeNull();
  });

  it('waits while paused and gives everything that fell due afterwards', () => {
    const { timers, sink, chat } = setUp();
    const run = chat({ max_tokens: 10 });
    timers.advanceMs(320);
    run.pause();
    timers.advanceMs(5_000);
    expect(sink.heard.length).toBe(2);
    run.resume();
    timers.advanceMs(20);
    expect(sink.endMs).not.toBeNull();
    expect(sink.text.length).toBe(40);
  });

  it('refuses more than one choice and an input beyond its context, and ends answers at its end', () => {
    const many = setUp();
    many.chat({ n: 2 });
    many.timers.advanceMs(1);
    expect(many.sink.failure?.fault).toMatchObject({ code: 'JW_REQUEST_FIELD', where: 'n' });
    const long = setUp({ contextTokens: 100 });
    long.chat({}, true, 100);
    long.timers.advanceMs(1);
    expect(long.sink.failure?.fault.code).toBe('JW_CONTEXT_LENGTH');
    const tight = setUp({ contextTokens: 110 });
    tight.chat({ max_tokens: 50 }, false, 100);
    tight.timers.advanceMs(100_000);
    expect(tight.sink.whole).toMatchObject({
      usage: { completion_tokens: 10 },
      choices: [{ finish_reason: 'length' }],
    });
  });

  it('completes a prompt, whole and as a stream', () => {
    const whole = setUp();
    whole.start('/completions', { prompt: 'x', max_tokens: 4 }, false, 1);
    whole.timers.advanceMs(10_000);
    const text = SIMULATED_NOTICE.slice(0, 16);
    expect(whole.sink.whole).toMatchObject({
      id: 'cmpl-r1',
      object: 'text_completion',
      choices: [{ index: 0, text, finish_reason: 'length', logprobs: null }],
    });
    const stream = setUp();
    stream.start('/completions', { prompt: ['x'], max_tokens: 4 }, true, 1);
    stream.timers.advanceMs(10_000);
    expect(JSON.stringify(stream.sink.heard)).toContain('"text":"[sim"');
    expect(stream.sink.heard.at(-1)?.chunk).toMatchObject({
      object: 'text_completion',
      usage: { completion_tokens: 4 },
    });
    const many = setUp();
    many.start('/completions', { prompt: ['a', 'b'] }, false, 1);
    many.timers.advanceMs(1);
    expect(many.sink.failure?.fault.where).toBe('prompt');
  });

  it('gives a text always the same unit vector, and another text another one', () => {
    const embed = (input: unknown, more: JsonObject = {}): { embedding: unknown; index: number }[] => {
      const { timers, sink, start } = setUp();
      start('/embeddings', { input, ...more }, false, 100);
      timers.advanceMs(299);
      expect(sink.whole).toBeNull();
      timers.advanceMs(2);
      expect(sink.whole).toMatchObject({
        usage: { prompt_tokens: 100, total_tokens: 100 },
        joulewright: { simulated: true },
      });
      return sink.whole?.['data'] as { embedding: unknown; index: number }[];
    };
    const [a, b, again] = embed(['a', 'b', 'a'], { dimensions: 16 }).map(({ embedding }) => embedding as number[]);
    expect(a).toEqual(again);
    expect(a).not.toEqual(b);
    expect(a).toHaveLength(16);
    for (const vector of [a!, b!]) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(embed([1, 2, 3])).toHaveLength(1);
    expect(embed([[1], [2]]).map(({ index }) => index)).toEqual([0, 1]);
    const [coded] = embed('a', { dimensions: 16, encoding_format: 'base64' });
    const bytes = Buffer.from(coded!.embedding as string, 'base64');
    expect(bytes.readFloatLE(4)).toBeCloseTo(a![1]!, 6);
  });
});
