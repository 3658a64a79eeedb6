import type { Accelerator, Catalog, Price } from '../catalog/catalog.ts';
import type { Edit } from '../site/edit.ts';
import { deniedBecause } from '../site/procurement.ts';
import { fullPerS } from '../site/shares.ts';
import type { Site } from '../site/site.ts';
import type { Alternative } from './alternative.ts';
import { PLAN_ATTAINMENT } from './horizon.ts';
import { scenarioSite } from './scenario.ts';

/** Price of a node over that of its accelerators where only the chip's price is known: a fifth for the server. */
const NODE_FACTOR = 1.2;
/** Keys of a pool that belong to the chip it had, and to nodes that are bought. */
const OF_THE_OLD_CHIP = ['liquid_share', 'host_idle_power', 'host_full_power'] as const;
const OF_BOUGHT_NODES = ['capex', 'residual', 'value_loss'] as const;
/** Accelerators of a replica that are tried. */
const WIDTHS = [1, 2, 4, 8, 16, 32];
/** Times as many as the weights need that are tried where targets ask for more. */
const WIDER = [2, 4, 8];
/** Share of the memory that weights may take. */
const WEIGHT_SHARE = 0.75;
const BYTES: Readonly<Record<string, number>> = { fp16: 2, fp8: 1, int8: 1, fp4: 0.5, int4: 0.5 };

/**
 * All pools with another chip: as many accelerators a replica as the model needs for its weights and its targets, as many nodes as
 * the planner wants.
 */
export function withChip(site: Site, chip: Accelerator, catalog: Catalog): Alternative {
  const narrow = atWidth(site, chip, catalog, 1);
  if (narrow.reason !== undefined || keepsTargets(site, narrow)) return narrow;
  for (const times of WIDER) {
    const wide = atWidth(site, chip, catalog, times);
    if (wide.reason === undefined && keepsTargets(site, wide)) return wide;
  }
  // The planner says what no load keeps.
  return narrow;
}

/** Whether every service has a load on the changed site at which its targets hold. */
function keepsTargets(site: Site, { id, label, edits }: Alternative): boolean {
  const { site: other } = scenarioSite({ id, label, siteFile: site.file, edits, factors: {}, gap: 0 });
  if (other === undefined) return false;
  return other.services.every(({ profile, deployments }) =>
    other.units.some(
      (unit) => unit.role === 'it' && deployments.includes(unit.id) && fullPerS(unit, profile, PLAN_ATTAINMENT) > 0,
    ),
  );
}

/** @param times accelerators of a replica over those that its weights need */
function atWidth(site: Site, chip: Accelerator, catalog: Catalog, times: number): Alternative {
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
      const fits = (w: number): boolean =>
        w * chip.memoryGb * WEIGHT_SHARE >= weightGb && model.kvHeads % Math.min(w, model.kvHeads) === 0;
      const least = WIDTHS.find(fits);
      const width = least === undefined ? undefined : WIDTHS.find((w) => w >= times * least && fits(w));
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
export function rentOf(catalog: Catalog, chip: string): Price | undefined {
  return [...catalog.prices.values()].find((p) => p.unit === 'USD/h' && p.accelerators?.includes(chip) === true);
}

/** TFLOP/s in a format, or at 16 bit where it is not native; 0 where nobody published it. */
function rateOf(chip: Accelerator, format: keyof Accelerator['tflops']): number {
  return chip.tflops[format] ?? chip.tflops.fp16 ?? 0;
}
