import type { Formula, FormulaInput, FormulaInputs, FormulaValue } from '../units/formula.ts';
import type { AppliedValue } from './apply.ts';

/** A number to nine significant digits, without zeros at the end. */
export function printNumber(value: number): string {
  return String(Number(value.toPrecision(9)));
}

/** A value with its unit: "35.2030794 °C", "0.96, 0.4096". */
export function printValue(value: AppliedValue, unit: string): string {
  const text = Array.isArray(value)
    ? value.map((v) => (Array.isArray(v) ? `[${v.map(printNumber).join(', ')}]` : printNumber(v))).join(', ')
    : printNumber(value as number);
  return unit === '' ? text : `${text} ${unit}`;
}

/** The domain of an input in words. */
export function domainOf(input: FormulaInput): string {
  if (input.words !== undefined) return input.words.join(' | ');
  const { min, max } = input;
  const range =
    min !== undefined && max !== undefined
      ? `${min} to ${max}`
      : min !== undefined
        ? `at least ${min}`
        : max === undefined
          ? 'any'
          : `at most ${max}`;
  return input.list === true ? `list, each ${range}` : range;
}

/** A value at a place of the domain, 0 at its lower and 1 at its upper end, in two digits where that stays inside. */
function within(input: FormulaInput, place: number): number {
  const { min, max } = input;
  const low = min ?? (max === undefined ? 0 : max - 20);
  const value = low + ((max ?? low + 20) - low) * place;
  const round = Number(value.toPrecision(2));
  return round >= (min ?? round) && round <= (max ?? round) ? round : value;
}

/** What a person might write: the default, the middle of the domain; for a list two values that rise. */
function sampleOf(input: FormulaInput): FormulaValue {
  if (input.words !== undefined) return input.words[0] ?? '';
  if (input.list === true) return [within(input, 0.25), within(input, 0.75)];
  return input.standard ?? within(input, 0.5);
}

/** Inputs of an example: the formula's own, or ones from the middle of its domains; defaults are left out. */
export function exampleInputs(formula: Formula): FormulaInputs {
  if (formula.example !== undefined) return formula.example;
  const needed = formula.inputs.filter((input) => input.standard === undefined);
  const shown = needed.length > 0 ? needed : formula.inputs;
  return Object.fromEntries(shown.map((input) => [input.name, sampleOf(input)]));
}

/** The call with the example's inputs, as one types it. */
export function exampleCall(formula: Formula): string {
  const words = Object.entries(exampleInputs(formula)).map(([name, value]) => `${name}=${String(value)}`);
  return ['joulewright calc', formula.name, ...words].join(' ');
}

/** A formula as JSON: all that is known of it but the function. */
export function formulaJson(formula: Formula): Omit<Formula, 'run'> {
  const { run: _, ...rest } = formula;
  return { ...rest, example: exampleInputs(formula) };
}
