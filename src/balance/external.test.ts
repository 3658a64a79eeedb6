import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JoulewrightError } from '../errors/error.ts';
import { solveOutside } from './external.ts';
import { arraysOf, solveOnce } from './highs.ts';
import { parseSolution } from './solutionFile.ts';
import { randomSites } from './testing/randomSite.ts';
import { bareModel } from './testing/table.ts';

const SCRIPT = fileURLToPath(new URL('./testing/solverCommand.ts', import.meta.url));
const command = (how = '') => `${process.execPath} ${SCRIPT} {model} {solution} ${how}`;

/** Most of x + 2 y below 4 in all, y at most 3. */
function smallTable() {
  const table = bareModel();
  const x = table.column('x', 'kW', 0, Number.POSITIVE_INFINITY, -1, 0);
  const y = table.column('y', 'kW', 0, 3, -2, 0);
  const row = table.row('X1', 'both', Number.NEGATIVE_INFINITY, 4);
  table.put(row, x, 1);
  table.put(row, y, 1);
  return table;
}

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return error instanceof JoulewrightError ? `${error.faults[0]!.code}: ${error.faults[0]!.message}` : String(error);
  }
}

describe('a solver of the user', () => {
  it('finds the same optimum of a site as ours, and its answer is checked here', async () => {
    const { balance, choices } = fc.sample(randomSites(), { numRuns: 1, seed: 11 })[0]!;
    const table = balance.model(balance.flat(), choices);
    const ours = await solveOnce(arraysOf(table), { method: 'simplex' });
    const theirs = await solveOutside(command(), { table });
    expect(theirs.objective).toBeCloseTo(ours.objective, 4);
    expect(theirs.violation).toBeLessThan(1e-6);
    expect(theirs.values.length).toBe(table.columnCount);
  });

  it('that is missing, ends badly, finds nothing or breaks a limit is told apart', async () => {
    const table = smallTable();
    expect(await reasonOf(solveOutside('highs {model}', { table }))).toContain('where {model} nor where {solution}');
    expect(await reasonOf(solveOutside('/no/such/solver {model} {solution}', { table }))).toContain('cannot run');
    expect(await reasonOf(solveOutside(command('fail'), { table }))).toContain('ended with 3: no licence');
    expect(await reasonOf(solveOutside(command('wrong'), { table }))).toContain('breaks a limit');
    const impossible = smallTable();
    impossible.put(impossible.row('X2', 'more', 9, Number.POSITIVE_INFINITY), 0, 1);
    expect(await reasonOf(solveOutside(command(), { table: impossible }))).toContain('says: Infeasible');
    const silent = `${process.execPath} -e 0 {model} {solution}`;
    expect(await reasonOf(solveOutside(silent, { table }))).toContain('it wrote no solution');
  });
});

describe('a solution file', () => {
  it('of CBC tells what is not zero', () => {
    const text = `Optimal - objective value -7.00000000
      0 x                       1                       0
**    1 y.2                     3                      -1
`;
    const found = parseSolution(text);
    expect(found.status).toBe('optimal');
    expect([...found.values]).toEqual([
      ['x', 1],
      ['y.2', 3],
    ]);
    expect(parseSolution('Stopped on time - objective value 4.5\n').status).toBe('other');
    expect(parseSolution('Infeasible - objective value 0\n').said).toBe('Infeasible');
  });

  it('of HiGHS tells columns and not rows', () => {
    const text = `Model status
Optimal

# Primal solution values
Feasible
Objective -7
# Columns 2
x 1
y 3
# Rows 1
X1_both 4
`;
    expect([...parseSolution(text).values.keys()]).toEqual(['x', 'y']);
    expect(parseSolution('Model status\nInfeasible\n').said).toBe('Infeasible');
  });

  it('of SCIP has a name and a value in a line', () => {
    const text = 'solution status: optimal solution found\nobjective value: -7\nx   1 \t(obj:-1)\ny   3 \t(obj:-2)\n';
    expect([...parseSolution(text).values]).toEqual([
      ['x', 1],
      ['y', 3],
    ]);
  });

  it('of another kind is none', () => {
    expect(() => parseSolution('<xml/>')).toThrow('of no kind known');
  });
});
