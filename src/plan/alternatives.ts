import type { Accelerator, Catalog, Price } from '../catalog/catalog.ts';
import type { Edit } from '../site/edit.ts';
import { deniedBecause } from '../site/procurement.ts';
import type { Site } from '../site/site.ts';
import type { Factors } from './problem.ts';
import type { Scenario, ScenarioFigures, ScenarioOutcome } from './scenario.ts';

/** A question about a site beside the site as it is; `reason` says why it cannot be asked. */
export interface Alternative {
  readonly id: string;
  readonly label: string;
  readonly edits: readonly Edit[];
  readonly factors: Factors;
  readonly reason?: string;
  /** What to know of it beside the label. */
  readonly note?: string;
}

/** Price of a node over that of its accelerators where only the chip's price is known: a fifth for the server. */
const NODE_FACTOR = 1.2;
/** Keys of a pool that belong to the chip it had, and to nodes that are bought. */
const OF_THE_OLD_CHIP = ['liquid_share', 'host_idle_power', 'host_full_power'] as const;
const OF_BOUGHT_NODES = ['capex', 'residual', 'value_loss'] as const;
/** Chips that are tried where nobody names any. */
const MOST_YEARS_OLD = 3;
const GOOD_SOURCES: readonly Accelerator['confidence'][] = ['A', 'B'];
/** Accelerators of a replica that are tried. */
const WIDTHS = [1, 2, 4, 8, 16, 32];
/** Share of the memory that weights may take. */
const WEIGHT_SHARE = 0.75;
const BYTES: Readonly<Record<string, number>> = { fp16: 2, fp8: 1, int8: 1, fp4: 0.5, int4: 0.5 };

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

/** All pools with another chip: as many accelerators a replica as the model needs, as many nodes as the planner wants. */
function withChip(site: Site, chip: Accelerator, catalog: Catalog): Alternative {
  const own = { id: `chip-${chip.id}`, label: `on ${chip.name}`, factors: {} };
  const none = (reason: string): Alternative => ({ ...own, edits: [], reason });
  const denied = deniedBecause(site.parsed.procurement, chip);
  if (denied !== undefined) return none(denied);
  const rent = chip.priceUsd === undefined ? rentOf(catalog, chip.id) : undefined;
  if (chip.priceUsd === undefined && rent === undefined)
    return none('the catalogue has neither a price nor a rent of it');
  if (site.money.currency !== 'USD') return none(`its price is in USD, the site counts in ${site.money.currency}`);
  const edits: Edit[] = [];
  for (const [p, pool] of site.parsed.pools.entries()) {
    const perNode = pool.accelerators_per_node;
    edits.push({ path: ['pools', p, 'accelerator'], value: chip.id });
    edits.push(
      rent === undefined
        ? { path: ['pools', p, 'capex'], value: `${Math.round(NODE_FACTOR * perNode * chip.priceUsd!)} USD/node` }
        : { path: ['pools', p, 'rent'], value: `${rent.value} ${rent.unit}` },
    );
    // Where there is no loop, nodes are cooled by air, whatever the chip is usually offered with.
    const loop = site.parsed.halls.some((hall) => hall.id === pool.hall && hall.cooling.liquid_heat > 0);
    if (!loop) edits.push({ path: ['pools', p, 'node_cooling'], value: 'air' });
    else if (pool.node_cooling !== undefined) edits.push({ path: ['pools', p, 'node_cooling'] });
    for (const key of [...OF_THE_OLD_CHIP, ...(rent === undefined ? (['rent'] as const) : OF_BOUGHT_NODES)]) {
      if (pool[key] !== undefined) edits.push({ path: ['pools', p, key] });
    }
    let most = 0;
    for (const [d, row] of site.parsed.deployments.entries()) {
      if (row.pool !== pool.id) continue;
      const model = typeof row.model === 'string' ? catalog.models.get(row.model) : undefined;
      if (model === undefined) return none(`the model of ${row.id} is not in the catalogue`);
      const precision = chip.tflops[row.precision] === undefined ? 'fp16' : row.precision;
      const weightGb = model.totalParamsB * (BYTES[precision] ?? 2);
      const width = WIDTHS.find(
        (w) => w * chip.memoryGb * WEIGHT_SHARE >= weightGb && model.kvHeads % Math.min(w, model.kvHeads) === 0,
      );
      if (width === undefined) return none(`${row.id} does not fit on ${WIDTHS.at(-1)} of it`);
      const rate = rateOf(chip, precision) * width;
      if (rate <= 0) return none('the catalogue has no 16-bit rate of it');
      const before = catalog.accelerators.get(pool.accelerator as string);
      const was = before === undefined ? rate : rateOf(before, row.precision) * row.tensor_parallel;
      const replicas = Math.max(4, Math.ceil(4 * row.replicas * Math.max(1, was / rate)));
      most += replicas * width;
      edits.push({ path: ['deployments', d, 'precision'], value: precision });
      edits.push({ path: ['deployments', d, 'tensor_parallel'], value: width });
      edits.push({ path: ['deployments', d, 'replicas'], value: { min: 1, max: replicas } });
    }
    edits.push({ path: ['pools', p, 'count'], value: { min: perNode, max: Math.ceil(most / perNode) * perNode } });
  }
  if (rent === undefined) return { ...own, edits };
  return {
    ...own,
    label: `${own.label}, rented at ${rent.value} ${rent.unit}`,
    edits,
    note: `rented, since no purchase price is public: ${rent.source}`,
  };
}

/** Rent of an accelerator for an hour, where the catalogue has one in USD. */
function rentOf(catalog: Catalog, chip: string): Price | undefined {
  return [...catalog.prices.values()].find((p) => p.unit === 'USD/h' && p.accelerators?.includes(chip) === true);
}

/** TFLOP/s in a format, or at 16 bit where it is not native; 0 where nobody published it. */
function rateOf(chip: Accelerator, format: keyof Accelerator['tflops']): number {
  return chip.tflops[format] ?? chip.tflops.fp16 ?? 0;
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
