import type { ItUnit } from '../components/unit.ts';
import { fail } from '../errors/error.ts';
import { formatNumber } from '../units/quantity.ts';
import { scaled } from '../workload/rate.ts';
import { type Service, withRate } from '../workload/service.ts';
import { fittingFactor } from './fittingDemand.ts';
import { capacityShares, deploymentGroups, partsOn } from './shares.ts';
import type { Site } from './site.ts';

/** As the policies size for. */
const ATTAINMENT = 0.99;
/** Four weeks hold the busiest hour of the longest recording of weeks at hand, which has two. */
const DAYS = 28;

/** Services at a share of what a site can serve, and by how much each deployment's demand was multiplied. */
export interface SharedDemand {
  readonly services: readonly Service[];
  readonly notes: readonly (readonly [string, string])[];
}

/**
 * Scales the demand of every deployment so that its busiest hour asks for a share of capacity. Capacity is the largest multiple of the
 * demand, its mix of services kept, that all installed replicas serve with 99 % of the interactive requests within both targets; batch
 * counts with its mean. Services with several deployments are split by what each of these serves, and these are scaled together.
 * Deployments without demand stay.
 *
 * @param services of the site, with their demand and lengths as they are to be scaled
 * @param share of capacity, > 0; above 1 not all can be served
 * @throws JW_DEMAND_SHARE for a deployment that can serve none of its demand
 */
export function demandAtShare(site: Site, services: readonly Service[], share: number): SharedDemand {
  const notes: (readonly [string, string])[] = [];
  const factors = new Map<string, number>();
  const units = site.units
    .filter((u): u is ItUnit => u.role === 'it')
    .map((unit) => unit.withProfiles(services.filter((s) => s.deployments.includes(unit.id)).map((s) => s.profile)));
  const shares = capacityShares(units, services, ATTAINMENT);
  const ids = units.map(({ id }) => id);
  for (const group of deploymentGroups(ids, services)) {
    const all = units.filter(({ id, services: own }) => group.includes(id) && own.length > 0);
    if (all.length === 0) continue;
    let full = Number.POSITIVE_INFINITY;
    for (const unit of all) {
      const fit = { attainment: ATTAINMENT, replicas: unit.installed, days: DAYS };
      const fitting = fittingFactor(unit, partsOn(unit.id, services, shares), fit);
      if (fitting === undefined) return fail('JW_DEMAND_SHARE', { deployment: unit.id });
      full = Math.min(full, fitting);
    }
    for (const id of group) factors.set(id, share * full);
    const replicas = all.reduce((sum, { installed }) => sum + installed, 0);
    notes.push([
      `demand of ${all.map(({ id }) => id).join(' and ')}`,
      `times ${formatNumber(share * full, 4)}, so that the busiest hour is ${formatNumber(100 * share, 3)} % of what all ${replicas} replicas serve within the targets`,
    ]);
  }
  return { services: services.map((s) => withRate(s, scaled(s.rate, factors.get(s.deployments[0]!) ?? 1))), notes };
}
