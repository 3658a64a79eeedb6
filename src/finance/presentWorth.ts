import { demand } from './crf.ts';

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
