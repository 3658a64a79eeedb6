import { parseDocument } from 'yaml';

/** A change of a site file: a value at a path, or its removal. Plain data. */
export interface Edit {
  readonly path: readonly (string | number)[];
  /** What stands there afterwards; left out = nothing. */
  readonly value?: unknown;
}

/**
 * The text of a site file with changes made; what is not changed stays as it was written, comments too.
 *
 * @param text a file that parses
 */
export function editedText(text: string, edits: readonly Edit[]): string {
  const document = parseDocument(text);
  for (const { path, value } of edits) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
  }
  return document.toString({ lineWidth: 0 });
}
