import { z } from 'zod';
import { byDefault, choice, plain, quantity, text, whole } from '../../units/schema.ts';

const hour = whole('local hour', { min: 0, max: 24 });

const hours = z
  .array(z.tuple([hour, hour]))
  .min(1)
  .meta({
    about: 'local hours [from, to); [22, 6] goes over midnight',
  });
const months = z
  .array(whole('month', { min: 1, max: 12 }))
  .min(1)
  .meta({ about: 'months of the season, 1 to 12; all when left out' });
const days = z
  .array(choice('kind of day', ['weekday', 'weekend', 'holiday']))
  .min(1)
  .meta({ about: 'kinds of day; all when left out' });

const energyTier = z.strictObject({
  above: quantity('energy', 'energy bought in the billing period from which the tier holds', { min: 0.001 }),
  price: quantity('pricePerEnergy', 'price outside every period in the tier; periods change by as much', { min: 0 }),
});

const demandTier = z.strictObject({
  above: quantity('power', 'power from which the tier holds', { min: 0.001 }),
  price: quantity('pricePerPowerMonth', 'charge on the power in the tier', { min: 0 }),
});

const monthPrice = quantity('pricePerPowerMonth', 'charge on the highest step mean of a billing period', { min: 0 });

const demandCharge = z.strictObject({
  name: text('name of the charge; the same in every version of the tariff'),
  price: monthPrice.optional(),
  prices: z.array(monthPrice).length(12).optional(),
  hours: hours.optional(),
  months: months.optional(),
  days: days.optional(),
  tiers: z.array(demandTier).optional(),
  lookback: z
    .strictObject({
      share: quantity('share', 'share of an earlier peak that is billed at least', { min: 0, max: 1 }),
      months: z
        .array(whole('month', { min: 1, max: 12 }))
        .min(1)
        .optional()
        .meta({ about: 'months whose peaks count on, 1 to 12; all when left out' }),
    })
    .optional()
    .meta({ about: 'peaks of the eleven months before that count on' }),
});

const terms = z.strictObject({
  energy: quantity('pricePerEnergy', 'price outside every period', { min: 0 }),
  periods: z
    .array(
      z.strictObject({
        name: text('name of the period'),
        hours,
        months: months.optional(),
        days: days.optional(),
        price: quantity('pricePerEnergy', 'price in the period', { min: 0 }),
      }),
    )
    .optional(),
  holidays: z
    .array(z.string().regex(/^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'write "2025-03-21", or "03-21"'))
    .optional()
    .meta({ about: 'days of the kind holiday: "2025-03-21", or "03-21" for every year' }),
  tiers: z.array(energyTier).optional(),
  demand: quantity('pricePerPowerMonth', 'demand charge on the highest step mean of a billing period', {
    min: 0,
  }).optional(),
  demand_charges: z.array(demandCharge).optional(),
  fixed: quantity('money', 'fixed charge of a billing period', { min: 0 }).optional(),
  over_contract: z
    .strictObject({
      above: quantity('share', 'share of the contracted energy above which the surcharge holds', { min: 0.5, max: 5 }),
      factor: plain('what the energy above costs, as a multiple of its price', { min: 1, max: 20 }),
    })
    .optional()
    .meta({ about: 'surcharge on energy above the contract (key contract)' }),
});

const since = z.iso.date().meta({ about: 'first local day on which it holds' });

/** A tariff written in the site file, in the site's currency. */
export const tariffFile = z.strictObject({
  valid_from: since.optional(),
  ...terms.shape,
  vat: choice('whether the prices include value added tax', ['included', 'excluded', 'unsaid']).optional(),
  later: z.array(z.strictObject({ valid_from: since, ...terms.shape })).optional(),
});

/** One version of a tariff as written. */
export type TermsFile = z.output<typeof terms>;

/** Exchange rate for a catalogue tariff or a price series in another currency, with its day. */
export const fxFile = z.strictObject({
  rate: z
    .string()
    .regex(/^\d+(\.\d+)? [A-Z]{3}\/[A-Z]{3}$/, 'write it like "12010 UZS/USD"')
    .meta({ about: 'units of the first currency for one of the second: "12010 UZS/USD"' }),
  date: z.iso.date().meta({ about: 'day of the rate' }),
});

const column = (about: string) => text(about);

/** Prices and carbon from a file with a row per step. */
export const seriesFile = z.strictObject({
  file: text('CSV with equal steps, relative to this file; may be .gz'),
  time: byDefault(column('column of the start of each step, UTC'), 'utc', 'our choice: the usual name'),
  price: column('column of the price, added to the tariff’s').optional(),
  price_unit: byDefault(
    z
      .string()
      .regex(/^[A-Z]{3}\/(kWh|MWh)$/, 'write it like "USD/MWh"')
      .meta({ about: 'unit of the prices' }),
    'USD/MWh',
    'our choice: the unit of wholesale markets',
  ),
  carbon: column('column of the carbon intensity, g/kWh, in place of the country’s').optional(),
});

/** What energy given to the grid earns. */
export const exportFile = z.strictObject({
  rule: choice('none: nothing; net_billing: a price; net_metering: credit at the price of import', [
    'none',
    'net_billing',
    'net_metering',
  ]),
  price: quantity('pricePerEnergy', 'paid for energy to the grid under net billing', { min: 0 }).optional(),
  series: column('column of the series file with the price under net billing, in place of price').optional(),
  expires: byDefault(
    whole('month at whose start credit of net metering that is left over is lost', { min: 1, max: 12 }),
    1,
    'our choice: netting within the calendar year',
  ),
});

/** Peak-hour duty of a tariff or contract: what it asks is reported, the grid does not enforce it. */
export const dutyFile = z.strictObject({
  hours,
  months: months.optional(),
  days: days.optional(),
});
