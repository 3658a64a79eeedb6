import { z } from 'zod';
import { JoulewrightError } from '../errors/error.ts';
import { DIMENSIONS, type Dimension, type DimensionRow } from './dimension.ts';
import { parseQuantity, spell } from './quantity.ts';

/** Limits of a quantity, in its base unit. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** What the schemas of a site file say about a key, for `check --explain`, editors and the docs. */
export interface KeyNotes {
  readonly about?: string;
  readonly dimension?: Dimension;
  /** Where the default comes from: a paper, a datasheet, or "our choice: why". */
  readonly source?: string;
}

function bounded(value: number, bounds: Bounds, row: DimensionRow): string | undefined {
  if (bounds.min !== undefined && value < bounds.min) return `must be at least ${boundText(bounds.min, row)}`;
  if (bounds.max !== undefined && value > bounds.max) return `must be at most ${boundText(bounds.max, row)}`;
  return undefined;
}

function boundText(value: number, { base, units }: DimensionRow): string {
  if (base !== '') return `${value} ${base}`;
  return units['%'] === undefined ? `${value}` : `${Number((100 * value).toPrecision(12))} %`;
}

/**
 * A quantity of the site file: text with a unit in, a number in the base unit out. Money dimensions give a number too; that
 * the currency is the site's own is checked once for the whole file (see site/currency.ts).
 */
export function quantity(dimension: Dimension, about: string, bounds: Bounds = {}) {
  const row: DimensionRow = DIMENSIONS[dimension];
  const input = row.units[''] === undefined || row.money === true ? z.string() : z.union([z.string(), z.number()]);
  return input
    .transform((text, context): number => {
      try {
        const { value } = parseQuantity(text, dimension);
        const complaint = bounded(value, bounds, row);
        if (complaint === undefined) return value;
        context.addIssue({ code: 'custom', message: `"${text}" is out of range: ${complaint}` });
      } catch (error) {
        if (!(error instanceof JoulewrightError)) throw error;
        const f = error.faults[0]!;
        context.addIssue({ code: 'custom', message: `${f.message}; ${f.hint}` });
      }
      return z.NEVER;
    })
    .meta({ about: about, dimension, description: `${about} (${spell(dimension)}, e.g. ${row.example})` });
}

/** A number without a unit. */
export function plain(about: string, bounds: Bounds = {}) {
  let schema = z.number();
  if (bounds.min !== undefined) schema = schema.min(bounds.min);
  if (bounds.max !== undefined) schema = schema.max(bounds.max);
  return schema.meta({ about, description: about });
}

/** A whole number. */
export function whole(about: string, bounds: Bounds = {}) {
  return plain(about, bounds).int().meta({ about, description: about });
}

/** One of a few words. */
export function choice<const T extends readonly [string, ...string[]]>(about: string, words: T) {
  return z.enum(words).meta({ about, description: about });
}

/** Free text. */
export function text(about: string) {
  return z.string().min(1).meta({ about, description: about });
}

/** The name of a thing in the file: letters, digits, `-`, `_`; other sections point to it. */
export function id(about: string) {
  return z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'an id starts with a letter and has only letters, digits, "-" and "_"')
    .meta({ about, description: about });
}

/**
 * Gives a key a default, written as in the file, with its source; `check --explain` prints both.
 * `byDefault(quantity('power', 'rated'), '800 kW', 'Paper 2020, table 3')`
 */
export function byDefault<S extends z.ZodType>(schema: S, value: z.input<S>, source: string) {
  return schema.prefault(value as never).meta({ ...(schema.meta() ?? {}), source });
}
