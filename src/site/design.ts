import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { type Document, isCollection, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { parseQuantity } from '../units/quantity.ts';
import { type FreeSize, sizeText, writtenSize } from './freeSize.ts';
import { type Path, printPath } from './source.ts';

/** A size that was chosen. */
export interface ChosenSize {
  readonly free: FreeSize;
  /** In the unit of the balance. */
  readonly size: number;
}

/** Accelerators to buy for a pool whose count was free. */
export interface ChosenPool {
  readonly path: Path;
  readonly accelerators: number;
}

/** Devices that a site can be without: a size of nothing takes them out of the file. */
const CAN_GO = ['solar', 'wind', 'battery', 'generator'];
/** Keys that name files, which start at the folder of the site file; `*` is a row of a list. */
const FILES: readonly (readonly string[])[] = [
  ['weather', 'file'],
  ['services', '*', 'demand', 'file'],
  ['services', '*', 'lengths', 'trace'],
  ['grid', '*', 'series', 'file'],
  ['grid', '*', 'outages', 'replay', 'file'],
  ['deployments', '*', 'model', 'config'],
];

/** A value that follows from the plan beside its sizes. */
export interface ChosenSetting {
  readonly path: Path;
  readonly value: string;
}

/** Share of the most below which a size is what the solver's tolerance left over. */
const LEFT_OVER = 1e-6;

/** A size as it is built: five significant digits, rounded up, never above the most; nothing where next to nothing is left. */
export function builtSize({ lower, upper, step }: FreeSize, size: number): number {
  if (step !== undefined) return Math.min(Math.floor(upper / step + 1e-9), Math.ceil(size / step - 1e-6)) * step;
  if (size <= 0 || (lower <= 0 && size <= LEFT_OVER * upper)) return 0;
  const unit = 10 ** (Math.floor(Math.log10(size)) - 4);
  return Math.min(upper, Number((Math.ceil(size / unit - 1e-6) * unit).toPrecision(9)));
}

/**
 * A site file with the chosen sizes filled in: comments, order and everything else as the user wrote it, names of files as they
 * are seen from the new place. Devices of no size leave the file, with a comment in their stead.
 *
 * @param text of the site file at `from`
 * @param to where the design will lie
 */
export function designText(
  text: string,
  from: string,
  to: string,
  sizes: readonly ChosenSize[],
  pools: readonly ChosenPool[],
  settings: readonly ChosenSetting[] = [],
): string {
  const document = parseDocument(text);
  const gone = new Map<string, FreeSize>();
  for (const { free, size } of sizes) {
    const [list, row] = free.path;
    if (size <= 0 && CAN_GO.includes(String(list))) gone.set(`${String(list)} ${String(row)}`, free);
    else {
      put(document, free.path, writtenSize(free, size));
      if (list === 'grid') scalePrices(document, free.path.slice(0, 2), size / free.upper);
    }
  }
  for (const { path, accelerators } of pools) put(document, path, accelerators);
  for (const { path, value } of settings) put(document, path, value);
  rebase(document, dirname(from), dirname(to));
  takeOut(document, [...gone.values()]);
  const chosen = sizes.map(({ free, size }) => ` ${printPath(free.path)}: ${sizeText(free, size)}`);
  const head = ` Chosen by the planner, by the places of the file that it was given:\n${chosen.join('\n')}`;
  document.commentBefore = document.commentBefore == null ? head : `${document.commentBefore}\n\n${head}`;
  return document.toString({ lineWidth: 0 });
}

/** Puts a value in place of a node, with the comments of that node. */
function put(document: Document, path: Path, value: string | number): void {
  const old = document.getIn([...path], true) as Node | undefined;
  const node = document.createNode(value);
  if (old?.comment != null) node.comment = old.comment;
  if (old?.commentBefore != null) node.commentBefore = old.commentBefore;
  document.setIn([...path], node);
}

/** The price of a connection is that of its largest limit; a smaller one costs in proportion. */
function scalePrices(document: Document, row: Path, share: number): void {
  for (const key of ['capex', 'opex']) {
    const text: unknown = document.getIn([...row, key]);
    if (typeof text !== 'string') continue;
    const { value, currency } = parseQuantity(text, 'money');
    put(document, [...row, key], `${Number((value * share).toPrecision(9))} ${currency}`);
  }
}

function rebase(document: Document, from: string, to: string): void {
  if (from === to) return;
  const at = (path: Path, rest: readonly string[]): void => {
    const [key, ...below] = rest;
    if (key === undefined) {
      const value: unknown = document.getIn([...path]);
      if (typeof value !== 'string' || isAbsolute(value)) return;
      put(document, path, relative(to, resolve(from, value)).split(sep).join('/'));
    } else if (key === '*') {
      const list: unknown = document.getIn([...path]);
      if (isSeq(list)) for (const i of list.items.keys()) at([...path, i], below);
    } else {
      const map: unknown = path.length === 0 ? document.contents : document.getIn([...path], true);
      if (isMap(map) && map.has(key)) at([...path, key], below);
    }
  };
  for (const path of FILES) at([], path);
}

/** Takes rows out of their lists, the last first; a list without rows goes as a whole. */
function takeOut(document: Document, gone: readonly FreeSize[]): void {
  const rows = [...gone].sort((a, b) => Number(b.path[1]) - Number(a.path[1]));
  for (const { path, unitId } of rows) {
    const [name, index] = [String(path[0]), Number(path[1])];
    const list: unknown = document.get(name);
    if (!isSeq(list)) continue;
    const said = ` ${name} ${unitId}: not built, the least-cost size is nothing`;
    list.items.splice(index, 1);
    if (list.items.length > 0) {
      list.comment = list.comment == null ? said : `${list.comment}\n${said}`;
      continue;
    }
    moveComment(document, name, said);
    document.delete(name);
  }
}

/** What stood before a section that goes, and why it goes, before the section that follows it. */
function moveComment(document: Document, name: string, said: string): void {
  const map = document.contents;
  if (!isMap(map)) return;
  const at = map.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === name);
  const own = map.items[at]?.key;
  const before = isScalar(own) && own.commentBefore != null ? `${own.commentBefore}\n` : '';
  const next = map.items[at + 1]?.key;
  if (isScalar(next)) {
    next.commentBefore = `${before}${said}${next.commentBefore == null ? '' : `\n${next.commentBefore}`}`;
    if (isScalar(own) && own.spaceBefore === true) next.spaceBefore = true;
  } else if (isCollection(map)) map.comment = `${map.comment == null ? '' : `${map.comment}\n`}${before}${said}`;
}
