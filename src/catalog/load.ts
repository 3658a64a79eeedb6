import { fileURLToPath } from 'node:url';
import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Fault, fault, JoulewrightError } from '../errors/error.ts';
import { readText } from '../series/csv.ts';
import type { Catalog } from './catalog.ts';
import {
  acceleratorSchema,
  carbonSchema,
  climateSchema,
  modelSchema,
  priceSchema,
  tariffSchema,
  turbineSchema,
} from './schema.ts';

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

function table<T>(name: string, row: z.ZodType<T>, idOf: (row: T) => string): ReadonlyMap<string, T> {
  const path = fileURLToPath(new URL(`./data/${name}.yaml`, import.meta.url));
  return parseRows(readText(path), `catalog/${name}.yaml`, row, idOf);
}

let loaded: Catalog | undefined;

/**
 * Everything the product knows out of the box, by id (grid carbon by country). Read once from the files beside this module.
 *
 * @throws JW_CATALOG for a row that breaks its schema, JW_FILE_MISSING when the installation is incomplete.
 */
export function loadCatalog(): Catalog {
  loaded ??= {
    accelerators: table('accelerators', acceleratorSchema, (row) => row.id),
    models: table('models', modelSchema, (row) => row.id),
    climates: table('climates', climateSchema, (row) => row.id),
    tariffs: table('tariffs', tariffSchema, (row) => row.id),
    carbon: table('carbon', carbonSchema, (row) => row.country),
    prices: table('prices', priceSchema, (row) => row.id),
    turbines: table('turbines', turbineSchema, (row) => row.id),
  };
  return loaded;
}
