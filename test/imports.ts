import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** One import of a module: of a file of the checkout (its path from the root, with `/`) or of a package or Node module. */
export interface Import {
  readonly target: string;
  readonly isFile: boolean;
  /** True when only types come through it, so that nothing is left of it when the program runs. */
  readonly isType: boolean;
}

export interface Module {
  /** Path from the root, with `/`. */
  readonly path: string;
  readonly imports: readonly Import[];
  readonly lines: number;
  readonly text: string;
}

/** Every file below a folder of the checkout whose name ends in one of the endings, as a path from the root. */
function files(folder: string, endings: readonly string[]): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('node_modules/'))
    .sort();
}

function toImport(path: string, specifier: string, isType: boolean): Import {
  if (!specifier.startsWith('.')) return { target: specifier, isFile: false, isType };
  const target = relative(ROOT, resolve(ROOT, dirname(path), specifier))
    .split(sep)
    .join('/');
  return { target, isFile: true, isType };
}

/** The imports of a module's text: static, re-exporting, dynamic, and those inside types. */
export function importsOf(path: string, text: string): Import[] {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]!.message}`);
  const imports: Import[] = [];
  for (const { moduleRequest, entries } of module.staticImports) {
    imports.push(toImport(path, moduleRequest.value, entries.length > 0 && entries.every((e) => e.isType)));
  }
  for (const entry of module.staticExports.flatMap((e) => e.entries)) {
    if (entry.moduleRequest) imports.push(toImport(path, entry.moduleRequest.value, entry.isType));
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const quoted = text.slice(moduleRequest.start, moduleRequest.end);
    // A computed name could reach anywhere, so it is kept as it is written and belongs to no folder.
    imports.push(toImport(path, /^(['"`])[^$]*\1$/.test(quoted) ? quoted.slice(1, -1) : `computed: ${quoted}`, false));
  }
  const starts = new Set(module.dynamicImports.map((d) => d.start));
  for (const found of text.matchAll(/\bimport\(['"]([^'"]+)['"]\)/g)) {
    if (!starts.has(found.index)) imports.push(toImport(path, found[1]!, true));
  }
  return imports;
}

function read(path: string): Module {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, imports: importsOf(path, text), lines: text.split('\n').length - 1, text };
}

/** Reads every TypeScript module below a folder with its static, re-exporting and dynamic imports. */
export function readModules(folder: string): Module[] {
  return files(folder, ['.ts', '.tsx']).map(read);
}

/** A file that only tests use: tests themselves, their fixtures and helpers. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$|\/fixtures\/|\/testing\//.test(path);
}

/** The cycles among modules, each once, as paths from a module back to itself. */
export function cycles(modules: readonly Module[], follow: (i: Import) => boolean): string[][] {
  const next = new Map(
    modules.map((m) => [m.path, m.imports.filter((i) => i.isFile && follow(i)).map((i) => i.target)]),
  );
  const found: string[][] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      found.push([...trail.slice(at), path]);
      return;
    }
    if (done.has(path)) return;
    trail.push(path);
    for (const target of next.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const { path } of modules) visit(path);
  return found;
}
