import { fail } from '../../errors/error.ts';
import type { CheckedInputs, FormulaInput } from '../../units/formula.ts';
import { type DayWord, listCalendar } from './calendar.ts';

/** Inputs and checks that the formulas of bills share. */
export const REOPT =
  'NREL REopt.jl 0.56, electric tariff and utility constraints (demand, tiers, coincident peak, lookback)';
export const MONEY = 'money';

export const load: FormulaInput = {
  name: 'load',
  symbol: 'P',
  unit: 'kW',
  about: 'import in each step, means',
  min: 0,
  max: 1e7,
  list: true,
};
export const stepH: FormulaInput = {
  name: 'step_h',
  symbol: 'dt',
  unit: 'h',
  about: 'length of a step',
  min: 0.01,
  max: 1,
  standard: 1,
};
export const year: FormulaInput = {
  name: 'year',
  symbol: 'y',
  unit: '',
  about: 'the list begins on 1 January of this year, local time without changes of the clock',
  min: 1970,
  max: 2100,
  standard: 2026,
};
export const price = (about: string): FormulaInput => ({
  name: 'price',
  symbol: 'c',
  unit: 'money/kWh',
  about,
  min: -10,
  max: 1e6,
});
export const monthPrices: FormulaInput = {
  name: 'price',
  symbol: 'd_m',
  unit: 'money/kW/month',
  about: 'demand charge by month, January first; one value for all',
  min: 0,
  max: 1e7,
  list: true,
};
export const hour = (name: string, about: string, standard?: number): FormulaInput => ({
  name,
  symbol: name === 'from_hour' ? 'h_1' : 'h_2',
  unit: 'h',
  about,
  min: 0,
  max: 24,
  ...(standard === undefined ? {} : { standard }),
});
export const days: FormulaInput = {
  name: 'days',
  symbol: '',
  unit: '',
  about: 'days of the window',
  words: ['all', 'weekdays', 'weekends'],
};

/** Sum of a list. */
export const sum = (values: readonly number[]): number => values.reduce((total, v) => total + v, 0);

/** Refuses inputs that do not go together. @throws JW_FORMULA_INPUT */
export function refuse(formula: string, reason: string): never {
  return fail('JW_FORMULA_INPUT', { formula, reason });
}

/** Twelve prices out of twelve or one. @throws JW_FORMULA_INPUT */
export function twelve(formula: string, list: readonly number[]): readonly number[] {
  if (list.length === 12) return list;
  return list.length === 1
    ? new Array<number>(12).fill(list[0]!)
    : refuse(formula, 'price has 12 values, or 1 for all');
}

/** Year of a list. @throws JW_FORMULA_INPUT for a part of a year */
function yearOf(formula: string, inputs: CheckedInputs): number {
  const [value] = whole(formula, 'year', [inputs.number('year')]);
  return value!;
}

/** Months of the steps of `load`, and which lie in the daily window. */
export function calendar(formula: string, inputs: CheckedInputs) {
  return listCalendar(
    inputs.list('load').length,
    yearOf(formula, inputs),
    inputs.number('step_h'),
    inputs.number('from_hour'),
    inputs.number('to_hour'),
    inputs.word('days') as DayWord,
  );
}

/** Months of the steps of `load`. */
export function months(formula: string, inputs: CheckedInputs) {
  return listCalendar(inputs.list('load').length, yearOf(formula, inputs), inputs.number('step_h'), 0, 24, 'all');
}

/** Checks tiers given as lists: thresholds that rise from 0, and as many prices. @throws JW_FORMULA_INPUT */
export function tiers(formula: string, above: readonly number[], prices: readonly number[]): void {
  if (above.length !== prices.length || above.length === 0) refuse(formula, 'above and price have equally many values');
  if (above[0] !== 0 || above.some((v, i) => i > 0 && v <= above[i - 1]!)) refuse(formula, 'above rises from 0');
}

/** Numbers that must be whole. @throws JW_FORMULA_INPUT */
export function whole(formula: string, name: string, list: readonly number[]): readonly number[] {
  return list.every((v) => Number.isInteger(v)) ? list : refuse(formula, `${name} has whole numbers`);
}
