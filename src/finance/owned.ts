import { checkedFinance, type Finance, type Payment, priceLevel } from './basis.ts';
import { demand } from './crf.ts';
import { taxOfExpenses, taxOfPurchase } from './taxPayments.ts';

/** What one piece of equipment, or one unit of it, costs to own or to rent; in any one currency and money of the price year. */
export interface OwnedCost {
  readonly capexMoney: number;
  readonly opexMoneyPerYear: number;
  /** Years until replaced, > 0; they run from delivery. */
  readonly lifeYears: number;
  /** Growth of the price of a new one, a share a year; the basis' own for equipment where it is left out. */
  readonly priceEscalationShare?: number;
  /** What it is worth at the end of its life, a share of the price of a new one, 0..1; 0 where it is left out. */
  readonly residualShare?: number;
  /** How its worth falls until then: evenly, or by the same share each year (needs a residual above 0). */
  readonly fall?: 'linear' | 'geometric';
  /** Whole months over which the first one is paid for; the basis' own where it is left out. */
  readonly buildMonths?: number;
  /** Months that it stands delivered and paid before operation starts: it ages and is kept up, and earns nothing. */
  readonly idleMonths?: number;
  /** Rented at this price a year and not bought: then nothing is paid for, replaced or sold. */
  readonly rentMoneyPerYear?: number;
}

/** The cost of one of so many units. */
export function perUnit(cost: OwnedCost, units: number): OwnedCost {
  const { capexMoney, opexMoneyPerYear, rentMoneyPerYear, ...rest } = cost;
  return {
    ...rest,
    capexMoney: capexMoney / units,
    opexMoneyPerYear: opexMoneyPerYear / units,
    ...(rentMoneyPerYear === undefined ? {} : { rentMoneyPerYear: rentMoneyPerYear / units }),
  };
}

/** Every payment of owning one thing, by what it is for. Upkeep, rent and tax at years' ends. */
export interface OwnedPayments {
  readonly capex: readonly Payment[];
  readonly replacement: readonly Payment[];
  readonly upkeep: readonly Payment[];
  readonly rent: readonly Payment[];
  /** Negative. */
  readonly salvage: readonly Payment[];
  /** Negative where tax is saved. */
  readonly tax: readonly Payment[];
}

function check(cost: OwnedCost): void {
  demand(Number.isFinite(cost.lifeYears) && cost.lifeYears > 0, 'the life', cost.lifeYears, 'above 0');
  const residual = cost.residualShare ?? 0;
  demand(residual >= 0 && residual <= 1, 'the residual value', residual, '0 to 1');
  demand(
    cost.fall !== 'geometric' || residual > 0,
    'the residual value',
    residual,
    'above 0 where worth falls geometrically',
  );
  const growth = cost.priceEscalationShare ?? 0;
  demand(Number.isFinite(growth) && growth > -1, 'the escalation of the price', growth, 'a number above -1');
  const build = cost.buildMonths ?? 0;
  demand(Number.isInteger(build) && build >= 0, 'the number of months of building', build, 'whole and not below 0');
  const idle = cost.idleMonths ?? 0;
  demand(Number.isFinite(idle) && idle >= 0, 'the number of idle months', idle, 'a number not below 0');
  demand(idle / 12 < cost.lifeYears, 'the number of idle months', idle, 'shorter than the life');
}

/** Share of a new one's price that one is worth at an age: 1 when new, the residual at the end of its life. */
export function valueShare(cost: OwnedCost, ageYears: number): number {
  const left = cost.residualShare ?? 0;
  const part = Math.min(1, Math.max(0, ageYears / cost.lifeYears));
  return cost.fall === 'geometric' ? left ** part : 1 - (1 - left) * part;
}

/** Years at which it is bought: at delivery, and at the end of each life before the project ends. */
function purchaseYears(cost: OwnedCost, f: Finance): readonly number[] {
  const first = -(cost.idleMonths ?? 0) / 12;
  // the tolerance keeps 25 years of a 12.5-year device at one replacement: none is bought on the last day
  const lives = Math.max(1, Math.ceil((f.years - first) / cost.lifeYears - 1e-9));
  return Array.from({ length: lives }, (_, k) => first + k * cost.lifeYears);
}

/** The first one is paid in equal parts in the middle of each month of building, all before it is delivered. */
function firstPayments(cost: OwnedCost, f: Finance): Payment[] {
  const months = cost.buildMonths ?? f.buildMonths;
  const end = -(cost.idleMonths ?? 0) / 12;
  const at = (year: number, share: number): Payment => ({ year, money: cost.capexMoney * share * priceLevel(f, year) });
  if (months === 0) return [at(end, 1)];
  return Array.from({ length: months }, (_, m) => at(end - (months - m - 0.5) / 12, 1 / months));
}

/** Yearly payments at the ends of the years of operation, and for the idle time before it, all at once at its middle. */
function yearly(moneyPerYear: number, growth: number, idle: number): (f: Finance) => Payment[] {
  return (f) => {
    if (moneyPerYear === 0) return [];
    const before = idle > 0 ? [{ year: -idle / 2, money: moneyPerYear * idle * priceLevel(f, -idle / 2) }] : [];
    const years = Array.from({ length: f.years }, (_, n) => ({
      year: n + 1,
      money: moneyPerYear * (1 + growth) ** (n + 1),
    }));
    return [...before, ...years];
  };
}

/** Everything that owning one thing is paid for. @throws JW_FINANCE for what is out of range */
export function ownedPayments(cost: OwnedCost, f: Finance): OwnedPayments {
  check(cost);
  checkedFinance(f);
  const idle = (cost.idleMonths ?? 0) / 12;
  const growth = cost.priceEscalationShare ?? f.escalationShare.equipment;
  const upkeep = yearly(cost.opexMoneyPerYear, f.escalationShare.upkeep, idle)(f);
  if (cost.rentMoneyPerYear !== undefined) {
    const rent = yearly(cost.rentMoneyPerYear, growth, idle)(f);
    return { capex: [], replacement: [], upkeep, rent, salvage: [], tax: taxOfExpenses(f, [...upkeep, ...rent]) };
  }
  const priceAt = (year: number): number => cost.capexMoney * (1 + growth) ** year;
  const capex = firstPayments(cost, f);
  const at = purchaseYears(cost, f);
  const replacement = at.slice(1).map((year) => ({ year, money: priceAt(year) }));
  const sales = at.map((year): Payment => {
    const end = Math.min(f.years, year + cost.lifeYears);
    const worth = valueShare(cost, end - year);
    return { year: end, money: worth < 1e-9 ? 0 : -priceAt(end) * worth };
  });
  // What is written off is fixed in the money of each payment.
  const inOldMoney = (p: Payment): number => (f.kind === 'real' ? p.money * (1 + f.inflationShare) ** p.year : p.money);
  const paid = capex.reduce((sum, p) => sum + inOldMoney(p), 0);
  const first = taxOfPurchase(f, { year: 0, money: paid }, sales[0]!, true);
  const later = replacement.flatMap((p, k) => taxOfPurchase(f, p, sales[k + 1]!, false));
  const salvage = sales.filter((s) => s.money !== 0);
  return { capex, replacement, upkeep, rent: [], salvage, tax: [...taxOfExpenses(f, upkeep), ...first, ...later] };
}
