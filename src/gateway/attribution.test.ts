import { describe, expect, it } from 'vitest';
import type { Directive, EngineOrder, Metered } from '../control/contract.ts';
import { random } from '../series/random.ts';
import { Attribution, type Work } from './attribution.ts';

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
    // Prompts take what they are expected to take, answers share the rest by their tokens
    expect(attribution.close('r')!.itJoules).toBeCloseTo(10 + (30 / 40) * 190, 9);
    expect(attribution.close('s')!.itJoules).toBeCloseTo((10 / 40) * 190, 9);
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
      const ended = new Set<string>();
      for (let s = 0; s <= 30; s++) {
        const nowMs = T0 + s * 1000;
        const works = requests
          .filter(({ id, startMs }) => startMs <= nowMs && !ended.has(id))
          .map(({ id, startMs, durationMs, ttftMs, inputTokens, cachedTokens, outputTokens }): Work => {
            const hasEnded = startMs + durationMs <= nowMs;
            const seen = startMs + ttftMs <= nowMs;
            const part = seen ? Math.min(1, (nowMs - startMs - ttftMs) / (durationMs - ttftMs)) : 0;
            const soFar = hasEnded ? outputTokens : streams ? Math.round(part * outputTokens) : null;
            return {
              requestId: id,
              deployment: 'd',
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
        if (s > 0) {
          metered += watts;
          facility += watts * factor;
        }
        let [idle, other] = [0, 0];
        for (const { name, energy } of accounts) {
          booked += energy.itJoules;
          facilityBooked += energy.facilityJoules;
          if (name === 'idle') idle = energy.itJoules;
          else other = energy.itJoules;
        }
        // Where all load came through the gateway, requests take all that was drawn above idle, or there were none
        const aboveJ = watts - idle;
        if (s > 0 && !told) expect(Math.min(Math.abs(other), Math.abs(aboveJ - other))).toBeLessThan(1e-6);
        for (const { requestId, endMs } of works) {
          if (endMs === null) continue;
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
