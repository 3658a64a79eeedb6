import { fail } from '../errors/error.ts';
import type { Formula, FormulaInput } from '../units/formula.ts';
import { expandInputs } from '../units/listSpec.ts';
import type { Given, GivenValue } from './apply.ts';
import { unitFactor, unitsLike } from './unitOf.ts';

const NUMBER = /^([+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/;

function wrong(formula: Formula, reason: string): never {
  return fail('JW_FORMULA_INPUT', { formula: formula.name, reason });
}

/** "900", "900 W/m2", "0.9kW/m2" for an input in W/m2 -> 900. */
function readNumber(formula: Formula, input: FormulaInput, text: string): number {
  const match = NUMBER.exec(text.trim());
  if (match === null) return wrong(formula, `${input.name} is a number, not "${text}"`);
  const value = Number(match[1]!.replaceAll('_', ''));
  const unit = match[2]!.replace(/\s+/g, '');
  if (unit === '') return value;
  const factor = unitFactor(unit, input.unit);
  if (factor !== undefined) return value * factor;
  const takes = unitsLike(input.unit);
  const says = takes.length === 0 ? 'is a plain number' : `takes ${takes.join(', ')}`;
  return wrong(formula, `${input.name} ${says}, not "${unit}"`);
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isWord = (value: unknown): value is string => typeof value === 'string';
const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(isNumber);

/** One value as JSON had it; whether it suits the input is for the formula to say. */
function readJson(formula: Formula, name: string, value: unknown): GivenValue {
  if (isNumber(value) || isWord(value)) return value;
  if (isNumbers(value)) return value;
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    if (list.every(isWord) || list.every(isNumbers)) return list;
  }
  return wrong(formula, `${name} is a number, a word, or a list of them`);
}

/**
 * Inputs from a JSON value, one object of names and values. A value that is null is left out; a compact list is written out.
 *
 * @throws JW_FORMULA_INPUT where it is no object, or for a value that is neither number nor word nor a list
 */
export function inputsOfJson(formula: Formula, json: unknown): Given {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return wrong(formula, 'inputs are an object of names and values');
  const entries = expandInputs(Object.fromEntries(Object.entries(json)));
  if (typeof entries === 'string') return wrong(formula, entries);
  return Object.fromEntries(
    Object.entries(entries)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, readJson(formula, name, value)]),
  );
}

/**
 * Inputs from words of the command line: `poa=900`, `power="2 MW"`, `loads=1,2,2,1`, `loads=@file.json` (`load` reads the
 * file's JSON). A number in another unit of the same dimension is converted; numbers separated by commas are a list.
 *
 * @throws JW_FORMULA_INPUT for a word without "=", an input named twice, what is no number, or a unit of another dimension
 */
export function inputsOfWords(formula: Formula, words: readonly string[], load: (file: string) => unknown): Given {
  const given = new Map<string, GivenValue>();
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) wrong(formula, `"${word}" is not like name=value`);
    const name = word.slice(0, at).trim();
    const text = word.slice(at + 1).trim();
    const input = formula.inputs.find((i) => i.name === name);
    if (input === undefined)
      return wrong(formula, `it has no input "${name}"; it has ${formula.inputs.map((i) => i.name).join(', ')}`);
    if (given.has(name)) wrong(formula, `${name} is given twice`);
    if (text.startsWith('@')) {
      given.set(
        name,
        inputsOfJson(formula, { [name]: load(text.slice(1)) })[name] ?? wrong(formula, `${name} is empty`),
      );
    } else if (input.words !== undefined) given.set(name, text);
    else if (input.list === true && text === '') given.set(name, []);
    else if (input.list === true || text.includes(','))
      given.set(
        name,
        text.split(',').map((part) => readNumber(formula, input, part)),
      );
    else given.set(name, readNumber(formula, input, text));
  }
  return Object.fromEntries(given);
}
