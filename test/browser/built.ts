import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * The folder of the built dashboard, built first when any of its sources is newer. A process of its own, because the test's
 * NODE_ENV would bundle React's development build and leave it in `dist`.
 */
export async function builtDashboard(): Promise<string> {
  const env = { ...process.env, NODE_ENV: 'production' };
  const script = path.join(ROOT, 'scripts/build.ts');
  await promisify(execFile)(process.execPath, [script, '--dashboard', '--if-stale'], { cwd: ROOT, env });
  return path.join(ROOT, 'dist/dashboard');
}
