import type { LevelOptions, LoadLevel } from '../components/contract.ts';
import type { ItUnit } from '../components/unit.ts';
import { scaled } from '../workload/rate.ts';
import { type Service, withRate } from '../workload/service.ts';

/** A service as far as a load level asks. */
interface Kind {
  readonly id: string;
  readonly kind: 'interactive' | 'batch';
}

/** How a deployment is looked at: share of requests within both targets, and clocks that may be set. */
type Look = Pick<LevelOptions, 'attainment' | 'clocks'>;

/** The full load of one replica of a deployment that serves one service with all that is installed; undefined where the targets are out of reach. */
export function fullLevel(unit: ItUnit, { id, kind }: Kind, look: Look): LoadLevel | undefined {
  const isBatch = kind === 'batch';
  const offers = [{ service: id, requestsPerS: isBatch ? 0 : 1, batchPerS: isBatch ? 1 : 0 }];
  const levels = unit.levels(offers, { ...look, replicas: unit.installed, shares: [1], keepAll: true });
  return levels.find(({ scale }) => scale > 0);
}

/** Requests/s of one service that all installed replicas of a deployment serve alone within the targets; 0 where these are out of reach. */
export function fullPerS(unit: ItUnit, service: Kind, attainment: number): number {
  return unit.installed * (fullLevel(unit, service, { attainment })?.scale ?? 0);
}

/**
 * Parts of each service for its deployments, in their order, adding up to 1: in proportion to what all installed replicas of each serve of
 * it alone; equal where the targets are out of reach.
 */
export function capacityShares(
  units: readonly ItUnit[],
  services: readonly Pick<Service, 'profile' | 'deployments'>[],
  attainment: number,
): number[][] {
  return services.map(({ profile, deployments }) => {
    if (deployments.length === 1) return [1];
    const own = deployments.map((id) => {
      const unit = units.find((u) => u.id === id);
      return unit === undefined ? 0 : fullPerS(unit, profile, attainment);
    });
    const sum = own.reduce((all, perS) => all + perS, 0);
    return own.map((perS) => (sum > 0 ? perS / sum : 1 / own.length));
  });
}

/** Deployments that stand or fall together because a service has them both, each group in the site's order. */
export function deploymentGroups(
  ids: readonly string[],
  services: readonly Pick<Service, 'deployments'>[],
): string[][] {
  const groups = ids.map((id) => new Set([id]));
  for (const { deployments } of services) {
    const joined = groups.filter((group) => deployments.some((id) => group.has(id)));
    const [first, ...others] = joined;
    for (const group of others) {
      for (const id of group) first!.add(id);
      group.clear();
    }
  }
  return groups.filter((group) => group.size > 0).map((group) => ids.filter((id) => group.has(id)));
}

/** The services of a deployment with its part of their demand. @param shares of every service on its deployments */
export function partsOn(
  deployment: string,
  services: readonly Service[],
  shares: readonly (readonly number[])[],
): Service[] {
  return services.flatMap((service, s) => {
    const part = shares[s]![service.deployments.indexOf(deployment)];
    if (part === undefined) return [];
    return [part === 1 ? service : withRate(service, scaled(service.rate, part))];
  });
}
