import { readFileSync } from 'node:fs';

/** The folder of the package, from the source as well as from the built JavaScript. */
export const PACKAGE_ROOT = [new URL('../../', import.meta.url), new URL('../../../', import.meta.url)].find(
  (folder) => {
    try {
      return JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')).name === 'joulewright';
    } catch {
      // No package.json here: the other candidate is the one.
      return false;
    }
  },
)!;

/** Version of the program. */
export const VERSION: string = String(JSON.parse(readFileSync(new URL('package.json', PACKAGE_ROOT), 'utf8')).version);
