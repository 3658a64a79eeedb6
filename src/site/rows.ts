import type { z } from 'zod';
import { isRecord } from './describe.ts';
import type { Path } from './source.ts';

/** A row of a list of the file, as plain data; nothing is known about it yet but that it is a map. */
export interface Row {
  readonly path: Path;
  readonly data: Readonly<Record<string, unknown>>;
  /** Its id, when it has one that is text. */
  readonly id: string | undefined;
}

/** Rows of a list; anything that is not a map is left to the schema's complaint. @param at where the list's section stands */
export function rowsOf(data: unknown, key: string, at: Path = []): readonly Row[] {
  const list = isRecord(data) ? data[key] : undefined;
  if (!Array.isArray(list)) return [];
  return list.flatMap((row: unknown, i): Row[] => {
    if (!isRecord(row)) return [];
    return [{ path: [...at, key, i], data: row, id: typeof row['id'] === 'string' ? row['id'] : undefined }];
  });
}

/** A text of a row; undefined when it is absent or no text. */
export function textOf(row: Row, key: string): string | undefined {
  const value = row.data[key];
  return typeof value === 'string' ? value : undefined;
}

/** The texts of a list of a row; what else stands in it is left to the schema's complaint. */
export function textsOf(row: Row, key: string): readonly string[] {
  const list = row.data[key];
  return Array.isArray(list) ? list.filter((value): value is string => typeof value === 'string') : [];
}

/** A number of a row; undefined when it is absent or no number. */
export function numberOf(row: Row, key: string): number | undefined {
  const value = row.data[key];
  return typeof value === 'number' ? value : undefined;
}

/** A map inside plain data; empty when absent. */
export function sectionOf(data: unknown, key: string): Readonly<Record<string, unknown>> {
  const value = isRecord(data) ? data[key] : undefined;
  return isRecord(value) ? value : {};
}

/** The value parsed, or undefined when the schema refuses it (its faults are reported elsewhere). */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> | undefined {
  const result = schema.safeParse(value);
  return result.success ? result.data : undefined;
}
