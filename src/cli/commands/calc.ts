import { fstatSync, readFileSync } from 'node:fs';
import { fail, reasonOf } from '../../errors/error.ts';
import { answer, answerCase } from '../../formulary/answer.ts';
import type { Given } from '../../formulary/apply.ts';
import { formulaJson, printValue } from '../../formulary/describe.ts';
import { findFormula, search } from '../../formulary/formulary.ts';
import { FORMULARY } from '../../formulary/index.ts';
import { inputsOfJson, inputsOfWords } from '../../formulary/read.ts';
import type { Formula } from '../../units/formula.ts';
import { helpOfFormula, listOfFormulas } from '../calcHelp.ts';
import type { Command, Typed } from '../command.ts';

const STDIN = 0;
const print = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail('JW_FORMULA_JSON', { file, reason: reasonOf(error) }, '', error);
  }
}

/** The JSON of a file; "-" is standard input. @throws JW_FILE_MISSING, JW_FILE_UNREADABLE, JW_FORMULA_JSON */
function load(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file === '-' ? STDIN : file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return fail('JW_FILE_MISSING', { file });
    return fail('JW_FILE_UNREADABLE', { file, reason: reasonOf(error) }, '', error);
  }
  return parse(text, file === '-' ? 'standard input' : file);
}

/** What is piped in, or nothing where a terminal or no input stands there. */
function piped(): string {
  try {
    const stat = fstatSync(STDIN);
    return stat.isFIFO() || stat.isFile() || stat.isSocket() ? readFileSync(STDIN, 'utf8') : '';
  } catch {
    // A closed standard input is the same as none.
    return '';
  }
}

/** Inputs that came as one JSON object: `{"inputs": {...}}`, or the inputs themselves. */
function fromJson(formula: Formula, json: unknown): Given {
  const wrapped = typeof json === 'object' && json !== null && 'inputs' in json;
  const isInput = formula.inputs.some((input) => input.name === 'inputs');
  return inputsOfJson(formula, wrapped && !isInput ? json.inputs : json);
}

/** The inputs of the call; undefined where there are none, so that the formula is to be described. */
function inputsOf(formula: Formula, typed: Typed): Given | undefined {
  const words = typed.positionals.slice(1);
  const [only] = words;
  if (words.length === 1 && only?.trimStart().startsWith('{')) return fromJson(formula, parse(only, 'the argument'));
  if (words.length > 0) return inputsOfWords(formula, words, load);
  const text = typed.flag('json') ? piped() : '';
  return text.trim() === '' ? undefined : fromJson(formula, parse(text, 'standard input'));
}

function batch(file: string): number {
  const cases = load(file);
  if (!Array.isArray(cases)) return fail('JW_FORMULA_JSON', { file, reason: 'it is not an array' });
  print(cases.map((entry) => answerCase(FORMULARY, entry)));
  return 0;
}

function list(typed: Typed): number {
  const word = typed.text('search');
  const found = word === undefined ? FORMULARY : search(FORMULARY, word);
  if (typed.flag('json')) print(found.map(formulaJson));
  else process.stdout.write(`${listOfFormulas(found)}\n`);
  return 0;
}

function compute(formula: Formula, given: Given, json: boolean): void {
  const result = answer(formula, given);
  if (json) {
    print(result);
    return;
  }
  for (const output of formula.outputs) {
    const value = result.outputs[output.name];
    if (value === undefined) continue;
    const text = printValue(value, output.unit);
    process.stdout.write(formula.outputs.length === 1 ? `${text}\n` : `${output.name} = ${text}\n`);
  }
}

export const calc: Command = {
  name: 'calc',
  about: 'compute a formula of the physics, or list them all with units, domains and sources',
  details:
    'Without a name it lists the formulas; with a name alone it shows symbols, units, domains, equation and source.\n' +
    'Inputs are name=value, with a unit if you like (power="2 MW"), lists as 1,2,3 or @file.json.\n' +
    'A list where one number is wanted gives a list. With --json inputs may come as JSON, {"inputs": {...}}, on standard input.',
  positionals: [
    { name: 'NAME', about: 'component.topic.model', required: false, words: FORMULARY.map((f) => f.name) },
    { name: 'INPUT', about: 'name=value', required: false, many: true },
  ],
  options: {
    search: { type: 'string', value: 'TEXT', about: 'list only formulas that contain the words' },
    batch: { type: 'string', value: 'CASES.json', about: 'compute an array of {function, inputs}; answers in order' },
    json: { type: 'boolean', about: 'machine-readable output; reads inputs from standard input where none are given' },
  },
  examples: [
    'joulewright calc --search "cell temperature"',
    'joulewright calc finance.capital-recovery.annuity rate=8% years=20',
    'joulewright calc reliability.survival.markov loads=1,2,2,1 generators=2 generator_kw=1 mttf=5 hours=3',
    'joulewright calc --batch cases.json',
  ],
  helpFor: ([name]) => (name === undefined ? undefined : helpOfFormula(findFormula(FORMULARY, name))),
  async run(typed) {
    const file = typed.text('batch');
    const [name] = typed.positionals;
    if (file !== undefined && name !== undefined)
      fail('JW_USAGE', { reason: '--batch takes no formula beside it', command: 'calc' });
    if (file !== undefined) return batch(file);
    if (name === undefined) return list(typed);
    const formula = findFormula(FORMULARY, name);
    const given = inputsOf(formula, typed);
    if (given !== undefined) compute(formula, given, typed.flag('json'));
    else if (typed.flag('json')) print(formulaJson(formula));
    else process.stdout.write(`${helpOfFormula(formula)}\n`);
    return 0;
  },
};
