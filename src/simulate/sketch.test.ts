import { describe, expect, it } from 'vitest';
import { random } from '../series/random.ts';
import { Sketch } from './sketch.ts';

describe('a sketch of many values', () => {
  it('knows quantiles to half a per cent, mean and largest exactly', () => {
    const draw = random(4);
    const values = Float64Array.from({ length: 20_000 }, () => Math.exp(3 * draw.normal() - 2));
    const sketch = new Sketch();
    for (const value of values) sketch.add(value);
    const sorted = Float64Array.from(values).sort();
    for (const share of [0.01, 0.1, 0.5, 0.9, 0.99, 0.999]) {
      const exact = sorted[Math.ceil(share * values.length) - 1]!;
      expect(Math.abs(sketch.quantile(share) / exact - 1)).toBeLessThan(0.0051);
    }
    expect(sketch.max).toBe(sorted.at(-1));
    expect(sketch.mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 9);
    const { x, share } = sketch.curve();
    expect(share.at(-1)).toBe(1);
    for (let i = 1; i < x.length; i++) expect(share[i]).toBeGreaterThan(share[i - 1]!);
  });

  it('of nothing has no quantile', () => {
    expect(new Sketch().quantile(0.5)).toBeNaN();
    const zero = new Sketch();
    zero.add(0);
    expect(zero.quantile(0.5)).toBe(0);
  });
});
