import { fail } from '../errors/error.ts';

/** An input of a formula. */
export interface FormulaInput {
  /** Key in calls: `poa`. */
  readonly name: string;
  /** As in the source: "G". */
  readonly symbol: string;
  /** As printed: "W/m2"; empty for ratios. */
  readonly unit: string;
  readonly about: string;
  /** Domain, both ends inside; outside it the formula refuses. */
  readonly min?: number;
  readonly max?: number;
  /** Taken when the input is left out; with `source` of the formula or its own words in `about`. */
  readonly standard?: number;
  /** A list of numbers instead of one. */
  readonly list?: boolean;
  /** A word out of these instead of a number. */
  readonly words?: readonly string[];
}

/** What a formula gives. */
export interface FormulaOutput {
  readonly name: string;
  readonly unit: string;
  readonly about: string;
}

export type FormulaValue = number | readonly number[] | string;
export type FormulaInputs = Readonly<Record<string, FormulaValue>>;
export type FormulaResult = Readonly<Record<string, number | readonly number[]>>;

/**
 * A published model as data: what `joulewright calc` lists and computes. The function itself stands in its room; a formula
 * only names its inputs and calls it.
 */
export interface Formula {
  /** `component.topic.model`: `solar.cell-temperature.faiman`. */
  readonly name: string;
  readonly about: string;
  /** The equation in plain text. */
  readonly equation: string;
  readonly inputs: readonly FormulaInput[];
  readonly outputs: readonly FormulaOutput[];
  /** Paper, standard or documentation, exact enough to be found. */
  readonly source: string;
  /** Where it holds, in words, beside the domains of the inputs. */
  readonly validity: string;
  /** Called with checked inputs: every number finite and inside its domain. */
  readonly run: (inputs: CheckedInputs) => FormulaResult;
  /** Inputs of the example in the help, where ones from the middle of each domain do not go together. */
  readonly example?: FormulaInputs;
}

/** Checked inputs of a call. */
export interface CheckedInputs {
  number(name: string): number;
  list(name: string): readonly number[];
  word(name: string): string;
}

function range({ min, max, unit }: FormulaInput): string {
  const u = unit === '' ? '' : ` ${unit}`;
  if (min !== undefined && max !== undefined) return `${min} to ${max}${u}`;
  if (min !== undefined) return `at least ${min}${u}`;
  return max === undefined ? 'a finite number' : `at most ${max}${u}`;
}

function checked(formula: Formula, input: FormulaInput, value: number): number {
  const inside = Number.isFinite(value) && value >= (input.min ?? value) && value <= (input.max ?? value);
  if (!inside)
    fail('JW_DOMAIN', { formula: formula.name, name: input.name, value: String(value), range: range(input) });
  return value;
}

/**
 * Computes a formula. NaN never enters and never leaves.
 *
 * @throws JW_DOMAIN for a value outside its domain; JW_FORMULA_INPUT for a missing, unknown or wrongly typed input
 */
export function evaluate(formula: Formula, given: FormulaInputs): FormulaResult {
  const wrong = (reason: string): never => fail('JW_FORMULA_INPUT', { formula: formula.name, reason });
  const known = new Map(formula.inputs.map((input) => [input.name, input]));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) wrong(`it has no input "${name}"; it has ${[...known.keys()].join(', ')}`);
  }
  const values = new Map<string, FormulaValue>();
  for (const input of formula.inputs) {
    const value = given[input.name] ?? input.standard;
    if (value === undefined) return wrong(`${input.name} (${input.about}) is missing`);
    if (input.words !== undefined) {
      if (typeof value !== 'string' || !input.words.includes(value))
        wrong(`${input.name} is one of ${input.words.join(', ')}`);
      values.set(input.name, value);
    } else if (input.list === true) {
      if (!Array.isArray(value)) return wrong(`${input.name} is a list of numbers`);
      values.set(
        input.name,
        value.map((v) => checked(formula, input, Number(v))),
      );
    } else {
      if (typeof value !== 'number') return wrong(`${input.name} is a number`);
      values.set(input.name, checked(formula, input, value));
    }
  }
  const result = formula.run({
    number: (name) => values.get(name) as number,
    list: (name) => values.get(name) as readonly number[],
    word: (name) => values.get(name) as string,
  });
  for (const [name, value] of Object.entries(result)) {
    const bad = (Array.isArray(value) ? value : [value]).some((v) => !Number.isFinite(v));
    if (bad)
      fail('JW_DOMAIN', {
        formula: formula.name,
        name: `result ${name}`,
        value: String(value),
        range: 'a finite number',
      });
  }
  return result;
}
