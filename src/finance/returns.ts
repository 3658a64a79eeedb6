import type { Finance, Payment } from './basis.ts';
import { worthOf } from './ownedWorth.ts';
import { lifeCycleCost, type ProjectPayment, yearTable } from './project.ts';

/** Rates between which an internal rate of return is looked for. */
const LOWEST = -0.99;
const HIGHEST = 100;

/** The rate between two that have worths of different sign, by halving. */
function rootBetween(worth: (rate: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const isLow = worth(low) > 0;
  for (let i = 0; i < 200 && high - low > 1e-15 * (1 + Math.abs(low)); i++) {
    const middle = (low + high) / 2;
    if (worth(middle) > 0 === isLow) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Internal rate of return: the discount rate at which flows are worth nothing. Of several, the one nearest to 0; undefined where
 * there is none from -99 % to 10,000 % a year.
 * @param flows positive comes in; years from any start, fractions allowed
 */
export function internalRate(flows: readonly Payment[]): number | undefined {
  const worth = (rate: number): number => worthOf(flows, rate);
  // Steps of the growth factor, from 1 outwards on both sides.
  const side = (factor: number, end: number): number | undefined => {
    let [at, before] = [1, worth(0)];
    if (before === 0) return 0;
    while (factor > 1 ? at < 1 + end : at > 1 + end) {
      const next = factor > 1 ? Math.min(1 + end, at * factor) : Math.max(1 + end, at * factor);
      const here = worth(next - 1);
      if (here === 0) return next - 1;
      if (here > 0 !== before > 0) return rootBetween(worth, Math.min(at, next) - 1, Math.max(at, next) - 1);
      [at, before] = [next, here];
    }
    return undefined;
  };
  const roots = [side(1.005, HIGHEST), side(1 / 1.005, LOWEST)].filter((rate) => rate !== undefined);
  return roots.sort((a, b) => Math.abs(a) - Math.abs(b))[0];
}

/**
 * Years until money is back for good: the last time that the sum of yearly flows rises through 0, linear within the year; 0
 * where it never is below, undefined where it ends below.
 * Source: NREL REopt, simple payback in src/results/proforma.jl. @param flows year 0, 1, ...; positive comes in
 */
export function paybackYears(flows: readonly number[]): number | undefined {
  let [sum, at] = [0, 0];
  flows.forEach((flow, year) => {
    const after = sum + flow;
    if (sum < 0 && after >= 0) at = year - 1 + -sum / flow;
    sum = after;
  });
  return sum < 0 ? undefined : at;
}

/** What a project is worth beside another one, on the same basis. */
export interface Returns {
  /** Life cycle costs, at the start of operation. */
  readonly costMoney: number;
  readonly baseCostMoney: number;
  /** Net present value of doing the project instead: the difference. */
  readonly npvMoney: number;
  readonly internalRateShare: number | undefined;
  /** Without and with discounting. */
  readonly paybackYears: number | undefined;
  readonly discountedPaybackYears: number | undefined;
}

/**
 * Net present value, internal rate of return and payback of a project against what is done otherwise (nothing: an empty
 * list). Rates are of the basis' kind. Source: NREL REopt, `proforma_results`; NPV = LCC of the base - LCC.
 */
export function returnsOf(project: readonly ProjectPayment[], base: readonly ProjectPayment[], f: Finance): Returns {
  const [rows, others] = [yearTable(project, f), yearTable(base, f)];
  const [costMoney, baseCostMoney] = [lifeCycleCost(project, f), lifeCycleCost(base, f)];
  const gains = [...project.map((p) => ({ ...p, money: -p.money })), ...base];
  return {
    costMoney,
    baseCostMoney,
    npvMoney: baseCostMoney - costMoney,
    internalRateShare: internalRate(gains),
    paybackYears: paybackYears(rows.map((row, i) => row.netMoney - others[i]!.netMoney)),
    discountedPaybackYears: paybackYears(rows.map((row, i) => row.worthMoney - others[i]!.worthMoney)),
  };
}
