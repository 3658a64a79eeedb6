import type { z } from 'zod';
import type { Complaint, Dispatchable, ServiceProfile, SiteContext, Versioned } from '../components/contract.ts';
import { REGISTRY } from '../components/index.ts';
import { bindChain, bindCooling, bindDispatch, bindIt, type Unit } from '../components/unit.ts';
import { type Row, rowsOf, textOf } from './rows.ts';
import { LISTED, POOL_KEYS } from './schema.ts';
import type { Path } from './source.ts';

/** A component's complaint at its place in the whole file. */
export type Complain = (path: Path, complaint: Complaint) => void;

/** Resolves rows of one kind; rows that the schema refuses are left out, because their faults are already known. */
function listed<F extends z.ZodType, Spec, State extends Versioned>(
  component: Dispatchable<F, Spec, State>,
  rows: readonly Row[],
  context: SiteContext,
  complain: Complain,
): Unit[] {
  return rows.flatMap((row): Unit[] => {
    const { id, ...rest } = row.data;
    const file = component.file.safeParse(rest);
    if (!file.success || typeof id !== 'string') return [];
    const spec = component.spec(file.data, context, (c) => complain([...row.path, ...c.path], c));
    return [bindDispatch(component, id, spec)];
  });
}

function halls(data: unknown, context: SiteContext, complain: Complain): Unit[] {
  const { cooling, powerChain } = REGISTRY;
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

/** The flat section of the inference component: hardware keys from the pool, the others from the deployment. */
function deployments(
  data: unknown,
  context: SiteContext,
  profilesOf: (deployment: string) => readonly ServiceProfile[],
  complain: Complain,
): Unit[] {
  const { inference } = REGISTRY;
  const pools = rowsOf(data, 'pools');
  return rowsOf(data, 'deployments').flatMap((row): Unit[] => {
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
    return [bindIt(inference, row.id, hall, spec, profilesOf(row.id))];
  });
}

/**
 * Every device of the file, bound to its resolved spec: IT first, then each hall's cooling and chain, then sources, stores
 * and slack in the order of the file.
 */
export function resolveUnits(
  data: unknown,
  context: SiteContext,
  profilesOf: (deployment: string) => readonly ServiceProfile[],
  complain: Complain,
): readonly Unit[] {
  const rows = Object.fromEntries(LISTED.map((kind) => [kind, rowsOf(data, kind)]));
  return [
    ...deployments(data, context, profilesOf, complain),
    ...halls(data, context, complain),
    ...listed(REGISTRY.solar, rows['solar']!, context, complain),
    ...listed(REGISTRY.wind, rows['wind']!, context, complain),
    ...listed(REGISTRY.generator, rows['generator']!, context, complain),
    ...listed(REGISTRY.battery, rows['battery']!, context, complain),
    ...listed(REGISTRY.grid, rows['grid']!, context, complain),
  ];
}
