import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FORMULARY } from '../../src/formulary/index.ts';
import { ROOT, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);

const LAUNCHER = path.join(ROOT, 'bin', 'joulewright.cjs');
const ANNUITY = 'finance.capital-recovery.annuity';

/** `joulewright calc` with what is piped into it. */
function calc(words: readonly string[], input = ''): { code: number | null; out: string; err: string } {
  const ran = spawnSync(process.execPath, [LAUNCHER, 'calc', ...words], { cwd: ROOT, encoding: 'utf8', input });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}
function file(name: string, text: string): string {
  writeFileSync(path.join(dir, name), text);
  return path.join(dir, name);
}

describe('calc', () => {
  it('lists every formula by component, searches, and gives them as JSON', () => {
    const all = calc([]);
    expect(all.code).toBe(0);
    for (const { name } of FORMULARY) expect(all.out).toContain(`  ${name} `);
    expect(all.out.indexOf('AIR')).toBeLessThan(all.out.indexOf('FINANCE'));
    const found = calc(['--search', 'capital recovery']);
    expect(found.out).toContain(ANNUITY);
    expect(found.out).not.toContain('air.');
    const json = JSON.parse(calc(['--search', 'capital recovery', '--json']).out);
    expect(json).toMatchObject([{ name: ANNUITY, inputs: [{ name: 'rate' }, { name: 'years', unit: 'y' }] }]);
    expect(calc(['--search', 'xyzzy']).out).toContain('no formula');
  });

  it('describes one: by its name, with --help, and as JSON', () => {
    for (const words of [[ANNUITY], [ANNUITY, '--help']]) {
      const { out, code } = calc(words);
      expect(code).toBe(0);
      expect(out).toContain('CRF = r / (1 - (1 + r)^-n)');
      expect(out).toMatch(/years +n +y +0\.01 to 200/);
      expect(out).toMatch(/source .*PyPSA/);
      expect(out).toMatch(/example +joulewright calc finance\.capital-recovery\.annuity rate=/);
    }
    expect(JSON.parse(calc([ANNUITY, '--json']).out)).toMatchObject({ name: ANNUITY });
    expect(calc(['--help']).out).toContain('[NAME] [INPUT...]');
  });

  it('computes from words, with units, lists and files', () => {
    expect(calc([ANNUITY, 'rate=8%', 'years=20'])).toMatchObject({ code: 0, out: '0.101852209 1/y\n' });
    expect(calc([ANNUITY, 'rate=0,0.08', 'years=20']).out).toBe('0.05, 0.101852209 1/y\n');
    const loads = file('loads.json', '[1, 2, 2, 1]');
    const markov = ['reliability.survival.markov', `loads=@${loads}`, 'generators=2', 'generator_power=1000 W'];
    const { out } = calc([...markov, 'availability=1', 'failure_to_start=0', 'mttf=5', 'hours=3']);
    expect(out).toBe('survival = 0.262144\nby_hour = 0.96, 0.4096, 0.262144\n');
  });

  it('takes and gives JSON', () => {
    const wrapped = calc([ANNUITY, '--json'], '{"inputs":{"rate":[0,0.08],"years":20}}');
    expect(wrapped.code).toBe(0);
    const answer = JSON.parse(wrapped.out);
    expect(answer).toMatchObject({ function: ANNUITY, unit: '1/y', units: { crf: '1/y' } });
    expect(answer.value[1]).toBeCloseTo(0.101852208823, 11);
    expect(answer.outputs.crf).toEqual(answer.value);
    for (const bare of [
      calc([ANNUITY, '--json'], '{"rate":0,"years":20}'),
      calc([ANNUITY, '--json', '{"rate":0,"years":20}']),
    ])
      expect(JSON.parse(bare.out).value).toBe(0.05);
  });

  it('answers hundreds of cases in order, with an error object where one fails', () => {
    const cases = Array.from({ length: 300 }, (_, i) => ({
      function: ANNUITY,
      inputs: { rate: 0, years: (i % 200) + 1 },
    }));
    const mixed = [
      ...cases,
      { function: 'finance.capital-recovery.anuity' },
      { function: ANNUITY, inputs: { rate: 9 } },
    ];
    const { code, out } = calc(['--batch', file('cases.json', JSON.stringify(mixed))]);
    expect(code).toBe(0);
    const answers = JSON.parse(out);
    expect(answers).toHaveLength(302);
    for (const [i, a] of answers.slice(0, 300).entries()) expect(a.value).toBeCloseTo(1 / ((i % 200) + 1), 12);
    expect(answers[300].error).toMatchObject({ code: 'JW_FORMULA_UNKNOWN', hint: `did you mean ${ANNUITY}?` });
    expect(answers[301].error.code).toBe('JW_DOMAIN');
    expect(answers[301].error.message).toContain('rate = 9');
    expect(JSON.parse(calc(['--batch', '-'], '[]').out)).toEqual([]);
  });

  it.each([
    [['finance.capital-recovry.annuity'], '', 64, 'did you mean finance.capital-recovery.annuity'],
    [[ANNUITY, 'rate=9', 'years=20'], '', 65, 'JW_DOMAIN'],
    [[ANNUITY, 'rate=0.1'], '', 64, 'years (years) is missing'],
    [[ANNUITY, 'rate=0.1 K', 'years=20'], '', 64, 'not "K"'],
    [[ANNUITY, 'rate=@none.json', 'years=20'], '', 66, 'JW_FILE_MISSING'],
    [[ANNUITY, '--json'], '{"rate":', 65, 'JW_FORMULA_JSON'],
    [[ANNUITY, '--json'], '[1]', 64, 'JW_FORMULA_INPUT'],
    [['--batch', 'none.json'], '', 66, 'JW_FILE_MISSING'],
    [['--batch', '-'], '{}', 65, 'not an array'],
    [['--batch', '-', ANNUITY], '[]', 64, '--batch takes no formula'],
    [['--btch', 'x'], '', 64, 'did you mean --batch'],
    [['nothing', '--help'], '', 64, 'JW_FORMULA_UNKNOWN'],
  ])('refuses %j', (words, input, code, message) => {
    const ended = calc(words, input);
    expect(ended.err).toContain(message);
    expect(ended.err).not.toMatch(/^\s+at /m);
    expect(ended.code).toBe(code);
  });

  it('completes names', () => {
    const script = spawnSync(process.execPath, [LAUNCHER, '--completion', 'bash'], { cwd: ROOT, encoding: 'utf8' });
    expect(script.stdout).toMatch(/calc\) words="--search --batch --json --help .*finance\.capital-recovery\.annuity/);
  });
});
