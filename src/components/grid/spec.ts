import { z } from 'zod';
import { zoneOf } from '../../series/zone.ts';
import { byDefault, plain, quantity, text, whole } from '../../units/schema.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import type { Outage, OutageModel } from './outages.ts';
import { fxFile, type Prices, resolvePrices, tariffFile } from './tariff.ts';

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/;

const localTime = z
  .string()
  .regex(LOCAL, 'write local time like "2025-01-15T08:00"')
  .meta({ about: 'local time of the site, "2025-01-15T08:00"' });

/** What a site file may say about the grid connection. */
export const gridFile = z.strictObject({
  import_limit: quantity('power', 'most power from the grid', { min: 0 }),
  export_limit: byDefault(
    quantity('power', 'most power to the grid', { min: 0 }),
    '0 kW',
    'our choice: a data centre has no feed-in contract unless it says so',
  ),
  feeder: byDefault(text('feeder that the connection hangs on'), 'main', 'our choice: one feeder'),
  tariff: z
    .union([z.string().min(1), tariffFile])
    .meta({ about: 'a tariff of the catalogue by its id, or one written in place' }),
  fx: fxFile.optional(),
  export_price: quantity('pricePerEnergy', 'paid for energy to the grid; nothing when left out', { min: 0 }).optional(),
  carbon: quantity('carbonIntensity', 'CO2 of the energy bought; by country when left out', {
    min: 0,
    max: 3000,
  }).optional(),
  outages: z
    .strictObject({
      announced: z
        .array(z.strictObject({ from: localTime, to: localTime }))
        .optional()
        .meta({ about: 'outages that everybody knows beforehand' }),
      unannounced: z
        .strictObject({
          per_month: plain('mean number of outages per month', { min: 0, max: 300 }),
          mean_duration: quantity('duration', 'mean length of an outage', { min: 1, max: 864000 }),
          spread: byDefault(
            plain('standard deviation of the logarithm of the length', { min: 0, max: 3 }),
            0.8,
            'our choice: most outages short, about one in twenty longer than 2.7 means',
          ),
          seed: whole('seed of its own; by default made from the seed of the site', { min: 0 }).optional(),
        })
        .optional()
        .meta({ about: 'outages that come by chance' }),
    })
    .optional(),
  capex: quantity('money', 'price of a new connection; nothing when it exists', { min: 0 }).optional(),
  opex: quantity('money', 'fixed charge per year beside the tariff', { min: 0 }).optional(),
  life: byDefault(quantity('duration', 'years until replaced', { min: 31557600 }), '40 y', 'our choice: life of lines'),
});

/** A grid connection as the physics needs it. */
export interface GridSpec {
  readonly importLimitKw: number;
  readonly exportLimitKw: number;
  readonly feeder: string;
  readonly prices: Prices;
  readonly exportPerKwh: number;
  readonly carbonGPerKwh: number;
  readonly carbonSource: string;
  /** By their start. */
  readonly announced: readonly Outage[];
  readonly unannounced: OutageModel | undefined;
  readonly ownership: Ownership;
}

/** Resolves a section of the site file. */
export function gridSpec(
  file: z.output<typeof gridFile>,
  context: SiteContext,
  complain: (c: Complaint) => void,
): GridSpec {
  let carbonGPerKwh = file.carbon;
  let carbonSource = 'the site file';
  if (carbonGPerKwh === undefined) {
    const row = context.catalog.carbon.get(context.country);
    if (row === undefined) {
      complain({
        path: ['carbon'],
        message: `the catalogue has no carbon intensity for ${context.country}`,
        hint: 'say carbon in g/kWh',
      });
    }
    carbonGPerKwh = row?.gPerKwh ?? 0;
    carbonSource = row?.source ?? 'none';
  }
  const chance = file.outages?.unannounced;
  return {
    importLimitKw: file.import_limit,
    exportLimitKw: file.export_limit,
    feeder: file.feeder,
    prices: resolvePrices(file.tariff, file.fx, context, complain),
    exportPerKwh: file.export_price ?? 0,
    carbonGPerKwh,
    carbonSource,
    announced: announcedOf(file.outages?.announced ?? [], context, complain),
    unannounced:
      chance === undefined
        ? undefined
        : {
            perMonth: chance.per_month,
            meanHours: chance.mean_duration / 3600,
            sigma: chance.spread,
            seed: `${chance.seed ?? context.seed}/grid/${file.feeder}/outages`,
          },
    ownership: {
      capexMoney: file.capex ?? 0,
      opexMoneyPerYear: file.opex ?? 0,
      lifeYears: file.life / 31557600,
      source: file.capex === undefined ? 'our choice: the connection exists' : 'the site file',
    },
  };
}

function announcedOf(
  list: readonly { readonly from: string; readonly to: string }[],
  context: SiteContext,
  complain: (c: Complaint) => void,
): Outage[] {
  const outages: Outage[] = [];
  list.forEach(({ from, to }, i) => {
    const fromMs = instantOf(from, context.zone);
    const toMs = instantOf(to, context.zone);
    for (const [key, ms] of [
      ['from', fromMs],
      ['to', toMs],
    ] as const) {
      if (ms !== undefined) continue;
      const value = key === 'from' ? from : to;
      complain({
        path: ['outages', 'announced', i, key],
        message: `"${value}" is not a day and time of the calendar`,
        hint: 'write it like "2025-01-15T08:00"',
      });
    }
    if (fromMs === undefined || toMs === undefined) return;
    if (toMs > fromMs) outages.push({ fromMs, toMs });
    else
      complain({
        path: ['outages', 'announced', i, 'to'],
        message: 'the outage ends before it begins',
        hint: 'give a later time',
      });
  });
  return outages.sort((a, b) => a.fromMs - b.fromMs);
}

function instantOf(local: string, zone: string): number | undefined {
  const [year, month, day, hour, minute] = LOCAL.exec(local)!.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 24 || minute > 59) return undefined;
  return zoneOf(zone).instant(year, month, day, hour + minute / 60);
}
