import { fileURLToPath } from 'node:url';
import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Fault, fault, JoulewrightError } from '../errors/error.ts';
import { readText } from '../series/csv.ts';
import { readAccelerators } from './acceleratorTable.ts';
import type { Catalog } from './catalog.ts';
import { readModels } from './modelTable.ts';
import { quickRows } from './quickRows.ts';
import { carbonSchema, climateSchema, priceSchema, tariffSchema, turbineSchema } from './schema.ts';
import { type Usable, usableAccelerator, usableModel } from './usable.ts';

/** Line on which the value at `path` stands, or the nearest thing around it. */
function lineOf(root: Node | null, path: readonly PropertyKey[], lines: LineCounter): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const key of path) {
    const next: unknown = isMap(node) ? node.get(key, true) : isSeq(node) ? node.get(Number(key), true) : undefined;
    if (typeof next !== 'object' || next === null || !('range' in next)) break;
    node = next;
    offset = (next as Node).range?.[0] ?? offset;
  }
  return lines.linePos(offset).line;
}

/**
 * Reads one data file's text: a YAML list of rows, each checked against `row`, with ids that occur once.
 * `file` is the name that errors show.
 *
 * @throws JW_CATALOG with every fault of the file, each at its line.
 */
export function parseRows<T>(
  text: string,
  file: string,
  row: z.ZodType<T>,
  idOf: (row: T) => string,
): ReadonlyMap<string, T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const faults: Fault[] = [];
  const wrong = (line: number, reason: string) => faults.push(fault('JW_CATALOG', { reason }, `${file}:${line}`));
  for (const error of document.errors) wrong(lines.linePos(error.pos[0]).line, error.message.split('\n')[0]!);
  const rows = new Map<string, T>();
  const data: unknown = faults.length === 0 ? document.toJS() : [];
  if (!Array.isArray(data)) wrong(1, 'is not a list of rows');
  for (const [index, value] of (Array.isArray(data) ? data : []).entries()) {
    const parsed = row.safeParse(value);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) {
        const path = [index, ...issue.path];
        const key = issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
        wrong(lineOf(document.contents, path, lines), key + issue.message);
      }
      continue;
    }
    const key = idOf(parsed.data);
    if (rows.has(key)) wrong(lineOf(document.contents, [index], lines), `${key} is there twice`);
    rows.set(key, parsed.data);
  }
  if (faults.length > 0) throw new JoulewrightError(faults);
  return rows;
}

const dataFile = (name: string) => fileURLToPath(new URL(`./data/${name}`, import.meta.url));

/** Rows of one of our own files; where the quick reader or the schema stumbles, YAML says what is wrong and where. */
function yaml<T>(name: string, row: z.ZodType<T>, idOf: (row: T) => string): ReadonlyMap<string, T> {
  const text = readText(dataFile(`${name}.yaml`));
  const rows = new Map<string, T>();
  const quick = quickRows(text) ?? [];
  for (const value of quick) {
    const parsed = row.safeParse(value);
    if (!parsed.success) break;
    rows.set(idOf(parsed.data), parsed.data);
  }
  const sound = quick.length > 0 && rows.size === quick.length;
  return sound ? rows : parseRows(text, `catalog/${name}.yaml`, row, idOf);
}

/** Things of a kind that can be planned with. */
function usableOf<R, T extends R>(rows: ReadonlyMap<string, R>, usable: (row: R) => Usable<T>): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const [id, row] of rows) {
    const checked = usable(row);
    if (checked.ok) found.set(id, checked.value);
  }
  return found;
}

/** Reads on first use, keeps what it read. */
function once<T>(read: () => T): () => T {
  let kept: { readonly value: T } | undefined;
  return () => {
    kept ??= { value: read() };
    return kept.value;
  };
}

const acceleratorRows = once(() =>
  readAccelerators(readText(dataFile('accelerators.csv')), 'catalog/accelerators.csv'),
);
const modelRows = once(() => readModels(readText(dataFile('models.csv')), 'catalog/models.csv'));
const accelerators = once(() => usableOf(acceleratorRows(), usableAccelerator));
const models = once(() => usableOf(modelRows(), usableModel));
const climates = once(() => yaml('climates', climateSchema, (row) => row.id));
const tariffs = once(() => yaml('tariffs', tariffSchema, (row) => row.id));
const carbon = once(() => yaml('carbon', carbonSchema, (row) => row.country));
const prices = once(() => yaml('prices', priceSchema, (row) => row.id));
const turbines = once(() => yaml('turbines', turbineSchema, (row) => row.id));

const CATALOG: Catalog = {
  get accelerators() {
    return accelerators();
  },
  get acceleratorRows() {
    return acceleratorRows();
  },
  get models() {
    return models();
  },
  get modelRows() {
    return modelRows();
  },
  get climates() {
    return climates();
  },
  get tariffs() {
    return tariffs();
  },
  get carbon() {
    return carbon();
  },
  get prices() {
    return prices();
  },
  get turbines() {
    return turbines();
  },
};

/**
 * Everything the product knows out of the box, by id (grid carbon by country). Each kind is read from the files beside this
 * module when it is first asked for, once.
 *
 * @throws JW_CATALOG (on first use of a kind) for a row that breaks its schema, JW_FILE_MISSING when the installation is incomplete.
 */
export function loadCatalog(): Catalog {
  return CATALOG;
}
