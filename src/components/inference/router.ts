/**
 * What a router that sends each request to the replica with the fewest costs against one that could move them later: who has
 * left lets a replica idle while others hold two. Sequences that come at random and stay exponential times (M/M/infinity) on n
 * replicas with `each` in service on average: share of idle replicas, and share of requests that find one, more than if
 * min(number, n) were always busy. Simulated, six million events each; rows by n, columns by `each`.
 */
const REPLICAS = [1, 2, 4, 8, 16, 32, 64, 128] as const;
const EACH = [0, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5] as const;
const IDLE: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 0.001, 0.007, 0.014, 0.02, 0.025, 0.027, 0.026, 0.024, 0.021, 0.014, 0.009, 0.003, 0],
  [0, 0, 0.005, 0.016, 0.028, 0.037, 0.04, 0.036, 0.03, 0.022, 0.011, 0.005, 0.001, 0],
  [0, 0, 0.002, 0.011, 0.027, 0.041, 0.044, 0.035, 0.023, 0.014, 0.004, 0.001, 0, 0],
  [0, 0, 0, 0.004, 0.019, 0.037, 0.039, 0.026, 0.013, 0.006, 0.001, 0, 0, 0],
  [0, 0, 0, 0.001, 0.011, 0.031, 0.03, 0.015, 0.006, 0.002, 0, 0, 0, 0],
  [0, 0, 0, 0, 0.004, 0.026, 0.02, 0.008, 0.003, 0.001, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0.019, 0.011, 0.004, 0.001, 0, 0, 0, 0, 0],
];
const ALONE: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 0.003, 0.014, 0.028, 0.041, 0.049, 0.053, 0.053, 0.048, 0.042, 0.028, 0.018, 0.006, 0],
  [0, 0.001, 0.013, 0.045, 0.083, 0.115, 0.131, 0.123, 0.103, 0.08, 0.041, 0.018, 0.003, 0],
  [0, 0, 0.004, 0.038, 0.111, 0.19, 0.229, 0.202, 0.145, 0.095, 0.032, 0.009, 0.001, 0],
  [0, 0, 0, 0.016, 0.108, 0.26, 0.341, 0.27, 0.161, 0.083, 0.019, 0.004, 0, 0],
  [0, 0, 0, 0.002, 0.076, 0.321, 0.452, 0.308, 0.153, 0.064, 0.009, 0.001, 0, 0],
  [0, 0, 0, 0, 0.032, 0.369, 0.535, 0.323, 0.146, 0.048, 0.005, 0, 0, 0],
  [0, 0, 0, 0, 0.006, 0.404, 0.579, 0.328, 0.141, 0.035, 0.002, 0, 0, 0],
];

const NOTHING = { idle: 0, alone: 0 } as const;

/** Value of a table between four of its places. */
function between(table: typeof IDLE, row: number, down: number, column: number, along: number): number {
  const [upper, lower] = [table[row]!, table[row + 1]!];
  const above = upper[column]! + along * (upper[column + 1]! - upper[column]!);
  const below = lower[column]! + along * (lower[column + 1]! - lower[column]!);
  return above + down * (below - above);
}

/**
 * Idle replicas and requests that find one, shares above those of a pool that keeps min(number, n) busy; linear between the
 * places of the tables, and in the logarithm of the replicas.
 *
 * @param each sequences in service per replica on average, >= 0
 * @param replicas >= 1; pools beyond the last row are taken as that one
 */
export function unmoved(each: number, replicas: number): { readonly idle: number; readonly alone: number } {
  if (each >= EACH.at(-1)! || replicas <= 1) return NOTHING;
  // Rows double.
  const place = Math.min(REPLICAS.length - 1, Math.log2(replicas));
  const row = Math.min(REPLICAS.length - 2, Math.floor(place));
  let column = 0;
  while (EACH[column + 1]! <= each) column++;
  const along = (each - EACH[column]!) / (EACH[column + 1]! - EACH[column]!);
  return {
    idle: between(IDLE, row, place - row, column, along),
    alone: between(ALONE, row, place - row, column, along),
  };
}
