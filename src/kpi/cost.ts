import { type Finance, realDiscount } from '../finance/basis.ts';
import { annuityFactor } from '../finance/crf.ts';
import { levelisedCost } from '../finance/levelised.ts';
import {
  lifeCycleCost,
  type Project,
  type ProjectAsset,
  type ProjectCost,
  projectPayments,
} from '../finance/project.ts';
import { type Basis, type Kpi, kpi, ratio } from './kpi.ts';
import type { Totals } from './totals.ts';

/** What turns a period into money over a project. */
export interface MoneyBasis {
  /** Every unit of the site, and anything else owned (land, connection). */
  readonly assets: readonly ProjectAsset[];
  /** Ids of what is owned and has no price: it counts as nothing, and LCOT says so. */
  readonly unpriced?: readonly string[];
  readonly finance: Finance;
  /** Staff and connection to the internet, a year; they grow as upkeep does. */
  readonly peopleMoneyPerYear: number;
  readonly networkMoneyPerYear: number;
  /** ISO 4217. */
  readonly currency: string;
}

const YEAR_H = 8760;

/** Factor that repeats a period to a year; 0 for no period. */
export function perYear(t: Totals): number {
  return ratio(YEAR_H, t.hours) ?? 0;
}

/** A project that repeats a period every year: what is owned, bills, fuel, priced CO2, water, staff and network. */
export function projectOf(t: Totals, money: MoneyBasis): Project {
  const times = perYear(t);
  const cost = (id: string, part: ProjectCost['part'], column: ProjectCost['column'], moneyPerYear: number) =>
    moneyPerYear === 0 ? [] : [{ id, part, column, moneyPerYear }];
  return {
    assets: money.assets,
    costs: [
      ...cost('bill', 'energy', 'energy', (t.runningCostMoney - t.fuelCostMoney - t.waterCostMoney) * times),
      ...cost('fuel', 'energy', 'fuel', t.fuelCostMoney * times),
      ...cost('carbon', 'energy', 'carbon', (t.co2Kg / 1000) * money.finance.carbonMoneyPerT * times),
      ...cost('water', 'cooling', 'water', t.waterCostMoney * times),
      ...cost('people', 'people', 'upkeep', money.peopleMoneyPerYear),
      ...cost('network', 'network', 'upkeep', money.networkMoneyPerYear),
    ],
  };
}

/**
 * Present values of owning and running the site, and of its tokens, which are discounted at the real rate: the period is
 * repeated for every year of the project. @throws JW_FINANCE when a rate, the years or a life is out of range
 */
export function presentValues(t: Totals, money: MoneyBasis): { ownMoney: number; runMoney: number; tokens: number } {
  const { finance } = money;
  const project = projectOf(t, money);
  const worth = (part: Project): number => lifeCycleCost(projectPayments(part, finance), finance);
  return {
    ownMoney: worth({ assets: project.assets, costs: [] }),
    runMoney: worth({ assets: [], costs: project.costs }),
    tokens: t.outputTokens * perYear(t) * annuityFactor(realDiscount(finance), finance.years),
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
      boundary:
        'energy bought, fuel, demand charges and water, less income; owning the site, wear included, is outside',
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
        boundary: `present value of purchase, replacement, upkeep, staff, running cost and salvage over present value of output tokens; all shared costs are allocated to output tokens, none to input tokens${without}`,
        basis,
      },
      'no output tokens',
      `${money.finance.years} years at ${(100 * money.finance.rateShare).toFixed(2)} % ${money.finance.kind}${scaled}; owning is ${(100 * (ratio(worth.ownMoney, worth.ownMoney + worth.runMoney) ?? 0)).toFixed(0)} % of it`,
    ),
  );
  return list;
}
