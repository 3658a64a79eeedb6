import { existsSync, globSync, statSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

const ROOT = path.resolve(import.meta.dirname, '../..');
const OUT = path.join(ROOT, 'dist/dashboard');

/** The folder of the built dashboard, built first when any of its sources is newer. */
export async function builtDashboard(): Promise<string> {
  const index = path.join(OUT, 'index.html');
  const sources = globSync(['dashboard/**/*', 'src/view/**/*.ts', 'src/units/*.ts', 'src/series/*.ts'], { cwd: ROOT });
  const newest = Math.max(...sources.map((file) => statSync(path.join(ROOT, file)).mtimeMs));
  if (!existsSync(index) || statSync(index).mtimeMs < newest) {
    await build({
      root: path.join(ROOT, 'dashboard'),
      configFile: path.join(ROOT, 'dashboard/vite.config.ts'),
      logLevel: 'warn',
    });
  }
  return OUT;
}
