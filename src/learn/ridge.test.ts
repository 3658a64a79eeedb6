import { describe, expect, it } from 'vitest';
import { random } from '../series/random.ts';
import { linearAt, ridge } from './ridge.ts';

const draw = random(7);
const rows = 400;
const columns = [
  new Float64Array(rows).fill(1),
  Float64Array.from({ length: rows }, () => draw.normal()),
  Float64Array.from({ length: rows }, () => 100 * draw.normal()),
  new Float64Array(rows),
];
const weights = Float64Array.from({ length: rows }, (_, r) => 1 + (r % 3));

describe('ridge regression', () => {
  it('finds a linear rule where the penalty is next to nothing; a feature that is always 0 gets no weight', () => {
    const target = columns[1]!.map((v, r) => 3 + 2 * v - 0.05 * columns[2]![r]!);
    const rule = ridge(columns, target, weights, [0, 0, 0, 0]);
    [3, 2, -0.05, 0].forEach((w, k) => {
      expect(rule[k]).toBeCloseTo(w, 6);
    });
    expect(linearAt(rule, [1, 2, 10, 99])).toBeCloseTo(3 + 4 - 0.5, 5);
  });

  it('shrinks each feature by its own penalty, whatever its scale', () => {
    const alone = ridge(
      [columns[1]!],
      columns[1]!.map((v) => 2 * v),
      weights,
      [1],
    );
    expect(alone[0]).toBeCloseTo(1, 9);
    const large = ridge(
      [columns[2]!],
      columns[2]!.map((v) => 2 * v),
      weights,
      [1],
    );
    expect(large[0]).toBeCloseTo(1, 9);
  });
});
