import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml';
import { type Fault, fault } from '../errors/error.ts';
import { readText } from '../series/csv.ts';

/** Keys and indices from the top of the file. */
export type Path = readonly PropertyKey[];

/** `services[0].demand.mean`; the top is an empty text. */
export function printPath(path: Path): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`)).join('');
}

/** A site file as text, with the place of everything in it. */
export interface Source {
  readonly file: string;
  /** Plain data; undefined when the text is no YAML. */
  readonly data: unknown;
  /** Faults of the YAML itself. */
  readonly faults: readonly Fault[];
  /** `file:line:col path` of a key (with `key`) or a value; of the nearest parent that is there when it is not. */
  where(path: Path, what?: 'key' | 'value'): string;
  /** The comment on the line of a value; else that above its section or the sections before it, where it says that they are assumed. */
  comment(path: Path): string | undefined;
}

interface Place {
  readonly offset: number;
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  return (node as Node).range?.[0];
}

/** Walks down as far as the file goes. The key of a pair stands for a value that is a block. */
function placeOf(root: ParsedNode | null, path: Path, what: 'key' | 'value'): Place {
  let node: unknown = root;
  let offset = startOf(root) ?? 0;
  for (const [depth, step] of path.entries()) {
    let keyOffset: number | undefined;
    if (isMap(node)) {
      const pair = node.items.find((p) => isPair(p) && isScalar(p.key) && String(p.key.value) === String(step));
      if (pair === undefined) break;
      keyOffset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number' && node.items[step] !== undefined) {
      node = node.items[step];
    } else break;
    const last = depth === path.length - 1;
    const wantsKey = keyOffset !== undefined && (!last || what === 'key' || isMap(node) || isSeq(node));
    offset = (wantsKey ? keyOffset : startOf(node)) ?? keyOffset ?? offset;
  }
  return { offset };
}

/** What a person would read of a comment: one line, without rules of dashes. */
function plainComment(comment: string): string {
  return comment.replace(/\s+/g, ' ').replace(/^[- ]+|[- ]+$/g, '');
}

/** The comment behind a value, or behind the flow map or list that it stands in. */
function besideOf(root: ParsedNode | null, path: Path): string | undefined {
  let node: unknown = root;
  let found: string | undefined;
  for (const step of path) {
    if (isMap(node)) node = node.items.find((p) => isScalar(p.key) && String(p.key.value) === String(step))?.value;
    else if (isSeq(node) && typeof step === 'number') node = node.items[step];
    else break;
    // A comment at the end of a block belongs to what comes after it.
    const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
    if (isBlock || typeof node !== 'object' || node === null || !('comment' in node)) continue;
    if (typeof node.comment === 'string') found = plainComment(node.comment);
  }
  return found === '' ? undefined : found;
}

/** The last comment above a top key, where it says "assumed". */
function assumedAbove(root: ParsedNode | null, [top]: Path): string | undefined {
  if (!isMap(root)) return undefined;
  let last: string | undefined;
  for (const { key } of root.items) {
    if (!isScalar(key)) continue;
    last = key.commentBefore ?? last;
    if (String(key.value) === String(top)) break;
  }
  return last !== undefined && /\bassumed\b/.test(last) ? plainComment(last) : undefined;
}

/** Reads YAML text (1.2; no anchors across files, keys once per map). Never throws for wrong text: see `faults`. */
export function sourceOf(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const faults = [...document.errors, ...document.warnings].map((error) =>
    fault('JW_SITE_YAML', { reason: error.message.split('\n')[0]! }, at(error.pos[0])),
  );
  let data: unknown;
  if (document.errors.length === 0) {
    try {
      data = document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      faults.push(fault('JW_SITE_YAML', { reason: error instanceof Error ? error.message : String(error) }, at(0)));
    }
  }
  return {
    file,
    data,
    faults,
    where(path, what = 'value') {
      const { offset } = placeOf(document.contents, path, what);
      const printed = printPath(path);
      return printed === '' ? at(offset) : `${at(offset)} ${printed}`;
    },
    comment: (path) => besideOf(document.contents, path) ?? assumedAbove(document.contents, path),
  };
}

/** Reads a site file. @throws JW_FILE_MISSING, JW_FILE_UNREADABLE */
export function readSource(file: string): Source {
  return sourceOf(readText(file), file);
}
