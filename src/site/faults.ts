import type { z } from 'zod';
import { type Fault, fault } from '../errors/error.ts';
import { DIMENSIONS } from '../units/dimension.ts';
import { nearestWord } from '../units/nearest.ts';
import { spell } from '../units/quantity.ts';
import { childOf, isRecord, keysOf, schemaAt } from './describe.ts';
import type { Path, Source } from './source.ts';

/** The value at a path of plain data. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(childOf, data);
}

/** Of the complaints about each form that a value may have, those about the form it has. */
function formIssues(issue: z.core.$ZodIssueInvalidUnion, value: unknown): readonly z.core.$ZodIssue[] | undefined {
  if (!isRecord(value)) return undefined;
  const forms = issue.errors.filter(
    (list) => !list.some((i) => i.path.length === 0 && i.code !== 'unrecognized_keys' && i.code !== 'custom'),
  );
  // Of several forms of a section, the one that least is wrong with is meant.
  const form = forms.reduce<(typeof forms)[number] | undefined>(
    (best, list) => (best === undefined || list.length < best.length ? list : best),
    undefined,
  );
  return form?.map((i) => ({ ...i, path: [...issue.path, ...i.path] }));
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, schema: z.ZodType, source: Source): Fault[] {
  const described = schemaAt(schema, issue.path, source.data);
  const known = Object.keys((described && keysOf(described.core)) ?? {});
  return issue.keys.map((key) => {
    const near = nearestWord(key, known);
    const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
    return fault('JW_SITE_KEY', { key, hint }, source.where([...issue.path, key], 'key'));
  });
}

function missing(path: Path, schema: z.ZodType, source: Source): Fault {
  const notes = schemaAt(schema, path, source.data)?.notes;
  const about = notes?.about === undefined ? '' : ` (${notes.about})`;
  const example = notes?.dimension === undefined ? '' : `, for example ${DIMENSIONS[notes.dimension].example}`;
  const key = String(path.at(-1) ?? 'the file');
  return fault('JW_SITE_MISSING', { key, about, example }, source.where(path));
}

/** What zod found, in the words of the file: one fault per key or value, each with its place. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], schema: z.ZodType, source: Source): Fault[] {
  return issues.flatMap((issue): Fault[] => {
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue, schema, source);
    const value = valueAt(source.data, issue.path);
    if (value === undefined) return [missing(issue.path, schema, source)];
    const inner = issue.code === 'invalid_union' ? formIssues(issue, value) : undefined;
    if (inner !== undefined) return faultsOf(inner, schema, source);
    const where = source.where(issue.path);
    const notes = schemaAt(schema, issue.path, source.data)?.notes;
    const shown = typeof value === 'object' ? 'this' : JSON.stringify(value);
    const say = (reason: string, hint: string): Fault[] => [fault('JW_SITE_VALUE', { reason, hint }, where)];
    if (issue.code === 'custom' || issue.code === 'invalid_format') {
      const [reason, ...hint] = issue.message.split('; ');
      return say(
        issue.code === 'custom' ? reason! : `${shown}: ${reason}`,
        hint.join('; ') || (notes?.about ?? 'correct it'),
      );
    }
    if (issue.code === 'invalid_value') {
      const words = issue.values.map(String);
      const near = nearestWord(String(value), words);
      const hint =
        near === undefined ? `one of ${words.join(', ')}` : `did you mean "${near}"? (one of ${words.join(', ')})`;
      return say(`${shown} is not known here`, hint);
    }
    if (issue.code === 'too_small' || issue.code === 'too_big') {
      const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      const rows = issue.origin === 'array' ? ' rows' : issue.origin === 'string' ? ' characters' : '';
      return say(`${shown} is out of range`, `it must be ${bound}${rows}`);
    }
    if (notes?.dimension !== undefined) {
      const example = DIMENSIONS[notes.dimension].example;
      return say(`${shown} is not a ${spell(notes.dimension)}`, `write it with its unit, like ${example}`);
    }
    return say(`${shown} does not fit: ${issue.message.replace(/^Invalid input: /, '')}`, notes?.about ?? 'correct it');
  });
}
