import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TABLE } from '../src/errors/table.ts';
import { cycles, type Import, isTest, type Module, ROOT, readModules } from './imports.ts';

/**
 * The house: a folder of src imports only from folders above it in this list. Where a row has `only`, it says all that the
 * folder may import beside itself and the foundations; `never` forbids. An entry is a folder or one file of it.
 */
const HOUSE: readonly {
  readonly folder: string;
  readonly only?: readonly string[];
  readonly never?: readonly string[];
}[] = [
  { folder: 'errors', only: [] },
  { folder: 'units', only: [] },
  { folder: 'series', only: [] },
  { folder: 'store', only: [] },
  { folder: 'catalog', only: [] },
  { folder: 'finance', only: [] },
  { folder: 'air', only: [] },
  // Learning from rows of numbers, whatever they stand for.
  { folder: 'learn', only: [] },
  { folder: 'weather' },
  { folder: 'workload' },
  { folder: 'components' },
  // Speed and power of inference for tables of points, and the learning behind it.
  { folder: 'predict', only: ['catalog', 'components/inference', 'learn'] },
  { folder: 'kpi' },
  { folder: 'balance' },
  { folder: 'twin' },
  { folder: 'site' },
  { folder: 'forecast' },
  { folder: 'policy' },
  { folder: 'simulate' },
  { folder: 'plan' },
  // Collects the formulas of the rooms for people and for validation; the rooms themselves never ask it.
  { folder: 'formulary' },
  { folder: 'engines', only: ['catalog', 'components/inference'] },
  { folder: 'control', never: ['plan', 'simulate'] },
  // The twin speaks in the contract's types, so its driver names them too.
  { folder: 'drivers', only: ['control/contract.ts', 'twin', 'site', 'components/contract.ts'] },
  {
    folder: 'gateway',
    only: ['store', 'catalog', 'workload', 'components/inference', 'site', 'kpi', 'engines', 'control/contract.ts'],
  },
  { folder: 'view', only: [] },
  { folder: 'report' },
  { folder: 'server' },
  { folder: 'cli' },
];

/** Every folder may import these, as far as they stand above it. */
const FOUNDATIONS = ['errors', 'units', 'series'];
/** What the rooms may know of devices: `balance` and `twin` know no kind, and only `site` composes kinds. */
const CONTRACT = ['components/contract.ts', 'components/model.ts', 'components/unit.ts'];
const KNOW_NO_KIND = ['balance', 'twin'];
const REGISTRY = 'components/index.ts';
const MAY_COMPOSE = ['site'];
/** Node modules and packages are out of reach of these: they run in a browser too. */
const PURE = ['view'];

/** Packages that a user may install beside this one, and the one file that loads each. */
const OPTIONAL: ReadonlyMap<string, string> = new Map([['node-llama-cpp', 'src/engines/llama/peer.ts']]);

const LINE_LIMIT = 300;
/** Tables, which are longer because they have many rows and not because they do much. */
const TABLES = ['src/errors/table.ts'];

const modules = readModules('src');
const product = modules.filter((m) => !isTest(m.path));
const dashboard = readModules('dashboard');
const rows = new Map(HOUSE.map((row, height) => [row.folder, { ...row, height }]));

const folderOf = (path: string): string => path.split('/')[1]!;
/** True when a path below src lies in an entry of the table. */
const within = (path: string, entry: string): boolean => path === `src/${entry}` || path.startsWith(`src/${entry}/`);
/** The device kind that a module belongs to; undefined for the files that lie in components itself. */
const kindOf = (path: string): string | undefined => /^src\/components\/([^/]+)\//.exec(path)?.[1];

/** `module -> target` for every import that a rule forbids. */
function offences(of: readonly Module[], forbidden: (m: Module, i: Import) => boolean): string[] {
  return of.flatMap((m) => m.imports.filter((i) => forbidden(m, i)).map((i) => `${m.path} -> ${i.target}`));
}

describe('the house', () => {
  it('was read', () => {
    expect(product.length).toBeGreaterThan(150);
    expect(modules.length - product.length).toBeGreaterThan(20);
    expect(modules.flatMap((m) => m.imports).length).toBeGreaterThan(300);
  });

  it('has every folder of src in its table', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).map((entry) => entry.name);
    expect(folders.filter((name) => !rows.has(name))).toEqual([]);
  });

  it('has no import of a file that does not exist', () => {
    const missing = offences([...modules, ...dashboard], (_, i) => i.isFile && !existsSync(join(ROOT, i.target)));
    expect(missing).toEqual([]);
  });

  it('imports only from folders above', () => {
    const upward = offences(product, (m, i) => {
      if (!i.isFile) return false;
      const from = rows.get(folderOf(m.path))!;
      const to = i.target.startsWith('src/') ? rows.get(folderOf(i.target)) : undefined;
      // package.json is data that the version is read from.
      if (to === undefined) return i.target !== 'package.json';
      return to.height > from.height;
    });
    expect(upward).toEqual([]);
  });

  it('keeps to the narrower rules', () => {
    const offending = offences(product, (m, i) => {
      if (!i.isFile || !i.target.startsWith('src/')) return false;
      const row = rows.get(folderOf(m.path))!;
      if (within(i.target, row.folder) || FOUNDATIONS.some((f) => within(i.target, f))) return false;
      if (row.never?.some((entry) => within(i.target, entry))) return true;
      return row.only !== undefined && !row.only.some((entry) => within(i.target, entry));
    });
    expect(offending).toEqual([]);
  });

  it('keeps the browser-side rooms pure', () => {
    expect(offences(product, (m, i) => PURE.includes(folderOf(m.path)) && !i.isFile)).toEqual([]);
  });

  it('has no computed import', () => {
    expect(offences([...product, ...dashboard], (_, i) => i.target.startsWith('computed: '))).toEqual([]);
  });
});

describe('devices', () => {
  it('are rooms of their own: no kind imports another', () => {
    const mixed = offences(product, (m, i) => {
      const from = kindOf(m.path);
      const to = kindOf(i.target);
      return from !== undefined && to !== undefined && from !== to;
    });
    expect(mixed).toEqual([]);
  });

  it('are known by name to the registry alone, within components', () => {
    const offending = offences(product, (m, i) => {
      const isShared =
        m.path.startsWith('src/components/') && kindOf(m.path) === undefined && !within(m.path, REGISTRY);
      return isShared && kindOf(i.target) !== undefined;
    });
    expect(offending).toEqual([]);
  });

  it('are composed only by the site: nobody else imports the registry', () => {
    const offending = offences(
      product,
      (m, i) => within(i.target, REGISTRY) && !MAY_COMPOSE.includes(folderOf(m.path)),
    );
    expect(offending).toEqual([]);
  });

  it('are known to the engines by their contract alone', () => {
    const offending = offences(product, (m, i) => {
      const isEngine = KNOW_NO_KIND.includes(folderOf(m.path));
      return isEngine && within(i.target, 'components') && !CONTRACT.some((entry) => within(i.target, entry));
    });
    expect(offending).toEqual([]);
  });
});

describe('the control room', () => {
  it('imports only the view and, as types, the live API', () => {
    const shipped = dashboard.filter((m) => !isTest(m.path));
    expect(shipped.length).toBeGreaterThan(5);
    const offending = offences(shipped, (m, i) => {
      if (!i.isFile) return i.target.startsWith('node:') && m.path !== 'dashboard/vite.config.ts';
      if (i.target.startsWith('dashboard/') || within(i.target, 'view')) return false;
      return !(within(i.target, 'server/api.ts') && i.isType);
    });
    expect(offending).toEqual([]);
  });
});

describe('modules', () => {
  it('form no cycle', () => {
    expect(cycles(product, () => true).map((path) => path.join(' -> '))).toEqual([]);
    expect(cycles(dashboard, () => true).map((path) => path.join(' -> '))).toEqual([]);
  });

  it(`have at most ${LINE_LIMIT} lines, tables apart`, () => {
    const long = modules.filter((m) => m.lines > LINE_LIMIT && !TABLES.includes(m.path));
    expect(long.map((m) => `${m.path}: ${m.lines}`)).toEqual([]);
    expect(TABLES.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('use only packages that the published package installs', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const installed = Object.keys(manifest.dependencies);
    const missing = offences(product, (m, i) => {
      if (i.isFile || i.target.startsWith('node:')) return false;
      if (OPTIONAL.get(i.target) === m.path) return false;
      return !installed.some((name) => i.target === name || i.target.startsWith(`${name}/`));
    });
    expect(missing).toEqual([]);
    expect(Object.keys(manifest.peerDependenciesMeta)).toEqual([...OPTIONAL.keys()]);
  });

  it('install no package that runs a script, but for one that is told to do nothing', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const lock: { packages: Record<string, { hasInstallScript?: boolean }> } = JSON.parse(
      readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
    );
    const running = Object.entries(lock.packages).filter(([, one]) => one.hasInstallScript === true);
    expect(running.map(([path]) => path)).toEqual(['node_modules/node-llama-cpp']);
    // Its script reads this, and without it looks for a build that fits or makes one
    expect(manifest.config.nodeLlamaCppPostinstall).toBe('skip');
    expect(manifest.allowScripts['node-llama-cpp']).toBe(false);
  });
});

describe('errors', () => {
  const sources = product.filter((m) => m.path !== 'src/errors/table.ts').map((m) => m.text);
  const launchers = readdirSync(join(ROOT, 'bin')).map((name) => readFileSync(join(ROOT, 'bin', name), 'utf8'));
  const used = new Set([...sources, ...launchers].flatMap((text) => text.match(/\bJW(?:_[A-Z0-9]+)+\b/g) ?? []));

  it('of the table are all used', () => {
    expect(Object.keys(TABLE).filter((code) => !used.has(code))).toEqual([]);
  });

  it('that are used are all in the table', () => {
    expect([...used].filter((code) => !(code in TABLE))).toEqual([]);
  });
});
