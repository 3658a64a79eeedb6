import { z } from 'zod';
import { seedFrom } from '../../series/random.ts';
import { byDefault, choice, plain, quantity, whole } from '../../units/schema.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import { priceOr } from '../price.ts';
import { altitudeShare, ENGINES, type EngineKind, type FuelCurve, fuelCurve } from './physics.ts';

const STAMFORD = 'Stamford sizing procedure: 3 % per 500 m above 1,000 m and 3 % per 5 K above 40 °C';

const delivery = z.strictObject({
  below: quantity('share', 'orders fuel when the tank falls below this share', { min: 0, max: 1 }),
  after: quantity('duration', 'time from the order until the tank is full again', { min: 0 }),
});

const maintenance = z.strictObject({
  every: quantity('duration', 'run hours of a set between two services', { min: 36_000 }),
  takes: quantity('duration', 'time that a set is away for it', { min: 0 }),
  cost: quantity('money', 'price of one service of one set; in the upkeep per kW when left out', { min: 0 }).optional(),
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
  hhv_kwh_per_l: byDefault(
    plain('higher heating value of the fuel, kWh/L, for the meter only', { min: 1, max: 20 }),
    10.75,
    'NREL REopt.jl 0.56: diesel 40.7 kWh per US gallon, higher heating value',
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
  start_failure: byDefault(
    quantity('share', 'of the starts that fail', { min: 0, max: 0.5 }),
    '0.94 %',
    'NREL REopt.jl 0.56, backup reliability: failure to start 0.0094',
  ),
  repair_time: byDefault(
    quantity('duration', 'time that a set is away after a failed start', { min: 0 }),
    '8 h',
    'our choice: a technician within a shift',
  ),
  availability: byDefault(
    quantity('share', 'of the time that a set is not down for repair or overhaul, for the reliability of supply', {
      min: 0.5,
      max: 1,
    }),
    '99.5 %',
    'NREL REopt.jl 0.56, backup reliability: operational availability 0.995 (Marqusee et al. 2020, NREL/TP-5C00-76553)',
  ),
  time_to_failure: byDefault(
    quantity('duration', 'mean running time to failure, for the reliability of supply', { min: 3600 }),
    '1100 h',
    'NREL REopt.jl 0.56, backup reliability: mean time to failure 1,100 h (Marqusee et al. 2020, NREL/TP-5C00-76553)',
  ),
  maintenance: byDefault(
    z.union([z.literal('none'), maintenance]).meta({ about: 'service by run hours, or "none"' }),
    { every: '500 h', takes: '8 h' },
    'our choice: oil and filters every 250 to 500 h, as makers of 1,500/min sets ask',
  ),
  load_step: byDefault(
    quantity('share', 'largest load that a set takes at once, of its rated power', { min: 0.05, max: 1 }),
    '50 %',
    'our choice: ISO 8528-5 takes a first step by mean effective pressure, 50 to 70 % for 10 to 15 bar, less above',
  ),
  tank: quantity('volume', 'usable fuel of all sets together', { min: 0.1 }),
  fill: byDefault(quantity('share', 'fill of the tank when new', { min: 0, max: 1 }), '100 %', 'our choice: full'),
  delivery: byDefault(
    z.union([z.literal('none'), delivery]).meta({ about: 'when fuel is ordered and when it comes, or "none"' }),
    { below: '50 %', after: '2 d' },
    'our choice: a supplier within two days',
  ),
  fuel_price: quantity('pricePerVolume', 'price of fuel', { min: 0 }).optional(),
  derating: byDefault(
    choice('how thin and hot air costs power', ['linear', 'iso-3046']),
    'linear',
    'our choice: makers state lines; ISO 3046-1 where they state none',
  ),
  engine: byDefault(
    choice('aspiration, for iso-3046', ['charge-cooled', 'turbocharged', 'natural']),
    'charge-cooled',
    'our choice: usual above 100 kW',
  ),
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
  readonly fuel: FuelCurve;
  readonly lhvKwhPerL: number;
  readonly co2KgPerL: number;
  readonly startS: number;
  readonly tankL: number;
  readonly initialL: number;
  /** Orders below this fill; -1 = never. */
  readonly orderBelowL: number;
  readonly deliveryMs: number;
  readonly fuelPerL: number;
  readonly hhvKwhPerL: number;
  readonly hotSharePerK: number;
  /** By ISO 3046-1 in place of the lines. */
  readonly iso: EngineKind | undefined;
  /** Probability that a start fails, 0..1, and the seed of the draws. */
  readonly startFailure: number;
  readonly seed: number;
  readonly repairMs: number;
  /** For the reliability of supply: the steps of the twin know no failures of running sets. */
  readonly availabilityShare: number;
  readonly mttfH: number;
  /** Run hours between services; Infinity = none. */
  readonly serviceEveryH: number;
  readonly serviceMs: number;
  readonly serviceMoney: number;
  readonly loadStepShare: number;
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
  const service = file.maintenance === 'none' ? undefined : file.maintenance;
  const iso = file.derating === 'iso-3046' ? ENGINES[file.engine] : undefined;
  return {
    units: file.units,
    plateKw: file.rated,
    setKw: iso === undefined ? file.rated * altitudeShare(context.elevationM, file.altitude_derating) : file.rated,
    minShare: file.min_load,
    fuel: { slope, intercept: Math.max(0, intercept) },
    lhvKwhPerL: file.lhv_kwh_per_l,
    co2KgPerL: file.co2_kg_per_l,
    startS: file.start_time,
    tankL: file.tank,
    initialL: file.fill * file.tank,
    orderBelowL: rule === undefined ? -1 : rule.below * file.tank,
    deliveryMs: (rule?.after ?? 0) * 1000,
    fuelPerL: fuel.value,
    hhvKwhPerL: file.hhv_kwh_per_l,
    hotSharePerK: file.temperature_derating,
    iso,
    startFailure: file.start_failure,
    // Sections of different sets draw apart; of equal ones, alike.
    seed: seedFrom(`${context.seed}/generator/${file.rated}/${file.units}/${file.tank}`),
    repairMs: file.repair_time * 1000,
    availabilityShare: file.availability,
    mttfH: file.time_to_failure / 3600,
    serviceEveryH: service === undefined ? Infinity : service.every / 3600,
    serviceMs: (service?.takes ?? 0) * 1000,
    serviceMoney: service?.cost ?? 0,
    loadStepShare: file.load_step,
    ownership: {
      capexMoney: capex.value * kw,
      opexMoneyPerYear: opex.value * kw,
      lifeYears: file.life / 31557600,
      source: `sets: ${capex.source}; maintenance: ${opex.source}`,
    },
  };
}
