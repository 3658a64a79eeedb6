import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import path from 'node:path';

/** Names of what goes with an open database, of what is just being written, and of what a restore has put aside. */
const PASSING = /(-lock|-wal|-shm|-journal|\.part)$|^\.restore$|^before-restore-/;

/** Files of a data folder that make up a site's data, by their paths in it with "/", in order of name; [] where it is not there. */
export function dataFiles(folder: string, below = ''): string[] {
  const entries = readdirSync(path.join(folder, below), { withFileTypes: true });
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.flatMap((entry) => {
    const at = below === '' ? entry.name : `${below}/${entry.name}`;
    if (PASSING.test(entry.name)) return [];
    if (entry.isDirectory()) return dataFiles(folder, at);
    return entry.isFile() ? [at] : [];
  });
}

/** SHA-256 of a file, in hexadecimal. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part);
  return hash.digest('hex');
}
