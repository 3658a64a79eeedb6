import { describe, expect, it } from 'vitest';
import type { Directive, EngineOrder, Metered } from '../control/contract.ts';
import { random } from '../series/random.ts';
import { Attribution } from './attribution.ts';
import type { Work } from './progress.ts';

const T0 = 1_800_000_000_000;
const EXPECTED: EngineOrder['expected'] = {
  queueS: 0,
  prefillSPerToken: 0.0001,
  tpotS: 0.02,
  prefillJPerToken: 0.1,
  decodeJPerToken: 1,
};

/** What is told at the end of a second. */
function reading(
  second: number,
  metered?: Metered,
  expected: Partial<EngineOrder['expected']> = {},
  facilityFactor = 1.5,
): Directive {
  const order: EngineOrder = {
    id: 'd',
    state: 'serving',
    replicas: 1,
    clock: null,
    expected: { ...EXPECTED, ...expected },
  };
  return {
    seq: second + 1,
    issuedMs: T0 + second * 1000,
    validUntilMs: T0 + second * 1000 + 10_000,
    classes: [],
    engines: [metered === undefined ? order : { ...order, metered }],
    facilityFactor,
    carbonGPerKwh: 360,
    waterLPerKwh: 3.6,
    pricePerKwh: 0.36,
    currency: 'USD',
  };
}

const work = (more: Partial<Work> = {}): Work => ({
  requestId: 'r',
  deployment: 'd',
  server: 'd',
  startMs: T0,
  endMs: T0 + 4000,
  ttftMs: 1000,
  inputTokens: 100,
  cachedTokens: 0,
  outputTokens: 30,
  ...more,
});

describe('energy of a request where nothing is metered', () => {
  it('is that of its tokens at the load of the very seconds in which they came', () => {
    const attribution = new Attribution();
    // The prompt in the first second, ten output tokens in each of the three after it
    for (let s = 0; s <= 4; s++) {
      expect(
        attribution.take(reading(s, undefined, { decodeJPerToken: s, prefillJPerToken: s / 10 }), [work()]),
      ).toEqual([]);
    }
    const energy = attribution.close('r')!;
    expect(energy.itJoules).toBeCloseTo(100 * 0.1 + 10 * (2 + 3 + 4), 9);
    expect(energy.facilityJoules).toBeCloseTo(100 * 1.5, 9);
    expect(energy.co2G).toBeCloseTo((150 / 3.6e6) * 360, 12);
    expect(energy.waterL).toBeCloseTo((150 / 3.6e6) * 3.6, 12);
    expect(energy.cost).toBeCloseTo((150 / 3.6e6) * 0.36, 12);
    expect(attribution.untilMs).toBe(T0 + 4000);
    expect(attribution.close('r')).toBeNull();
  });

  it('leaves cached tokens out, counts every token once over a silence, and knows nothing of other deployments', () => {
    const attribution = new Attribution();
    attribution.take(reading(0), []);
    const works = [work({ cachedTokens: 60 }), work({ requestId: 'other', deployment: 'elsewhere' })];
    attribution.take(reading(2), works);
    attribution.take(reading(100), works);
    attribution.take(reading(101), works);
    expect(attribution.close('r')!.itJoules).toBeCloseTo(40 * 0.1 + 30, 9);
    expect(attribution.close('other')).toBeNull();
  });

  it('weighs lengths as attention and the KV cache do', () => {
    const lengths = { promptTokens: 1000, promptGrowth: 0.0005, contextTokens: 2000, contextGrowth: 0.0002 };
    const attribution = new Attribution();
    attribution.take(reading(0), []);
    attribution.take(reading(5, undefined, { lengths }), [work({ inputTokens: 3000 })]);
    const prompt = 3000 * 0.1 * (1 + 0.0005 * 2000);
    const answer = 30 * (1 + 0.0002 * (3000 + 15 - 2000));
    expect(attribution.close('r')!.itJoules).toBeCloseTo(prompt + answer, 9);
  });
});

describe('energy of a request where power is metered', () => {
  it('is its part of what was drawn above idle, which has an account of its own', () => {
    const attribution = new Attribution();
    attribution.take(reading(0, { watts: 0, idleWatts: 0 }), []);
    // Two answers of 30 and 10 tokens and prompts of 100 and none, in a second of 700 W of which 500 W idle
    const at = { startMs: T0, endMs: T0 + 900, ttftMs: 0 };
    const accounts = attribution.take(reading(1, { watts: 700, idleWatts: 500 }), [
      work(at),
      work({ ...at, requestId: 's', inputTokens: 0, outputTokens: 10 }),
    ]);
    expect(accounts.map(({ name, energy }) => [name, energy.itJoules])).toEqual([
      ['idle', 500],
      ['other', 0],
    ]);
    // Prompts take what they are expected to take, answers share the rest by their tokens after the first
    expect(attribution.close('r')!.itJoules).toBeCloseTo(10 + (29 / 38) * 190, 9);
    expect(attribution.close('s')!.itJoules).toBeCloseTo((9 / 38) * 190, 9);
  });

  it('waits for the end of an answer without stream, which tells when its prompt was computed', () => {
    const attribution = new Attribution();
    const whole = { ttftMs: null, endMs: null, outputTokens: null };
    const slow = { prefillSPerToken: 0.001, tpotS: 0.01 };
    const at = (s: number, watts: number, works: Work[]) =>
      attribution.take(reading(s, { watts, idleWatts: 0 }, slow), works);
    at(0, 0, []);
    // Ten prompts of a second each came at once, and ours after them: it has its turn in the eleventh second
    const ahead = (s: number): Work[] =>
      Array.from({ length: 10 }, (_, i) => {
        const ended = i < s;
        const end = ended ? { endMs: T0 + 1000 * (i + 1), outputTokens: 1 } : whole;
        return work({ requestId: `a${i}`, inputTokens: 1000, ...whole, ...end });
      }).slice(Math.max(0, s - 1));
    const last = { startMs: T0 + 10, inputTokens: 1000 };
    for (let s = 1; s <= 10; s++) {
      expect(at(s, 100, [...ahead(s), work({ ...last, ...whole })])).toEqual([]);
      expect(attribution.untilMs).toBe(T0);
    }
    const accounts = at(11, 100, [work({ ...last, ttftMs: null, endMs: T0 + 11_000, outputTokens: 1 })]);
    expect(accounts.length).toBe(22);
    expect(attribution.untilMs).toBe(T0 + 11_000);
    for (const id of ['r', ...ahead(1).map(({ requestId }) => requestId)]) {
      expect(attribution.close(id)!.itJoules).toBeGreaterThan(90);
    }
  });

  it('waits for no answer longer than 15 s, and for none that has gone', () => {
    const attribution = new Attribution();
    const endless = work({ endMs: null, ttftMs: null, outputTokens: null });
    const metered = { watts: 10, idleWatts: 0 };
    for (let s = 0; s <= 15; s++) attribution.take(reading(s, metered), [endless]);
    expect(attribution.untilMs).toBe(T0);
    attribution.take(reading(16, metered), [endless]);
    expect(attribution.untilMs).toBe(T0 + 1000);
    // It is told of no more: its engine failed, say
    attribution.take(reading(17, metered), []);
    expect(attribution.untilMs).toBe(T0 + 17_000);
    // What it was given belongs to nobody, once that is sure
    const accounts: number[] = [];
    for (let s = 18; s <= 100; s++) {
      for (const { name, energy } of attribution.take(reading(s, { watts: 0, idleWatts: 0 }), [])) {
        if (name === 'other') accounts.push(energy.itJoules);
      }
    }
    expect(accounts.reduce((sum, joules) => sum + joules, 0)).toBeGreaterThan(100);
    expect(attribution.close('r')).toBeNull();
  });

  it('leaves to load that came past the gateway what its tokens take', () => {
    const attribution = new Attribution();
    const metered = { watts: 800, idleWatts: 500, computedTokensPerS: 1000, outputTokensPerS: 100 };
    attribution.take(reading(0, metered), []);
    const accounts = attribution.take(reading(1, metered), [work({ endMs: T0 + 900 })]);
    // All tokens are expected at 100 J and 100 J; prompts take theirs, answers 200 J
    expect(attribution.close('r')!.itJoules).toBeCloseTo(10 + 2 * 30, 9);
    expect(accounts.find(({ name }) => name === 'other')!.energy.itJoules).toBeCloseTo(230, 9);
  });

  it('of every interval is whole: requests, load past the gateway and idle are what was metered', () => {
    const draw = random(11);
    const between = (low: number, high: number) => low + (high - low) * draw.next();
    for (let round = 0; round < 200; round++) {
      const attribution = new Attribution();
      const told = round % 2 === 0;
      const streams = round % 3 !== 0;
      const requests = Array.from({ length: 30 }, (_, i) => {
        const startMs = T0 + between(0, 20_000);
        const durationMs = between(0, 8000) ** between(0.5, 1);
        const outputTokens = Math.round(between(1, 400));
        const inputTokens = Math.round(between(0, 3000));
        const cachedTokens = Math.round(between(0, inputTokens));
        const ttftMs = durationMs * draw.next();
        return { id: `r${i}`, startMs, durationMs, ttftMs, inputTokens, cachedTokens, outputTokens };
      });
      const lengths = { promptTokens: 900, promptGrowth: 0.0003, contextTokens: 1200, contextGrowth: 0.0002 };
      let [metered, booked, facility, facilityBooked] = [0, 0, 0, 0];
      const endMsOf = new Map<string, number>();
      const ended = new Set<string>();
      const drawn: number[] = [];
      let intervals = 0;
      for (let s = 0; s <= 45; s++) {
        const nowMs = T0 + s * 1000;
        const works = requests
          .filter(({ id, startMs }) => startMs <= nowMs && !endMsOf.has(id))
          .map(({ id, startMs, durationMs, ttftMs, inputTokens, cachedTokens, outputTokens }): Work => {
            const hasEnded = startMs + durationMs <= nowMs;
            const seen = startMs + ttftMs <= nowMs;
            const part = seen ? Math.min(1, (nowMs - startMs - ttftMs) / (durationMs - ttftMs)) : 0;
            const soFar = hasEnded ? outputTokens : streams ? Math.round(part * outputTokens) : null;
            return {
              requestId: id,
              deployment: 'd',
              server: 'd',
              startMs,
              endMs: hasEnded ? startMs + durationMs : null,
              ttftMs: streams && seen ? ttftMs : null,
              inputTokens,
              cachedTokens,
              outputTokens: soFar,
            };
          });
        const watts = between(0, 5000);
        const reading1 = { watts, idleWatts: between(0, 3000) };
        const all = told ? { computedTokensPerS: between(0, 9000), outputTokensPerS: between(0, 900) } : {};
        const factor = between(1, 2);
        const accounts = attribution.take(reading(s, { ...reading1, ...all }, { lengths }, factor), works);
        drawn.push(s > 0 ? watts : 0);
        if (s > 0) {
          metered += watts;
          facility += watts * factor;
        }
        let idle = 0;
        for (const { name, energy } of accounts) {
          booked += energy.itJoules;
          facilityBooked += energy.facilityJoules;
          if (name === 'idle') {
            idle = energy.itJoules;
            continue;
          }
          // Where all load came through the gateway, requests take all that was drawn above idle, or there were none
          const aboveJ = drawn[intervals++ + 1]! - idle;
          const other = energy.itJoules;
          if (!told) expect(Math.min(Math.abs(other), Math.abs(aboveJ - other))).toBeLessThan(1e-6);
        }
        for (const { requestId, endMs } of works) if (endMs !== null) endMsOf.set(requestId, endMs);
        for (const [requestId, endMs] of endMsOf) {
          if (ended.has(requestId) || endMs > attribution.untilMs) continue;
          ended.add(requestId);
          const energy = attribution.close(requestId)!;
          expect(energy.itJoules).toBeGreaterThanOrEqual(0);
          booked += energy.itJoules;
          facilityBooked += energy.facilityJoules;
        }
      }
      expect(ended.size).toBe(30);
      expect(Math.abs(booked / metered - 1)).toBeLessThan(1e-9);
      expect(Math.abs(facilityBooked / facility - 1)).toBeLessThan(1e-9);
    }
  });
});
