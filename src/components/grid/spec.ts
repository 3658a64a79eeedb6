import { resolve } from 'node:path';
import type { z } from 'zod';
import { JoulewrightError } from '../../errors/error.ts';
import { DAY_MS } from '../../series/grid.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import { activeLimitKw } from './bill.ts';
import type { gridFile } from './file.ts';
import { rateTo } from './fx.ts';
import { MarketSeries, readMarket } from './market.ts';
import { joined, type Outage, type OutageModel } from './outages.ts';
import { instantOf, readOutages } from './replay.ts';
import { type Prices, resolvePrices } from './tariff.ts';
import { type Holidays, windowTable } from './terms.ts';

type File = z.output<typeof gridFile>;
type Complain = (c: Complaint) => void;

/** What energy given to the grid earns. */
export type ExportRule = 'none' | 'net_billing' | 'net_metering';

/** A charge on the highest import in named windows. */
export interface CoincidentPeak {
  readonly name: string;
  readonly perKw: number;
  /** By their start. */
  readonly windows: readonly Outage[];
}

/** Series by instant; a price is in the site's currency per kWh. */
export interface Market {
  readonly price: MarketSeries | undefined;
  readonly carbon: MarketSeries | undefined;
  readonly exportPrice: MarketSeries | undefined;
  /** Site's currency per kWh for one unit of the file's prices. */
  readonly priceScale: number;
}

/** A grid connection as the physics needs it. */
export interface GridSpec {
  readonly importLimitKw: number;
  readonly exportLimitKw: number;
  readonly feeder: string;
  readonly zone: string;
  readonly prices: Prices;
  /** Day of the month on which billing periods begin. */
  readonly billingDay: number;
  readonly exportRule: ExportRule;
  readonly exportPerKwh: number;
  /** Month, 1..12, at whose start credit of net metering is lost. */
  readonly expiresMonth: number;
  readonly coincident: readonly CoincidentPeak[];
  /** 1 by slot in the hours of a peak duty; undefined = no duty. */
  readonly peakHours: Uint8Array | undefined;
  readonly holidays: Holidays | undefined;
  readonly market: Market | undefined;
  readonly carbonGPerKwh: number;
  readonly carbonSource: string;
  /** By their start. */
  readonly announced: readonly Outage[];
  /** Of a recording, by their start; nobody knew them beforehand. */
  readonly replayed: readonly Outage[];
  readonly unannounced: OutageModel | undefined;
  readonly ownership: Ownership;
}

/** Runs what reads a file of the section; what is wrong with the file is a complaint at its key. */
function guarded<T>(path: readonly (string | number)[], complain: Complain, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof JoulewrightError)) throw error;
    for (const { message, hint } of error.faults) complain({ path, message, hint });
    return undefined;
  }
}

/** Resolves a section of the site file. */
export function gridSpec(file: File, context: SiteContext, complain: Complain): GridSpec {
  const { carbonGPerKwh, carbonSource } = carbonOf(file, context, complain);
  const apparentKw = activeLimitKw(file.apparent_limit ?? Number.POSITIVE_INFINITY, file.power_factor);
  const prices = resolvePrices(file.tariff, file.contract, file.fx, context, complain);
  const market = marketOf(file, context, complain);
  const rule = file.export?.rule ?? 'net_billing';
  if (rule === 'net_metering' && prices.versions.some((v) => v.blocks.length > 0)) {
    complain({
      path: ['export', 'rule'],
      message: 'net metering credits energy at the price of its hour, which tiers and surcharges do not have',
      hint: 'leave out tiers and contract, or use net_billing',
    });
  }
  if (file.export?.price !== undefined && file.export_price !== undefined) {
    complain({ path: ['export_price'], message: 'export has a price of its own', hint: 'keep one of the two' });
  }
  const duty = file.peak_hours;
  const chance = file.outages?.unannounced;
  const replay = file.outages?.replay?.file;
  return {
    importLimitKw: Math.min(file.import_limit, apparentKw),
    exportLimitKw: Math.min(file.export_limit, apparentKw),
    feeder: file.feeder,
    zone: context.zone,
    prices,
    billingDay: file.billing_day,
    exportRule: rule,
    exportPerKwh: file.export?.price ?? file.export_price ?? 0,
    expiresMonth: file.export?.expires ?? 1,
    coincident: (file.coincident_peaks ?? []).map(({ name, price, windows }, i) => ({
      name,
      perKw: price,
      windows: spansOf(windows, ['coincident_peaks', i, 'windows'], context, complain),
    })),
    peakHours:
      duty === undefined
        ? undefined
        : (windowTable({
            hours: duty.hours,
            ...(duty.months === undefined ? {} : { months: duty.months }),
            ...(duty.days === undefined ? {} : { days: duty.days }),
          }) ?? new Uint8Array(12 * 3 * 24).fill(1)),
    holidays: prices.versions.at(-1)!.holidays,
    market,
    carbonGPerKwh,
    carbonSource:
      market?.carbon === undefined ? carbonSource : `the column ${file.series?.carbon} of ${file.series?.file}`,
    announced: spansOf(file.outages?.announced ?? [], ['outages', 'announced'], context, complain),
    replayed:
      replay === undefined
        ? []
        : (guarded(['outages', 'replay', 'file'], complain, () =>
            readOutages(resolve(context.folder ?? '.', replay), context.zone),
          ) ?? []),
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

function carbonOf(file: File, context: SiteContext, complain: Complain) {
  if (file.carbon !== undefined) return { carbonGPerKwh: file.carbon, carbonSource: 'the site file' };
  const row = context.catalog.carbon.get(context.country);
  if (row === undefined && file.series?.carbon === undefined) {
    complain({
      path: ['carbon'],
      message: `the catalogue has no carbon intensity for ${context.country}`,
      hint: 'say carbon in g/kWh',
    });
  }
  return { carbonGPerKwh: row?.gPerKwh ?? 0, carbonSource: row?.source ?? 'none' };
}

function marketOf(file: File, context: SiteContext, complain: Complain): Market | undefined {
  const exportColumn = file.export?.series;
  if (file.series === undefined) {
    if (exportColumn !== undefined) {
      complain({ path: ['export', 'series'], message: 'there is no series file', hint: 'say series: {file: …}' });
    }
    return undefined;
  }
  const { file: name, time, price, carbon, price_unit } = file.series;
  const wanted = [price, carbon, exportColumn].filter((c) => c !== undefined);
  if (wanted.length === 0) {
    complain({ path: ['series'], message: 'no column is named', hint: 'say price, carbon or both' });
    return undefined;
  }
  const read = guarded(['series', 'file'], complain, () =>
    readMarket(resolve(context.folder ?? '.', name), time, [...new Set(wanted)]),
  );
  if (read === undefined) return undefined;
  const days = (read.columns.get(wanted[0]!)!.length * read.stepMs) / DAY_MS;
  if (days < 365) {
    complain({
      path: ['series', 'file'],
      message: `it covers ${days.toFixed(1)} days; a whole year is needed, so that every hour of any calendar has a value`,
      hint: 'give a longer file',
    });
  }
  const [currency, per] = price_unit.split('/') as [string, string];
  const priced = price !== undefined || exportColumn !== undefined;
  const rate = priced ? rateTo(currency, file.fx, context.currency, 'the price series', 'series', complain) : 1;
  const series = (column: string | undefined): MarketSeries | undefined =>
    column === undefined ? undefined : new MarketSeries(read, read.columns.get(column)!);
  return {
    price: series(price),
    carbon: series(carbon),
    exportPrice: series(exportColumn),
    priceScale: (rate ?? 0) / (per === 'MWh' ? 1000 : 1),
  };
}

function spansOf(
  list: readonly { readonly from: string; readonly to: string }[],
  path: readonly (string | number)[],
  context: SiteContext,
  complain: Complain,
): Outage[] {
  const spans: Outage[] = [];
  list.forEach((span, i) => {
    const fromMs = instantOf(span.from, context.zone);
    const toMs = instantOf(span.to, context.zone);
    for (const key of ['from', 'to'] as const) {
      if ((key === 'from' ? fromMs : toMs) !== undefined) continue;
      complain({
        path: [...path, i, key],
        message: `"${span[key]}" is not a day and time of the calendar`,
        hint: 'write it like "2025-01-15T08:00"',
      });
    }
    if (fromMs === undefined || toMs === undefined) return;
    if (toMs > fromMs) spans.push({ fromMs, toMs });
    else complain({ path: [...path, i, 'to'], message: 'it ends before it begins', hint: 'give a later time' });
  });
  return joined(spans);
}
