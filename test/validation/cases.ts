import { readdirSync, readFileSync } from 'node:fs';
import { reasonOf } from '../../src/errors/error.ts';
import { apply } from '../../src/formulary/apply.ts';
import { findFormula } from '../../src/formulary/formulary.ts';
import { FORMULARY } from '../../src/formulary/index.ts';
import { inputsOfJson } from '../../src/formulary/read.ts';
import { expandList, isListSpec } from '../../src/units/listSpec.ts';
import { compare, explained, type Row, type Tolerance } from './row.ts';

/** A reference case as its file has it. */
export interface Case {
  /** As in the literature or the product it comes from; one per file. */
  readonly id: string;
  readonly formula: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  /** One for all outputs, or one per output. */
  readonly tolerance: Tolerance | Readonly<Record<string, Tolerance>>;
  readonly source: string;
  /** True where we worked the value out ourselves: it guards against mistakes, and says nothing about the model. */
  readonly own?: boolean;
  readonly note?: string;
  /** Why a case that fails is left failing; it stays red in the page, and a test looks that it still is. */
  readonly red?: string;
}

/** A room's cases. */
export interface CaseFile {
  readonly room: string;
  readonly cases: readonly Case[];
}

const FOLDER = new URL('./', import.meta.url);

/** Every `test/validation/<room>.json`, by room. */
export function readCases(): readonly CaseFile[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({
      room: name.slice(0, -'.json'.length),
      cases: JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as readonly Case[],
    }));
}

function toleranceOf({ tolerance }: Case, output: string): Tolerance {
  const own = (tolerance as Readonly<Record<string, Tolerance | number | undefined>>)[output];
  return typeof own === 'object' ? own : (tolerance as Tolerance);
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((v) => typeof v === 'number');

/** An expected value written out; undefined for what is neither a number nor a list of them. */
function expectedOf(value: unknown): number | readonly number[] | undefined {
  const list = isListSpec(value) ? expandList(value) : value;
  return typeof list === 'number' || isNumbers(list) ? list : undefined;
}

/** Recomputes a case: one row per expected output. Never throws: what cannot be computed is red, with the reason. */
export function recompute(entry: Case): readonly Row[] {
  const { red: reason } = entry;
  const ours = entry.own === true ? 'our own arithmetic' : undefined;
  const words = [ours, entry.note].filter((word) => word !== undefined);
  const note = words.length === 0 ? undefined : words.join('; ');
  const outputs = Object.keys(entry.expected);
  return outputs.map((output): Row => {
    const several = outputs.length > 1;
    const what = `${entry.formula}${several ? `: ${output}` : ''}`;
    const about = { id: entry.id, what, source: entry.source, ...(note === undefined ? {} : { note }) };
    const told = (row: Row): Row => (reason === undefined ? row : explained(row, reason));
    const want = expectedOf(entry.expected[output]);
    try {
      const formula = findFormula(FORMULARY, entry.formula);
      const unit = formula.outputs.find((o) => o.name === output)?.unit ?? '';
      const got = apply(formula, inputsOfJson(formula, entry.inputs))[output];
      if (want === undefined || got === undefined) throw new Error(`${output} is no output, or not a number`);
      if (typeof got !== 'number' && !isNumbers(got)) throw new Error(`${output} is a list of lists`);
      return told(compare({ ...about, unit }, want, got, toleranceOf(entry, output)));
    } catch (error) {
      const reference = typeof want === 'number' ? String(want) : '';
      return told({
        ...about,
        reference,
        ours: 'none',
        difference: '',
        tolerance: '',
        verdict: 'red',
        note: reasonOf(error),
      });
    }
  });
}
