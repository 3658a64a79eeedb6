import { z } from 'zod';
import { DIMENSIONS, type Dimension } from '../units/dimension.ts';
import type { KeyNotes } from '../units/schema.ts';

/** A schema without its wrappings. */
export interface Described {
  /** An object, an array, or a leaf. */
  readonly core: z.core.$ZodType;
  readonly notes: KeyNotes;
  /** What an absent key stands for, as written in a file; undefined when there is no default. */
  readonly standard: unknown;
  readonly optional: boolean;
}

function notesOf(schema: z.core.$ZodType): KeyNotes {
  const meta: Readonly<Record<string, unknown>> = z.globalRegistry.get(schema) ?? {};
  const text = (key: string): string | undefined => (typeof meta[key] === 'string' ? meta[key] : undefined);
  const about = text('about') ?? text('description');
  const source = text('source');
  const dimension = text('dimension');
  return {
    ...(about === undefined ? {} : { about }),
    ...(dimension !== undefined && dimension in DIMENSIONS ? { dimension: dimension as Dimension } : {}),
    ...(source === undefined ? {} : { source }),
  };
}

/** Of several forms that a value may have, the one for a map: of several maps that which knows most of its keys. */
function mapForm(core: z.core.$ZodType, value: unknown): z.core.$ZodType | undefined {
  if (!(core instanceof z.ZodUnion)) return undefined;
  const given = isRecord(value) ? Object.keys(value) : [];
  const known = (form: z.core.$ZodType) => {
    const keys = keysOf(describeSchema(form).core);
    return keys === undefined ? -1 : given.filter((key) => key in keys).length;
  };
  return core.def.options.reduce<z.core.$ZodType | undefined>((best, form) => {
    const here = known(form);
    return here > (best === undefined ? -1 : known(best)) ? form : best;
  }, undefined);
}

/**
 * Takes off optional, default, pipe and the like; the outermost note of each kind counts. Where a value may be a word or a
 * map, `value` decides which of the forms is described.
 */
export function describeSchema(schema: z.core.$ZodType, value?: unknown): Described {
  let core = schema;
  let notes = notesOf(core);
  let standard: unknown;
  let optional = false;
  for (;;) {
    let inner: z.core.$ZodType;
    if (core instanceof z.ZodPrefault || core instanceof z.ZodDefault) {
      standard ??= core.def.defaultValue;
      inner = core.def.innerType;
    } else if (core instanceof z.ZodOptional) {
      optional = true;
      inner = core.def.innerType;
    } else if (core instanceof z.ZodPipe) inner = core.def.in;
    else {
      const form = isRecord(value ?? standard) ? mapForm(core, value ?? standard) : undefined;
      if (form === undefined) return { core, notes, standard, optional };
      inner = form;
    }
    notes = { ...notesOf(inner), ...notes };
    core = inner;
  }
}

/** Keys of an object schema, in order; undefined for anything else. */
export function keysOf(core: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | undefined {
  return core instanceof z.ZodObject ? core.shape : undefined;
}

/** The schema of the rows of an array; undefined for anything else. */
export function rowOf(core: z.core.$ZodType): z.core.$ZodType | undefined {
  return core instanceof z.ZodArray ? core.def.element : undefined;
}

/** True for a map of the file. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What lies one step down in plain data. */
export function childOf(value: unknown, step: PropertyKey): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
  return isRecord(value) ? value[String(step)] : undefined;
}

/** The schema at a path of the file; undefined when the path leaves the schema. @param data the file, to tell forms apart */
export function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[], data: unknown): Described | undefined {
  let value = data;
  let now = describeSchema(schema, value);
  for (const step of path) {
    const next = typeof step === 'number' ? rowOf(now.core) : keysOf(now.core)?.[String(step)];
    if (next === undefined) return undefined;
    value = childOf(value, step);
    now = describeSchema(next, value);
  }
  return now;
}

/** A key with a value, written in the file or its default. */
export interface Leaf {
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
  readonly given: boolean;
  readonly notes: KeyNotes;
}

/**
 * Every leaf of the schema that the file gives or that has a default, in the order of the schema. Rows of lists are those of
 * the file, a list of plain values is one leaf; sections left out that have a default as a whole are walked with that default.
 */
export function* leaves(
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly PropertyKey[] = [],
  given = true,
  parentSource?: string,
): Generator<Leaf> {
  const { core, notes: own, standard } = describeSchema(schema, value);
  // a default that is a whole section gives its source to the keys inside
  const source = own.source ?? parentSource;
  const notes = source === undefined ? own : { ...own, source };
  const here = value === undefined ? standard : value;
  const fromFile = given && value !== undefined;
  if (here === undefined) return;
  const keys = keysOf(core);
  const row = rowOf(core);
  if (keys !== undefined && isRecord(here)) {
    for (const [key, inner] of Object.entries(keys)) yield* leaves(inner, here[key], [...path, key], fromFile, source);
  } else if (row !== undefined && Array.isArray(here) && (notes.about === undefined || here.some(isRecord))) {
    for (const [i, item] of here.entries()) yield* leaves(row, item, [...path, i], fromFile, source);
  } else yield { path, value: here, given: fromFile, notes };
}
