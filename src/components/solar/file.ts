import { z } from 'zod';
import { byDefault, choice, plain, quantity } from '../../units/schema.ts';
import { TRANSPOSITIONS } from '../../weather/transposition.ts';

const PVWATTS8 = 'NREL PVWatts version 8 (ssc, cmod_pvwattsv8)';
const KIMBER = 'Kimber et al. 2006, as in pvlib';
const DAY_S = 86_400;
const YEAR_S = 31_557_600;

/** A day of every year, "03-15". */
const date = z
  .string()
  .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'a day of the year is written MM-DD, e.g. "03-15"')
  .meta({ about: 'day of the year, MM-DD' });

const tracking = z.strictObject({
  kind: choice('"single-axis" turns about one axis; "two-axis" faces the sun always', ['single-axis', 'two-axis']),
  axis_azimuth: byDefault(
    quantity('angle', 'of a single axis: where it points, clockwise from north', { min: 0, max: 360 }),
    '180 deg',
    `${PVWATTS8}: north-south`,
  ),
  axis_tilt: byDefault(
    quantity('angle', 'of a single axis, from the level', { min: 0, max: 45 }),
    '0 deg',
    'our choice: level, as nearly all are built',
  ),
  max_angle: byDefault(
    quantity('angle', 'largest rotation to either side', { min: 0, max: 90 }),
    '45 deg',
    `${PVWATTS8}, rotlim`,
  ),
  gcr: byDefault(plain('width of a row over the distance of rows', { min: 0.01, max: 0.99 }), 0.3, PVWATTS8),
  backtrack: byDefault(
    z.boolean().meta({ about: 'turn away from a low sun so that rows do not shade each other' }),
    true,
    'our choice: usual in fields',
  ),
});

const bifacial = z.strictObject({
  bifaciality: byDefault(
    quantity('share', 'power of the back over that of the front under the same light', { min: 0, max: 1 }),
    '65 %',
    PVWATTS8,
  ),
  gcr: plain('width of a row over the distance of rows; that of the tracker, else 0.3 (PVWatts 8), when left out', {
    min: 0.01,
    max: 0.99,
  }).optional(),
  structure_loss: byDefault(
    quantity('share', 'light on the backs lost to posts and rails', { min: 0, max: 0.5 }),
    '2 %',
    'pvlib, bifacial.infinite_sheds: shade_factor -0.02',
  ),
});

const soiling = z.strictObject({
  rate: byDefault(
    quantity('share', 'light lost per dry day', { min: 0, max: 0.05 }),
    '0.15 %',
    `${KIMBER}; deserts two to five times that`,
  ),
  max: byDefault(quantity('share', 'most light that dust takes', { min: 0, max: 1 }), '30 %', KIMBER),
  cleaning: quantity('duration', 'time between cleanings; never when left out', { min: DAY_S }).optional(),
  rain: z.array(date).max(366).meta({ about: 'days of the year with rain that cleans (over 6 mm)' }).optional(),
  grace: byDefault(
    quantity('duration', 'after such rain the ground is damp and nothing settles', { min: 0, max: 90 * DAY_S }),
    '14 d',
    KIMBER,
  ),
});

/** What a site file may say about a field of photovoltaic modules. */
export const solarFile = z.strictObject({
  peak: quantity('power', 'direct-current peak power of the modules', { min: 0.001 }),
  tilt: byDefault(
    quantity('angle', 'of fixed racks, from the level', { min: 0, max: 90 }),
    '30 deg',
    'our choice: within 1 % of the best yield in Bukhara (see solar.test.ts)',
  ),
  azimuth: quantity('angle', 'where fixed racks face, clockwise from north; the equator when left out', {
    min: 0,
    max: 360,
  }).optional(),
  tracking: tracking.meta({ about: 'racks that follow the sun; fixed when left out' }).optional(),
  albedo: byDefault(plain('share of light the ground throws back', { min: 0, max: 1 }), 0.2, PVWATTS8),
  transposition: byDefault(
    choice('model of the sky’s light on the modules', TRANSPOSITIONS),
    'haydavies',
    'pvlib’s default; needs no fitted coefficients',
  ),
  iam: byDefault(
    choice('reflection at the glass by the angle of the light', ['none', 'ashrae', 'physical', 'martin-ruiz']),
    'none',
    'our choice: without it PV-E2E is within 2 % (see solar.test.ts)',
  ),
  cell_model: byDefault(
    choice('model of the cells’ temperature', ['faiman', 'sapm', 'pvsyst']),
    'faiman',
    'pvlib; within 2 K of PVWatts (see solar.test.ts)',
  ),
  mounting: byDefault(
    choice('rack and back of the modules; faiman knows open racks only', [
      'open-rack-glass-glass',
      'open-rack-glass-polymer',
      'close-mount-glass-glass',
      'insulated-back-glass-polymer',
    ]),
    'open-rack-glass-glass',
    'our choice: a field on the ground',
  ),
  bifacial: bifacial.meta({ about: 'modules that use light on their backs too; one-sided when left out' }).optional(),
  soiling: soiling
    .meta({ about: 'dust that settles and is cleaned; a constant 2 % inside `losses` when left out' })
    .optional(),
  losses: byDefault(
    quantity(
      'share',
      'soiling, shading, mismatch, wiring, outages: of the direct current; with `soiling` its 2 % (PVWatts) leaves them',
      { min: 0, max: 0.9 },
    ),
    '14 %',
    'NREL PVWatts version 5, 14.08 %; REopt 0.14',
  ),
  degradation: byDefault(
    quantity('share', 'power lost per year of age, at each birthday', { min: 0, max: 0.1 }),
    '0.5 %',
    'Jordan and Kurtz 2013, median; NREL REopt.jl 0.56',
  ),
  age: byDefault(quantity('duration', 'age at the start', { min: 0, max: 60 * YEAR_S }), '0 y', 'our choice: new'),
  dc_ac_ratio: byDefault(plain('peak of the modules over rating of the inverter', { min: 0.5, max: 3 }), 1.2, PVWATTS8),
  inverter_efficiency: byDefault(quantity('share', 'nominal', { min: 0.5, max: 1 }), '96 %', PVWATTS8),
  gamma: byDefault(
    plain('change of power per degree of cell temperature, 1/°C', { min: -0.01, max: 0 }),
    -0.0037,
    `${PVWATTS8}, standard module`,
  ),
  capex: quantity('pricePerPower', 'price per kW of peak', { min: 0 }).optional(),
  opex: quantity('pricePerPowerYear', 'operation and maintenance per kW of peak and year', { min: 0 }).optional(),
  life: byDefault(quantity('duration', 'years until replaced', { min: YEAR_S }), '25 y', 'NREL REopt.jl 0.56'),
});
