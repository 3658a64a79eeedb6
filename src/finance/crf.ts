import { fail } from '../errors/error.ts';

/** @throws JW_FINANCE when `ok` is false */
export function demand(ok: boolean, name: string, value: number, rule: string): void {
  if (!ok) fail('JW_FINANCE', { name, value, rule });
}

function check(rate: number, years: number): void {
  demand(Number.isFinite(rate) && rate > -1, 'the discount rate', rate, 'a number above -1');
  demand(Number.isFinite(years) && years > 0, 'the number of years', years, 'above 0');
}

/**
 * Capital recovery factor: the yearly payment, at the end of each of `years` years, that repays 1 at `rate` a year.
 * `rate` as a share (0.0624), > -1; `years` > 0, fractions allowed. At rate 0 it is 1 / years. The same as PyPSA's `annuity`.
 * Source: r / (1 - (1 + r)^-n), any text on engineering economy; NREL REopt `src/core/utils.jl`.
 * @throws JW_FINANCE
 */
export function crf(rate: number, years: number): number {
  check(rate, years);
  if (rate === 0) return 1 / years;
  return -rate / Math.expm1(-years * Math.log1p(rate));
}

/** Present worth of 1 a year, paid at the end of each of `years` years: 1 / CRF. @throws JW_FINANCE */
export function annuityFactor(rate: number, years: number): number {
  return 1 / crf(rate, years);
}

/**
 * Present worth factor of a yearly amount of 1 (in money of year 0) that grows by `escalation` a year, first growth already
 * in year 1: sum over n = 1..years of ((1 + e) / (1 + d))^n. `years` whole.
 * Source: NREL REopt `annuity` in `src/core/utils.jl`, which rounds to five digits; this does not.
 * @throws JW_FINANCE
 */
export function presentWorthFactor(years: number, escalation: number, rate: number): number {
  check(rate, years);
  demand(Number.isInteger(years), 'the number of years', years, 'whole');
  demand(Number.isFinite(escalation) && escalation > -1, 'the escalation', escalation, 'a number above -1');
  const x = (1 + escalation) / (1 + rate);
  if (Math.abs(x - 1) < 1e-12) return years;
  return (x * (1 - x ** years)) / (1 - x);
}
