import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A path of the checkout. */
export function at(...parts: string[]): string {
  return join(ROOT, ...parts);
}

/** Every file below a folder or the file itself; nothing when there is none. */
export function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)],
  );
}

/** How a program ended and what it said. */
export interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a development tool (a JavaScript file of node_modules) under this Node and keeps what it says. */
export function runTool(script: string, args: readonly string[]): Ran {
  const ran = spawnSync(process.execPath, [at('node_modules', script), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const ended = ran.error === undefined && ran.status === 0;
  const why = ran.error?.message ?? (ran.signal === null ? '' : `ended by ${ran.signal}`);
  return { ok: ended, output: [ran.stdout, ran.stderr, why].filter((part) => part?.trim()).join('\n') };
}
