import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Command, readArguments } from '../src/cli/command.ts';
import { COMMANDS } from '../src/cli/commands.ts';
import { TABLE } from '../src/errors/table.ts';
import { checkText } from '../src/site/load.ts';
import { ROOT } from './imports.ts';

/** The pages that are published with the product. */
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => posix.join(entry.parentPath.slice(ROOT.length).replaceAll('\\', '/'), entry.name)),
].sort();

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8').replaceAll('\r\n', '\n');

interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, and what is left without them. */
function split(page: string): { readonly blocks: readonly Block[]; readonly prose: string } {
  const blocks: Block[] = [];
  const prose = read(page).replaceAll(/^```(\w*)\n([\s\S]*?)^```$/gm, (_, language: string, text: string) => {
    blocks.push({ page, language, text });
    return '';
  });
  return { blocks, prose };
}

/** Anchors of a page, as GitHub makes them from headings, and those set by hand. */
function anchorsOf(page: string): Set<string> {
  const { prose } = split(page);
  const found = new Set([...prose.matchAll(/<a id="([^"]+)">/g)].map((match) => match[1]!));
  const seen = new Map<string, number>();
  for (const [, heading] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading!
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    found.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return found;
}

interface Link {
  readonly page: string;
  readonly target: string;
}

const links: readonly Link[] = PAGES.flatMap((page) =>
  [
    ...split(page)
      .prose.replaceAll(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map((match) => ({
    page,
    target: match[1]!,
  })),
);
const local = links.filter(({ target }) => !/^[a-z]+:/.test(target));

/** Command lines with `joulewright` in blocks and in code spans, as words. */
function commandLines(page: string): readonly string[] {
  const { blocks, prose } = split(page);
  const shell = blocks
    .filter(({ language }) => ['sh', 'console'].includes(language))
    .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
    .map((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/\s+# .*$/, '')
        .trim(),
    );
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
  return [...shell, ...spans].filter((line) => /^(joulewright|node bin\/joulewright\.cjs) [a-z-]/.test(line));
}

const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+?)="([^"]*)"|(\S+)/g)].map(
    (m) => m[1] ?? m[2] ?? (m[3] === undefined ? m[5]! : `${m[3]}=${m[4]}`),
  );

describe('the docs', () => {
  it('were read', () => {
    expect(PAGES.length).toBeGreaterThan(10);
    expect(local.length).toBeGreaterThan(30);
  });

  it('link only to what is there', () => {
    const broken = local.filter(({ page, target }) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : posix.join(dirname(page), path);
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !anchorsOf(file).has(anchor);
    });
    expect(broken.map(({ page, target }) => `${page}: ${target}`)).toEqual([]);
  });

  it('can be reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) {
      for (const { target } of local.filter((link) => link.page === page)) {
        const file = posix.join(dirname(page), target.split('#')[0]!);
        if (PAGES.includes(file)) reached.add(file);
      }
    }
    expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
  });

  it('name only commands and options that exist', () => {
    const lines = PAGES.flatMap((page) => commandLines(page).map((line) => ({ page, line })));
    expect(lines.length).toBeGreaterThan(20);
    const wrong = lines.flatMap(({ page, line }) => {
      const [name = '', ...rest] = wordsOf(line.replace(/\s*[|>;&].*$/, '')).slice(line.startsWith('node') ? 2 : 1);
      if (name.startsWith('--'))
        return ['--help', '--version', '--completion'].includes(name) ? [] : [`${page}: ${line}`];
      const command: Command | undefined = COMMANDS.find((c) => c.name === name);
      if (command === undefined) return [`${page}: ${line}: no such command`];
      try {
        // A span may name a command with some options only; what it names must exist.
        const missing = command.positionals.filter((p) => p.required && rest.every((word) => word.startsWith('--')));
        readArguments(command, [...rest, ...missing.map((p) => p.name)]);
        return [];
      } catch (error) {
        return [`${page}: ${line}: ${String(error)}`];
      }
    });
    expect(wrong).toEqual([]);
  });

  it('name only npm scripts, error codes and files of the source that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const wrong = PAGES.flatMap((page) => {
      const text = read(page);
      const npm = [...text.matchAll(/\bnpm run ([a-z]+)/g)].filter((m) => scripts[m[1]!] === undefined);
      const codes = [...text.matchAll(/\bJW_[A-Z0-9_]*[A-Z0-9]\b(?!_)/g)].filter((m) => !(m[0] in TABLE));
      const files = [
        ...text.matchAll(
          /`((?:src|test|scripts|sites|bin|docs|bench|dashboard)\/[\w./-]+\.(?:ts|tsx|yaml|cjs|md|json))`/g,
        ),
      ].filter((m) => !existsSync(join(ROOT, m[1]!)));
      return [...npm, ...codes, ...files].map((m) => `${page}: ${m[0]}`);
    });
    expect(wrong).toEqual([]);
  });

  it('show site file excerpts whose keys the schema knows', () => {
    const excerpts = PAGES.flatMap((page) => split(page).blocks).filter(
      ({ language, text }) => language === 'yaml' && !text.startsWith('-'),
    );
    expect(excerpts.length).toBeGreaterThan(3);
    const bukhara = read('sites/bukhara.yaml');
    for (const { page, text } of excerpts) {
      const given = new Set([...text.matchAll(/^([a-z_]+):/gm)].map((m) => m[1]!));
      // The excerpt stands in the place of the same sections of a whole file; only unknown keys are looked for.
      const sections = bukhara.split(/^(?=[a-z_]+:)/m).filter((part) => !given.has(/^[a-z_]+/.exec(part)?.[0] ?? ''));
      const { faults } = checkText(`${sections.join('')}\n${text}`, join(ROOT, 'sites'));
      const unknown = faults.filter((f) =>
        ['JW_SITE_KEY', 'JW_SITE_YAML', 'JW_SITE_VALUE', 'JW_SITE_MISSING'].includes(f.code),
      );
      expect(unknown, `${page}\n${text}`).toEqual([]);
    }
  });

  it('begin with the two commands, and a picture of the control room', () => {
    const screen = read('README.md').split('\n').slice(0, 24).join('\n');
    expect(screen).toContain('npm ci && npm start');
    expect(screen).toContain('npm ci && npm test');
    expect(screen).toContain('docs/pictures/control-room.png');
  });
});
