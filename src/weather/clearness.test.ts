import { describe, expect, it } from 'vitest';
import { random } from '../series/random.ts';
import { CLEARNESS_HIGH, clearnessShape } from './clearness.ts';
import { YEAR_DAYS } from './daily.ts';
import { dayLuck } from './dayLuck.ts';

const scores = Array.from({ length: 20_001 }, (_, i) => -4 + (8 * i) / 20_000);
const weights = scores.map((z) => Math.exp((-z * z) / 2));
const total = weights.reduce((a, b) => a + b, 0);
const over = (of: (z: number) => number) => scores.reduce((sum, z, i) => sum + (weights[i]! / total) * of(z), 0);

describe('clearness of days', () => {
  it.each([
    [0.535, 0.171],
    [0.712, 0.051],
    [0.45, 0.13],
    [0.24, 0.18],
    [0.53, 0.236],
    [0.75, 0.024],
  ])('mean %f and spread %f are kept, and darker scores are darker days', (mean, sd) => {
    const { at, kept } = clearnessShape(mean, sd);
    expect(over(at)).toBeCloseTo(mean, 2);
    expect(Math.sqrt(over((z) => (at(z) - mean) ** 2))).toBeCloseTo(sd, 2);
    for (let z = -4; z < 4; z += 0.1) expect(at(z + 0.1)).toBeGreaterThanOrEqual(at(z));
    expect(at(4)).toBeLessThan(CLEARNESS_HIGH + 0.02);
    expect(kept).toBeGreaterThan(0.7);
    expect(kept).toBeLessThanOrEqual(1);
  });

  it('a January of Bukhara has the dark and the clear days of 35 years (NCEP CFSR 1979-2013): 5 % below 0.19, 90 % below 0.70', () => {
    const { at } = clearnessShape(0.535, 0.171);
    expect(at(-1.645)).toBeCloseTo(0.19, 1);
    expect(Math.abs(at(-1.645) - 0.19)).toBeLessThan(0.02);
    expect(Math.abs(at(1.282) - 0.7)).toBeLessThan(0.03);
  });
});

describe('luck of days', () => {
  const even = (v: number) => new Float64Array(YEAR_DAYS).fill(v);
  const lags = { temp: even(0.82), light: even(0.25), kept: even(0.9) };
  const years = Array.from({ length: 300 }, (_, i) => dayLuck(random(i + 1), lags, 40));

  /** Mean product of scores over winter days, the second `lag` days later. */
  const winter = (of: 'temp' | 'light', with_: 'temp' | 'light', lag: number, list = years) => {
    let [sum, n] = [0, 0];
    for (const year of list)
      for (let day = 5; day < 50; day++) {
        sum += year[of][day]! * year[with_][day + lag]!;
        n++;
      }
    return sum / n;
  };

  it('scores are standard and persist as asked; temperature two days apart by 0.58 to 0.61 of its variance', () => {
    expect(winter('temp', 'temp', 0)).toBeCloseTo(1, 1);
    expect(winter('light', 'light', 0)).toBeCloseTo(1, 1);
    expect(winter('temp', 'temp', 1)).toBeCloseTo(0.82, 1);
    expect(winter('light', 'light', 1)).toBeCloseTo(0.25, 1);
    expect(Math.abs(winter('temp', 'temp', 2) - 0.6)).toBeLessThan(0.04);
  });

  it('winter’s mild days bring clouds, its bright days are cold; nothing of it in the tropics', () => {
    const left = Math.sqrt(0.9);
    expect(Math.abs(winter('temp', 'light', 0) * left + 0.19)).toBeLessThan(0.03);
    expect(Math.abs(winter('temp', 'light', 1) * left + 0.3)).toBeLessThan(0.03);
    expect(Math.abs(winter('light', 'temp', 1) * left + 0.03)).toBeLessThan(0.03);
    const tropics = Array.from({ length: 300 }, (_, i) => dayLuck(random(i + 1), lags, 1));
    expect(Math.abs(winter('temp', 'light', 0, tropics))).toBeLessThan(0.03);
    expect(Math.abs(winter('temp', 'light', 1, tropics))).toBeLessThan(0.03);
  });
});
