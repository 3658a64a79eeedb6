import { solveOutside } from '../../balance/external.ts';
import { writeMps } from '../../balance/mps.ts';
import { fail, reasonOf } from '../../errors/error.ts';
import type { PlanProblem } from '../../plan/problem.ts';
import type { Typed } from '../command.ts';

/** What another solver found for the same problem, money a year without staff and network. */
export interface Beside {
  readonly command: string;
  readonly yearlyMoney: number;
  readonly seconds: number;
}

/** Says at once that a program would get no file, not when it is its turn. @throws JW_USAGE */
export function checkOutside(typed: Typed): void {
  const command = typed.text('solver');
  if (command === undefined || (command.includes('{model}') && command.includes('{solution}'))) return;
  const example = '"highs --solution_file {solution} {model}"';
  fail('JW_USAGE', {
    reason: `--solver names where both files go, such as ${example}, not "${command}"`,
    command: 'plan',
  });
}

/**
 * Writes the problem of a plan at full resolution, and has a program of the user's own solve it, as the command line asks: the proof
 * of a plan can so be checked by anybody, with another solver.
 *
 * @returns what that program found; undefined where none was asked for
 * @throws JW_FILE_UNWRITABLE, JW_SOLVER
 */
export async function outside(typed: Typed, { balance, choices }: PlanProblem): Promise<Beside | undefined> {
  const [file, command] = [typed.text('export-mps'), typed.text('solver')];
  if (file === undefined && command === undefined) return undefined;
  const written = { table: balance.model(balance.flat(), choices) };
  if (file !== undefined) {
    await writeMps(file, written).catch((error) => fail('JW_FILE_UNWRITABLE', { file, reason: reasonOf(error) }));
  }
  if (command === undefined) return undefined;
  const started = performance.now();
  const { objective } = await solveOutside(command, written);
  return {
    command,
    yearlyMoney: objective / balance.years,
    seconds: (performance.now() - started) / 1000,
  };
}
