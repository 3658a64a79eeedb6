import { demand } from './crf.ts';
import type { Tax } from './tax.ts';

/** What grows at a rate of its own. `equipment` is the price of a new one, for replacements, second-hand values and rent. */
export type Escalating = 'energy' | 'fuel' | 'upkeep' | 'carbon' | 'water' | 'equipment';

/**
 * How money is counted over a project. Time 0 is the start of operation; operating costs are paid at each year's end. Amounts
 * are given in money of the price year, which is the money of time 0. `kind` says which sort of rates `rateShare` and
 * `escalationShare` are: real ones (above inflation) or nominal ones (inflation within).
 */
export interface Finance {
  readonly kind: 'real' | 'nominal';
  /** Discount rate, a share a year, > -1. */
  readonly rateShare: number;
  /** Inflation, a share a year, > -1. Real: only deflates what is fixed in old money (depreciation). */
  readonly inflationShare: number;
  /** Whole years of operation, >= 1. */
  readonly years: number;
  /** Growth a year, the first already in year 1, > -1. */
  readonly escalationShare: Readonly<Record<Escalating, number>>;
  /** Months over which equipment is paid for before operation starts, evenly, unless an asset says its own; whole. */
  readonly buildMonths: number;
  /** Price of emitted CO2 in money of the price year per tonne. */
  readonly carbonMoneyPerT: number;
  readonly tax?: Tax;
}

/** When something is paid (or comes in: negative), in years from the start of operation; the basis' kind of money. */
export interface Payment {
  readonly year: number;
  readonly money: number;
}

/** The plainest basis: real money, nothing grows, nothing is taxed, all is paid when operation starts. @throws JW_FINANCE */
export function plainFinance(rateShare: number, years: number): Finance {
  return checkedFinance({
    kind: 'real',
    rateShare,
    inflationShare: 0,
    years,
    escalationShare: { energy: 0, fuel: 0, upkeep: 0, carbon: 0, water: 0, equipment: 0 },
    buildMonths: 0,
    carbonMoneyPerT: 0,
  });
}

/** The same basis, once it was seen to make sense. @throws JW_FINANCE for what is out of range */
export function checkedFinance(f: Finance): Finance {
  const rate = (name: string, value: number): void =>
    demand(Number.isFinite(value) && value > -1, name, value, 'a number above -1');
  rate('the discount rate', f.rateShare);
  rate('the inflation', f.inflationShare);
  for (const [kind, share] of Object.entries(f.escalationShare)) rate(`the escalation of ${kind}`, share);
  demand(Number.isInteger(f.years) && f.years > 0, 'the number of years', f.years, 'whole and above 0');
  const { buildMonths: months, carbonMoneyPerT: carbon } = f;
  demand(Number.isInteger(months) && months >= 0, 'the number of months of building', months, 'whole and not below 0');
  demand(Number.isFinite(carbon) && carbon >= 0, 'the price of carbon', carbon, 'a number not below 0');
  return f;
}

/**
 * The real rate beside a nominal one: (1 + nominal) / (1 + inflation) - 1.
 * Source: Fisher 1930, The Theory of Interest.
 */
export function realRate(nominalShare: number, inflationShare: number): number {
  return (1 + nominalShare) / (1 + inflationShare) - 1;
}

/** The nominal rate beside a real one: (1 + real)(1 + inflation) - 1. Source: Fisher 1930. */
export function nominalRate(realShare: number, inflationShare: number): number {
  return (1 + realShare) * (1 + inflationShare) - 1;
}

/** The basis' discount rate in real terms: what discounts quantities (kWh, tokens) beside money of the price year. */
export function realDiscount(f: Finance): number {
  return f.kind === 'real' ? f.rateShare : realRate(f.rateShare, f.inflationShare);
}

/** What 1 of the price year's money is called in the basis' kind of money, `year` years after the start of operation. */
export function priceLevel(f: Finance, year: number): number {
  return f.kind === 'real' ? 1 : (1 + f.inflationShare) ** year;
}

/** The same project counted in the other kind of money; every present worth stays as it is. @throws JW_FINANCE */
export function inOtherMoney(f: Finance): Finance {
  const [kind, turn] = f.kind === 'real' ? (['nominal', nominalRate] as const) : (['real', realRate] as const);
  const to = (share: number): number => turn(share, f.inflationShare);
  const g = f.escalationShare;
  return checkedFinance({
    ...f,
    kind,
    rateShare: to(f.rateShare),
    escalationShare: {
      energy: to(g.energy),
      fuel: to(g.fuel),
      upkeep: to(g.upkeep),
      carbon: to(g.carbon),
      water: to(g.water),
      equipment: to(g.equipment),
    },
  });
}
