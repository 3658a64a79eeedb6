import { z } from 'zod';
import { byDefault, plain, quantity } from '../../units/schema.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import { priceOr } from '../price.ts';

const PVWATTS8 = 'NREL PVWatts version 8 (ssc, cmod_pvwattsv8)';

/** What a site file may say about a field of photovoltaic modules on fixed racks. */
export const solarFile = z.strictObject({
  peak: quantity('power', 'direct-current peak power of the modules', { min: 0.001 }),
  tilt: byDefault(
    quantity('angle', 'from the level', { min: 0, max: 90 }),
    '30 deg',
    'our choice: within 1 % of the best yield in Bukhara (see solar.test.ts)',
  ),
  azimuth: quantity('angle', 'where the modules face, clockwise from north; the equator when left out', {
    min: 0,
    max: 360,
  }).optional(),
  albedo: byDefault(plain('share of light the ground throws back', { min: 0, max: 1 }), 0.2, PVWATTS8),
  losses: byDefault(
    quantity('share', 'soiling, shading, mismatch, wiring, outages: of the direct current', { min: 0, max: 0.9 }),
    '14 %',
    'NREL PVWatts version 5, 14.08 %; REopt 0.14',
  ),
  dc_ac_ratio: byDefault(plain('peak of the modules over rating of the inverter', { min: 0.5, max: 3 }), 1.2, PVWATTS8),
  inverter_efficiency: byDefault(quantity('share', 'nominal', { min: 0.5, max: 1 }), '96 %', PVWATTS8),
  gamma: byDefault(
    plain('change of power per degree of cell temperature, 1/°C', { min: -0.01, max: 0 }),
    -0.0037,
    `${PVWATTS8}, standard module`,
  ),
  capex: quantity('pricePerPower', 'price per kW of peak', { min: 0 }).optional(),
  opex: quantity('pricePerPowerYear', 'operation and maintenance per kW of peak and year', { min: 0 }).optional(),
  life: byDefault(quantity('duration', 'years until replaced', { min: 31557600 }), '25 y', 'NREL REopt.jl 0.56'),
});

/** A field as the physics needs it. */
export interface SolarSpec {
  readonly peakKw: number;
  readonly tiltDeg: number;
  readonly azimuthDeg: number;
  readonly albedo: number;
  /** Direct current left after losses, 0..1. */
  readonly keptShare: number;
  /** Direct current at which the inverter gives its rating, and its efficiency there. */
  readonly inverterDcKw: number;
  readonly inverterShare: number;
  readonly gammaPerC: number;
  readonly ownership: Ownership;
}

/** Resolves a section of the site file. */
export function solarSpec(
  file: z.output<typeof solarFile>,
  context: SiteContext,
  complain: (c: Complaint) => void,
): SolarSpec {
  const capex = priceOr(file.capex, 'capex', 'solar', '/kW', context, complain);
  const opex = priceOr(file.opex, 'opex', 'solar-opex', '/kW/y', context, complain);
  return {
    peakKw: file.peak,
    tiltDeg: file.tilt,
    azimuthDeg: file.azimuth ?? (context.latDeg >= 0 ? 180 : 0),
    albedo: file.albedo,
    keptShare: 1 - file.losses,
    inverterDcKw: file.peak / file.dc_ac_ratio / file.inverter_efficiency,
    inverterShare: file.inverter_efficiency,
    gammaPerC: file.gamma,
    ownership: {
      capexMoney: capex.value * file.peak,
      opexMoneyPerYear: opex.value * file.peak,
      lifeYears: file.life / 31557600,
      source: `field: ${capex.source}; maintenance: ${opex.source}`,
    },
  };
}
