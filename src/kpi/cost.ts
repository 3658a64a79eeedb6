import type { Ownership } from '../components/contract.ts';
import { annuityFactor } from '../finance/crf.ts';
import { levelisedCost } from '../finance/levelised.ts';
import { ownedWorth } from '../finance/presentWorth.ts';
import { type Basis, type Kpi, kpi, ratio } from './kpi.ts';
import type { Totals } from './totals.ts';

/** What turns a period into money over a project. */
export interface MoneyBasis {
  /** Every unit of the site, and anything else owned (land, connection). */
  readonly ownership: readonly Ownership[];
  /** Ids of what is owned and has no price: it counts as nothing, and LCOT says so. */
  readonly unpriced?: readonly string[];
  /** Real discount rate, a share a year, > -1. */
  readonly discountRate: number;
  /** Years of the project, > 0. */
  readonly years: number;
  /** ISO 4217. */
  readonly currency: string;
}

const YEAR_H = 8760;

/**
 * Present values of owning and running the site, and of its tokens: the period is repeated for `years` years.
 * @throws JW_FINANCE when rate, years or a life is out of range
 */
export function presentValues(t: Totals, money: MoneyBasis): { ownMoney: number; runMoney: number; tokens: number } {
  const factor = annuityFactor(money.discountRate, money.years);
  const perYear = ratio(YEAR_H, t.hours) ?? 0;
  let ownMoney = 0;
  for (const owned of money.ownership) ownMoney += ownedWorth(owned, money.discountRate, money.years).totalMoney;
  return {
    ownMoney,
    runMoney: t.runningCostMoney * perYear * factor,
    tokens: t.outputTokens * perYear * factor,
  };
}

/** Running cost, cost per facility kWh, and LCOT where it is known what the site costs to own. @throws JW_FINANCE */
export function costKpis(t: Totals, basis: Basis, money?: MoneyBasis): Kpi[] {
  const currency = money?.currency ?? 'money';
  const list: Kpi[] = [
    {
      id: 'runningCost',
      label: 'running cost',
      value: t.runningCostMoney,
      unit: currency,
      boundary: 'energy bought, fuel and demand charges, less income; owning the site, wear included, is outside',
      basis,
    },
    kpi(
      {
        id: 'runningCostPerMtoken',
        label: 'running cost per million output tokens',
        value: ratio(t.runningCostMoney * 1e6, t.outputTokens),
        unit: currency,
        boundary: 'running cost only',
        basis,
      },
      'no output tokens',
    ),
  ];
  if (money === undefined) {
    list.push({
      id: 'lcot',
      label: 'LCOT',
      value: null,
      unit: currency,
      boundary: 'owning and running the site',
      basis,
      note: 'the cost of owning the site was not given',
    });
    return list;
  }
  const worth = presentValues(t, money);
  const lcot = levelisedCost((worth.ownMoney + worth.runMoney) * 1e6, worth.tokens) ?? Number.NaN;
  const missing = money.unpriced ?? [];
  const without =
    missing.length === 0 ? '' : `; WITHOUT the purchase of ${missing.join(', ')}, for which no price is given`;
  const scaled = Math.abs(t.hours - YEAR_H) > 1 ? `; ${t.hours.toFixed(0)} h repeated to fill a year` : '';
  list.push(
    kpi(
      {
        id: 'lcot',
        label: 'LCOT, per million output tokens',
        value: Number.isFinite(lcot) ? lcot : null,
        unit: currency,
        boundary: `present value of purchase, replacement, upkeep, running cost and salvage over present value of output tokens; all shared costs are allocated to output tokens, none to input tokens${without}`,
        basis,
      },
      'no output tokens',
      `${money.years} years at ${(100 * money.discountRate).toFixed(2)} % real${scaled}; owning is ${(100 * (ratio(worth.ownMoney, worth.ownMoney + worth.runMoney) ?? 0)).toFixed(0)} % of it`,
    ),
  );
  return list;
}
