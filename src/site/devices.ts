import type { Complaint, ServiceProfile, SiteContext } from '../components/contract.ts';
import { DEVICES, HALL_KINDS } from '../components/index.ts';
import { prefixCacheTokens } from '../components/inference/index.ts';
import { bindChain, bindCooling, bindIt, type ItUnit, type Unit } from '../components/unit.ts';
import { rowsOf, textOf } from './rows.ts';
import { POOL_KEYS } from './schema.ts';
import type { Path } from './source.ts';

/** A component's complaint at its place in the whole file. */
export type Complain = (path: Path, complaint: Complaint) => void;

/** Sources, stores and slack; rows that the schema refuses are left out, because their faults are already known. */
function listedUnits(data: unknown, context: SiteContext, complain: Complain): Unit[] {
  return Object.entries(DEVICES).flatMap(([kind, { resolve }]) =>
    rowsOf(data, kind).flatMap((row): Unit[] => {
      const { id, ...rest } = row.data;
      if (typeof id !== 'string') return [];
      const unit = resolve(id, rest, context, (c) => complain([...row.path, ...c.path], c));
      return unit === undefined ? [] : [unit];
    }),
  );
}

function halls(data: unknown, context: SiteContext, complain: Complain): Unit[] {
  const { cooling, powerChain } = HALL_KINDS;
  return rowsOf(data, 'halls').flatMap((row): Unit[] => {
    const units: Unit[] = [];
    const hall = row.id;
    if (hall === undefined) return units;
    const cool = cooling.file.safeParse(row.data['cooling']);
    if (cool.success) {
      const spec = cooling.spec(cool.data, context, (c) => complain([...row.path, 'cooling', ...c.path], c));
      units.push(bindCooling(cooling, `${hall}-cooling`, hall, spec));
    }
    const chain = powerChain.file.safeParse(row.data['power_chain']);
    if (chain.success) {
      const spec = powerChain.spec(chain.data, context, (c) => complain([...row.path, 'power_chain', ...c.path], c));
      units.push(bindChain(powerChain, `${hall}-chain`, hall, spec));
    }
    return units;
  });
}

/** The flat section of the inference component, resolved: hardware keys from the pool, the others from the deployment. */
function bareDeployments(data: unknown, context: SiteContext, complain: Complain) {
  const { inference } = HALL_KINDS;
  const pools = rowsOf(data, 'pools');
  return rowsOf(data, 'deployments').flatMap((row) => {
    const pool = pools.find((p) => p.id !== undefined && p.id === textOf(row, 'pool'));
    const hall = pool && textOf(pool, 'hall');
    if (row.id === undefined || pool === undefined || hall === undefined) return [];
    const { id: _id, pool: _pool, engine: _engine, ...own } = row.data;
    const hardware = Object.fromEntries(POOL_KEYS.filter((k) => k in pool.data).map((k) => [k, pool.data[k]]));
    const file = inference.file.safeParse({ ...own, ...hardware });
    if (!file.success) return [];
    const spec = inference.spec(file.data, context, (c) => {
      const inPool = POOL_KEYS.some((k) => k === c.path[0]);
      complain([...(inPool ? pool : row).path, ...c.path], c);
    });
    return [{ id: row.id, hall, spec }];
  });
}

function deployments(
  data: unknown,
  context: SiteContext,
  profilesOf: (deployment: string) => readonly ServiceProfile[],
  complain: Complain,
): ItUnit[] {
  return bareDeployments(data, context, complain).map(({ id, hall, spec }) =>
    bindIt(HALL_KINDS.inference, id, hall, spec, profilesOf(id)),
  );
}

/** Room of a deployment's prefix cache, tokens; without limit while its size is not known. */
export function cacheTokensOf(data: unknown, context: SiteContext, deployment: string): number {
  const found = bareDeployments(data, context, () => undefined).find(({ id }) => id === deployment);
  return found === undefined ? Number.POSITIVE_INFINITY : prefixCacheTokens(found.spec, found.spec.racking.replicas);
}

/** Power of a hall's accelerators with all that is installed at full load, kW; undefined where none of them is known. */
export function hallItKw(
  data: unknown,
  context: SiteContext,
  profilesOf: (deployment: string) => readonly ServiceProfile[],
  hall: string,
): number | undefined {
  // What is wrong with them is told when every device is resolved.
  const units = deployments(data, context, profilesOf, () => undefined).filter((unit) => unit.hall === hall);
  if (units.length === 0) return undefined;
  return units.reduce((sum, unit) => sum + unit.powerRange(unit.installed).fullKw, 0);
}

/**
 * Every device of the file, bound to its resolved spec: IT first, then each hall's cooling and chain, then sources, stores
 * and slack in the order of the registry.
 */
export function resolveUnits(
  data: unknown,
  context: SiteContext,
  profilesOf: (deployment: string) => readonly ServiceProfile[],
  complain: Complain,
): readonly Unit[] {
  return [
    ...deployments(data, context, profilesOf, complain),
    ...halls(data, context, complain),
    ...listedUnits(data, context, complain),
  ];
}
