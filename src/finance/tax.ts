import { demand } from './crf.ts';

/**
 * Shares of the price that are written off in each tax year by the US Modified Accelerated Cost Recovery System, half-year
 * convention, by recovery period in years. Source: IRS Publication 946, appendix A, table A-1.
 */
export const MACRS = {
  3: [0.3333, 0.4445, 0.1481, 0.0741],
  5: [0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576],
  7: [0.1429, 0.2449, 0.1749, 0.1249, 0.0893, 0.0892, 0.0893, 0.0446],
  10: [0.1, 0.18, 0.144, 0.1152, 0.0922, 0.0737, 0.0655, 0.0655, 0.0656, 0.0655, 0.0328],
  15: [
    0.05, 0.095, 0.0855, 0.077, 0.0693, 0.0623, 0.059, 0.059, 0.0591, 0.059, 0.0591, 0.059, 0.0591, 0.059, 0.0591,
    0.0295,
  ],
  20: [
    0.0375, 0.07219, 0.06677, 0.06177, 0.05713, 0.05285, 0.04888, 0.04522, 0.04462, 0.04461, 0.04462, 0.04461, 0.04462,
    0.04461, 0.04462, 0.04461, 0.04462, 0.04461, 0.04462, 0.04461, 0.02231,
  ],
} as const satisfies Record<number, readonly number[]>;

export type MacrsYears = keyof typeof MACRS;

/** True for a recovery period that the tables have. */
export function isMacrsYears(years: number): years is MacrsYears {
  return years in MACRS;
}

/** How an investment is written off against tax. */
export type Depreciation =
  | { readonly method: 'none' }
  | { readonly method: 'straight-line'; readonly years: number }
  | { readonly method: 'macrs'; readonly years: MacrsYears };

/** Tax on profit and what the state gives back. Off unless a basis has it. Shares are 0..1. */
export interface Tax {
  /** Tax on profit: every operating cost saves this share of itself. */
  readonly rateShare: number;
  readonly depreciation: Depreciation;
  /** Share of the depreciable price written off at once, in the first tax year, beside the schedule. */
  readonly bonusShare: number;
  /** Investment tax credit: share of the first purchase that is given back with the first year's tax. */
  readonly creditShare: number;
  /** By which part of the credit the depreciable price is lowered; one half in the USA. */
  readonly creditBasisShare: number;
  /** True where a replacement is an expense of its year and is not written off. */
  readonly replacementsExpensed: boolean;
}

/** Tax of a share on profit and nothing else. */
export const NO_TAX: Tax = {
  rateShare: 0,
  depreciation: { method: 'none' },
  bonusShare: 0,
  creditShare: 0,
  creditBasisShare: 0,
  replacementsExpensed: false,
};

/**
 * Shares of a price that are written off in tax year 1, 2, ...: they add up to 1, or to nothing for `none`.
 * Straight-line: equal parts. MACRS: the table above. @throws JW_FINANCE for a period that is not whole
 */
export function depreciationShares(d: Depreciation): readonly number[] {
  if (d.method === 'none') return [];
  if (d.method === 'macrs') return MACRS[d.years];
  demand(Number.isInteger(d.years) && d.years > 0, 'the years of depreciation', d.years, 'whole and above 0');
  return Array.from({ length: d.years }, () => 1 / d.years);
}

/**
 * What may be written off of a price of 1 in tax year 1, 2, ...: the price less a part of the credit, the bonus at once and the
 * rest by the schedule. @param credited whether the purchase gets the investment credit (first purchases do)
 * Source: NREL REopt.jl, `effective_cost` in src/core/utils.jl; IRS Publication 946 for bonus and basis.
 */
export function writeOffs(tax: Tax, credited: boolean): readonly number[] {
  const schedule = depreciationShares(tax.depreciation);
  const basis = 1 - (credited ? tax.creditBasisShare * tax.creditShare : 0);
  return schedule.map((share, i) => basis * (share * (1 - tax.bonusShare) + (i === 0 ? tax.bonusShare : 0)));
}
