import type { ChainUnit, CoolingUnit, DispatchUnit, ItUnit, Unit } from '../components/unit.ts';
import type { Plant } from '../twin/plant.ts';
import type { Service } from '../workload/service.ts';
import type { Site } from './site.ts';

function inHall<R extends 'it' | 'chain' | 'cooling'>(site: Site, hall: string, role: R): Extract<Unit, { role: R }>[] {
  return site.units.filter((unit): unit is Extract<Unit, { role: R }> => unit.role === role && unit.hall === hall);
}

/**
 * The plant that the twin steps, for a checked site.
 *
 * @param services the site's own unless their demand or lengths were replaced
 */
export function plantOf(site: Site, services: readonly Service[] = site.services): Plant {
  const limits = new Map(site.feeders.map((feeder) => [feeder.id, feeder.limitKw]));
  const profiles = (unit: ItUnit) => services.filter((s) => s.deployments.includes(unit.id)).map((s) => s.profile);
  return {
    halls: site.halls.map((hall) => ({
      id: hall.id,
      feederKw:
        hall.feeder === undefined ? Number.POSITIVE_INFINITY : (limits.get(hall.feeder) ?? Number.POSITIVE_INFINITY),
      it: inHall(site, hall.id, 'it').map((unit) =>
        services === site.services ? unit : unit.withProfiles(profiles(unit)),
      ),
      chain: one<ChainUnit>(inHall(site, hall.id, 'chain'), hall.id),
      cooling: one<CoolingUnit>(inHall(site, hall.id, 'cooling'), hall.id),
    })),
    dispatch: site.units.filter(
      (unit): unit is DispatchUnit => unit.role === 'source' || unit.role === 'store' || unit.role === 'slack',
    ),
    services: services.map((service) => ({
      id: service.profile.id,
      kind: service.profile.kind,
      deployments: service.deployments,
      deadlineS: service.deadlineS ?? 0,
    })),
  };
}

function one<U>(units: readonly U[], hall: string): U {
  const unit = units[0];
  if (unit === undefined || units.length > 1)
    throw new Error(`hall ${hall} has ${units.length} units where one belongs`);
  return unit;
}
