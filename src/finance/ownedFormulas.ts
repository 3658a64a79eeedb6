import type { Formula, FormulaInput } from '../units/formula.ts';
import { plainFinance } from './basis.ts';
import { capex, escalation, HOMER, life, opex, out, rate, tax, wholeYears } from './formulaInputs.ts';
import { costPerUnitYear, ownedWorth } from './ownedWorth.ts';
import { type Depreciation, isMacrsYears, NO_TAX } from './tax.ts';

const share = (name: string, symbol: string, about: string, standard: number): FormulaInput => ({
  name,
  symbol,
  unit: '',
  about,
  min: 0,
  max: 1,
  standard,
});
const residual = share('residual', 's', 'worth at the end of its life, a share of the price of a new one', 0);

function depreciationOf(method: string, years: number): Depreciation {
  if (method === 'straight-line') return { method, years };
  return isMacrsYears(years) ? { method: 'macrs', years } : { method: 'none' };
}

/** Owning equipment as formulas. */
export const OWNED: readonly Formula[] = [
  {
    name: 'finance.owned-cost.net-present-cost',
    about: 'Present worth of owning something: price, replacements, upkeep, less what it is worth at the end',
    equation:
      'NPC = C + sum_k C (1 + e)^(k L) / (1 + r)^(k L) + O A(r, n) - C (1 + e)^n v / (1 + r)^n, v = 1 - (1 - s) (share of life gone)',
    inputs: [
      capex,
      opex,
      life,
      rate,
      wholeYears,
      { ...escalation, about: 'growth a year of the price of a new one, a share' },
      residual,
    ],
    outputs: [
      out('total', 'money', 'present worth of all'),
      out('replacement', 'money', 'of replacements'),
      out('upkeep', 'money', 'of running cost'),
      out('salvage', 'money', 'of what is left, negative'),
      out('yearly', 'money/y', 'level yearly cost of the same worth'),
    ],
    source: HOMER,
    validity: 'whole years; linear salvage; none bought on the last day; the old one is sold at each replacement',
    example: { capex: 691, opex: 17, life: 25, rate: 0.08, years: 20 },
    run: (i) => {
      const cost = {
        capexMoney: i.number('capex'),
        opexMoneyPerYear: i.number('opex'),
        lifeYears: i.number('life'),
        priceEscalationShare: i.number('escalation'),
        residualShare: i.number('residual'),
      };
      const basis = plainFinance(i.number('rate'), i.number('years'));
      const worth = ownedWorth(cost, basis);
      return {
        total: worth.totalMoney,
        replacement: worth.replacementMoney,
        upkeep: worth.opexMoney,
        salvage: worth.salvageMoney,
        yearly: costPerUnitYear(cost, basis),
      };
    },
  },
  {
    name: 'finance.owned-cost.after-tax',
    about: 'Worth today of a purchase after the tax that writing it off and a credit save',
    equation:
      'P = C - k C / (1 + r) - t C (1 - b k) sum_n d_n / (1 + r)^n; d_1 with the bonus, the rest by the schedule',
    inputs: [
      capex,
      rate,
      { ...tax, about: 'tax on profit, a share' },
      {
        name: 'method',
        symbol: 'd_n',
        unit: '',
        about: 'how it is written off',
        words: ['macrs', 'straight-line'],
      },
      {
        ...wholeYears,
        name: 'period',
        symbol: 'N',
        about: 'years of writing off; MACRS has 3, 5, 7, 10, 15 and 20',
        max: 60,
      },
      share('bonus', '', 'share written off at once in the first year', 0),
      share('credit', 'k', 'investment tax credit, a share of the price', 0),
      share('credit_basis', 'b', 'part of the credit by which the depreciable price is lowered', 0.5),
    ],
    outputs: [
      out('worth', 'money', 'present worth after tax'),
      out('saved', 'money', 'present worth of the tax saved'),
    ],
    source: 'NREL REopt, effective_cost in src/core/utils.jl; schedules: IRS Publication 946, table A-1',
    validity: 'owned until all is written off; tax settled at the end of each year; 0 where MACRS has no such period',
    example: { capex: 1000, rate: 0.0624, tax: 0.26, method: 'macrs', period: 5, credit: 0.3 },
    run: (i) => {
      const period = i.number('period');
      const depreciation = depreciationOf(i.word('method'), period);
      const basis = plainFinance(i.number('rate'), period + 2);
      const worth = ownedWorth(
        { capexMoney: i.number('capex'), opexMoneyPerYear: 0, lifeYears: period + 2 },
        {
          ...basis,
          tax: {
            ...NO_TAX,
            rateShare: i.number('tax'),
            depreciation,
            bonusShare: i.number('bonus'),
            creditShare: i.number('credit'),
            creditBasisShare: i.number('credit_basis'),
          },
        },
      );
      const saved = depreciation.method === 'none' ? Number.NaN : -worth.taxMoney;
      return { worth: worth.capexMoney - saved, saved };
    },
  },
];
