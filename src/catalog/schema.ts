import { z } from 'zod';
import type { Climate, GridCarbon, Price, Tariff, Turbine } from './catalog.ts';

/**
 * What a row of each data file must look like: exactly the keys of the types in catalog.ts, within ranges that no real thing
 * leaves, so that a slipped decimal is caught where it is written.
 */
const source = z.string().min(8, 'say where the figure comes from');
const id = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'an id has small letters, digits, "-" and "."');
const between = (min: number, max: number) => z.number().min(min).max(max);
const count = (max: number) => z.number().int().min(1).max(max);
const monthly = (min: number, max: number) => z.array(between(min, max)).length(12, 'twelve months, January first');

/** Monthly statistics of a place. */
export const climateSchema: z.ZodType<Climate> = z.strictObject({
  id,
  place: z.string().min(1),
  country: z.string().length(2),
  latDeg: between(-90, 90),
  lonDeg: between(-180, 180),
  elevationM: between(-450, 6000),
  zone: z.string().min(3),
  tempMeanC: monthly(-60, 50),
  tempMaxMeanC: monthly(-60, 60),
  tempMinMeanC: monthly(-70, 45),
  tempSdC: monthly(0, 20),
  tempLag1: monthly(-1, 1),
  rhPct: monthly(0, 100),
  dewC: monthly(-60, 35),
  ghiKwhM2Day: monthly(0, 13),
  ktMean: monthly(0, 1),
  ktSd: monthly(0, 0.6),
  ktLag1: monthly(-1, 1),
  wind10Ms: monthly(0, 30),
  wind10SdMs: monthly(0, 20),
  wind10Lag1: monthly(-1, 1),
  source,
});

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'an ISO date, 2025-05-01');
const currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code');

/** An electricity tariff. */
export const tariffSchema: z.ZodType<Tariff> = z.strictObject({
  id,
  versionOf: id.exactOptional(),
  name: z.string().min(1),
  country: z.string().length(2),
  currency,
  validFrom: date,
  vatIncluded: z.boolean(),
  energyPerKwh: between(0, 1e6),
  periods: z.array(
    z.strictObject({
      name: z.string().min(1),
      hours: z.array(z.tuple([between(0, 24), between(0, 24)])).min(1),
      months: z.array(count(12)).min(1).exactOptional(),
      days: z
        .array(z.enum(['weekday', 'weekend', 'holiday']))
        .min(1)
        .exactOptional(),
      factor: between(-10, 20),
    }),
  ),
  holidays: z.array(z.string().regex(/^(\d{4}-)?\d{2}-\d{2}$/, 'an ISO date, or MM-DD for every year')).exactOptional(),
  demandPerKwMonth: between(0, 1e7),
  fixedPerMonth: between(0, 1e10).exactOptional(),
  overContract: z.strictObject({ aboveShare: between(0.5, 5), factor: between(1, 20) }).exactOptional(),
  duties: z
    .strictObject({
      peakReductionShare: between(0, 1).exactOptional(),
      storageShare: z.tuple([between(0, 10), between(0, 10)]).exactOptional(),
      source,
    })
    .exactOptional(),
  source,
});

/** CO2 of a country's electricity. */
export const carbonSchema: z.ZodType<GridCarbon> = z
  .strictObject({
    country: z.string().length(2),
    gPerKwh: between(0, 2000),
    lowGPerKwh: between(0, 2000),
    highGPerKwh: between(0, 2000),
    source,
  })
  .refine((c) => c.lowGPerKwh <= c.gPerKwh && c.gPerKwh <= c.highGPerKwh, 'the figure lies between low and high');

/** A price. */
export const priceSchema: z.ZodType<Price> = z.strictObject({
  id,
  about: z.string().min(1),
  value: between(0, 1e12),
  unit: z.string().min(1),
  year: between(2000, 2040).int(),
  accelerators: z.array(id).optional(),
  source,
});

/** The limit of Betz: no rotor takes more of the wind's energy. */
const BETZ = 16 / 27;

const rises = (values: readonly number[], strictly: boolean) =>
  values.every((v, i) => i === 0 || v > values[i - 1]! || (!strictly && v === values[i - 1]!));

/** A wind turbine. */
export const turbineSchema: z.ZodType<Turbine> = z
  .strictObject({
    id,
    name: z.string().min(1),
    maker: z.string().min(2),
    ratedKw: between(1, 30_000),
    rotorM: between(2, 300),
    hubM: between(11, 250),
    speedsMs: z.array(between(0, 40)).min(3),
    powersKw: z.array(between(0, 30_000)).min(3),
    source,
  })
  .refine((t) => t.speedsMs.length === t.powersKw.length, 'every speed has a power')
  .refine((t) => rises(t.speedsMs, true), 'speeds rise')
  .refine((t) => rises(t.powersKw, false), 'powers do not fall before the cut-out')
  .refine((t) => t.powersKw.at(-1) === t.ratedKw, 'ratedKw is the top of the curve')
  .refine(
    (t) =>
      t.powersKw.every(
        (p, i) => p * 1000 <= BETZ * 0.5 * 1.225 * ((Math.PI / 4) * t.rotorM ** 2) * t.speedsMs[i]! ** 3,
      ),
    'a power is above the limit of Betz for this rotor',
  );
