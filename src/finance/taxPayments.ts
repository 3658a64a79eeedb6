import type { Finance, Payment } from './basis.ts';
import { writeOffs } from './tax.ts';

/** Tax saved by operating costs, in the year that they are paid (never before operation starts); nothing without tax. */
export function taxOfExpenses(f: Finance, costs: readonly Payment[]): readonly Payment[] {
  const { tax } = f;
  if (tax === undefined || tax.rateShare === 0) return [];
  return costs.map((cost) => {
    const year = Math.max(0, cost.year);
    // What is deducted later than it was paid is fixed in the money of the payment.
    const value = f.kind === 'real' ? (1 + f.inflationShare) ** (cost.year - year) : 1;
    return { year, money: -tax.rateShare * cost.money * value };
  });
}

/**
 * Tax saved by one purchase: the investment credit (first purchases), what is written off until it is sold, and then the tax
 * on what the sale brings above what is left to write off (saved, where it brings less). Tax is settled at the end of each
 * year after the purchase. What is written off is fixed in the money of the purchase, so that real money deflates it.
 *
 * @param bought when it starts to be used and what was paid for it; @param sold negative money, at the end of its life here
 */
export function taxOfPurchase(f: Finance, bought: Payment, sold: Payment, isFirst: boolean): readonly Payment[] {
  const { tax } = f;
  if (tax === undefined) return [];
  if (!isFirst && tax.replacementsExpensed) return [{ year: bought.year, money: -tax.rateShare * bought.money }];
  const value = (year: number): number => (f.kind === 'real' ? (1 + f.inflationShare) ** (bought.year - year) : 1);
  const save = (year: number, share: number): Payment => ({ year, money: -share * bought.money * value(year) });
  const payments: Payment[] = [];
  if (isFirst && tax.creditShare > 0) payments.push(save(bought.year + 1, tax.creditShare));
  const shares = writeOffs(tax, isFirst);
  let leftShare = shares.reduce((sum, share) => sum + share, 0);
  shares.forEach((share, i) => {
    const year = bought.year + i + 1;
    if (year > sold.year + 1e-9) return;
    leftShare -= share;
    payments.push(save(year, tax.rateShare * share));
  });
  if (shares.length === 0) return payments;
  const left = leftShare < 1e-9 ? 0 : leftShare;
  payments.push(save(sold.year, tax.rateShare * left), { year: sold.year, money: -tax.rateShare * sold.money });
  return payments.filter((p) => p.money !== 0);
}
