import { z } from 'zod';
import { DEVICES, type DeviceKind, HALL_KINDS } from '../components/index.ts';
import { byDefault, id, text, whole } from '../units/schema.ts';
import { engineSection } from './engineSection.ts';
import { financeSection } from './financeSection.ts';
import { gatewaySection } from './gatewaySection.ts';
import { limitsSection } from './limitsSection.ts';
import {
  boundsSection,
  feederRow,
  locationSection,
  meterRow,
  moneySection,
  procurementSection,
  rulesSection,
  serviceRow,
  weatherSection,
} from './sections.ts';

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
  rent: true,
  life: true,
  residual: true,
  value_loss: true,
  price_escalation: true,
  idle_months: true,
} as const;
export const POOL_KEYS = Object.keys(HARDWARE) as readonly (keyof typeof HARDWARE)[];

export const poolRow = HALL_KINDS.inference.file.pick(HARDWARE).extend({
  id: id('name of the pool'),
  hall: text('id of the hall it stands in'),
  count: whole('accelerators in the pool', { min: 1 }),
});

export const deploymentRow = HALL_KINDS.inference.file.omit(HARDWARE).extend({
  id: id('name of the deployment'),
  pool: text('id of the pool whose accelerators it uses'),
  engine: engineSection.optional(),
});

export const hallRow = z.strictObject({
  id: id('name of the hall'),
  feeder: text('id of the feeder it hangs on').optional(),
  cooling: HALL_KINDS.cooling.file,
  power_chain: HALL_KINDS.powerChain.file,
});

const deviceId = id('name of the device; ledger, meters and messages use it');

/** The schema of a kind's own keys. */
type FileOf<K extends DeviceKind> = (typeof DEVICES)[K]['file'];
/** A row of a kind: its own keys and an id. */
type RowOf<F> =
  F extends z.ZodObject<infer Shape> ? z.ZodObject<Shape & { id: typeof deviceId }, z.core.$strict> : never;
type DeviceLists = { [K in DeviceKind]: z.ZodOptional<z.ZodArray<RowOf<FileOf<K>>>> };

const deviceLists = Object.fromEntries(
  Object.entries(DEVICES).map(([kind, { file }]) => [kind, z.array(file.extend({ id: deviceId })).optional()]),
) as DeviceLists;

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
  finance: financeSection.prefault({}),
  feeders: z.array(feederRow).optional(),
  halls: z.array(hallRow).min(1),
  meters: z.array(meterRow).optional(),
  ...deviceLists,
  pools: z.array(poolRow).min(1),
  deployments: z.array(deploymentRow).min(1),
  services: z.array(serviceRow).min(1),
  rules: rulesSection.optional(),
  limits: limitsSection.optional(),
  procurement: procurementSection.optional(),
  gateway: gatewaySection.prefault({}),
  bounds: boundsSection.prefault({}),
});

/** A site file as parsed: quantities in base units, defaults filled in. */
export type SiteFile = z.output<typeof siteSchema>;
