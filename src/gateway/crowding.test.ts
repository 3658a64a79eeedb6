import { describe, expect, it } from 'vitest';
import { random } from '../series/random.ts';
import { crowding, type Decoding } from './crowding.ts';

const one = (fromMs: number, toMs: number, sharedJ = 1, server = 'a'): Decoding => ({ server, fromMs, toMs, sharedJ });

describe('what a token bears of its steps', () => {
  it('is as many times less as others are in them', () => {
    // Alone for a second; then three together, which are given as many tokens in a second of their own
    const factors = crowding([one(0, 1000), one(1000, 2000), one(1000, 2000), one(1000, 2000)], 1, 0);
    expect(factors[0]! / factors[1]!).toBeCloseTo(3, 9);
    expect(factors[1]).toBe(factors[3]);
    expect(factors.reduce((sum, factor) => sum + factor, 0)).toBeCloseTo(4, 9);
  });

  it('is that of each moment: a request that meets another for a part of its time bears less in that part', () => {
    const factors = crowding([one(0, 1000), one(500, 1000), one(2000, 2100)], 1, 0);
    // Alone for half a second, in two for the other half
    expect(factors[0]! / factors[2]!).toBeCloseTo(0.75, 9);
    expect(factors[1]! / factors[2]!).toBeCloseTo(0.5, 9);
  });

  it('knows servers apart, spreads over replicas, and counts those that are not among them', () => {
    const apart = crowding([one(0, 1000, 1, 'a'), one(0, 1000, 1, 'b'), one(0, 1000, 1, 'b')], 1, 0);
    expect(apart[0]! / apart[1]!).toBeCloseTo(2, 9);
    const spread = crowding([one(0, 1000), one(0, 1000), one(2000, 3000)], 2, 0);
    expect(spread).toEqual([1, 1, 1]);
    const beside = crowding([one(0, 1000), one(0, 1000), one(2000, 3000)], 1, 8);
    expect(beside[2]! / beside[0]!).toBeCloseTo(10 / 9, 9);
  });

  it('leaves out prompts, and takes tokens that came at once as a short moment', () => {
    const factors = crowding([one(0, 1000), one(1000, 1000, 0), one(500, 500, 2)], 1, 0);
    expect(factors[1]).toBeGreaterThan(0);
    expect(factors[2]! / factors[0]!).toBeCloseTo(0.5 / (0.999 + 0.0005), 9);
    expect(crowding([], 1, 0)).toEqual([]);
    expect(crowding([one(5, 5, 0)], 1, 0)).toEqual([1]);
  });

  it('moves joules between requests, and makes none', () => {
    const draw = random(3);
    for (let round = 0; round < 300; round++) {
      const many = Array.from({ length: 1 + Math.floor(draw.next() * 30) }, () => {
        const fromMs = Math.floor(draw.next() * 1000);
        return one(
          fromMs,
          fromMs + Math.floor(draw.next() ** 2 * 1000),
          draw.next() * 5,
          draw.next() < 0.5 ? 'a' : 'b',
        );
      });
      const factors = crowding(many, 1 + Math.floor(draw.next() * 4), draw.next() * 3);
      const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
      expect(sum(many.map(({ sharedJ }, i) => sharedJ * factors[i]!))).toBeCloseTo(sum(many.map((m) => m.sharedJ)), 9);
      for (const factor of factors) expect(factor).toBeGreaterThan(0);
    }
  });
});
