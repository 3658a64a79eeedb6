import { fail } from '../errors/error.ts';

/** What a solver's solution file says. */
export interface SolutionFile {
  readonly status: 'optimal' | 'other';
  /** The status in the solver's words. */
  readonly said: string;
  readonly values: ReadonlyMap<string, number>;
}

/**
 * Reads a solution file of HiGHS (`--solution_file`, style 0: "Model status", then "# Columns N" with a name and a value per
 * line), of CBC (`solution FILE`: "Optimal - objective value ...", then index, name, value and reduced cost of what is not zero)
 * or of SCIP (`write solution`: "solution status: optimal ...", then name and value).
 *
 * @throws JW_SOLVER for a file of another kind
 */
export function parseSolution(text: string): SolutionFile {
  const lines = text.split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== '')?.trim() ?? '';
  if (first === 'Model status') return ofHighs(lines);
  if (first.startsWith('solution status:')) return ofScip(lines, first);
  if (/ - objective value /.test(first)) return ofCbc(lines, first);
  return fail('JW_SOLVER', { reason: `a solution file that begins with "${first.slice(0, 60)}" is of no kind known` });
}

function ofHighs(lines: readonly string[]): SolutionFile {
  const said = lines[lines.indexOf('Model status') + 1]?.trim() ?? '';
  const values = new Map<string, number>();
  const at = lines.findIndex((line) => line.startsWith('# Columns '));
  const count = at < 0 ? 0 : Number(lines[at]!.slice('# Columns '.length));
  for (const line of lines.slice(at + 1, at + 1 + count)) put(values, line.trim().split(/\s+/));
  return { status: said === 'Optimal' ? 'optimal' : 'other', said, values };
}

function ofCbc(lines: readonly string[], first: string): SolutionFile {
  const said = first.split(' - ')[0]!.trim();
  const values = new Map<string, number>();
  for (const line of lines) {
    // "**" marks what CBC itself holds for infeasible.
    const words = line
      .trim()
      .replace(/^\*\*\s*/, '')
      .split(/\s+/);
    if (words.length >= 4 && /^\d+$/.test(words[0]!)) put(values, words.slice(1));
  }
  return { status: said === 'Optimal' ? 'optimal' : 'other', said, values };
}

function ofScip(lines: readonly string[], first: string): SolutionFile {
  const said = first.slice('solution status:'.length).trim();
  const values = new Map<string, number>();
  for (const line of lines) {
    if (line.startsWith('solution status:') || line.startsWith('objective value:')) continue;
    put(values, line.trim().split(/\s+/));
  }
  return { status: said.startsWith('optimal') ? 'optimal' : 'other', said, values };
}

function put(values: Map<string, number>, [name, value]: readonly string[]): void {
  if (name !== undefined && value !== undefined && Number.isFinite(Number(value))) values.set(name, Number(value));
}
