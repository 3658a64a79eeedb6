import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, reasonOf } from '../errors/error.ts';
import type { Matrix } from './matrix.ts';
import { columnNames, type Written, writeMps } from './mps.ts';
import { parseSolution } from './solutionFile.ts';

/** What a solver of the user's own found, checked here. */
export interface Outside {
  readonly values: Float64Array;
  /** Cost of these values, computed here. */
  readonly objective: number;
  /** The widest that a bound is broken, over 1 + its value, or a row, over 1 + the sizes of its terms: files have eight digits. */
  readonly violation: number;
}

/** Broken by more than this, a solution is none: two decades above the tolerance that solvers keep. */
const MOST_VIOLATION = 1e-5;
const SAID_LINES = 5;

/**
 * Solves a model with a program of the user's own: the problem goes to a file in free MPS, the program is run, and its solution
 * file is read back (solutionFile.ts says which kinds).
 *
 * @param command program and arguments, split at blanks; `{model}` stands for the MPS file and `{solution}` for the file to write
 * @throws JW_SOLVER when it cannot be run, ends badly, writes no solution or an impossible one
 */
export async function solveOutside(command: string, written: Written): Promise<Outside> {
  if (!command.includes('{model}') || !command.includes('{solution}')) {
    fail('JW_SOLVER', { reason: `"${command}" says neither where {model} nor where {solution} go` });
  }
  const folder = await mkdtemp(join(tmpdir(), 'joulewright-mps-'));
  try {
    const [model, solution] = [join(folder, 'model.mps'), join(folder, 'solution.txt')];
    await writeMps(model, written);
    const words = command
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => word.replaceAll('{model}', model).replaceAll('{solution}', solution));
    await run(words);
    const text = await readFile(solution, 'utf8').catch(() => fail('JW_SOLVER', { reason: 'it wrote no solution' }));
    const found = parseSolution(text);
    if (found.status !== 'optimal') fail('JW_SOLVER', { reason: `${words[0]} says: ${found.said}` });
    const names = columnNames(written.table);
    // What CBC leaves out is zero.
    const values = Float64Array.from(names, (name) => found.values.get(name) ?? 0);
    return checked(written, values);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(words: readonly string[]): Promise<void> {
  const child = spawn(words[0]!, words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const keep = (text: string): void => {
    said = (said + text).split('\n').slice(-SAID_LINES).join('\n');
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: unknown) => fail('JW_SOLVER', { reason: `cannot run ${words[0]}: ${reasonOf(error)}` }));
  if (code !== 0) fail('JW_SOLVER', { reason: `${words[0]} ended with ${code ?? 'a signal'}: ${said.trim()}` });
}

/** Cost and feasibility of values, from the model itself. */
function checked({ table }: Written, values: Float64Array): Outside {
  const { lower, upper, cost, rowLower, rowUpper } = table;
  const { sums, sizes } = rowSums(table.matrix(), values, table.rowCount);
  let [violation, objective] = [0, 0];
  const hold = (value: number, low: number, high: number, size: number): void => {
    violation = Math.max(violation, (low - value) / (1 + size), (value - high) / (1 + size));
  };
  values.forEach((value, c) => {
    objective += value * cost[c]!;
    hold(value, lower[c]!, upper[c]!, Math.abs(value));
  });
  sums.forEach((sum, r) => {
    hold(sum, rowLower[r]!, rowUpper[r]!, sizes[r]!);
  });
  if (!(violation <= MOST_VIOLATION)) {
    fail('JW_SOLVER', { reason: `its solution breaks a limit by ${violation.toPrecision(2)} of what stands in it` });
  }
  return { values, objective, violation };
}

/** What rows come to, and the sum of the sizes of their terms. */
function rowSums({ starts, rows, values: coefficients }: Matrix, values: Float64Array, count: number) {
  const [sums, sizes] = [new Float64Array(count), new Float64Array(count)];
  values.forEach((value, c) => {
    for (let i = starts[c]!; i < starts[c + 1]!; i++) {
      const term = coefficients[i]! * value;
      sums[rows[i]!]! += term;
      sizes[rows[i]!]! += Math.abs(term);
    }
  });
  return { sums, sizes };
}
