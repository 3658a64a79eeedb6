import { type Fault, fault, JoulewrightError } from '../errors/error.ts';
import { splitCsvLine } from '../series/csv.ts';

/** Cells of one row by the name of their column; what is wrong is noted, and the row left out. */
export interface Cells {
  /** A text that must be there. */
  text(column: string): string;
  maybeText(column: string): string | undefined;
  /** A number within [min, max], whole where `whole`; undefined when the cell is empty. */
  number(column: string, min: number, max: number, whole?: 'whole'): number | undefined;
  /** A number that must be there. */
  needed(column: string, min: number, max: number, whole?: 'whole'): number;
  /** One of the words. */
  choice<const W extends string>(column: string, words: readonly W[]): W;
  wrong(column: string, reason: string): void;
}

const ID = /^[a-z0-9][a-z0-9.-]*$/;

/**
 * Reads a table of the catalogue: a header with exactly `columns` in any order, then one row per line, which `build` turns
 * into a thing with an id that occurs once. Cells are empty where nobody published the figure. `file` is the name that errors show.
 *
 * @throws JW_CATALOG with every fault of the file, each at its line.
 */
export function readTable<T extends { readonly id: string; readonly source: string }>(
  text: string,
  file: string,
  columns: readonly string[],
  build: (cells: Cells) => T,
): ReadonlyMap<string, T> {
  const faults: Fault[] = [];
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  const header = splitCsvLine(lines[0] ?? '');
  const at = new Map(header.map((name, k) => [name, k]));
  let line = 1;
  let sound = true;
  const fail = (reason: string) => {
    sound = false;
    faults.push(fault('JW_CATALOG', { reason }, `${file}:${line}`));
  };
  for (const name of columns) if (!at.has(name)) fail(`has no column ${name}`);
  for (const name of header) if (!columns.includes(name)) fail(`${name} is no column of this table`);
  if (faults.length > 0) throw new JoulewrightError(faults);
  let row: readonly string[] = [];
  const cell = (column: string) => row[at.get(column)!] ?? '';
  const number: Cells['number'] = (column, min, max, whole) => {
    const written = cell(column);
    if (written === '') return undefined;
    const value = Number(written);
    if (!Number.isFinite(value)) fail(`${column}: "${written}" is no number`);
    else if (value < min || value > max) fail(`${column}: ${written} is not between ${min} and ${max}`);
    else if (whole !== undefined && !Number.isInteger(value)) fail(`${column}: ${written} is not whole`);
    return value;
  };
  const maybeText: Cells['maybeText'] = (column) => cell(column) || undefined;
  const cells: Cells = {
    maybeText,
    number,
    text(column) {
      const written = maybeText(column);
      if (written === undefined) fail(`${column} is missing`);
      return written ?? '';
    },
    needed(column, min, max, whole) {
      const value = number(column, min, max, whole);
      if (value === undefined) fail(`${column} is missing`);
      return value ?? Number.NaN;
    },
    choice(column, words) {
      const written = cell(column);
      const word = words.find((w) => w === written);
      if (word === undefined) fail(`${column}: "${written}" is none of ${words.join(', ')}`);
      return word ?? words[0]!;
    },
    wrong: (column, reason) => fail(`${column}: ${reason}`),
  };
  const rows = new Map<string, T>();
  for (const [k, written] of lines.slice(1).entries()) {
    line = k + 2;
    sound = true;
    row = splitCsvLine(written);
    if (row.length !== header.length) fail(`has ${row.length} cells, the header ${header.length}`);
    const thing = build(cells);
    if (!ID.test(thing.id)) fail('id: small letters, digits, "-" and "."');
    if (thing.source.length < 8) fail('source: say where the figures come from');
    if (rows.has(thing.id)) fail(`${thing.id} is there twice`);
    if (sound) rows.set(thing.id, thing);
  }
  if (faults.length > 0) throw new JoulewrightError(faults);
  return rows;
}

/** T with the keys that may be undefined turned into keys that may be absent. */
type Known<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without the keys whose value is undefined. */
export function known<T extends object>(object: T): Known<T> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) if (value !== undefined) kept[key] = value;
  return kept as Known<T>;
}
