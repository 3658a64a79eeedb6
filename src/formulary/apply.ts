import { fail, JoulewrightError } from '../errors/error.ts';
import { evaluate, type Formula, type FormulaInput, type FormulaInputs, type FormulaValue } from '../units/formula.ts';

/** What a caller gives for an input: what the formula wants, or a list of that. */
export type GivenValue = FormulaValue | readonly string[] | readonly (readonly number[])[];
export type Given = Readonly<Record<string, GivenValue>>;

/** What comes back for an output: what the formula gives, or a list of that. */
export type AppliedValue = number | readonly number[] | readonly (readonly number[])[];
export type Applied = Readonly<Record<string, AppliedValue>>;

/** True where a list was given and one value is wanted, or a list of lists where one list is. */
function isSeries(
  input: FormulaInput,
  value: GivenValue,
): value is readonly number[] | readonly string[] | readonly (readonly number[])[] {
  return Array.isArray(value) && (input.list !== true || (value.length > 0 && value.every((v) => Array.isArray(v))));
}

/** A fault of one element, with its place counted from 0. */
function at(index: number, error: unknown): unknown {
  if (!(error instanceof JoulewrightError)) return error;
  return new JoulewrightError(
    error.faults.map((f) => ({ ...f, where: `element ${index}` })),
    { cause: error },
  );
}

/**
 * Computes a formula; inputs given as lists where one value is wanted are gone through together, element by element, and
 * every output is then a list of the same length. The lists have one length; single values hold for all elements.
 *
 * @throws JW_DOMAIN, JW_FORMULA_INPUT as `evaluate`, with the place of the element; also for lists of different lengths
 */
export function apply(formula: Formula, given: Given): Applied {
  const single: Record<string, FormulaValue> = {};
  const series: [name: string, values: readonly FormulaValue[]][] = [];
  for (const [name, value] of Object.entries(given)) {
    const input = formula.inputs.find((i) => i.name === name);
    if (input !== undefined && isSeries(input, value)) series.push([name, value]);
    else single[name] = value as FormulaValue;
  }
  const first = series[0];
  if (first === undefined) return evaluate(formula, single);
  const length = first[1].length;
  const other = series.find(([, values]) => values.length !== length);
  if (other !== undefined) {
    const reason = `${first[0]} has ${length} elements and ${other[0]} has ${other[1].length}; give equal lengths`;
    return fail('JW_FORMULA_INPUT', { formula: formula.name, reason });
  }
  const columns = new Map<string, (number | readonly number[])[]>(formula.outputs.map((o) => [o.name, []]));
  for (let i = 0; i < length; i++) {
    const inputs: FormulaInputs = {
      ...single,
      ...Object.fromEntries(series.map(([name, values]) => [name, values[i]!])),
    };
    try {
      for (const [name, value] of Object.entries(evaluate(formula, inputs))) columns.get(name)?.push(value);
    } catch (error) {
      throw at(i, error);
    }
  }
  return Object.fromEntries(columns) as Applied;
}
