import { describe, expect, it } from 'vitest';
import { random } from '../series/random.ts';
import { paceOf } from './pace.ts';

/** Arrivals whose rate is `fast` for ten seconds and `slow` for the next ten. */
function arrivals(seed: number, fast: number, slow: number, seconds = 2000): Float64Array {
  const draw = random(seed);
  const times: number[] = [];
  let now = 0;
  for (;;) {
    now += draw.exponential() / Math.max(fast, slow);
    if (now > seconds) break;
    const rate = Math.floor(now / 10) % 2 === 0 ? fast : slow;
    if (draw.next() * Math.max(fast, slow) < rate) times.push(now);
  }
  return Float64Array.from(times);
}
const recording = (timeS: Float64Array) => ({
  timeS,
  inputTokens: new Float64Array(timeS.length).fill(1000),
  outputTokens: new Float64Array(timeS.length).fill(100),
});
const spread = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, v) => sum + (v - 1) ** 2, 0) / values.length);

describe('the pace of arrivals', () => {
  it('is none for arrivals at one rate', () => {
    expect(paceOf(recording(arrivals(1, 5, 5)))).toBeUndefined();
  });

  it('is none for a few seconds of them', () => {
    expect(paceOf(recording(arrivals(1, 40, 5, 15)))).toBeUndefined();
  });

  it('finds a rate that comes and goes, and not the chance beside it', () => {
    const pace = paceOf(recording(arrivals(2, 18, 2)))!;
    expect(pace.windowS).toBeLessThanOrEqual(5);
    expect(pace.requests.reduce((a, b) => a + b, 0) / pace.requests.length).toBeCloseTo(1, 9);
    expect(spread(pace.requests)).toBeGreaterThan(0.7);
    expect(spread(pace.requests)).toBeLessThan(0.9);
    expect(pace.input.length).toBe(pace.requests.length);
  });

  it('leaves windows without requests without', () => {
    const pace = paceOf(recording(arrivals(3, 40, 0)))!;
    expect(Math.min(...pace.requests)).toBeLessThan(0.05);
  });
});
