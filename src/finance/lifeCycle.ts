import { annuityFactor, demand, presentWorthFactor } from './crf.ts';

function checkTax(taxShare: number): void {
  demand(Number.isFinite(taxShare) && taxShare >= 0 && taxShare <= 1, 'the tax share', taxShare, '0 to 1');
}

/**
 * Present worth, after tax, of a yearly cost that escalates: cost of year 0 x present worth factor x (1 - tax). `years`
 * whole, rates as shares a year, tax as a share of a deductible cost, 0 where there is none.
 * Source: NREL REopt, life cycle cost terms of bill, fuel and O&M.
 * @throws JW_FINANCE
 */
export function escalatingWorth(
  moneyPerYear: number,
  years: number,
  escalation: number,
  rate: number,
  taxShare: number,
): number {
  checkTax(taxShare);
  return moneyPerYear * presentWorthFactor(years, escalation, rate) * (1 - taxShare);
}

/**
 * Cost of an investment less the tax saved by writing it off in equal parts over `years` years.
 * Source: straight-line depreciation, any text on engineering economy; NREL REopt, off-grid other capital cost.
 * @throws JW_FINANCE
 */
export function worthAfterStraightLine(capexMoney: number, years: number, rate: number, taxShare: number): number {
  checkTax(taxShare);
  return capexMoney * (1 - (taxShare / years) * annuityFactor(rate, years));
}
