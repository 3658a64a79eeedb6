import { z } from 'zod';
import { byDefault, choice, id, plain, quantity, text, whole } from '../units/schema.ts';
import { DECOMPOSITIONS } from '../weather/complete.ts';
import { AZURE_SIGMA, MIX_NAMES } from '../workload/lengths.ts';
import { SHAPE_NAMES } from '../workload/shapes.ts';

/** Sections of a site file that are about the site itself; the devices bring their own (see schema.ts). */

export const locationSection = z.strictObject({
  latitude: quantity('angle', 'degrees north', { min: -90, max: 90 }),
  longitude: quantity('angle', 'degrees east', { min: -180, max: 180 }),
  elevation: quantity('length', 'height above sea level', { min: -430, max: 6000 }),
  zone: text('time zone by its IANA name, such as Asia/Samarkand'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'a country is two capital letters, such as UZ')
    .meta({ about: 'country by its ISO 3166 letters, for the carbon of the grid' }),
});

export const weatherSection = z.strictObject({
  climate: text('id of a climate of the catalogue; a year is generated from it').optional(),
  file: text(
    'weather file, relative to this file (EPW, TMY3, PVGIS, Open-Meteo, NASA POWER, CSV; may be .gz)',
  ).optional(),
  map: z
    .strictObject({
      time: text('column of the time: stamp:utc, stamp:local+end, t:s'),
      temp: text('column of the dry bulb, with its unit where it is not C: T_air:K'),
      dew: text('column of the dew point').optional(),
      rh: text('column of the relative humidity; % or share').optional(),
      pressure: text('column of the station pressure; Pa, hPa or kPa').optional(),
      ghi: text('column of the global irradiance; W/m2, or energy of an hour'),
      dni: text('column of the beam irradiance').optional(),
      dhi: text('column of the diffuse irradiance').optional(),
      wind: text('column of the wind at 10 m; m/s, km/h, kn or mph'),
    })
    .optional()
    .meta({ about: 'what the columns of a plain CSV are' }),
  decomposition: byDefault(
    choice('what splits global irradiance where a file has neither beam nor diffuse', DECOMPOSITIONS),
    'erbs',
    'Erbs, Klein and Duffie 1982, Solar Energy 28; disc is Maxwell 1987, SERI/TR-215-3087',
  ),
  seed: byDefault(
    whole('seed of the generated year', { min: 0 }),
    1,
    'our choice: any number; the same one gives the same year',
  ),
});

export const moneySection = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'a currency is three capital letters, such as USD')
    .meta({ about: 'currency of every price in this file (ISO 4217)' }),
  price_year: whole('year whose money all prices are in', { min: 2000, max: 2100 }),
});

export const procurementSection = z
  .strictObject({
    allow_vendors: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .meta({ about: 'only accelerators of these makers may be bought' }),
    deny_vendors: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .meta({ about: 'no accelerators of these makers may be bought' }),
    allow_accelerators: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .meta({ about: 'accelerators that may be bought whatever the lists of makers say' }),
    deny_accelerators: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .meta({ about: 'accelerators that may not be bought' }),
    enforce: byDefault(
      choice('what `check` makes of an accelerator that may not be bought', ['error', 'warning']),
      'error',
      'our choice: a plan with what cannot be bought is no plan; "warning" where it stands there already',
    ),
    source: text('who says so and when: the licence, the letter of the supplier, the rule as the site reads it'),
  })
  .meta({ about: 'which accelerators this site may buy; the product knows no export rules' });

export const feederRow = z.strictObject({
  id: id('name of the feeder'),
  limit: quantity('power', 'the most it may carry', { min: 0.001 }),
});

export const meterRow = z.strictObject({
  id: id('name of the meter'),
  at: text('what it measures: "site", or the id of a feeder or hall'),
  about: text('what it is, in words').optional(),
});

export const demandSection = z.strictObject({
  shape: choice('a named day and week', SHAPE_NAMES).optional(),
  file: text('recorded rate, relative to this file: t_s and rps or requests_per_min').optional(),
  series: text('which series of the file').optional(),
  mean: quantity('rate', 'mean rate over a week', { min: 0 }).optional(),
  peak: quantity('rate', 'highest rate', { min: 0 }).optional(),
  scale: quantity('share', 'factor on a recorded rate', { min: 0 }).optional(),
  shift: quantity(
    'duration',
    'by how much everything happens later; for a shape, from its own clock to local time',
  ).optional(),
  start: choice('weekday on which a recorded rate starts', [
    'mon',
    'tue',
    'wed',
    'thu',
    'fri',
    'sat',
    'sun',
  ]).optional(),
  clock: choice('clock of a recorded rate', ['utc', 'local']).optional(),
});

export const lengthsSection = z.strictObject({
  mix: choice('named mix of request lengths', MIX_NAMES).optional(),
  trace: text(
    'recorded requests, relative to this file: t_s,input_tokens,output_tokens, or a Mooncake trace',
  ).optional(),
  input: plain('mean input tokens of a request', { min: 1 }).optional(),
  output: plain('mean output tokens of a request', { min: 1 }).optional(),
  input_sigma: byDefault(
    plain('spread of the logarithm of input lengths', { min: 0, max: 3 }),
    AZURE_SIGMA.input,
    'ln(p90/p10)/2.563 of the Azure conversation trace of 2023 (Patel et al., ISCA 2024)',
  ),
  output_sigma: byDefault(
    plain('spread of the logarithm of output lengths', { min: 0, max: 3 }),
    AZURE_SIGMA.output,
    'ln(p90/p10)/2.563 of the Azure conversation trace of 2023 (Patel et al., ISCA 2024)',
  ),
});

export const serviceRow = z.strictObject({
  id: id('name of the service; tenants see it as the model name'),
  kind: choice('served at once, or before a deadline', ['interactive', 'batch']),
  deployment: text('id of the deployment that serves it').optional(),
  deployments: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({ about: 'ids of the deployments that serve it together, in place of one; all have the same model' }),
  demand: demandSection,
  lengths: lengthsSection,
  prefix_hit_share: byDefault(
    quantity('share', 'share of the input tokens that the engine finds in its prefix cache and does not compute', {
      min: 0,
      max: 1,
    }),
    '0 %',
    'no saving that nobody measured; a trace that tells prefixes (hash_ids, blocks_seen_before) brings its own',
  ),
  arrival_cv2: byDefault(
    plain('burstiness: squared coefficient of variation of the time between arrivals; 1 = Poisson', {
      min: 0,
      max: 400,
    }),
    1.19,
    'Azure conversation trace of 2023: 1.09 squared (Patel et al., ISCA 2024); code is far burstier',
  ),
  ttft: quantity('duration', 'target for the time to first token', { min: 0.001 }).optional(),
  tpot: quantity('duration', 'target for the time per output token', { min: 0.001 }).optional(),
  deadline: quantity('duration', 'batch: time from arrival until it is due', { min: 60 }).optional(),
});

export const hoursSchema = z
  .array(z.array(z.number().min(0).max(24)).length(2))
  .min(1)
  .meta({ about: 'local hours as [from, to) pairs, such as [[6, 9], [17, 22]]' });

export const rulesSection = z.strictObject({
  about: text('where the rules come from').optional(),
  peak_reduction: z
    .strictObject({
      share: quantity('share', 'by how much consumption is cut at peak hours', { min: 0, max: 1 }),
      basis: choice('what is cut', ['grid_import', 'facility_load']),
      reference: choice('against what it is measured', ['mean_off_peak', 'contracted']),
      peak_hours: hoursSchema,
      period: byDefault(
        choice('over what the means are taken', ['day', 'month', 'year']),
        'day',
        'our choice: what is met every day is met over any longer time',
      ),
      reading: choice('whose reading of the rule these parameters are', ['ours', 'authority']),
    })
    .optional(),
  storage: z
    .strictObject({
      share: quantity('share', 'battery power as a share of the load', { min: 0, max: 1 }),
      basis: choice('which load: contracted import, rated output of the power chains, or full IT load', [
        'contracted',
        'rated_load',
        'it_load',
      ]),
      duration_h: plain('hours that the battery must hold that power', { min: 0, max: 24 }),
      reading: choice('whose reading of the rule these parameters are', ['ours', 'authority']),
    })
    .optional(),
  events: z.array(text('start, length, cut and notice: "2025-01-14T18:00 3h -25% notice=30m"')).optional().meta({
    about: 'orders of the grid’s operator to import less than usual; the site knows of each from its notice on',
  }),
});

export const boundsSection = z.strictObject({
  mode: byDefault(
    choice('what the controller may do: only tell, decide without acting, or act', ['advise', 'shadow', 'control']),
    'control',
    'our choice: the plant is the simulated site until devices are connected',
  ),
  policy: byDefault(
    choice('by whose plans the running site is controlled', ['joint', 'siloed']),
    'joint',
    'our choice: one balance over the whole site, made anew every five minutes',
  ),
  supply_min: quantity('temperature', 'coldest liquid supply that the controller may ask for').optional(),
  supply_max: quantity('temperature', 'warmest liquid supply that the controller may ask for').optional(),
  awake_min: quantity('share', 'part of the replicas of every deployment that stays awake', {
    min: 0,
    max: 1,
  }).optional(),
  stored_min: quantity('share', 'part of what batteries hold that is kept while the grid is up', {
    min: 0,
    max: 1,
  }).optional(),
  import_max: quantity('power', 'most that is bought from the grid while anything else can feed the site', {
    min: 0,
  }).optional(),
  generators: byDefault(
    choice('when generators may run: as it is cheapest, or only where load would be lost', ['allowed', 'in need']),
    'allowed',
    'our choice: what a generator costs is weighed in every plan',
  ),
});
