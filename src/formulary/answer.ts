import { type Fault, fault, JoulewrightError, reasonOf } from '../errors/error.ts';
import type { Formula } from '../units/formula.ts';
import { type Applied, type AppliedValue, apply, type Given } from './apply.ts';
import { findFormula } from './formulary.ts';
import { inputsOfJson } from './read.ts';

/** A computed case as JSON. `value` and `unit` are those of the first output. */
export interface Answer {
  readonly function: string;
  readonly value: AppliedValue;
  readonly unit: string;
  readonly outputs: Applied;
  readonly units: Readonly<Record<string, string>>;
}

/** A case that cannot be computed. */
export interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string };
}

/** Computes a formula. @throws JW_DOMAIN, JW_FORMULA_INPUT */
export function answer(formula: Formula, given: Given): Answer {
  const outputs = apply(formula, given);
  const first = formula.outputs[0]!;
  return {
    function: formula.name,
    value: outputs[first.name]!,
    unit: first.unit,
    outputs,
    units: Object.fromEntries(formula.outputs.map((o) => [o.name, o.unit])),
  };
}

function refusal(error: unknown): Refusal {
  const first: Fault =
    error instanceof JoulewrightError ? error.faults[0]! : fault('JW_INTERNAL', { reason: reasonOf(error) });
  const message = first.where === '' ? first.message : `${first.where}: ${first.message}`;
  return { error: { code: first.code, message, hint: first.hint } };
}

/**
 * Computes one case `{function, inputs}` (`formula` is taken for `function` too). Never throws: what cannot be computed
 * gives an error object.
 */
export function answerCase(formulas: readonly Formula[], entry: unknown): Answer | Refusal {
  try {
    const fields = typeof entry === 'object' && entry !== null ? Object.fromEntries(Object.entries(entry)) : {};
    const name = fields['function'] ?? fields['formula'];
    if (typeof name !== 'string') {
      const reason = 'a case is an object with function, a name, and inputs';
      return refusal(new JoulewrightError([fault('JW_FORMULA_JSON', { file: 'this case', reason })]));
    }
    const formula = findFormula(formulas, name);
    return answer(formula, inputsOfJson(formula, fields['inputs'] ?? {}));
  } catch (error) {
    return refusal(error);
  }
}
