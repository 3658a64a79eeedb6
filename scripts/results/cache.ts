import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SceneOrder } from '../../src/simulate/compare/order.ts';
import { at, filesBelow } from '../tree.ts';

/** Folders of the source that no simulation runs through. */
const OUTSIDE = ['cli', 'control', 'drivers', 'engines', 'gateway', 'predict', 'report', 'server', 'store', 'view'];
/** What is worked out: a run of silos, a run of who looks ahead, or the bound; and the folders that it does not go through beside those. */
export type Work = 'silos' | 'ahead' | 'bound';
const UNTOUCHED: Readonly<Record<Work, readonly string[]>> = {
  silos: ['policy/joint', 'policy/lookahead', 'balance', 'plan'],
  ahead: ['plan'],
  bound: ['policy'],
};

/** Where finished runs are kept: outside the checkout. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'joulewright', 'results');
}

/** One hash of files by their content and their names below the checkout. */
function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

const codes = new Map<Work, string>();

/** A hash of all code and data of the product that a work goes through. */
function codeHash(work: Work): string {
  let hash = codes.get(work);
  if (hash === undefined) {
    const left = [...OUTSIDE, ...UNTOUCHED[work]].map((folder) => at('src', folder, '/'));
    const files = filesBelow(at('src')).filter(
      (file) => !file.endsWith('.test.ts') && !left.some((folder) => file.startsWith(folder)),
    );
    hash = hashOf(files);
    codes.set(work, hash);
  }
  return hash;
}

/** Files that a scene reads. */
function inputsOf({ siteFile, weather, demand }: SceneOrder): string[] {
  const named = [...demand.demand, ...demand.lengths].map((text) => text.slice(text.indexOf('=') + 1).split(',')[0]!);
  const years =
    weather.kind === 'year' && weather.source.kind === 'days'
      ? [weather.source.file]
      : weather.kind === 'file'
        ? [weather.file]
        : [];
  return [...new Set([siteFile, ...years, ...named])];
}

/** Results by all that they depend on: code, inputs, period and who decides. */
export class Cache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** @param who a contender's id, or anything else that is worked out of the scene */
  key(order: SceneOrder, who: string, work: Work): string {
    const { grid, warmUp = 0, weather, demand } = order;
    const said = JSON.stringify([who, grid, warmUp, weather.kind === 'year' ? weather.name : weather.kind, demand]);
    const parts = [codeHash(work), hashOf(inputsOf(order)), said];
    return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
  }

  #file(key: string): string {
    return join(this.#folder, `${key}.json`);
  }

  /** What is kept under a key; undefined for nothing. The caller wrote it and knows its shape. */
  get<T>(key: string): T | undefined {
    const file = this.#file(key);
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
  }

  put(key: string, value: unknown): void {
    const file = this.#file(key);
    writeFileSync(`${file}.new`, JSON.stringify(value));
    renameSync(`${file}.new`, file);
  }
}
