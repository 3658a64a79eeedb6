import { DEVICES } from '../components/index.ts';
import { type Fault, fault } from '../errors/error.ts';
import { zoneOf } from '../series/zone.ts';
import { nearestWord } from '../units/nearest.ts';
import { choiceFaults } from './choices.ts';
import { numberOf, type Row, rowsOf, sectionOf, textOf, textsOf } from './rows.ts';
import type { Path, Source } from './source.ts';

/** Lists whose ids share one name space: each becomes a device of the site with that id. */
const UNITS = [...Object.keys(DEVICES), 'deployments'];

function twice(rows: readonly Row[], what: string, source: Source): Fault[] {
  const first = new Map<string, Row>();
  return rows.flatMap((row): Fault[] => {
    if (row.id === undefined) return [];
    const seen = first.get(row.id);
    if (seen === undefined) {
      first.set(row.id, row);
      return [];
    }
    const at = source.where([...seen.path, 'id']).split(' ')[0]!;
    return [fault('JW_SITE_TWICE', { what, id: row.id, first: at }, source.where([...row.path, 'id']))];
  });
}

/** A fault when `id` is not among `known`, with the nearest one that is. */
export function unknownId(what: string, id: string, known: readonly string[], path: Path, source: Source): Fault {
  const near = nearestWord(id, known);
  const names = [...new Set(known)];
  // A dozen of hundreds helps nobody.
  const list =
    names.length === 0 ? `this file has no ${what}s` : names.length > 24 ? '' : `there are ${names.join(', ')}`;
  const hint =
    near === undefined
      ? list || `for example ${names[0]}`
      : `did you mean "${near}"?${list === '' ? '' : ` (${list})`}`;
  return fault('JW_SITE_REFERENCE', { what, id, hint }, source.where(path));
}

function pointers(rows: readonly Row[], key: string, what: string, known: readonly string[], source: Source): Fault[] {
  return rows.flatMap((row): Fault[] => {
    const id = textOf(row, key);
    return id === undefined || known.includes(id) ? [] : [unknownId(what, id, known, [...row.path, key], source)];
  });
}

/** Ids of the deployments that a service names, one or several. */
function deploymentsOf(row: Row): string[] {
  const one = textOf(row, 'deployment');
  return [...(one === undefined ? [] : [one]), ...textsOf(row, 'deployments')];
}

/** Faults of a service with several deployments: each is known and named once, and all have the same model. */
function choiceOfDeployments(row: Row, deployments: readonly Row[], source: Source): Fault[] {
  const names = textsOf(row, 'deployments');
  const known = deployments.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const at = (d: number): Path => [...row.path, 'deployments', d];
  const modelOf = (id: string): string | undefined => {
    const model = deployments.find((d) => d.id === id)?.data['model'];
    return model === undefined ? undefined : typeof model === 'string' ? model : JSON.stringify(model);
  };
  const [first] = names;
  const model = first === undefined ? undefined : modelOf(first);
  return names.flatMap((id, d): Fault[] => {
    if (!known.includes(id)) return [unknownId('deployment', id, known, at(d), source)];
    if (names.indexOf(id) < d) {
      const reason = `"${id}" is named twice`;
      return [fault('JW_SITE_VALUE', { reason, hint: 'name each deployment once' }, source.where(at(d)))];
    }
    const own = modelOf(id);
    if (model === undefined || own === undefined || own === model) return [];
    return [
      fault('JW_SITE_MODELS', { service: row.id ?? '', first: first!, model, other: id, own }, source.where(at(d))),
    ];
  });
}

function poolFaults(
  pools: readonly Row[],
  deployments: readonly Row[],
  source: Source,
  chosen: ReadonlySet<string>,
): Fault[] {
  return pools.flatMap((pool): Fault[] => {
    const count = numberOf(pool, 'count');
    if (pool.id === undefined || count === undefined || chosen.has(pool.id)) return [];
    const users = deployments.filter((d) => textOf(d, 'pool') === pool.id);
    const sizes = users.map((d) => (numberOf(d, 'replicas') ?? 0) * (numberOf(d, 'tensor_parallel') ?? 1));
    const needed = sizes.reduce((a, b) => a + b, 0);
    if (needed <= count) return [];
    const uses = users.map((d, i) => `${d.id}: ${sizes[i]}`).join(', ');
    return [fault('JW_SITE_CAPACITY', { pool: pool.id, needed, count, uses }, source.where([...pool.path, 'count']))];
  });
}

function zoneFaults(data: unknown, source: Source): Fault[] {
  const zone = sectionOf(data, 'location')['zone'];
  if (typeof zone !== 'string') return [];
  try {
    zoneOf(zone);
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [unknownId('time zone', zone, Intl.supportedValuesOf('timeZone'), ['location', 'zone'], source)];
  }
}

/**
 * What the file says about itself: ids unique, names known, pools large enough, choices complete. Works on plain data.
 *
 * @param chosen ids of pools whose accelerators the planner shares out: their deployments stand at their most, one by one
 */
export function referenceFaults(data: unknown, source: Source, chosen: ReadonlySet<string> = new Set()): Fault[] {
  const rows = (key: string): readonly Row[] => rowsOf(data, key);
  const ids = (key: string): string[] => rows(key).flatMap((r) => (r.id === undefined ? [] : [r.id]));
  const [halls, pools, deployments, services] = [rows('halls'), rows('pools'), rows('deployments'), rows('services')];
  const named = rowsOf(sectionOf(data, 'gateway'), 'models', ['gateway']);
  return [
    ...twice(UNITS.flatMap(rows), 'device', source),
    ...twice(halls, 'hall', source),
    ...twice(rows('feeders'), 'feeder', source),
    ...twice(rows('meters'), 'meter', source),
    ...twice(pools, 'pool', source),
    ...twice(services, 'service', source),
    ...pointers(halls, 'feeder', 'feeder', ids('feeders'), source),
    ...pointers(rows('grid'), 'feeder', 'feeder', ids('feeders'), source),
    ...pointers(rows('meters'), 'at', 'feeder or hall', ['site', ...ids('feeders'), ...ids('halls')], source),
    ...pointers(pools, 'hall', 'hall', ids('halls'), source),
    ...pointers(deployments, 'pool', 'pool', ids('pools'), source),
    ...pointers(services, 'deployment', 'deployment', ids('deployments'), source),
    ...services.flatMap((row) => choiceOfDeployments(row, deployments, source)),
    ...twice(named, 'model', source),
    ...pointers(named, 'deployment', 'deployment', ids('deployments'), source),
    ...pointers(
      rowsOf(sectionOf(data, 'finance'), 'market', ['finance']),
      'service',
      'service',
      ids('services'),
      source,
    ),
    ...pointers(rowsOf(sectionOf(data, 'limits'), 'pools', ['limits']), 'pool', 'pool', ids('pools'), source),
    ...poolFaults(pools, deployments, source, chosen),
    ...zoneFaults(data, source),
    ...choiceFaults(data, source),
  ];
}

/** What is allowed but probably not meant. */
export function referenceWarnings(data: unknown, source: Source): Fault[] {
  const used = (key: string, pointer: string): Set<string | undefined> =>
    new Set(rowsOf(data, key).map((row) => textOf(row, pointer)));
  const idle = (key: string, users: Set<string | undefined>, what: string, hint: string): Fault[] =>
    rowsOf(data, key)
      .filter((row) => row.id !== undefined && !users.has(row.id))
      .map((row) =>
        fault('JW_SITE_WARNING', { reason: `${what} "${row.id}" is not used`, hint }, source.where(row.path)),
      );
  const feeding = new Set([...used('halls', 'feeder'), ...used('grid', 'feeder')]);
  return [
    ...idle('feeders', feeding, 'feeder', 'hang a hall or a grid connection on it, or remove it'),
    ...idle('halls', used('pools', 'hall'), 'hall', 'put a pool into it, or remove it'),
    ...idle('pools', used('deployments', 'pool'), 'pool', 'deploy a model on it, or remove it'),
    ...idle(
      'deployments',
      new Set(rowsOf(data, 'services').flatMap(deploymentsOf)),
      'deployment',
      'point a service to it, or remove it',
    ),
  ];
}
