import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Group, ModelTable } from './table.ts';

/** What is written: a table of columns and rows, and which columns are whole numbers. */
export interface Written {
  readonly table: ModelTable;
  readonly whole?: readonly number[];
}

/** Names of the cost row and of the right-hand side, ranges and bounds. */
const COST = 'cost';
const SIDE = 'rhs';
const CHUNK = 65_536;

/**
 * A name for every place of groups: the group's own, blanks as "_", with ".k" for the k-th of several and "~n" where groups
 * share a name, so that no two are alike.
 */
function namesOf(groups: readonly Group[], count: number, tagged: boolean): string[] {
  const names = new Array<string>(count);
  const seen = new Map<string, number>();
  for (const { name, tag, first, count: length } of groups) {
    const own = `${tagged ? `${tag}_` : ''}${name}`.trim().replaceAll(/\s+/g, '_');
    const times = (seen.get(own) ?? 0) + 1;
    seen.set(own, times);
    const base = times === 1 ? own : `${own}~${times}`;
    for (let k = 0; k < length; k++) names[first + k] = length === 1 ? base : `${base}.${k}`;
  }
  return names;
}

/** Names of the columns in an MPS file, in order. */
export function columnNames(table: ModelTable): string[] {
  return namesOf(table.columnGroups, table.columnCount, false);
}

/** Names of the rows in an MPS file, in order: the number in docs/formulation.md and what the row says. */
export function rowNames(table: ModelTable): string[] {
  return namesOf(table.rowGroups, table.rowCount, true);
}

/**
 * A model in free MPS, line by line: the format that HiGHS, CBC, SCIP, Gurobi and CPLEX read. The objective is minimised. Rows
 * without any bound are written as free rows (N), which readers leave out.
 */
export function* mpsLines({ table, whole = [] }: Written): Generator<string> {
  const { rowLower, rowUpper, cost } = table;
  const [columns, rows] = [columnNames(table), rowNames(table)];
  const { starts, rows: atRow, values } = table.matrix();
  yield 'NAME joulewright';
  yield 'ROWS';
  yield ` N ${COST}`;
  for (const [r, name] of rows.entries()) yield ` ${kindOf(rowLower[r]!, rowUpper[r]!)} ${name}`;
  yield 'COLUMNS';
  const isWhole = new Uint8Array(columns.length);
  for (const c of whole) isWhole[c] = 1;
  let inside = 0;
  for (const [c, name] of columns.entries()) {
    if (isWhole[c] !== inside) {
      inside = isWhole[c]!;
      yield ` marker 'MARKER' '${inside === 1 ? 'INTORG' : 'INTEND'}'`;
    }
    // A column is known by its first line, so one without coefficients needs one too.
    if (cost[c] !== 0 || starts[c] === starts[c + 1]) yield ` ${name} ${COST} ${cost[c]}`;
    for (let i = starts[c]!; i < starts[c + 1]!; i++) yield ` ${name} ${rows[atRow[i]!]} ${values[i]}`;
  }
  if (inside === 1) yield " marker 'MARKER' 'INTEND'";
  yield 'RHS';
  for (const [r, name] of rows.entries()) {
    const side = Number.isFinite(rowUpper[r]!) ? rowUpper[r]! : rowLower[r]!;
    if (Number.isFinite(side) && side !== 0) yield ` ${SIDE} ${name} ${side}`;
  }
  yield 'RANGES';
  for (const [r, name] of rows.entries()) {
    const width = rowUpper[r]! - rowLower[r]!;
    if (Number.isFinite(width) && width !== 0) yield ` ${SIDE} ${name} ${width}`;
  }
  yield 'BOUNDS';
  for (const [c, name] of columns.entries()) yield* boundsOf(name, table.lower[c]!, table.upper[c]!, isWhole[c] === 1);
  yield 'ENDATA';
}

function kindOf(lower: number, upper: number): 'E' | 'L' | 'G' | 'N' {
  if (lower === upper) return 'E';
  if (Number.isFinite(upper)) return 'L';
  return Number.isFinite(lower) ? 'G' : 'N';
}

/** Bounds that are not 0 to infinity; readers take whole numbers without an upper bound for 0 or 1, so theirs is always said. */
function* boundsOf(name: string, lower: number, upper: number, whole: boolean): Generator<string> {
  if (lower === upper) {
    yield ` FX ${SIDE} ${name} ${lower}`;
    return;
  }
  if (lower === Number.NEGATIVE_INFINITY) yield ` ${upper === Number.POSITIVE_INFINITY ? 'FR' : 'MI'} ${SIDE} ${name}`;
  else if (lower !== 0 || upper < 0) yield ` LO ${SIDE} ${name} ${lower}`;
  if (Number.isFinite(upper)) yield ` UP ${SIDE} ${name} ${upper}`;
  else if (whole && lower !== Number.NEGATIVE_INFINITY) yield ` PL ${SIDE} ${name}`;
}

function* chunksOf(lines: Iterable<string>): Generator<string> {
  let text = '';
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** The whole text; for small models. */
export function mpsText(written: Written): string {
  return [...chunksOf(mpsLines(written))].join('');
}

/** Writes a file, a chunk at a time. @throws what the file system says */
export async function writeMps(path: string, written: Written): Promise<void> {
  await pipeline(Readable.from(chunksOf(mpsLines(written))), createWriteStream(path));
}
