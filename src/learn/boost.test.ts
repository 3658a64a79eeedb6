import { describe, expect, it } from 'vitest';
import { random } from '../series/random.ts';
import { boost, type Growth } from './boost.ts';
import { forestAt, packForest, unpackForest } from './trees.ts';

const GROWTH: Growth = {
  quantile: 0.5,
  trees: 120,
  rate: 0.1,
  leaves: 12,
  leastWeight: 5,
  shrinkWeight: 1,
  columns: 0.7,
  seed: 3,
};

/** y = step in a + slope in b + noise of an exponential, c is of no use. */
function sample(count: number) {
  const draw = random(11);
  const columns = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const y = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const [a, b, c] = [draw.next(), draw.next(), draw.next()];
    columns[0]![k] = a;
    columns[1]![k] = b;
    columns[2]![k] = c;
    y[k] = (a > 0.4 ? 2 : 0) + b + 0.2 * draw.exponential();
  }
  return { columns, y, ones: new Float64Array(count).fill(1) };
}

describe('boost', () => {
  const { columns, y, ones } = sample(3000);

  it('learns the median of a function with a step', () => {
    const forest = boost(columns, y, ones, GROWTH);
    const median = 0.2 * Math.LN2;
    expect(forestAt(forest, [0.2, 0.5, 0.9])).toBeCloseTo(0.5 + median, 1);
    expect(forestAt(forest, [0.6, 0.5, 0.1])).toBeCloseTo(2.5 + median, 1);
  });

  it('learns another quantile: nine of ten lie below it', () => {
    const forest = boost(columns, y, ones, { ...GROWTH, quantile: 0.9 });
    const fresh = sample(3000);
    let below = 0;
    for (let k = 0; k < 3000; k++)
      if (
        fresh.y[k]! <=
        forestAt(
          forest,
          columns.map((c) => c[k]!),
        )
      )
        below++;
    expect(below / 3000).toBeGreaterThan(0.87);
    expect(below / 3000).toBeLessThan(0.93);
  });

  it('takes a constant where nothing can be split', () => {
    const forest = boost([new Float64Array(50)], new Float64Array(50).fill(4), new Float64Array(50).fill(1), GROWTH);
    expect(forestAt(forest, [0])).toBeCloseTo(4, 6);
  });

  it('survives its file to the bit, and refuses a broken one', () => {
    const forest = boost(columns, y, ones, { ...GROWTH, trees: 20 });
    const packed = packForest(forest);
    const again = unpackForest(JSON.parse(JSON.stringify(packed)));
    for (let k = 0; k < 200; k++) {
      const row = columns.map((c) => c[k]!);
      expect(forestAt(again, row)).toBe(forestAt(forest, row));
    }
    expect(() => unpackForest({ ...packed, leaf: '' })).toThrow(RangeError);
  });
});
