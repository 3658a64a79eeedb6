/** Evaluations of `exp` and a square root per step: two per ledger column, about what a physical figure takes. */
const KERNEL_PER_COLUMN = 2;

/**
 * The least that a simulated year could cost: as many figures written into as many typed columns, each from two rounds of a
 * fixed chain of `exp`, a square root, two products and two sums, and nothing looked up, decided or converged. It says what the machine is worth
 * at the moment, so that the ratio of a simulation to it can be compared between machines and days.
 *
 * @returns a figure that depends on all of them, so that no compiler can leave any out
 */
export function bound(steps: number, columns: number): number {
  const values = Array.from({ length: columns }, () => new Float64Array(steps));
  let x = 0.5;
  for (let i = 0; i < steps; i++) {
    for (let c = 0; c < columns; c++) {
      for (let k = 0; k < KERNEL_PER_COLUMN; k++) x = Math.sqrt(0.25 + x * Math.exp(-x) * 0.5) + 1e-9 * c;
      values[c]![i] = x;
    }
  }
  return values.reduce((sum, column) => sum + column[steps - 1]!, 0);
}
