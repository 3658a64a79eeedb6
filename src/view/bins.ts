/** A column reduced to fewer points: smallest, largest and mean of the finite values of each bin; NaN where there are none. */
export interface Bins {
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
  /** Steps per bin; 1 when nothing was reduced. The last bin may hold fewer. */
  readonly size: number;
}

/**
 * Reduces a column to at most `limit` bins of `size` steps each without hiding extremes: the mean alone would erase the one
 * hour that was short, so min and max go along.
 */
export function binColumn(values: ArrayLike<number>, limit: number): Bins {
  const size = binSize(values.length, limit);
  const count = Math.ceil(values.length / size);
  const min = new Float64Array(count).fill(Number.NaN);
  const max = new Float64Array(count).fill(Number.NaN);
  const mean = new Float64Array(count).fill(Number.NaN);
  for (let b = 0; b < count; b++) {
    let sum = 0;
    let n = 0;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = b * size; i < Math.min(values.length, (b + 1) * size); i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) continue;
      sum += value;
      n += 1;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (n === 0) continue;
    min[b] = low;
    max[b] = high;
    mean[b] = sum / n;
  }
  return { min, max, mean, size };
}

/** Steps per bin so that `length` steps fit into `limit` bins; a whole number of at least 1. */
export function binSize(length: number, limit: number): number {
  return Math.max(1, Math.ceil(length / Math.max(1, Math.floor(limit))));
}
