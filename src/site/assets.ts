import type { Unit } from '../components/unit.ts';
import type { Part, ProjectAsset } from '../finance/project.ts';
import type { Site } from './site.ts';

/** What a unit's cost belongs to, by its role in the step order. */
const PART_OF = {
  it: 'chips',
  cooling: 'cooling',
  chain: 'energy',
  source: 'energy',
  store: 'energy',
  slack: 'energy',
} as const satisfies Record<Unit['role'], Part>;

/** What a unit's cost belongs to. */
export function partOf(unit: Pick<Unit, 'role'>): Part {
  return PART_OF[unit.role];
}

/** Everything of a site that is owned or rented; a unit of a hall has the hall in its id already. */
export function siteAssets(site: Pick<Site, 'units'>): readonly ProjectAsset[] {
  return site.units.map((unit): ProjectAsset => ({ ...unit.ownership, id: unit.id, part: partOf(unit) }));
}

/**
 * Services that use what has this id, for cost by service: those of the deployment, or of the deployments in the hall whose
 * cooling or chain it is; undefined for what all share.
 */
export function usersOf(
  site: Pick<Site, 'units' | 'services' | 'deployments'>,
  id: string,
): readonly string[] | undefined {
  const unit = site.units.find((u) => u.id === id);
  if (unit?.hall === undefined) return undefined;
  const here = site.deployments
    .filter((d) => (unit.role === 'it' ? d.id === id : d.hall === unit.hall))
    .map((d) => d.id);
  return site.services.filter((s) => s.deployments.some((d) => here.includes(d))).map((s) => s.profile.id);
}
