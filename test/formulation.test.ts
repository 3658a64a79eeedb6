import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTest, ROOT, readModules } from './imports.ts';

/** Numbers of rows that the code writes: second to none, the first argument of row, rows and budget, or `number:` of a limit. */
const WRITTEN = /(?:\.(?:row|rows|budget)\(\s*|\bnumber: |^ {4})'([A-Z]\d)'/gm;
const page = readFileSync(join(ROOT, 'docs/formulation.md'), 'utf8');
const section = page.slice(page.indexOf('\n## The balance\n'), page.indexOf('\n## The physics of each device\n'));
const stated = new Set(section.match(/\*\*[A-Z]\d(?=[,*])/g)?.map((text) => text.slice(2)));

const used = new Map<string, string>();
for (const { path, text } of readModules('src')) {
  if (isTest(path) || path.includes('/testing/')) continue;
  for (const [, number] of text.matchAll(WRITTEN)) used.set(number!, path);
}

describe('docs/formulation.md', () => {
  it('was read, and so was the code', () => {
    expect(section.length).toBeGreaterThan(3000);
    expect(used.size).toBeGreaterThan(25);
    for (const number of ['E1', 'S1', 'W1', 'N2', 'Z1', 'D3', 'L7', 'K1']) expect([...used.keys()]).toContain(number);
  });

  it('states every row number of the code', () => {
    expect([...used].filter(([number]) => !stated.has(number))).toEqual([]);
  });

  it('states no row that the code does not have', () => {
    // R1 and R2 are what the rows E1 of a service's bus say.
    expect([...stated].filter((number) => !used.has(number) && !/^R\d$/.test(number))).toEqual([]);
  });
});
