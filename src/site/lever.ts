import { z } from 'zod';
import type { Bounds, Mode } from './bounds.ts';
import { MODES } from './bounds.ts';

/** What an operator may pull. Each holds until a moment and then lets go by itself. */
export type LeverSetting =
  /** What the controller may do. */
  | { readonly kind: 'mode'; readonly mode: Mode }
  /** Limits of what it may decide; what is left out stays. */
  | ({ readonly kind: 'bounds' } & Partial<Bounds>)
  /** Hours that what is stored, with what runs beside it, must carry the load if the grid fails now. */
  | { readonly kind: 'reserve'; readonly hours: number }
  /** Weight of money, as a factor of every price; and what a t of CO2 and a m3 of water count beside it, currency of the site. */
  | { readonly kind: 'weights'; readonly cost: number; readonly carbonPerT: number; readonly waterPerM3: number }
  /** Batteries neither charge nor discharge, save where load would be lost; null = all of them. */
  | { readonly kind: 'hold-battery'; readonly unit: string | null }
  /** Generators run, at least at this power; null = all of them, at their least. */
  | { readonly kind: 'start-generator'; readonly unit: string | null; readonly powerKw: number | null }
  /** A deployment serves nothing: its replicas end. */
  | { readonly kind: 'drain'; readonly deployment: string }
  /** No more than this is bought from the grid, kW: an event that the operator declares, now or for a time to come. */
  | { readonly kind: 'event'; readonly mostImportKw: number };
export type LeverKind = LeverSetting['kind'];
export const LEVER_KINDS = [
  'mode',
  'bounds',
  'reserve',
  'weights',
  'hold-battery',
  'start-generator',
  'drain',
  'event',
] as const satisfies readonly LeverKind[];

/** What a lever is, for people. */
export const LEVERS_ABOUT: Readonly<Record<LeverKind, string>> = {
  mode: 'what the controller may do: advise, shadow, control',
  bounds: 'limits of what is decided: replicas awake, charge kept, import, supply temperatures, generators',
  reserve: 'hours that the stores must carry the load if the grid fails',
  weights: 'weight of money, and what CO2 and water count beside it',
  'hold-battery': 'batteries rest, save where load would be lost',
  'start-generator': 'generators run',
  drain: 'a deployment serves nothing',
  event: 'import from the grid stays below a power, from now or from a time to come',
};

const id = z.string().min(1).max(100);
const share = z.number().min(0).max(1);
/** A week: what is meant to last longer belongs into the site file. */
const MOST_S = 7 * 86_400;
const forS = z.number().int().min(60).max(MOST_S);

/**
 * A lever as the API takes it: its name, what it is set to, and for how many seconds of site time. An event may start later: `start` is an ISO 8601
 * instant, or a local time of the site like "2026-01-14T18:00"; with `notice_s` the controller learns of it only so long before.
 */
export const leverRequest = z.discriminatedUnion('lever', [
  z.strictObject({ lever: z.literal('mode'), mode: z.enum(MODES), for_s: forS }),
  z.strictObject({
    lever: z.literal('bounds'),
    awake_min: share.optional(),
    stored_min: share.optional(),
    import_max_kw: z.number().min(0).max(1e7).optional(),
    supply_min_c: z.number().min(-20).max(80).optional(),
    supply_max_c: z.number().min(-20).max(80).optional(),
    generators: z.boolean().optional(),
    for_s: forS,
  }),
  z.strictObject({ lever: z.literal('reserve'), hours: z.number().positive().max(72), for_s: forS }),
  z.strictObject({
    lever: z.literal('weights'),
    cost: z.number().min(0).max(100).default(1),
    carbon_per_t: z.number().min(0).max(1e9).default(0),
    water_per_m3: z.number().min(0).max(1e9).default(0),
    for_s: forS,
  }),
  z.strictObject({ lever: z.literal('hold-battery'), unit: id.nullable().default(null), for_s: forS }),
  z.strictObject({
    lever: z.literal('start-generator'),
    unit: id.nullable().default(null),
    power_kw: z.number().min(0).max(1e7).nullable().default(null),
    for_s: forS,
  }),
  z.strictObject({ lever: z.literal('drain'), deployment: id, for_s: forS }),
  // One of the three: a power, or a share or so many kW less than the import that the site is taken to have had without the event
  z.strictObject({
    lever: z.literal('event'),
    import_max_kw: z.number().min(0).max(1e7).optional(),
    cut_share: share.optional(),
    cut_kw: z.number().min(0).max(1e7).optional(),
    start: z.string().max(40).optional(),
    notice_s: z.number().int().min(0).max(MOST_S).optional(),
    for_s: forS,
  }),
]);
export type LeverRequest = z.output<typeof leverRequest>;

/** The setting that a request asks for. */
export function settingOf(request: LeverRequest): LeverSetting {
  switch (request.lever) {
    case 'mode':
      return { kind: 'mode', mode: request.mode };
    case 'bounds': {
      const given: { -readonly [K in keyof Bounds]?: Bounds[K] } = {};
      if (request.awake_min !== undefined) given.leastAwakeShare = request.awake_min;
      if (request.stored_min !== undefined) given.leastStoredShare = request.stored_min;
      if (request.import_max_kw !== undefined) given.mostImportKw = request.import_max_kw;
      if (request.supply_min_c !== undefined) given.minSupplyC = request.supply_min_c;
      if (request.supply_max_c !== undefined) given.maxSupplyC = request.supply_max_c;
      if (request.generators !== undefined) given.generators = request.generators;
      return { kind: 'bounds', ...given };
    }
    case 'reserve':
      return { kind: 'reserve', hours: request.hours };
    case 'weights': {
      const { cost, carbon_per_t: carbonPerT, water_per_m3: waterPerM3 } = request;
      return { kind: 'weights', cost, carbonPerT, waterPerM3 };
    }
    case 'hold-battery':
      return { kind: 'hold-battery', unit: request.unit };
    case 'start-generator':
      return { kind: 'start-generator', unit: request.unit, powerKw: request.power_kw };
    case 'drain':
      return { kind: 'drain', deployment: request.deployment };
    case 'event':
      return { kind: 'event', mostImportKw: request.import_max_kw ?? 0 };
  }
}
