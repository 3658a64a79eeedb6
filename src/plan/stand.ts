import type { Basis } from '../balance/highs.ts';
import type { Segments } from '../balance/segments.ts';
import type { Group } from '../balance/table.ts';

/** HiGHS' codes of a basis: basic, and not basic at whatever bound there is. */
const BASIC = 1;
const NOT_BASIC = 4;

/** What a merged model is made of: its segments, and its columns and rows by name. */
export interface Outline {
  readonly segments: Segments;
  readonly columnGroups: readonly Group[];
  readonly rowGroups: readonly Group[];
}

/** Where a merged model ended; another one may begin there. */
export interface Stand {
  readonly of: Outline;
  readonly basis: Basis;
}

/**
 * A basis for a merged model from where another one stood, which may have had other segments: of what has the same name each
 * segment begins as the one did that its first step was in. What is new begins in the slack basis. Cuts stand after the rows, in
 * the order in which they were learnt.
 *
 * @param cuts how many stand in the model
 */
export function basisFrom({ of, basis }: Stand, to: Outline, cuts: number): Basis {
  const parent = parentsOf(of.segments, to.segments);
  const counts = [of.segments.count, to.segments.count] as const;
  const rows = sizeOf(of.rowGroups);
  const known = basis.rowStatus.subarray(rows);
  const rowStatus = new Int32Array(sizeOf(to.rowGroups) + cuts).fill(BASIC);
  rowStatus.set(known.subarray(0, cuts), rowStatus.length - cuts);
  copyGroups(of.rowGroups, basis.rowStatus, to.rowGroups, rowStatus, parent, counts);
  const colStatus = new Int32Array(sizeOf(to.columnGroups)).fill(NOT_BASIC);
  copyGroups(of.columnGroups, basis.colStatus, to.columnGroups, colStatus, parent, counts);
  return { colStatus, rowStatus };
}

/** A basis of a model that rows were added to since, up to so many; they begin in the slack basis. */
export function withSlack({ colStatus, rowStatus }: Basis, rows: number): Basis {
  const longer = new Int32Array(rows).fill(BASIC);
  longer.set(rowStatus);
  return { colStatus, rowStatus: longer };
}

function sizeOf(groups: readonly Group[]): number {
  const last = groups.at(-1);
  return last === undefined ? 0 : last.first + last.count;
}

/** By segment, the one of others that its first step lies in. */
function parentsOf(from: Segments, to: Segments): Int32Array {
  const parent = new Int32Array(to.count);
  let p = 0;
  for (let k = 0; k < to.count; k++) {
    while (p + 1 < from.count && from.starts[p + 1]! <= to.starts[k]!) p++;
    parent[k] = p;
  }
  return parent;
}

function copyGroups(
  fromGroups: readonly Group[],
  from: Int32Array,
  toGroups: readonly Group[],
  to: Int32Array,
  parent: Int32Array,
  [fromSegments, toSegments]: readonly [number, number],
): void {
  const known = new Map(fromGroups.map((group) => [`${group.tag} ${group.name}`, group]));
  for (const { tag, name, first, count } of toGroups) {
    const own = known.get(`${tag} ${name}`);
    if (own === undefined) continue;
    if (own.count === fromSegments && count === toSegments) {
      for (let k = 0; k < count; k++) to[first + k] = from[own.first + parent[k]!]!;
    } else if (own.count === count) {
      to.set(from.subarray(own.first, own.first + count), first);
    }
  }
}
