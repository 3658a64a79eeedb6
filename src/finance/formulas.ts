import type { Formula } from '../units/formula.ts';
import { annuityFactor, crf, presentWorthFactor } from './crf.ts';
import { ANY, capex, escalation, money, out, paid, rate, tax, wholeYears, years } from './formulaInputs.ts';
import { levelisedByFixedCharge, levelisedCost } from './levelised.ts';
import { escalatingWorth, worthAfterStraightLine } from './lifeCycle.ts';
import { OWNED } from './ownedFormulas.ts';
import { discounted, netPresentValue } from './presentWorth.ts';
import { internalRate } from './returns.ts';

/** Money over time as formulas; any one currency, called "money". */
export const FORMULAS: readonly Formula[] = [
  {
    name: 'finance.capital-recovery.annuity',
    about: 'Yearly payment that repays 1 over some years',
    equation: 'CRF = r / (1 - (1 + r)^-n); 1/n at r = 0',
    inputs: [rate, years],
    outputs: [out('crf', '1/y', 'capital recovery factor')],
    source: `${ANY}; NREL REopt src/core/utils.jl, PyPSA costs.py`,
    validity: 'payments at the end of each year',
    example: { rate: 0.0624, years: 25 },
    run: (i) => ({ crf: crf(i.number('rate'), i.number('years')) }),
  },
  {
    name: 'finance.present-worth.annuity',
    about: 'Worth today of 1 a year, paid at the end of each year',
    equation: 'A = (1 - (1 + r)^-n) / r',
    inputs: [rate, years],
    outputs: [out('factor', 'y', 'present worth factor')],
    source: ANY,
    validity: 'payments at the end of each year',
    example: { rate: 0.08, years: 20 },
    run: (i) => ({ factor: annuityFactor(i.number('rate'), i.number('years')) }),
  },
  {
    name: 'finance.present-worth.escalating',
    about: 'Worth today of a yearly 1 that grows, the first growth in year 1 already',
    equation: 'F = x (1 - x^n) / (1 - x), x = (1 + e) / (1 + r)',
    inputs: [wholeYears, escalation, rate],
    outputs: [out('factor', 'y', 'present worth factor')],
    source: 'NREL REopt, annuity in src/core/utils.jl (rounded there to five digits)',
    validity: 'whole years',
    example: { years: 25, escalation: 0.0166, rate: 0.0624 },
    run: (i) => ({ factor: presentWorthFactor(i.number('years'), i.number('escalation'), i.number('rate')) }),
  },
  {
    name: 'finance.present-worth.single',
    about: 'Worth today of one amount paid later',
    equation: 'P = A / (1 + r)^n',
    inputs: [money('amount', 'A', 'paid then'), rate, { ...years, about: 'years from now', min: 0 }],
    outputs: [out('worth', 'money', 'worth today')],
    source: ANY,
    validity: 'fractions of a year allowed',
    example: { amount: 700, rate: 0.08, years: 10 },
    run: (i) => ({ worth: discounted(i.number('amount'), i.number('rate'), i.number('years')) }),
  },
  {
    name: 'finance.net-present-value.flows',
    about: 'Worth today of yearly cash flows',
    equation: 'NPV = sum_n A_n / (1 + r)^n, n = 0 today',
    inputs: [{ ...money('flows', 'A_n', 'today, then the end of each year'), list: true }, rate],
    outputs: [out('npv', 'money', 'net present value')],
    source: ANY,
    validity: 'flows at the end of each year',
    example: { flows: [-1000, 300, 400, 500], rate: 0.08 },
    run: (i) => ({ npv: netPresentValue(i.list('flows'), i.number('rate')) }),
  },
  {
    name: 'finance.internal-rate.flows',
    about: 'Discount rate at which yearly cash flows are worth nothing',
    equation: 'sum_n A_n / (1 + IRR)^n = 0; of several the one nearest to 0',
    inputs: [{ ...money('flows', 'A_n', 'today, then the end of each year'), list: true }],
    outputs: [out('rate', '', 'internal rate of return, a share a year')],
    source: ANY,
    validity: 'flows of both signs; -99 % to 10,000 % a year',
    example: { flows: [-1000, 300, 400, 500] },
    run: (i) => {
      const found = internalRate(i.list('flows').map((amount, year) => ({ year, money: amount })));
      return { rate: found ?? Number.NaN };
    },
  },
  {
    name: 'finance.life-cycle-cost.escalating',
    about: 'Present worth, after tax, of a yearly cost that grows: a bill, fuel, upkeep',
    equation: 'P = A x (1 - x^n) / (1 - x) (1 - t), x = (1 + e) / (1 + r)',
    inputs: [money('yearly', 'A', 'a year, in money of today'), wholeYears, escalation, rate, tax],
    outputs: [out('worth', 'money', 'present worth')],
    source: 'NREL REopt, life cycle cost of bill, fuel and O&M',
    validity: 'whole years',
    example: { yearly: 99600, years: 25, escalation: 0.0166, rate: 0.0624, tax: 0.26 },
    run: (i) => {
      const [y, n, e] = [i.number('yearly'), i.number('years'), i.number('escalation')];
      return { worth: escalatingWorth(y, n, e, i.number('rate'), i.number('tax')) };
    },
  },
  {
    name: 'finance.depreciation.straight-line',
    about: 'Price of an investment less the tax saved by writing it off in equal yearly parts',
    equation: 'P = C (1 - t / n (1 - (1 + r)^-n) / r)',
    inputs: [capex, wholeYears, rate, tax],
    outputs: [out('worth', 'money', 'present worth after tax')],
    source: `${ANY}; NREL REopt, off-grid other capital cost`,
    validity: 'written off from the end of year 1 on',
    example: { capex: 3000, years: 20, rate: 0.08, tax: 0.26 },
    run: (i) => ({
      worth: worthAfterStraightLine(i.number('capex'), i.number('years'), i.number('rate'), i.number('tax')),
    }),
  },
  {
    name: 'finance.levelised-cost.present-values',
    about: 'Levelised cost: present value of costs over present value of output',
    equation: 'LCOE = PV(costs) / PV(output)',
    inputs: [
      money('costs', 'PV_c', 'present value of costs'),
      { ...paid('output', 'PV_o', 'present value of output'), unit: 'unit', min: 1e-12 },
    ],
    outputs: [out('lcoe', 'money/unit', 'levelised cost')],
    source: 'Short, Packey, Holt 1995, NREL/TP-462-5173, eq. 4-10',
    validity: 'both discounted at one rate',
    example: { costs: 1000000, output: 12000000 },
    run: (i) => ({ lcoe: levelisedCost(i.number('costs'), i.number('output')) ?? Number.NaN }),
  },
  {
    name: 'finance.levelised-cost.fixed-charge',
    about: 'Levelised cost with a fixed charge rate',
    equation: 'LCOE = (FCR C + F) / E + V',
    inputs: [
      capex,
      paid('fixed', 'F', 'fixed cost a year'),
      { ...paid('variable', 'V', 'variable cost per unit'), unit: 'money/unit', standard: 0 },
      { name: 'fcr', symbol: 'FCR', unit: '', about: 'fixed charge rate, a share a year', min: 0, max: 1 },
      { name: 'output', symbol: 'E', unit: 'unit/y', about: 'output a year', min: 1e-12 },
    ],
    outputs: [out('lcoe', 'money/unit', 'levelised cost')],
    source: 'NREL System Advisor Model, module lcoefcr; Short, Packey, Holt 1995, NREL/TP-462-5173',
    validity: 'one output every year',
    example: { capex: 52002310, fixed: 650029, fcr: 0.0816, output: 112998359 },
    run: (i) => {
      const lcoe = levelisedByFixedCharge({
        capexMoney: i.number('capex'),
        fixedMoneyPerYear: i.number('fixed'),
        variableMoneyPerUnit: i.number('variable'),
        fixedChargeRate: i.number('fcr'),
        outputPerYear: i.number('output'),
      });
      return { lcoe: lcoe ?? Number.NaN };
    },
  },
  ...OWNED,
];
