import { annuityFactor, crf, demand } from './crf.ts';

/** Worth today of an amount paid `year` years from now; fractions of a year allowed. `rate` a share a year, > -1. */
export function discounted(amount: number, rate: number, year: number): number {
  return amount / (1 + rate) ** year;
}

/**
 * Net present value of yearly cash flows; entry 0 is today, entry n the end of year n. `rate` a share a year.
 * @throws JW_FINANCE when the rate is not above -1
 */
export function netPresentValue(flows: readonly number[], rate: number): number {
  demand(Number.isFinite(rate) && rate > -1, 'the discount rate', rate, 'a number above -1');
  let sum = 0;
  for (let n = flows.length - 1; n >= 0; n--) sum = sum / (1 + rate) + flows[n]!;
  return sum;
}

/** What one piece of equipment costs to own. Fields as in the contract's Ownership; any one currency. */
export interface OwnedCost {
  readonly capexMoney: number;
  readonly opexMoneyPerYear: number;
  /** Years until replaced at the same price, > 0. */
  readonly lifeYears: number;
}

/** Present worths over the project; `totalMoney` is their sum (salvage is negative). */
export interface OwnedWorth {
  readonly capexMoney: number;
  readonly replacementMoney: number;
  readonly opexMoney: number;
  readonly salvageMoney: number;
  readonly totalMoney: number;
}

/**
 * Present worth of owning something for `years` years: bought today, running cost at each year's end, replaced at the end of
 * each life at the same real price, and at the end worth its price times the share of life left (linear salvage).
 * A replacement that would fall on the last day is not bought. `years` > 0; all money real if `rate` is real.
 * Source: the net present cost of HOMER (Lambert, Gilman, Lilienthal 2006, "Micropower system modeling with HOMER").
 * @throws JW_FINANCE
 */
export function ownedWorth(cost: OwnedCost, rate: number, years: number): OwnedWorth {
  demand(Number.isFinite(cost.lifeYears) && cost.lifeYears > 0, 'the life', cost.lifeYears, 'above 0');
  const opexMoney = cost.opexMoneyPerYear * annuityFactor(rate, years);
  // the tolerance keeps 25 years of a 12.5-year device at one replacement
  const replacements = Math.max(0, Math.ceil(years / cost.lifeYears - 1e-9) - 1);
  let replacementMoney = 0;
  for (let k = 1; k <= replacements; k++) replacementMoney += discounted(cost.capexMoney, rate, k * cost.lifeYears);
  const leftShare = Math.max(0, ((replacements + 1) * cost.lifeYears - years) / cost.lifeYears);
  const salvage = leftShare < 1e-9 ? 0 : -discounted(cost.capexMoney * leftShare, rate, years);
  return {
    capexMoney: cost.capexMoney,
    replacementMoney,
    opexMoney,
    salvageMoney: salvage,
    totalMoney: cost.capexMoney + replacementMoney + opexMoney + salvage,
  };
}

/** The level yearly cost with the same present worth as owning it for `years` years. @throws JW_FINANCE */
export function yearlyCost(cost: OwnedCost, rate: number, years: number): number {
  return ownedWorth(cost, rate, years).totalMoney * crf(rate, years);
}
