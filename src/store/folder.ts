import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/**
 * Makes a folder and those above it; nothing when it is there. Throws what the system says. Not `mkdirSync` with `recursive`:
 * that one never returns where the system answers "no such file" for a folder whose parent exists, as /proc does.
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
    return;
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(folder).isDirectory()) return;
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
  }
  makeFolder(dirname(folder));
  mkdirSync(folder);
}
