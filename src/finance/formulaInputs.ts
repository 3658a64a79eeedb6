import type { FormulaInput, FormulaOutput } from '../units/formula.ts';

/** Inputs and outputs that several formulas of money have. */

export const rate: FormulaInput = {
  name: 'rate',
  symbol: 'r',
  unit: '',
  about: 'discount rate a year, a share; real with real money',
  min: -0.5,
  max: 2,
};
export const years: FormulaInput = { name: 'years', symbol: 'n', unit: 'y', about: 'years', min: 0.01, max: 200 };
export const wholeYears: FormulaInput = { ...years, about: 'years, whole', min: 1 };
export const escalation: FormulaInput = {
  name: 'escalation',
  symbol: 'e',
  unit: '',
  about: 'growth a year, a share, in year 1 already',
  min: -0.5,
  max: 1,
  standard: 0,
};
export const tax: FormulaInput = {
  name: 'tax',
  symbol: 't',
  unit: '',
  about: 'tax saved by a deductible cost, a share of it',
  min: 0,
  max: 1,
  standard: 0,
};
export const money = (name: string, symbol: string, about: string): FormulaInput => ({
  name,
  symbol,
  unit: 'money',
  about,
  min: -1e15,
  max: 1e15,
});
export const paid = (name: string, symbol: string, about: string): FormulaInput => ({
  ...money(name, symbol, about),
  min: 0,
});
export const out = (name: string, unit: string, about: string): FormulaOutput => ({ name, unit, about });
export const capex = paid('capex', 'C', 'price today');
export const life: FormulaInput = {
  name: 'life',
  symbol: 'L',
  unit: 'y',
  about: 'years until replaced at the same price',
  min: 0.1,
  max: 200,
};
export const opex = paid('opex', 'O', 'running cost a year');
export const ANY = 'any text on engineering economy';
export const HOMER = 'Lambert, Gilman, Lilienthal 2006, Micropower system modeling with HOMER';
