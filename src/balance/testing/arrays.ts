import { random, seedFrom } from '../../series/random.ts';
import type { ModelArrays } from '../highs.ts';
import { matrixOf } from '../matrix.ts';

/** Least `cost x` over rows `a x <= most` with x >= 0, from dense rows; for tests of the solver itself. */
export function smallModel(
  cost: readonly number[],
  rows: readonly (readonly number[])[],
  most: readonly number[],
  over: Partial<ModelArrays> = {},
): ModelArrays {
  const [atRow, atColumn, values]: number[][] = [[], [], []];
  rows.forEach((row, r) => {
    row.forEach((value, c) => {
      if (value === 0) return;
      atRow!.push(r);
      atColumn!.push(c);
      values!.push(value);
    });
  });
  return {
    columns: cost.length,
    rows: rows.length,
    cost: Float64Array.from(cost),
    lower: new Float64Array(cost.length),
    upper: new Float64Array(cost.length).fill(Number.POSITIVE_INFINITY),
    rowLower: new Float64Array(rows.length).fill(Number.NEGATIVE_INFINITY),
    rowUpper: Float64Array.from(most),
    matrix: matrixOf(
      Int32Array.from(atRow!),
      Int32Array.from(atColumn!),
      Float64Array.from(values!),
      cost.length,
      rows.length,
    ),
    ...over,
  };
}

/** A knapsack in whole numbers with many limits, which takes far longer than a test waits for. */
export function hardModel(): ModelArrays {
  const { next } = random(seedFrom('hard'));
  const columns = 120;
  const draw = (): number => 1 + Math.floor(1000 * next());
  const rows = Array.from({ length: 30 }, () => Array.from({ length: columns }, draw));
  return smallModel(
    Array.from({ length: columns }, () => -draw()),
    rows,
    rows.map((row) => row.reduce((a, b) => a + b, 0) / 2),
    { upper: new Float64Array(columns).fill(1), whole: Array.from({ length: columns }, (_, c) => c) },
  );
}
