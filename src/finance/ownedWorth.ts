import { type Escalating, type Finance, type Payment, realDiscount } from './basis.ts';
import { crf, presentWorthFactor } from './crf.ts';
import { type OwnedCost, type OwnedPayments, ownedPayments } from './owned.ts';
import { discounted } from './presentWorth.ts';

/** Present worths over the project, at the start of operation; `totalMoney` is their sum (salvage is negative). */
export interface OwnedWorth {
  readonly capexMoney: number;
  readonly replacementMoney: number;
  readonly opexMoney: number;
  readonly rentMoney: number;
  readonly salvageMoney: number;
  /** Negative where tax is saved. */
  readonly taxMoney: number;
  readonly totalMoney: number;
}

/** Worth of payments at the start of operation. `rateShare` a share a year. */
export function worthOf(payments: readonly Payment[], rateShare: number): number {
  return payments.reduce((sum, p) => sum + discounted(p.money, rateShare, p.year), 0);
}

/**
 * Present worth of owning something: paid for while it is built, kept up at each year's end, replaced at the end of each life
 * at the price of then, and at last worth what is left of the price of a new one. With a plain basis that is price today,
 * replacement at the same price and linear salvage. A replacement that would fall on the last day is not bought.
 * Source: the net present cost of HOMER (Lambert, Gilman, Lilienthal 2006, "Micropower system modeling with HOMER"); tax as
 * `effective_cost` of NREL REopt.
 * @throws JW_FINANCE
 */
export function ownedWorth(cost: OwnedCost, f: Finance): OwnedWorth {
  const p: OwnedPayments = ownedPayments(cost, f);
  const worth = (payments: readonly Payment[]): number => worthOf(payments, f.rateShare);
  const [capexMoney, replacementMoney, opexMoney] = [worth(p.capex), worth(p.replacement), worth(p.upkeep)];
  const [rentMoney, salvageMoney, taxMoney] = [worth(p.rent), worth(p.salvage), worth(p.tax)];
  return {
    capexMoney,
    replacementMoney,
    opexMoney,
    rentMoney,
    salvageMoney,
    taxMoney,
    totalMoney: capexMoney + replacementMoney + opexMoney + rentMoney + salvageMoney + taxMoney,
  };
}

/**
 * What one unit of an asset costs a year, level over the project in money of the price year: purchase while building, idle
 * time, replacements at their price of then, upkeep or rent, salvage and tax. Times the number of units it is what a sizing
 * model adds to its objective, beside yearly running costs times `levelFactor`. Linear in the asset's money.
 * @param asset of one unit (a kW, a kWh, a node), or of a whole plant
 * @throws JW_FINANCE
 */
export function costPerUnitYear(asset: OwnedCost, finance: Finance): number {
  return ownedWorth(asset, finance).totalMoney * crf(realDiscount(finance), finance.years);
}

/**
 * Level yearly cost, in money of the price year, of 1 a year that grows as its kind does and is paid after tax: 1 where nothing
 * grows and nothing is taxed. @throws JW_FINANCE
 */
export function levelFactor(finance: Finance, kind: Escalating): number {
  const { years, rateShare, escalationShare, tax } = finance;
  const worth = presentWorthFactor(years, escalationShare[kind], rateShare) * (1 - (tax?.rateShare ?? 0));
  return worth * crf(realDiscount(finance), years);
}

/**
 * What it costs to let something stand delivered and paid for `months` before operation starts: cost of capital, life lost,
 * upkeep or rent; present worth at the start of operation. @throws JW_FINANCE
 */
export function idlingCost(asset: OwnedCost, finance: Finance, months: number): number {
  const worth = (idleMonths: number): number => ownedWorth({ ...asset, idleMonths }, finance).totalMoney;
  return worth((asset.idleMonths ?? 0) + months) - worth(asset.idleMonths ?? 0);
}
