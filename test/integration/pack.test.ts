import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * Packs the product as it would be published, installs the package in an empty folder and uses it as a user would. npm gets
 * the four dependencies from its own cache, which `npm ci` has filled, and asks the registry only for what is not there.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const MINUTES = 60_000;
/** What a build makes or leaves, by path from the root. */
const NOT_SOURCE = /^(node_modules|dist|\.git|\.joulewright|\.cache|coverage|out)([\\/]|$)|\.tgz$/;

let folder: string;

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], cwd: string): Ran {
  // This Node first on the path: under an older one a user would be told to install Node 24, which is right but not the point.
  const path = `${dirname(process.execPath)}${process.platform === 'win32' ? ';' : ':'}${process.env['PATH'] ?? ''}`;
  // npm hands its own settings on in the environment; those of the outer `npm test` must not reach this one.
  const outer = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle|command|config_local)/i.test(name),
  );
  const env = { ...Object.fromEntries(outer), PATH: path, INIT_CWD: cwd };
  const ran = spawnSync(program, args, { cwd, env, encoding: 'utf8', shell: process.platform === 'win32' });
  return { status: ran.status, stdout: ran.stdout ?? '', stderr: `${ran.stderr ?? ''}${ran.error?.message ?? ''}` };
}

function mustRun(program: string, args: readonly string[], cwd: string): string {
  const ran = run(program, args, cwd);
  if (ran.status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${ran.status}\n${ran.stdout}\n${ran.stderr}`);
  return ran.stdout;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulewright-pack-'));
  const packed = join(folder, 'packed');
  const user = join(folder, 'user');
  mkdirSync(packed);
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{"name":"user","version":"1.0.0","private":true}');
  // `npm pack` builds first (prepack): the package must hold what the sources say now. In a copy, because a build empties dist
  // while other tests read it.
  const copy = join(folder, 'copy');
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !NOT_SOURCE.test(relative(ROOT, path)) });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
  mustRun(NPM, ['pack', '--pack-destination', packed], copy);
  const [tarball] = readdirSync(packed);
  const quiet = ['--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  mustRun(NPM, ['install', ...quiet, join(packed, tarball!)], user);
}, 5 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package, installed', () => {
  const user = () => join(folder, 'user');
  const installed = (...parts: string[]) => join(user(), 'node_modules', 'joulewright', ...parts);

  it('brings built JavaScript, the control room, the data and the example sites, and no tests', () => {
    for (const file of [
      'dist/src/cli/main.js',
      'dist/src/store/thread.js',
      'dist/dashboard/index.html',
      'dist/src/catalog/data/accelerators.csv',
      'sites/bukhara.yaml',
      'LICENSE',
      'README.md',
    ]) {
      expect(existsSync(installed(file)), file).toBe(true);
    }
    const files = readdirSync(installed(), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.test\.|fixtures/.test(file))).toEqual([]);
    expect(existsSync(installed('src'))).toBe(false);
  });

  it('brings no second Node and no development tool', () => {
    const names = readdirSync(join(user(), 'node_modules'));
    expect(
      names.filter((name) => /^node-(bin-)?(linux|darwin|win)|^(vite|vitest|typescript|@sparticuz)$/.test(name)),
    ).toEqual([]);
    expect(existsSync(join(user(), 'node_modules', '@joulewright'))).toBe(false);
  });

  it('runs by npx: --version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const ran = run(NPM, ['exec', '--offline', '--', 'joulewright', '--version'], user());
    expect(ran.stderr).not.toMatch(/JW_/);
    expect(ran.stdout).toContain(version);
    expect(ran.status).toBe(0);
  });

  it(
    'is a library: import { plan } from "joulewright/plan", with its types',
    () => {
      const text = [
        "import { loadFreeSite, plan } from 'joulewright/plan';",
        'const { figures, sizes, design } = await plan(loadFreeSite(process.argv[2]), { days: 7, gap: 0.2, segments: 168, jobs: 1 });',
        "const chosen = figures.sizes.find((s) => s.unitId === 'pv');",
        "console.log(JSON.stringify({ free: sizes.length, pv: chosen.size, version: design('design.yaml').includes('version: 1') }));",
      ].join('\n');
      writeFileSync(join(user(), 'use.mjs'), text);
      const site = installed('sites', 'bukhara-plan.yaml');
      const ran = run(process.execPath, ['use.mjs', site], user());
      expect(ran.stderr).toBe('');
      expect(JSON.parse(ran.stdout)).toMatchObject({ free: 7, pv: expect.any(Number), version: true });
      const types = readFileSync(installed('dist', 'src', 'plan', 'index.d.ts'), 'utf8');
      expect(types).toContain('export { type Plan, type PlanOptions');
    },
    3 * MINUTES,
  );
  it('runs by npx: check of an example site', () => {
    const site = installed('sites', 'bukhara.yaml');
    const ran = run(NPM, ['exec', '--offline', '--', 'joulewright', 'check', site], user());
    expect(`${ran.stdout}${ran.stderr}`).not.toMatch(/JW_/);
    expect(ran.status).toBe(0);
  });
});
