/**
 * Money is kept in whole micro-units (1 USD = 1,000,000) wherever it is stored or billed, so that sums are exact; physics
 * and optimisation use plain numbers of the currency unit.
 */
export const MICRO = 1_000_000;

/** Currency units to whole micro-units, half away from zero. Valid for |amount| < 9.0e9 (Number.MAX_SAFE_INTEGER micro-units). */
export function toMicro(amount: number): number {
  return Math.sign(amount) * Math.round(Math.abs(amount) * MICRO);
}

/** Whole micro-units to currency units. */
export function fromMicro(micro: number): number {
  return micro / MICRO;
}

/** "12.35 USD"; small amounts keep three significant digits: "0.00123 USD". */
export function formatMoney(amount: number, currency: string): string {
  const small = Math.abs(amount) < 0.1 && amount !== 0;
  const text = small
    ? Number(amount.toPrecision(3)).toString()
    : amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${text} ${currency}`;
}
