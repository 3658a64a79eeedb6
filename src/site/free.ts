import { relative } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import type { Unit } from '../components/unit.ts';
import { type Fault, fault, JoulewrightError } from '../errors/error.ts';
import type { Dimension } from '../units/dimension.ts';
import { parseQuantity } from '../units/quantity.ts';
import { isRecord, schemaAt } from './describe.ts';
import { FREE_KEYS, type FreeKey, type FreePlace, printFreeKey } from './freeKeys.ts';
import { poolsOf } from './freePools.ts';
import type { FreePool, FreeSize, Say } from './freeSize.ts';
import { RangeReader } from './range.ts';
import { rowsOf } from './rows.ts';
import { siteSchema } from './schema.ts';
import type { Path, Source } from './source.ts';

/** A file with its ranges taken out. */
export interface Taken {
  /** The file as the schema knows it: every range replaced by its most. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly free: readonly FreeSize[];
  readonly pools: readonly FreePool[];
  readonly faults: readonly Fault[];
}

/** Puts a value at a path of plain data that is ours to change. */
function put(data: unknown, path: Path, value: unknown): void {
  let at = data as Record<PropertyKey, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<PropertyKey, unknown>;
  at[path.at(-1)!] = value;
}

/** A map that can only be meant as a range. */
export function isRange(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((k) => k === 'min' || k === 'max' || k === 'step');
}

/** A value of a dimension as its base unit writes it; undefined when it is none. */
function inBase(value: unknown, dimension: Dimension): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  try {
    return parseQuantity(value, dimension).value;
  } catch (error) {
    if (!(error instanceof JoulewrightError)) throw error;
    return undefined;
  }
}

/**
 * Takes the free sizes out of a site file before the schema sees it: `peak: { min: 0 MWp, max: 10 MWp }`, or the word `free` where
 * the most follows from the rest of the file. Each is replaced by its most, so that everything else is checked with the largest
 * site that the planner may choose. Works on plain data; never throws for what a user may write.
 *
 * @param hallKw full power of a hall's accelerators by the file as it stands then
 */
export function takeFree(
  given: Readonly<Record<string, unknown>>,
  source: Source,
  catalog: Catalog,
  hallKw: (data: unknown, hall: string) => number | undefined,
): Taken {
  const data = structuredClone(given);
  const faults: Fault[] = [];
  const say: Say = (path, reason, hint) => {
    faults.push(fault('JW_SITE_FREE', { reason, hint }, source.where(path)));
  };
  const free: FreeSize[] = [];
  for (const key of FREE_KEYS) {
    for (const row of rowsOf(data, key.list)) {
      const path = [...row.path, ...key.keys];
      const value = key.keys.reduce<unknown>((at, k) => (isRecord(at) ? at[k] : undefined), row.data);
      if (!isRange(value) && value !== 'free') continue;
      const { dimension } = schemaAt(siteSchema, path, data)?.notes ?? {};
      const place: FreePlace = {
        data,
        row,
        catalog,
        hallKw: (hall) => hallKw(data, hall),
        quantity: (r, k) => inBase(r.data[k], schemaAt(siteSchema, [...r.path, k], data)?.notes.dimension ?? 'power'),
      };
      const read = new RangeReader(key, dimension, place, (at, reason, hint) => say([...path, ...at], reason, hint));
      const range = read.range(value);
      put(data, path, range.most);
      if (range.upper === undefined || row.id === undefined) continue;
      const scale = key.scale?.(place) ?? 1;
      free.push({
        unitId: key.unitOf(row.id),
        key: key.size,
        lower: range.lower * scale,
        upper: range.upper * scale,
        ...(range.step === undefined ? {} : { step: range.step * scale }),
        scale,
        ...(dimension === undefined ? {} : { dimension }),
        path,
        where: source.where(path),
      });
    }
  }
  strays(data, say);
  const both = twoWays(free, say);
  const { pools, sizes } = poolsOf(data, both, say);
  // What the pool has caps what its deployments may.
  for (const size of sizes) if (size.key === 'replicas') put(data, size.path, size.upper);
  return { data, free: sizes, pools, faults };
}

/** Ranges where none is allowed; each is replaced by one of its ends, so that the schema has nothing to add. */
function strays(data: unknown, say: Say): void {
  const walk = (value: unknown, path: Path): void => {
    if (isRange(value)) {
      const known = FREE_KEYS.map((key: FreeKey) => printFreeKey(key)).join(', ');
      say(path, 'a range is not possible here', `give one value; the sizes that may be free are ${known}`);
      put(data, path, value['max'] ?? value['min']);
    } else if (Array.isArray(value)) for (const [i, inner] of value.entries()) walk(inner, [...path, i]);
    else if (isRecord(value)) for (const [k, inner] of Object.entries(value)) walk(inner, [...path, k]);
  };
  walk(data, []);
}

/** Two keys that both free the same size contradict each other. */
function twoWays(free: readonly FreeSize[], say: Say): readonly FreeSize[] {
  const seen = new Map<string, FreeSize>();
  return free.filter((size) => {
    const id = `${size.unitId} ${size.key}`;
    const first = seen.get(id);
    if (first === undefined) {
      seen.set(id, size);
      return true;
    }
    say(size.path, `"${String(size.path.at(-1))}" and "${String(first.path.at(-1))}" cannot both be free`, 'fix one');
    return false;
  });
}

/** Free sizes that cost nothing: the planner would take all of them. */
export function unpricedFaults(free: readonly FreeSize[], units: readonly Unit[]): Fault[] {
  return free.flatMap(({ unitId, path, where }): Fault[] => {
    const unit = units.find((u) => u.id === unitId);
    if (unit === undefined) return [];
    const { capexMoney, opexMoneyPerYear, rentMoneyPerYear = 0 } = unit.ownership;
    if (capexMoney + opexMoneyPerYear + rentMoneyPerYear > 0) return [];
    const [list] = path;
    const prices =
      list === 'deployments' ? 'capex or rent of its pool' : list === 'grid' ? 'capex or opex' : 'its capex';
    const reason = 'a free size without a price: nothing would keep the planner from taking all of it';
    return [fault('JW_SITE_FREE', { reason, hint: `say ${prices}, or fix the size` }, where)];
  });
}

/**
 * A site whose sizes are all given, for what steps or runs it.
 *
 * @param unitId of the only device that matters, where it is one
 * @throws JW_FREE_SIZES
 */
export function sizesGiven<S extends { readonly file: string; readonly free: readonly FreeSize[] }>(
  site: S,
  unitId?: string,
): S {
  const free = site.free.filter((size) => unitId === undefined || size.unitId === unitId);
  const [first] = free;
  if (first === undefined) return site;
  const { length } = free;
  const count = length === 1 ? 'one size' : `${length} sizes`;
  throw new JoulewrightError([fault('JW_FREE_SIZES', { count, file: relative('.', site.file) }, first.where)]);
}
