/**
 * `npm run build`: everything that the published package needs beside its sources: dist/dashboard (the control room),
 * dist/src (JavaScript), the pages of docs/reference that are made from the source.
 *   --dashboard   only the control room
 *   --if-stale    only when a source of it is newer than what was built
 */
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { at, filesBelow, ROOT, runTool } from './tree.ts';

const DASHBOARD_SOURCES = [
  'dashboard',
  'src/view',
  'src/units',
  'src/series',
  'src/server/api.ts',
  'package-lock.json',
];
const DASHBOARD_BUILT = at('dist/dashboard/index.html');

function newestMs(paths: readonly string[]): number {
  return Math.max(0, ...paths.flatMap((path) => filesBelow(at(path))).map((file) => statSync(file).mtimeMs));
}

function isDashboardFresh(): boolean {
  return existsSync(DASHBOARD_BUILT) && statSync(DASHBOARD_BUILT).mtimeMs >= newestMs(DASHBOARD_SOURCES);
}

async function timed(what: string, work: () => void | Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  process.stdout.write(`built ${what} in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

async function buildDashboard(): Promise<void> {
  // Loaded here and not above: a start with a fresh control room must not wait for the bundler to load.
  const { build } = await import('vite');
  await build({
    root: at('dashboard'),
    configFile: at('dashboard/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: at('dist/dashboard'), emptyOutDir: true },
  });
}

function buildSource(): void {
  rmSync(at('dist/src'), { recursive: true, force: true });
  const { ok, output } = runTool('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
  if (!ok) throw new Error(`the source does not compile:\n${output}`);
}

/** Catalogue data and other files that the code reads beside itself. */
function copyAssets(): void {
  for (const file of filesBelow(at('src'))) {
    const path = relative(ROOT, file);
    if (/\.tsx?$/.test(path) || /[\\/](fixtures|__snapshots__)[\\/]/.test(path)) continue;
    mkdirSync(dirname(at('dist', path)), { recursive: true });
    copyFileSync(file, at('dist', path));
  }
}

async function writePages(): Promise<void> {
  // Loaded here and not above, as the bundler below: a start with a fresh control room must not wait for the schema.
  const { PAGES } = await import('./pages.ts');
  for (const { path, make } of PAGES) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), make());
  }
}

const flags = new Set(process.argv.slice(2));
try {
  if (!flags.has('--dashboard')) {
    await timed('the reference pages', writePages);
    await timed('the JavaScript', buildSource);
    await timed('the data files', copyAssets);
  }
  if (!(flags.has('--if-stale') && isDashboardFresh())) await timed('the control room', buildDashboard);
} catch (error) {
  process.stderr.write(`build failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
