import { z } from 'zod';
import { REGISTRY } from '../components/index.ts';
import { byDefault, id, text, whole } from '../units/schema.ts';
import {
  boundsSection,
  engineSection,
  feederRow,
  gatewaySection,
  locationSection,
  meterRow,
  moneySection,
  rulesSection,
  serviceRow,
  weatherSection,
} from './sections.ts';

/** Kinds whose rows stand in a list of their own at the top of the file. */
export const LISTED = ['solar', 'wind', 'battery', 'generator', 'grid'] as const;
export type Listed = (typeof LISTED)[number];

/** Keys of the inference component that belong to the hardware and so to the pool; the others belong to the deployment. */
const HARDWARE = {
  accelerator: true,
  accelerators_per_node: true,
  host_idle_power: true,
  host_full_power: true,
  network_power: true,
  node_cooling: true,
  liquid_share: true,
  capex: true,
  life: true,
} as const;
export const POOL_KEYS = Object.keys(HARDWARE) as readonly (keyof typeof HARDWARE)[];

export const poolRow = REGISTRY.inference.file.pick(HARDWARE).extend({
  id: id('name of the pool'),
  hall: text('id of the hall it stands in'),
  count: whole('accelerators in the pool', { min: 1 }),
});

export const deploymentRow = REGISTRY.inference.file.omit(HARDWARE).extend({
  id: id('name of the deployment'),
  pool: text('id of the pool whose accelerators it uses'),
  engine: engineSection.optional(),
});

export const hallRow = z.strictObject({
  id: id('name of the hall'),
  feeder: text('id of the feeder it hangs on').optional(),
  cooling: REGISTRY.cooling.file,
  power_chain: REGISTRY.powerChain.file,
});

const named = (about: string) => ({ id: id(about) });

/** The whole site file, version 1. */
export const siteSchema = z.strictObject({
  version: z.literal(1).meta({ about: 'version of this file format' }),
  id: id('short name of the site'),
  name: text('name of the site, for people'),
  seed: byDefault(
    whole('seed of everything random here', { min: 0 }),
    1,
    'our choice: any number; the same one repeats a run',
  ),
  location: locationSection,
  weather: weatherSection,
  money: moneySection,
  feeders: z.array(feederRow).optional(),
  halls: z.array(hallRow).min(1),
  meters: z.array(meterRow).optional(),
  solar: z.array(REGISTRY.solar.file.extend(named('name of the field'))).optional(),
  wind: z.array(REGISTRY.wind.file.extend(named('name of the wind farm'))).optional(),
  battery: z.array(REGISTRY.battery.file.extend(named('name of the battery'))).optional(),
  generator: z.array(REGISTRY.generator.file.extend(named('name of the generator plant'))).optional(),
  grid: z.array(REGISTRY.grid.file.extend(named('name of the grid connection'))).optional(),
  pools: z.array(poolRow).min(1),
  deployments: z.array(deploymentRow).min(1),
  services: z.array(serviceRow).min(1),
  rules: rulesSection.optional(),
  gateway: gatewaySection.prefault({}),
  bounds: boundsSection.prefault({}),
});

/** A site file as parsed: quantities in base units, defaults filled in. */
export type SiteFile = z.output<typeof siteSchema>;
