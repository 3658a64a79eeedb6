import { z } from 'zod';
import { byDefault, plain, quantity, whole } from '../../units/schema.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import { priceOr } from '../price.ts';
import { altitudeShare, fuelCurve } from './physics.ts';

const STAMFORD = 'Stamford sizing procedure: 3 % per 500 m above 1,000 m and 3 % per 5 K above 40 °C';

const delivery = z.strictObject({
  below: quantity('share', 'orders fuel when the tank falls below this share', { min: 0, max: 1 }),
  after: quantity('duration', 'time from the order until the tank is full again', { min: 0 }),
});

/** What a site file may say about a set of equal generators. */
export const generatorFile = z.strictObject({
  rated: quantity('power', 'rated power of one set', { min: 0.001 }),
  units: byDefault(whole('number of equal sets', { min: 1, max: 64 }), 1, 'our choice: one set'),
  min_load: byDefault(
    quantity('share', 'lowest load of a running set', { min: 0, max: 0.5 }),
    '30 %',
    'our choice: makers ask for about 30 % against wet stacking; REopt takes 15 % off-grid',
  ),
  efficiency_full: byDefault(
    quantity('share', 'electricity over fuel (lower heating value) at full load', { min: 0.05, max: 0.6 }),
    '35 %',
    'PyPSA technology-data 2025 (Danish Energy Agency), diesel engine farm',
  ),
  efficiency_half: byDefault(
    quantity('share', 'the same at half load', { min: 0.05, max: 0.6 }),
    '32 %',
    'our choice: three points below full load, as data sheets of 1 MW sets show',
  ),
  lhv_kwh_per_l: byDefault(
    plain('lower heating value of the fuel, kWh/L', { min: 1, max: 20 }),
    10.03,
    'IPCC 2006 guidelines: diesel 43.0 MJ/kg, at 0.84 kg/L',
  ),
  co2_kg_per_l: byDefault(
    plain('CO2 of the fuel, kg/L', { min: 0, max: 10 }),
    2.68,
    'IPCC 2006 guidelines: diesel 74.1 kg/GJ, at 36.1 MJ/L',
  ),
  start_time: byDefault(
    quantity('duration', 'from the order until a set carries load', { min: 0, max: 3600 }),
    '10 s',
    'NFPA 110, type 10',
  ),
  tank: quantity('volume', 'usable fuel of all sets together', { min: 0.1 }),
  fill: byDefault(quantity('share', 'fill of the tank when new', { min: 0, max: 1 }), '100 %', 'our choice: full'),
  delivery: byDefault(
    z.union([z.literal('none'), delivery]).meta({ about: 'when fuel is ordered and when it comes, or "none"' }),
    { below: '50 %', after: '2 d' },
    'our choice: a supplier within two days',
  ),
  fuel_price: quantity('pricePerVolume', 'price of fuel', { min: 0 }).optional(),
  altitude_derating: byDefault(
    quantity('share', 'power lost per 100 m above 1,000 m', { min: 0, max: 0.1 }),
    '0.6 %',
    STAMFORD,
  ),
  temperature_derating: byDefault(
    quantity('share', 'power lost per K above 40 °C', { min: 0, max: 0.1 }),
    '0.6 %',
    STAMFORD,
  ),
  capex: quantity('pricePerPower', 'price per kW', { min: 0 }).optional(),
  opex: quantity('pricePerPowerYear', 'maintenance per kW and year', { min: 0 }).optional(),
  life: byDefault(
    quantity('duration', 'years until replaced', { min: 31557600 }),
    '25 y',
    'PyPSA technology-data 2025 (Danish Energy Agency), diesel engine farm',
  ),
});

/** Generators as the physics needs them. */
export interface GeneratorSpec {
  readonly units: number;
  /** Of one set: on the plate, and at the altitude of the site. */
  readonly plateKw: number;
  readonly setKw: number;
  readonly minShare: number;
  /** Fuel per electricity, and per kW on the plate of a running set, kWh/kWh and kW/kW. */
  readonly fuelSlope: number;
  readonly fuelIntercept: number;
  readonly lhvKwhPerL: number;
  readonly co2KgPerL: number;
  readonly startS: number;
  readonly tankL: number;
  readonly initialL: number;
  /** Orders below this fill; -1 = never. */
  readonly orderBelowL: number;
  readonly deliveryMs: number;
  readonly fuelPerL: number;
  readonly hotSharePerK: number;
  readonly ownership: Ownership;
}

/** Resolves a section of the site file. */
export function generatorSpec(
  file: z.output<typeof generatorFile>,
  context: SiteContext,
  complain: (c: Complaint) => void,
): GeneratorSpec {
  const { slope, intercept } = fuelCurve(file.efficiency_full, file.efficiency_half);
  if (intercept < -1e-12 || slope <= 0) {
    complain({
      path: ['efficiency_half'],
      message: 'the two efficiencies do not make a fuel curve with idle consumption of 0 or more',
      hint: 'efficiency_half lies between half of efficiency_full and efficiency_full',
    });
  }
  const kw = file.rated * file.units;
  const fuelId = `diesel-${context.country.toLowerCase()}`;
  const fuel = priceOr(file.fuel_price, 'fuel_price', fuelId, '/L', context, complain);
  const capex = priceOr(file.capex, 'capex', 'generator', '/kW', context, complain);
  const opex = priceOr(file.opex, 'opex', 'generator-opex', '/kW/y', context, complain);
  const rule = file.delivery === 'none' ? undefined : file.delivery;
  return {
    units: file.units,
    plateKw: file.rated,
    setKw: file.rated * altitudeShare(context.elevationM, file.altitude_derating),
    minShare: file.min_load,
    fuelSlope: slope,
    fuelIntercept: Math.max(0, intercept),
    lhvKwhPerL: file.lhv_kwh_per_l,
    co2KgPerL: file.co2_kg_per_l,
    startS: file.start_time,
    tankL: file.tank,
    initialL: file.fill * file.tank,
    orderBelowL: rule === undefined ? -1 : rule.below * file.tank,
    deliveryMs: (rule?.after ?? 0) * 1000,
    fuelPerL: fuel.value,
    hotSharePerK: file.temperature_derating,
    ownership: {
      capexMoney: capex.value * kw,
      opexMoneyPerYear: opex.value * kw,
      lifeYears: file.life / 31557600,
      source: `sets: ${capex.source}; maintenance: ${opex.source}`,
    },
  };
}
