import { z } from 'zod';
import type { Tariff } from '../../catalog/catalog.ts';
import { quantity, text, whole } from '../../units/schema.ts';
import type { Complaint, SiteContext } from '../contract.ts';

const hour = whole('local hour', { min: 0, max: 24 });

/** A tariff written in the site file, in the site's currency. */
export const tariffFile = z.strictObject({
  energy: quantity('pricePerEnergy', 'price outside every period', { min: 0 }),
  periods: z
    .array(
      z.strictObject({
        name: text('name of the period'),
        hours: z
          .array(z.tuple([hour, hour]))
          .min(1)
          .meta({ about: 'local hours [from, to); [22, 6] goes over midnight' }),
        price: quantity('pricePerEnergy', 'price in the period', { min: 0 }),
      }),
    )
    .optional()
    .meta({ about: 'time of use' }),
  demand: quantity('pricePerPowerMonth', 'demand charge on the highest step mean of a calendar month', {
    min: 0,
  }).optional(),
});

/** Exchange rate for a catalogue tariff in another currency, with its day. */
export const fxFile = z.strictObject({
  rate: z
    .string()
    .regex(/^\d+(\.\d+)? [A-Z]{3}\/[A-Z]{3}$/, 'write it like "12010 UZS/USD"')
    .meta({ about: 'units of the first currency for one of the second: "12010 UZS/USD"' }),
  date: z.iso.date().meta({ about: 'day of the rate' }),
});

/** A tariff resolved to the site's currency. */
export interface Prices {
  /** Price of import by local hour 0..23, per kWh. */
  readonly hourPerKwh: readonly number[];
  readonly demandPerKwMonth: number;
  /** Where the tariff comes from, with the exchange rate if one was used. */
  readonly source: string;
}

/**
 * Prices by local hour from periods; later periods win where they overlap. An hour belongs to the period that holds its middle.
 * A period [from, to) with from >= to goes over midnight; [0, 24] is the whole day.
 */
export function hourTable(
  basePerKwh: number,
  periods: readonly { readonly hours: readonly (readonly [number, number])[]; readonly perKwh: number }[],
): number[] {
  const table = new Array<number>(24).fill(basePerKwh);
  for (const { hours, perKwh } of periods) {
    for (const [from, to] of hours) {
      for (let i = 0; i < 24; i++) {
        const middle = i + 0.5;
        const inside = from < to ? middle >= from && middle < to : middle >= from || middle < to;
        if (inside) table[i] = perKwh;
      }
    }
  }
  return table;
}

/**
 * Units of `to` for one unit of `from` by a rate "12010 UZS/USD" (12,010 UZS for one USD), either way round; undefined when
 * the rate is about other currencies or is 0.
 */
export function exchange(rate: string, from: string, to: string): number | undefined {
  const match = /^(\S+) ([A-Z]{3})\/([A-Z]{3})$/.exec(rate);
  const value = Number(match?.[1]);
  if (match === null || !(value > 0)) return undefined;
  if (match[2] === to && match[3] === from) return value;
  if (match[2] === from && match[3] === to) return 1 / value;
  return undefined;
}

const FREE: Prices = { hourPerKwh: new Array<number>(24).fill(0), demandPerKwMonth: 0, source: 'none' };

/** Resolves the `tariff` key: the name of a catalogue tariff, or one written in place. */
export function resolvePrices(
  tariff: string | z.output<typeof tariffFile>,
  fx: z.output<typeof fxFile> | undefined,
  context: SiteContext,
  complain: (c: Complaint) => void,
): Prices {
  if (typeof tariff !== 'string') {
    return {
      hourPerKwh: hourTable(
        tariff.energy,
        (tariff.periods ?? []).map((p) => ({ hours: p.hours, perKwh: p.price })),
      ),
      demandPerKwMonth: tariff.demand ?? 0,
      source: 'the site file',
    };
  }
  const row = context.catalog.tariffs.get(tariff);
  if (row === undefined) {
    const known = [...context.catalog.tariffs.keys()].join(', ') || 'none';
    complain({ path: ['tariff'], message: `the catalogue has no tariff "${tariff}"`, hint: `it has ${known}` });
    return FREE;
  }
  return fromCatalog(row, fx, context, complain);
}

function fromCatalog(
  row: Tariff,
  fx: z.output<typeof fxFile> | undefined,
  context: SiteContext,
  complain: (c: Complaint) => void,
): Prices {
  let rate: number | undefined = 1;
  let note = '';
  if (row.currency !== context.currency) {
    rate = fx === undefined ? undefined : exchange(fx.rate, row.currency, context.currency);
    if (rate === undefined) {
      complain({
        path: [fx === undefined ? 'tariff' : 'fx'],
        message: `the tariff "${row.id}" is in ${row.currency}, the site counts in ${context.currency}`,
        hint: `say fx: {rate: "<number> ${row.currency}/${context.currency}", date: <day>}`,
      });
      return FREE;
    }
    note = `, at ${fx?.rate} of ${fx?.date}`;
  }
  const perKwh = row.energyPerKwh * rate;
  return {
    hourPerKwh: hourTable(
      perKwh,
      row.periods.map((p) => ({ hours: p.hours, perKwh: perKwh * p.factor })),
    ),
    demandPerKwMonth: row.demandPerKwMonth * rate,
    source: `${row.name}, from ${row.validFrom}: ${row.source}${note}`,
  };
}
