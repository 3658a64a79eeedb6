import type { ItUnit } from '../components/unit.ts';
import { fail } from '../errors/error.ts';
import { formatNumber } from '../units/quantity.ts';
import { scaled } from '../workload/rate.ts';
import { type Service, withRate } from '../workload/service.ts';
import { fittingFactor } from './fittingDemand.ts';
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
 * counts with its mean. Deployments without demand stay.
 *
 * @param services of the site, with their demand and lengths as they are to be scaled
 * @param share of capacity, > 0; above 1 not all can be served
 * @throws JW_DEMAND_SHARE for a deployment that can serve none of its demand
 */
export function demandAtShare(site: Site, services: readonly Service[], share: number): SharedDemand {
  const notes: (readonly [string, string])[] = [];
  const factors = new Map<string, number>();
  for (const unit of site.units.filter((u): u is ItUnit => u.role === 'it')) {
    const own = services.filter((s) => s.deployment === unit.id);
    if (own.length === 0) continue;
    const fit = { attainment: ATTAINMENT, replicas: unit.installed, days: DAYS };
    const full = fittingFactor(unit.withProfiles(own.map((s) => s.profile)), own, fit);
    if (full === undefined) return fail('JW_DEMAND_SHARE', { deployment: unit.id });
    factors.set(unit.id, share * full);
    notes.push([
      `demand of ${unit.id}`,
      `times ${formatNumber(share * full, 4)}, so that the busiest hour is ${formatNumber(100 * share, 3)} % of what all ${unit.installed} replicas serve within the targets`,
    ]);
  }
  return { services: services.map((s) => withRate(s, scaled(s.rate, factors.get(s.deployment) ?? 1))), notes };
}
