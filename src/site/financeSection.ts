import { z } from 'zod';
import type { Escalating, Finance } from '../finance/basis.ts';
import type { MacrsYears, Tax } from '../finance/tax.ts';
import { byDefault, choice, quantity, text, whole } from '../units/schema.ts';

const UNESCALATED = 'not given: 0 % where rates are real, the inflation where they are nominal';
const escalation = (about: string) =>
  quantity('share', about, { min: -0.9, max: 1 }).optional().meta({ about, dimension: 'share', source: UNESCALATED });

const taxSection = z.strictObject({
  rate: quantity('share', 'tax on profit; every operating cost saves this share of itself', { min: 0, max: 1 }),
  depreciation: byDefault(
    choice('how purchases are written off: in equal parts, by the US MACRS tables, or not at all', [
      'straight-line',
      'macrs',
      'none',
    ]),
    'straight-line',
    'our choice: the usual method outside the USA',
  ),
  depreciation_years: whole('years of writing off; MACRS knows 3, 5, 7, 10, 15 and 20', { min: 1, max: 60 }).optional(),
  bonus: byDefault(
    quantity('share', 'written off at once in the first year, share of the price', { min: 0, max: 1 }),
    '0 %',
    'our choice: none, unless the law of the place gives it',
  ),
  credit: byDefault(
    quantity('share', 'investment tax credit, share of the first purchase', { min: 0, max: 1 }),
    '0 %',
    'our choice: none, unless the law of the place gives it',
  ),
  credit_basis: byDefault(
    quantity('share', 'by which part of the credit the depreciable price is lowered', { min: 0, max: 1 }),
    '50 %',
    'NREL REopt.jl 0.56, macrs_itc_reduction; US Internal Revenue Code, section 50(c)(3)',
  ),
  replacements: byDefault(
    choice('whether replacements are written off like first purchases or are an expense of their year', [
      'depreciated',
      'expensed',
    ]),
    'depreciated',
    'our choice: a replacement is an investment too; "expensed" is how NREL REopt counts',
  ),
});

export const marketRow = z.strictObject({
  service: text('id of the service that this is the price of'),
  input: quantity('pricePerTokens', 'price of input tokens', { min: 0 }),
  output: quantity('pricePerTokens', 'price of output tokens', { min: 0 }),
  source: text('whose price it is, and of which day'),
});

export const financeSection = z.strictObject({
  discount: byDefault(
    quantity('share', 'discount rate per year', { min: 0, max: 0.5 }),
    '8 %',
    'our choice: real cost of capital of infrastructure in emerging markets, 7 to 10 %',
  ),
  years: byDefault(
    whole('years of operation that the calculation covers', { min: 1, max: 60 }),
    20,
    'our choice: life of the longest-lived halls',
  ),
  rates: byDefault(
    choice('what discount and escalation are: above inflation, or with inflation within', ['real', 'nominal']),
    'real',
    'our choice: real rates need no forecast of inflation',
  ),
  inflation: quantity('share', 'inflation per year; needed with nominal rates', { min: -0.5, max: 1 })
    .optional()
    .meta({ about: 'inflation per year; needed with nominal rates', dimension: 'share', source: 'not given: 0 %' }),
  escalation: z
    .strictObject({
      energy: escalation('how electricity bills grow per year'),
      fuel: escalation('how the price of fuel grows per year'),
      upkeep: escalation('how operation, maintenance and people grow per year'),
      carbon: escalation('how the price of CO2 grows per year'),
      water: escalation('how the price of water grows per year'),
      equipment: escalation('how prices of new equipment and rents grow per year, where a device says nothing else'),
    })
    .optional(),
  build_months: byDefault(
    whole('months over which equipment is paid for, evenly, before operation starts', { min: 0, max: 120 }),
    0,
    'our choice: paid for when operation starts, until you say how long yours takes to build',
  ),
  carbon_price: quantity('pricePerMass', 'price of emitted CO2', { min: 0 })
    .optional()
    .meta({ about: 'price of emitted CO2', dimension: 'pricePerMass', source: 'not given: CO2 costs nothing' }),
  water_price: quantity('pricePerVolume', 'price of the water that cooling uses, with its disposal', { min: 0 })
    .optional()
    .meta({
      about: 'price of the water that cooling uses, with its disposal',
      dimension: 'pricePerVolume',
      source: 'not given: water costs nothing',
    }),
  people: quantity('money', 'staff of the site, a year', { min: 0 })
    .optional()
    .meta({ about: 'staff of the site, a year', dimension: 'money', source: 'not given: counted as zero' }),
  network: quantity('money', 'connection to the internet, a year', { min: 0 })
    .optional()
    .meta({ about: 'connection to the internet, a year', dimension: 'money', source: 'not given: counted as zero' }),
  tax: taxSection.optional(),
  market: z.array(marketRow).optional().meta({ about: 'prices of APIs that cost per token is held against' }),
});

export type FinanceFile = z.output<typeof financeSection>;

/** What a market price of an API is, money per million tokens. */
export interface MarketPrice {
  readonly service: string;
  readonly inputPerMtoken: number;
  readonly outputPerMtoken: number;
  readonly source: string;
}

/** How the money of a site is counted. */
export interface SiteFinance extends Finance {
  /** Staff and connection a year, in money of the price year. */
  readonly peopleMoneyPerYear: number;
  readonly networkMoneyPerYear: number;
  readonly market: readonly MarketPrice[];
}

function taxOf(tax: NonNullable<FinanceFile['tax']>, years: number): Tax {
  const period = tax.depreciation_years ?? (tax.depreciation === 'macrs' ? 5 : years);
  return {
    rateShare: tax.rate,
    depreciation:
      tax.depreciation === 'macrs'
        ? { method: 'macrs', years: period as MacrsYears }
        : tax.depreciation === 'none'
          ? { method: 'none' }
          : { method: 'straight-line', years: period },
    bonusShare: tax.bonus,
    creditShare: tax.credit,
    creditBasisShare: tax.credit_basis,
    replacementsExpensed: tax.replacements === 'expensed',
  };
}

/** The section of a file without faults as the arithmetic takes it. */
export function financeOf(file: FinanceFile): SiteFinance {
  const inflationShare = file.inflation ?? 0;
  const still = file.rates === 'nominal' ? inflationShare : 0;
  const of = (kind: Escalating): number => file.escalation?.[kind] ?? still;
  return {
    kind: file.rates,
    rateShare: file.discount,
    inflationShare,
    years: file.years,
    escalationShare: {
      energy: of('energy'),
      fuel: of('fuel'),
      upkeep: of('upkeep'),
      carbon: of('carbon'),
      water: of('water'),
      equipment: of('equipment'),
    },
    buildMonths: file.build_months,
    carbonMoneyPerT: file.carbon_price ?? 0,
    ...(file.tax === undefined ? {} : { tax: taxOf(file.tax, file.years) }),
    peopleMoneyPerYear: file.people ?? 0,
    networkMoneyPerYear: file.network ?? 0,
    market: (file.market ?? []).map((m) => ({
      service: m.service,
      inputPerMtoken: m.input,
      outputPerMtoken: m.output,
      source: m.source,
    })),
  };
}
