import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { quickRows } from './quickRows.ts';

const DATA = new URL('./data/', import.meta.url);

describe('the quick reader of data files', () => {
  it.each(readdirSync(DATA).filter((name) => name.endsWith('.yaml')))('reads %s as YAML does', (name) => {
    const text = readFileSync(new URL(name, DATA), 'utf8');
    const rows = quickRows(text);
    // A file that it cannot read is no mistake, only slow: write the row more plainly.
    expect(rows, 'has a row in another form than the others').toBeDefined();
    expect(JSON.stringify(rows)).toBe(JSON.stringify(parse(text)));
  });

  it.each([
    '- a: 1\n- {b: 2}\n',
    "- a: 'single'\n",
    '- a: x # note\n',
    '- a: b: c\n',
    '- a: &x 1\n',
    '- a: |\n    text\n',
    '- a: "tab\\t"\n',
    '- a: 1\n  a: 2\n',
    '- a:\n    - b:\n        c: 1\n',
    '- a: 0x10\n',
    '- a: .5\n',
    '- a: 1e3\n',
    '- a: [x, "y"]\n',
    '- a: null\n',
    'a: 1\n',
  ])('leaves %j to YAML', (text) => {
    expect(quickRows(text)).toBeUndefined();
  });

  it.each([
    '- a: word of some words, with commas\n  b: -1.5\n  c: true\n  d: 2025-05-01\n',
    '- a: [1, 2.5, -3]\n  b: []\n  c: { x: y z, w: [[1, 2], [3, 4]] }\n',
    '- a: >-\n    one line\n    and another: with a colon\n  b: "quoted: # text"\n',
    '- a:\n    - { n: x, f: 1.5 }\n    - { n: y }\n  b:\n    c: 1\n    d: word\n',
    '# only\n- a: 300 MW of it\n  b: http://x.org/y?z=1\n',
  ])('reads %j as YAML does', (text) => {
    expect(quickRows(text)).toEqual(parse(text));
  });
});
