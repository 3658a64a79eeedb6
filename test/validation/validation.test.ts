import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { componentOf } from '../../src/formulary/formulary.ts';
import { FORMULARY } from '../../src/formulary/index.ts';
import { ROOT } from '../imports.ts';
import { type Case, readCases, recompute } from './cases.ts';
import { casesPart, pageWith, VALIDATION_PAGE, validationPage } from './page.ts';
import { allowed, below, compare } from './row.ts';

/** Rooms whose formulas are held against whole measurements in a suite, not case by case. */
const HELD_ELSEWHERE = new Set(['inference']);

const files = readCases();
const all = files.flatMap(({ room, cases }) => cases.map((entry) => ({ room, entry })));

describe('reference cases', () => {
  it('were read, each with an id of its own in its room, a source and a tolerance', () => {
    expect(all.length).toBeGreaterThan(300);
    for (const { room, cases } of files) {
      const ids = cases.map((c) => c.id);
      expect(
        ids.filter((id, i) => ids.indexOf(id) !== i),
        room,
      ).toEqual([]);
      for (const c of cases) {
        expect(c.source.length, c.id).toBeGreaterThan(10);
        expect(Object.keys(c.expected).length, c.id).toBeGreaterThan(0);
        expect(Object.keys(c.tolerance).length, c.id).toBeGreaterThan(0);
      }
    }
  });

  it.each(files.map(({ room, cases }) => [room, cases] as const))('%s: ours agree with those of others', (_, cases) => {
    const red = cases.filter((c) => c.red === undefined).flatMap(recompute);
    expect(red.filter((row) => row.verdict !== 'ok')).toEqual([]);
  });

  it('every formula stands against a value that somebody else published, measured or computed', () => {
    const held = new Set(all.filter(({ entry }) => entry.own !== true).map(({ entry }) => entry.formula));
    const bare = FORMULARY.map((f) => f.name).filter(
      (name) => !held.has(name) && !HELD_ELSEWHERE.has(componentOf(name)),
    );
    expect(bare, 'give each a case in test/validation/<room>.json from a source that is not ours').toEqual([]);
  });

  it('call their own what we worked out ourselves', () => {
    const hidden = all.filter(({ entry }) => entry.own !== true && /by hand|hand table|arithmetic/i.test(entry.source));
    expect(hidden.map(({ entry }) => entry.id)).toEqual([]);
  });

  it('that are known to fail still do, and say why', () => {
    const known = all.filter(({ entry }) => entry.red !== undefined);
    for (const { entry } of known) {
      expect(entry.red!.length, entry.id).toBeGreaterThan(20);
      expect(
        recompute(entry).some((row) => row.verdict === 'red'),
        `${entry.id} agrees now: take its "red" away`,
      ).toBe(true);
    }
  });

  it('stand in the page as they are now', () => {
    const page = readFileSync(`${ROOT}${VALIDATION_PAGE}`, 'utf8').replaceAll('\r\n', '\n');
    const sections = casesPart().split(/^(?=## )/m);
    const stale = sections.filter((section) => !page.includes(section.trimEnd())).map((s) => s.split('\n')[0]);
    expect(stale, `run \`npm run validate\` to write ${VALIDATION_PAGE}`).toEqual([]);
  });
});

describe('the page', () => {
  it('takes in single suites at their places, and counts anew', () => {
    const row = (id: string, verdict: 'ok' | 'red') =>
      ({
        id,
        what: 'x',
        source: 'somebody',
        reference: '1',
        ours: '1',
        difference: '0',
        tolerance: '1 %',
        verdict,
        reason: 'so',
      }) as const;
    const suite = (title: string) => ({ title, about: 'Something.', run: () => [] });
    const titles = ['First', 'Second', 'Third'];
    const page = validationPage('## Room\n\n| a | ok |\n', '', [row('a', 'ok')]);
    const third = pageWith(page, [{ suite: suite('Third'), rows: [row('t', 'ok')] }], titles);
    const both = pageWith(third, [{ suite: suite('First'), rows: [row('f', 'red')] }], titles);
    expect([...both.matchAll(/^## (.*)$/gm)].map((m) => m[1])).toEqual(['Room', 'First', 'Third']);
    expect(both).toContain('All together: 2 ok, **1 red**.');
    const again = pageWith(both, [{ suite: suite('First'), rows: [row('f', 'ok')] }], titles);
    expect(again).toContain('All together: 3 ok.');
    expect(pageWith(again, [{ suite: suite('First'), rows: [row('f', 'ok')] }], titles)).toBe(again);
  });
});

describe('comparing', () => {
  const about = { id: 'X', what: 'x', source: 'somebody' };

  it('holds numbers and lists to the tolerance, and never takes NaN for equal', () => {
    expect(allowed(200, { abs: 1, rel: 0.01 })).toBe(2);
    expect(compare(about, 10, 10.1, { rel: 0.01 }).verdict).toBe('ok');
    expect(compare(about, 10, 10.2, { rel: 0.01 })).toMatchObject({
      verdict: 'red',
      difference: '2 %',
      tolerance: '1 %',
    });
    expect(compare(about, [1, 2, 3], [1, 2.5, 3], { abs: 0.1 })).toMatchObject({
      verdict: 'red',
      reference: '2 (place 2 of 3)',
      ours: '2.5',
    });
    expect(compare(about, [1], [1, 2], { abs: 9 }).verdict).toBe('red');
    expect(compare(about, 1, Number.NaN, { abs: 9 }).verdict).toBe('red');
    expect(compare(about, [1, 2], [Number.NaN, 2], { abs: 9 }).verdict).toBe('red');
    expect(compare(about, 1, 1, {}).verdict).toBe('red');
    expect(below(about, 0.02, 0.03).verdict).toBe('ok');
    expect(below(about, Number.NaN, 0.03).verdict).toBe('red');
  });

  it('makes what cannot be computed red, with the reason', () => {
    const entry: Case = {
      id: 'X',
      formula: 'finance.capital-recovery.annuity',
      inputs: { rate: 9, years: 20 },
      expected: { crf: 1 },
      tolerance: { abs: 1 },
      source: 'somebody',
    };
    expect(recompute(entry)).toMatchObject([{ verdict: 'red', note: expect.stringContaining('JW_DOMAIN') }]);
    expect(recompute({ ...entry, formula: 'no.such.formula' })[0]!.note).toContain('JW_FORMULA_UNKNOWN');
    const good = { ...entry, inputs: { rate: 0, years: 20 } };
    expect(recompute({ ...good, expected: { nothing: 1 } })[0]!.verdict).toBe('red');
    expect(recompute({ ...good, expected: { crf: 'x' } })[0]!.verdict).toBe('red');
    expect(recompute({ ...good, expected: { crf: 0.05 }, tolerance: { crf: { abs: 1e-9 } } })[0]!.verdict).toBe('ok');
  });
});
