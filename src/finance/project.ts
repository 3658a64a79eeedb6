import { checkedFinance, type Escalating, type Finance, type Payment, priceLevel } from './basis.ts';
import { demand } from './crf.ts';
import { type OwnedCost, ownedPayments } from './owned.ts';
import { worthOf } from './ownedWorth.ts';
import { taxOfExpenses } from './taxPayments.ts';

/** What a cost belongs to, for cost by parts; `energy` has sources, stores, the grid and the power chain. */
export const PARTS = ['chips', 'energy', 'cooling', 'people', 'network'] as const;
export type Part = (typeof PARTS)[number];

/** Columns of a cash flow table. All are costs; income, salvage and saved tax are negative. */
export const COLUMNS = [
  'capex',
  'replacement',
  'upkeep',
  'rent',
  'energy',
  'fuel',
  'carbon',
  'water',
  'income',
  'salvage',
  'tax',
] as const;
export type Column = (typeof COLUMNS)[number];

/** Something owned or rented. */
export interface ProjectAsset extends OwnedCost {
  readonly id: string;
  readonly part: Part;
}

/** Something paid every year: a bill, fuel, staff, priced carbon, water; or earned (column income, negative money). */
export interface ProjectCost {
  readonly id: string;
  readonly part: Part;
  readonly column: 'energy' | 'fuel' | 'upkeep' | 'carbon' | 'water' | 'income';
  /** In money of the price year: the same each year, or one figure for each year of operation. */
  readonly moneyPerYear: number | readonly number[];
  /** Escalation of its price; that of its column where it is left out, none above inflation for income. */
  readonly escalationShare?: number;
}

export interface Project {
  readonly assets: readonly ProjectAsset[];
  readonly costs: readonly ProjectCost[];
}

/** One payment of a project, in the basis' kind of money; costs are positive. */
export interface ProjectPayment extends Payment {
  readonly id: string;
  readonly part: Part;
  readonly column: Column;
}

function costPayments(cost: ProjectCost, f: Finance): ProjectPayment[] {
  const { id, part, column, moneyPerYear } = cost;
  if (typeof moneyPerYear !== 'number') {
    demand(moneyPerYear.length === f.years, `the number of years of ${id}`, moneyPerYear.length, `${f.years}`);
  }
  const own =
    cost.escalationShare ?? (column === 'income' ? undefined : f.escalationShare[column satisfies Escalating]);
  const payments = Array.from({ length: f.years }, (_, n): ProjectPayment => {
    const year = n + 1;
    const today = typeof moneyPerYear === 'number' ? moneyPerYear : moneyPerYear[n]!;
    const level = own === undefined ? priceLevel(f, year) : (1 + own) ** year;
    return { id, part, column, year, money: today * level };
  });
  const tax = taxOfExpenses(f, payments).map((p): ProjectPayment => ({ id, part, column: 'tax', ...p }));
  return [...payments, ...tax];
}

/**
 * Every payment of a project: its assets as `ownedPayments` has them, its yearly costs at each year's end, and the tax that
 * each saves or costs. @throws JW_FINANCE for what is out of range
 */
export function projectPayments(project: Project, finance: Finance): readonly ProjectPayment[] {
  const f = checkedFinance(finance);
  const owned = project.assets.flatMap((asset) =>
    Object.entries(ownedPayments(asset, f)).flatMap(([column, payments]: [string, readonly Payment[]]) =>
      payments.map((p): ProjectPayment => ({ id: asset.id, part: asset.part, column: column as Column, ...p })),
    ),
  );
  return [...owned, ...project.costs.flatMap((cost) => costPayments(cost, f))];
}

/** A year of a cash flow table: year 0 is all that is paid before and at the start of operation. */
export interface YearRow {
  readonly year: number;
  readonly by: Readonly<Record<Column, number>>;
  /** What comes in less what is paid. */
  readonly netMoney: number;
  /** The same at the start of operation. */
  readonly worthMoney: number;
  /** Sums of the two from year 0 on. */
  readonly cumulativeMoney: number;
  readonly cumulativeWorthMoney: number;
}

/** Payments as a table by year of operation, 0 to `years`; amounts within a year stand in its row, discounted exactly. */
export function yearTable(payments: readonly ProjectPayment[], f: Finance): readonly YearRow[] {
  let [cumulativeMoney, cumulativeWorthMoney] = [0, 0];
  return Array.from({ length: f.years + 1 }, (_, year): YearRow => {
    const here = payments.filter((p) => Math.max(0, Math.ceil(p.year - 1e-9)) === year);
    const by = Object.fromEntries(COLUMNS.map((column) => [column, 0])) as Record<Column, number>;
    for (const p of here) by[p.column] += p.money;
    const netMoney = -COLUMNS.reduce((sum, column) => sum + by[column], 0);
    const worthMoney = -worthOf(here, f.rateShare);
    cumulativeMoney += netMoney;
    cumulativeWorthMoney += worthMoney;
    return { year, by, netMoney, worthMoney, cumulativeMoney, cumulativeWorthMoney };
  });
}

/** Life cycle cost: present worth of all payments at the start of operation, income within. */
export function lifeCycleCost(payments: readonly ProjectPayment[], f: Finance): number {
  return worthOf(payments, f.rateShare);
}

/** Life cycle cost by what it is for. */
export function worthByPart(payments: readonly ProjectPayment[], f: Finance): Readonly<Record<Part, number>> {
  const worth = Object.fromEntries(PARTS.map((part) => [part, 0])) as Record<Part, number>;
  for (const p of payments) worth[p.part] += worthOf([p], f.rateShare);
  return worth;
}
