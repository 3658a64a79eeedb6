import { nearestWord } from '../units/nearest.ts';
import type { AcceleratorRow, ModelRow } from './catalog.ts';

/** What a name leads to: a row, or the nearest names. */
export type Found<T> =
  | { readonly row: T; readonly near?: undefined }
  | { readonly row?: undefined; readonly near: readonly string[] };

const NEAR = 3;

/** Names close to a misspelt one, best first: by spelling, then those that hold all of its words. */
function nearNames(name: string, ids: readonly string[]): readonly string[] {
  const first = nearestWord(name, ids);
  const words = name.toLowerCase().split(/[^a-z0-9.]+/);
  const held = ids.filter((id) => id !== first && words.every((word) => id.includes(word)));
  const byLength = held.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return [...(first === undefined ? [] : [first]), ...byLength].slice(0, NEAR);
}

/** An accelerator by its id or its name, letter case ignored. */
export function findAccelerator(rows: ReadonlyMap<string, AcceleratorRow>, name: string): Found<AcceleratorRow> {
  const wanted = name.trim().toLowerCase();
  const row = rows.get(wanted) ?? rows.values().find((r) => r.name.toLowerCase() === wanted);
  return row === undefined ? { near: nearNames(name, [...rows.keys()]) } : { row };
}

const bare = (hub: string) => hub.slice(hub.indexOf('/') + 1);

/** A model by its id, its name on the hub, or that name without its organisation, letter case ignored. */
export function findModel(rows: ReadonlyMap<string, ModelRow>, name: string): Found<ModelRow> {
  const wanted = name.trim().toLowerCase();
  const row =
    rows.get(wanted) ??
    rows.values().find((r) => r.hub?.toLowerCase() === wanted) ??
    rows.values().find((r) => r.hub !== undefined && bare(r.hub).toLowerCase() === wanted);
  return row === undefined ? { near: nearNames(bare(wanted), [...rows.keys()]) } : { row };
}
