import type { Accelerator, Catalog } from '../catalog/catalog.ts';
import type { Edit } from '../site/edit.ts';
import type { Site } from '../site/site.ts';
import type { Alternative } from './alternative.ts';
import { rentOf, withChip } from './otherChip.ts';
import type { Scenario, ScenarioFigures, ScenarioOutcome } from './scenario.ts';

/** Chips that are tried where nobody names any. */
const MOST_YEARS_OLD = 3;
const GOOD_SOURCES: readonly Accelerator['confidence'][] = ['A', 'B'];
/**
 * What is worth comparing for any site: other chips that may be bought, the other way of cooling, with and without grid and wind,
 * and next year's prices. Each is the site's own file, changed in a few places.
 *
 * @param chips accelerators of the catalogue to try; when left out those of the site's list of what may be bought, or else those of
 *   the last years that have a price or a rent
 */
export function alternativesOf(site: Site, catalog: Catalog, chips?: readonly string[]): Alternative[] {
  const list: Alternative[] = [{ id: 'base', label: 'as given', edits: [], factors: {} }];
  const names = chips ?? site.parsed.procurement?.allow_accelerators ?? buyable(site, catalog);
  for (const name of names) {
    const chip = catalog.accelerators.get(name);
    list.push(
      chip === undefined
        ? {
            id: `chip-${name}`,
            label: `on ${name}`,
            edits: [],
            factors: {},
            reason: 'the catalogue lacks figures of it',
          }
        : withChip(site, chip, catalog),
    );
  }
  const cooling = otherCooling(site);
  if (cooling !== undefined) list.push(cooling);
  list.push(...otherPlants(site));
  if (site.parsed.grid !== undefined && site.parsed.grid.length > 0) {
    list.push({ id: 'no-grid', label: 'without the grid', edits: [{ path: ['grid'] }], factors: {} });
  }
  if (site.parsed.wind !== undefined && site.parsed.wind.length > 0) {
    list.push({ id: 'no-wind', label: 'without wind', edits: [{ path: ['wind'] }], factors: {} });
  }
  const growth = site.finance.escalationShare.equipment;
  const kinds = ['solar', 'wind', 'battery', 'generator', 'cooling', 'power-chain', 'inference'];
  list.push({
    id: 'next-year',
    label: 'bought next year',
    edits: [],
    factors: { price: Object.fromEntries(kinds.map((kind) => [kind, 1 + growth])) },
    ...(growth === 0 ? { reason: 'the site file gives no growth of prices (finance.escalation.equipment)' } : {}),
  });
  return list;
}

/** Chips of the last years whose price or rent is known from a good source, and which not every pool has already. */
function buyable(site: Site, catalog: Catalog): string[] {
  const newest = site.money.priceYear - MOST_YEARS_OLD;
  return [...catalog.accelerators.values()]
    .filter((chip) => (chip.year ?? 0) >= newest && GOOD_SOURCES.includes(chip.confidence))
    .filter((chip) => chip.priceUsd !== undefined || rentOf(catalog, chip.id) !== undefined)
    .filter((chip) => site.parsed.pools.some((pool) => pool.accelerator !== chip.id))
    .map((chip) => chip.id);
}

/** Halls with liquid loops cooled by air instead, or the other way round. */
function otherCooling(site: Site): Alternative | undefined {
  const liquid = site.parsed.halls.some((hall) => hall.cooling.liquid_heat > 0);
  const edits: Edit[] = [];
  for (const [h, hall] of site.parsed.halls.entries()) {
    const { liquid_heat, air_heat } = hall.cooling;
    const all = liquid_heat + air_heat;
    if (liquid && liquid_heat <= 0) continue;
    const share = liquid ? 0 : 0.75;
    edits.push({ path: ['halls', h, 'cooling', 'liquid_heat'], value: `${Math.ceil(share * all)} kW` });
    edits.push({ path: ['halls', h, 'cooling', 'air_heat'], value: `${Math.ceil((liquid ? 1 : 0.3) * all)} kW` });
    for (const [p, pool] of site.parsed.pools.entries()) {
      if (pool.hall !== hall.id) continue;
      edits.push({ path: ['pools', p, 'node_cooling'], value: liquid ? 'air' : 'liquid' });
      if (pool.liquid_share !== undefined) edits.push({ path: ['pools', p, 'liquid_share'] });
    }
  }
  if (edits.length === 0) return undefined;
  return liquid
    ? { id: 'air-cooled', label: 'cooled by air', edits, factors: {} }
    : { id: 'liquid-cooled', label: 'cooled by liquid', edits, factors: {} };
}

/** Plants of the liquid loop, and how they read. */
const PLANTS = {
  dry: 'dry coolers',
  adiabatic: 'dry coolers with pads',
  tower: 'towers',
  chiller: 'chillers',
} as const;

/** The liquid loops of all halls behind another kind of plant. */
function otherPlants(site: Site): Alternative[] {
  const halls = [...site.parsed.halls.entries()].filter(([, hall]) => hall.cooling.liquid_heat > 0);
  if (halls.length === 0) return [];
  const kinds = Object.keys(PLANTS) as (keyof typeof PLANTS)[];
  return kinds
    .filter((kind) => !halls.every(([, { cooling }]) => cooling.plant === kind))
    .map((kind) => ({
      id: `plant-${kind}`,
      label: `liquid loops on ${PLANTS[kind]}`,
      edits: halls.map(([h]) => ({ path: ['halls', h, 'cooling', 'plant'], value: kind })),
      factors: {},
    }));
}

/** Scenarios of the alternatives that can be asked. */
export function alternativeScenarios(site: Site, list: readonly Alternative[], gap: number, days?: number): Scenario[] {
  return list.flatMap(({ id, label, edits, factors, reason }) =>
    reason !== undefined
      ? []
      : [{ id, label, siteFile: site.file, edits, factors, gap, ...(days === undefined ? {} : { days }) }],
  );
}

/** A frontier: plans of which none is better in both of two figures. */
export function frontierOf(
  outcomes: readonly ScenarioOutcome[],
  other: (f: ScenarioFigures) => number,
): readonly ScenarioOutcome[] {
  const planned = outcomes.filter((o) => o.figures !== undefined);
  const cost = (o: ScenarioOutcome): number => o.figures!.yearlyMoney;
  const value = (o: ScenarioOutcome): number => other(o.figures!);
  return planned
    .filter(
      (a) =>
        !planned.some(
          (b) => b !== a && cost(b) <= cost(a) && value(b) <= value(a) && (cost(b) < cost(a) || value(b) < value(a)),
        ),
    )
    .sort((a, b) => cost(a) - cost(b));
}
