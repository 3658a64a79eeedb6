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
  };
}

/** Reads a site file. @throws JW_FILE_MISSING, JW_FILE_UNREADABLE */
export function readSource(file: string): Source {
  return sourceOf(readText(file), file);
}
