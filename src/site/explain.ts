import type { z } from 'zod';
import { leaves } from './describe.ts';
import { type FreeSize, writtenSize } from './freeSize.ts';
import { type Path, printPath } from './source.ts';

/** A key of the site as it is used. */
export interface Explained {
  readonly path: string;
  /** As a person writes it. */
  readonly value: string;
  /** Where a default comes from; for given keys, the site file itself. */
  readonly source: string;
  readonly given: boolean;
  /** What the file says beside it; see `Source.comment`. */
  readonly comment?: string;
  readonly about: string;
}

function show(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/**
 * Every key that the file gives and every default that stands in for one it leaves out, in the order of the schema. A
 * default without a source would be a defect: a test looks for one.
 *
 * @param data plain data of the current version
 * @param free sizes left to the planner: their range is shown
 * @param commentOf what the file says beside a value
 */
export function explain(
  schema: z.ZodType,
  data: unknown,
  free: readonly FreeSize[] = [],
  commentOf: (path: Path) => string | undefined = () => undefined,
): readonly Explained[] {
  const ranges = new Map(
    free.map((size) => [
      printPath(size.path),
      `${writtenSize(size, size.lower)} to ${writtenSize(size, size.upper)}, free`,
    ]),
  );
  return [...leaves(schema, data)].map((leaf) => ({
    ...commented(leaf.given ? commentOf(leaf.path) : undefined),
    path: printPath(leaf.path),
    value: ranges.get(printPath(leaf.path)) ?? show(leaf.value),
    source: leaf.given ? 'the site file' : (leaf.notes.source ?? ''),
    given: leaf.given,
    about: leaf.notes.about ?? '',
  }));
}

function commented(comment: string | undefined): { readonly comment?: string } {
  return comment === undefined ? {} : { comment };
}
