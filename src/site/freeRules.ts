import { type Fault, fault } from '../errors/error.ts';
import { formatQuantity } from '../units/quantity.ts';
import { contractedKw } from './rules.ts';
import type { Site, StorageShare } from './site.ts';
import type { Source } from './source.ts';

/** The least that the load of a storage duty can be, kW, whatever the planner chooses; 0 where demand decides. */
function leastBasisKw(site: Site, basis: StorageShare['basis']): number {
  const freed = (key: string) => site.free.filter((size) => size.key === key);
  const shrink = (sizes: Site['free']) => sizes.reduce((sum, size) => sum + size.upper - size.lower, 0);
  if (basis === 'contracted') return Math.max(0, contractedKw(site) - shrink(freed('import_limit')));
  if (basis === 'it_load') return 0;
  const chains = site.units.filter((u) => u.role === 'chain');
  const ratedKw = chains.reduce((sum, u) => sum + u.ratedKw, 0);
  return ratedKw - shrink(site.free.filter((size) => chains.some((u) => u.id === size.unitId)));
}

/** Duties that no choice of the free sizes can meet. */
export function dutyFaults(site: Site, source: Source): Fault[] {
  const { storage } = site.rules;
  if (storage === undefined || site.free.length === 0) return [];
  const needKw = storage.share * leastBasisKw(site, storage.basis);
  const mostKw = (site.parsed.battery ?? []).reduce((sum, b) => sum + b.power, 0);
  if (mostKw >= needKw * (1 - 1e-9)) return [];
  const kw = (value: number): string => formatQuantity(value, 'power');
  const reason = `the storage duty asks for ${kw(needKw)} at least and the batteries have ${kw(mostKw)} at most`;
  const hint = 'raise the most of battery.power, or lower the load that the duty is a share of';
  return [fault('JW_SITE_FREE', { reason, hint }, source.where(['rules', 'storage']))];
}
