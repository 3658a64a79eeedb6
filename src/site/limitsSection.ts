import { z } from 'zod';
import { byDefault, plain, quantity, text, whole } from '../units/schema.ts';

const ACRE_M2 = 4046.86;
const REOPT_RESERVE =
  'NREL REopt.jl, operating_reserve_required_fraction off the grid: 25 % of PV, 50 % of wind, 10 % of load';

/** Reserve against the loss of the grid without notice. */
const reserveSection = z
  .strictObject({
    duration: quantity('duration', 'how long stored energy must last with what runs beside it', { min: 60 }),
    load: byDefault(
      quantity('share', 'share of the load that must go on', { min: 0, max: 1 }),
      '100 %',
      'our choice: all of it',
    ),
    margin: byDefault(quantity('share', 'added to that load', { min: 0, max: 1 }), '10 %', REOPT_RESERVE),
    sun: byDefault(
      quantity('share', 'share of what the sun could give in the hour that is counted on', { min: 0, max: 1 }),
      '75 %',
      REOPT_RESERVE,
    ),
    wind: byDefault(
      quantity('share', 'share of what the wind could give in the hour that is counted on', { min: 0, max: 1 }),
      '50 %',
      REOPT_RESERVE,
    ),
  })
  .meta({ about: 'what must hold the load in every hour if the grid fails without notice' });

const poolLimit = z.strictObject({
  pool: text('id of the pool'),
  bought: whole('accelerators that are bought already: the plan has at least these, and their price is paid', {
    min: 0,
  }).optional(),
  spare_nodes: whole('nodes kept free at all times, so that the loss of one is not felt (1 is N+1)', {
    min: 0,
  }).optional(),
});

/** What a plan must keep to. */
export const limitsSection = z
  .strictObject({
    renewable_share: quantity('share', 'least share of own sun and wind in all electricity that enters the site', {
      min: 0,
      max: 1,
    }).optional(),
    co2_per_year: quantity('mass', 'most CO2 of a year, from bought energy and fuel', { min: 0 }).optional(),
    water_per_year: quantity('volume', 'most water of a year', { min: 0 }).optional(),
    water_per_hour: quantity('volume', 'most water of an hour', { min: 0 }).optional(),
    land: quantity('area', 'most land for sun and wind', { min: 0 }).optional(),
    solar_m2_per_kw: byDefault(
      plain('land of a kW of peak, m2', { min: 0 }),
      Number((6 * ACRE_M2 * 1e-3).toFixed(2)),
      'NREL REopt.jl, PV acres_per_kw: 6 acres per MW',
    ),
    wind_m2_per_kw: byDefault(
      plain('land of a kW of turbines, m2', { min: 0 }),
      Number((30 * ACRE_M2 * 1e-3).toFixed(2)),
      'NREL REopt.jl, Wind acres_per_kw: 30 acres per MW',
    ),
    budget: quantity('money', 'most capital, for everything in the file that is not bought already', {
      min: 0,
    }).optional(),
    pools: z.array(poolLimit).optional(),
    reserve: reserveSection.optional(),
    availability: quantity(
      'share',
      'least share of the hours of a year in which the load is carried, with the outages that the grid’s `unannounced` expects: the reserve is raised until it is',
      { min: 0, max: 0.999_999 },
    ).optional(),
  })
  .meta({
    about: 'what a plan must keep to; each can be missed only where nothing else is possible, and is then named',
  });

/** The section as parsed: base units. */
export type Limits = z.output<typeof limitsSection>;
