import { type Outside, solveOutside } from '../balance/external.ts';
import type { LinearModel } from '../balance/linearModel.ts';
import { writeMps } from '../balance/mps.ts';
import type { PlanProblem } from './problem.ts';

/** The whole problem at full resolution in one piece: what a plan's bounds hold for, for anybody's solver. */
export function flatModel({ balance, choices }: Pick<PlanProblem, 'balance' | 'choices'>): LinearModel {
  return balance.model(balance.flat(), choices);
}

/**
 * Writes the flat problem as free MPS. Columns are named after devices and base steps (`bess_charge.17`, `size_pv.peak`), rows
 * after their number in docs/formulation.md; money is over the horizon, powers are kW.
 *
 * @returns how large it is
 * @throws what the file system says
 */
export async function exportMps(
  problem: Pick<PlanProblem, 'balance' | 'choices'>,
  path: string,
): Promise<{ readonly columns: number; readonly rows: number }> {
  const table = flatModel(problem);
  await writeMps(path, { table });
  return { columns: table.columnCount, rows: table.rowCount };
}

/** Sizes that another solver chose. */
export interface OutsideSizing extends Pick<Outside, 'objective' | 'violation'> {
  /** In the order of the balance. */
  readonly sizes: Float64Array;
}

/**
 * Sizes a site by a program of the user's own on the flat problem, its answer checked here.
 *
 * @param command see `solveOutside`: `highs {model} --solution_file {solution}`, `cbc {model} solve solution {solution}`
 * @throws JW_SOLVER
 */
export async function sizeOutside(
  problem: Pick<PlanProblem, 'balance' | 'choices'>,
  command: string,
): Promise<OutsideSizing> {
  const table = flatModel(problem);
  const { values, objective, violation } = await solveOutside(command, { table });
  return { sizes: values.slice(0, table.sizes.length), objective, violation };
}
