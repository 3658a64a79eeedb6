/** A linear rule: a weight per feature. The first feature is usually the constant 1. */
export type LinearRule = Float64Array;

/**
 * Ridge regression (Hoerl and Kennard 1970, Technometrics 12): least weighted squares with a penalty on weights, each in the
 * units of its feature's root mean square, so that features of any scale are shrunk alike.
 *
 * @param columns features, one array per feature
 * @param target what is learnt, as long as the features
 * @param weights of the rows, >= 0
 * @param penalties by feature, over the weight of all rows, > 0: 0.01 shrinks a feature that stands alone by one percent
 */
export function ridge(
  columns: readonly Float64Array[],
  target: Float64Array,
  weights: Float64Array,
  penalties: ArrayLike<number>,
): LinearRule {
  const n = columns.length;
  let all = 0;
  for (const w of weights) all += w;
  const scale = columns.map((column) => {
    let sum = 0;
    for (let r = 0; r < column.length; r++) sum += weights[r]! * column[r]! ** 2;
    return all > 0 ? Math.sqrt(sum / all) : 0;
  });
  const used = columns.flatMap((_, k) => (scale[k]! > 1e-12 ? [k] : []));
  const size = used.length;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  const rows = target.length;
  const scaled = used.map((k) => columns[k]!.map((v) => v / scale[k]!));
  for (let a = 0; a < size; a++) {
    const left = scaled[a]!;
    for (let b = 0; b <= a; b++) {
      const other = scaled[b]!;
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += weights[r]! * left[r]! * other[r]!;
      matrix[a * size + b] = sum;
    }
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += weights[r]! * left[r]! * target[r]!;
    right[a] = sum;
    matrix[a * size + a]! += Math.max(1e-9, penalties[used[a]!]!) * all;
  }
  solveInPlace(matrix, right);
  const rule = new Float64Array(n);
  used.forEach((k, a) => {
    rule[k] = right[a]! / scale[k]!;
  });
  return rule;
}

/** Solves a symmetric positive definite system by Cholesky; the lower triangle of `matrix` and `right` are overwritten. */
function solveInPlace(matrix: Float64Array, right: Float64Array): void {
  const n = right.length;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k]! * matrix[j * n + k]!;
      matrix[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / matrix[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) right[i]! -= matrix[i * n + k]! * right[k]!;
    right[i]! /= matrix[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) right[i]! -= matrix[k * n + i]! * right[k]!;
    right[i]! /= matrix[i * n + i]!;
  }
}

/** Value of a rule at a row of features. */
export function linearAt(rule: LinearRule, features: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < rule.length; k++) sum += rule[k]! * features[k]!;
  return sum;
}
