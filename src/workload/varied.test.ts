import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import type { RateSource } from './rate.ts';
import { varied } from './varied.ts';

const flat: RateSource = { about: 'flat', provenance: 'assumed', ratePerS: () => 10 };
const START = Date.UTC(2026, 0, 5);

describe('demand that strays', () => {
  const source = varied(flat, 0.34, 1);
  const logs = Float64Array.from({ length: 365 * 144 }, (_, i) => {
    const at = START + i * 10 * MINUTE_MS;
    return Math.log(source.ratePerS(at, at + 10 * MINUTE_MS) / 10);
  });
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  const correlation = (steps: number): number => {
    let [top, bottom] = [0, 0];
    for (let i = 0; i + steps < logs.length; i++) top += (logs[i]! - mean) * (logs[i + steps]! - mean);
    for (const v of logs) bottom += (v - mean) ** 2;
    return top / bottom;
  };

  it('keeps its mean, spreads as asked, and is correlated as recorded weeks are', () => {
    const spread = Math.sqrt(logs.reduce((sum, v) => sum + (v - mean) ** 2, 0) / logs.length);
    expect(spread).toBeGreaterThan(0.32);
    expect(spread).toBeLessThan(0.36);
    const total = logs.reduce((sum, v) => sum + Math.exp(v), 0) / logs.length;
    expect(total).toBeGreaterThan(0.97);
    expect(total).toBeLessThan(1.03);
    // Measured: 0.88, 0.83 and 0.65 after ten minutes, 0.67, 0.64 and 0.38 after an hour, nothing after a day.
    expect(correlation(1)).toBeGreaterThan(0.78);
    expect(correlation(1)).toBeLessThan(0.88);
    expect(correlation(6)).toBeGreaterThan(0.5);
    expect(correlation(6)).toBeLessThan(0.67);
    expect(Math.abs(correlation(144))).toBeLessThan(0.05);
  });

  it('is the same whenever it is asked, and its means are those of its parts', () => {
    const again = varied(flat, 0.34, 1);
    const late = START + 200 * DAY_MS;
    expect(again.ratePerS(late, late + HOUR_MS)).toBe(source.ratePerS(late, late + HOUR_MS));
    expect(varied(flat, 0.34, 2).ratePerS(late, late + HOUR_MS)).not.toBe(source.ratePerS(late, late + HOUR_MS));
    const parts = Array.from({ length: 12 }, (_, k) =>
      source.ratePerS(late + k * 5 * MINUTE_MS, late + (k + 1) * 5 * MINUTE_MS),
    );
    expect(parts.reduce((a, b) => a + b, 0) / 12).toBeCloseTo(source.ratePerS(late, late + HOUR_MS), 9);
    expect(varied(flat, 0, 1).ratePerS(late, late + HOUR_MS)).toBeCloseTo(10, 12);
  });
});
