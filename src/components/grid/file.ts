import { z } from 'zod';
import { byDefault, plain, quantity, text, whole } from '../../units/schema.ts';
import { dutyFile, exportFile, fxFile, seriesFile, tariffFile } from './tariffFile.ts';

const localTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'write local time like "2025-01-15T08:00"')
  .meta({ about: 'local time of the site, "2025-01-15T08:00"' });

const span = z.strictObject({ from: localTime, to: localTime });

/** What a site file may say about the grid connection. */
export const gridFile = z.strictObject({
  import_limit: quantity('power', 'most power from the grid', { min: 0 }),
  export_limit: byDefault(
    quantity('power', 'most power to the grid', { min: 0 }),
    '0 kW',
    'our choice: a data centre has no feed-in contract unless it says so',
  ),
  apparent_limit: quantity('power', 'most apparent power either way, in kVA; no limit of its own when left out', {
    min: 0,
  }).optional(),
  power_factor: byDefault(
    plain('active over apparent power at the connection, for apparent_limit', { min: 0.5, max: 1 }),
    0.95,
    'our choice: rectifiers with power-factor correction beside motors; grid codes ask for 0.9 to 0.95',
  ),
  feeder: byDefault(text('feeder that the connection hangs on'), 'main', 'our choice: one feeder'),
  tariff: z.union([z.string().min(1), tariffFile]).meta({
    about: 'a tariff of the catalogue by its id or the name of its versions, or one written in place',
  }),
  contract: quantity('energy', 'energy contracted for a billing period, for the surcharge above it', {
    min: 1,
  }).optional(),
  billing_day: byDefault(
    whole('day of the month on which billing periods begin', { min: 1, max: 28 }),
    1,
    'our choice: calendar months',
  ),
  fx: fxFile.optional(),
  series: seriesFile.optional(),
  export: exportFile.optional(),
  export_price: quantity('pricePerEnergy', 'paid for energy to the grid; nothing when left out', { min: 0 }).optional(),
  coincident_peaks: z
    .array(
      z.strictObject({
        name: text('name of the charge'),
        price: quantity('pricePerPower', 'charge on the highest step mean in the windows, once', { min: 0 }),
        windows: z.array(span).min(1),
      }),
    )
    .optional(),
  peak_hours: dutyFile.optional().meta({
    about: 'hours in which a duty asks for less; the cut reached is reported, the grid does not enforce it',
  }),
  carbon: quantity('carbonIntensity', 'CO2 of the energy bought; by country when left out', {
    min: 0,
    max: 3000,
  }).optional(),
  outages: z
    .strictObject({
      announced: z.array(span).optional().meta({ about: 'outages that everybody knows beforehand' }),
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
      replay: z
        .strictObject({ file: text('CSV with the columns from and to, local time or with "Z"; may be .gz') })
        .optional()
        .meta({ about: 'outages of a recording, which nobody knows beforehand' }),
    })
    .optional(),
  capex: quantity('money', 'price of a new connection; nothing when it exists', { min: 0 }).optional(),
  opex: quantity('money', 'fixed charge per year beside the tariff', { min: 0 }).optional(),
  life: byDefault(quantity('duration', 'years until replaced', { min: 31557600 }), '40 y', 'our choice: life of lines'),
});
