import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/load.ts';
import { initSite } from '../../src/site/init.ts';
import { loadSite } from '../../src/site/load.ts';
import { command, type Ended, ROOT, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);
const at = (...parts: string[]): string => path.join(dir, ...parts);

/** A small site whose sun, battery, generators and chips are free; sets, containers and nodes are sold in wholes. */
const TEXT = initSite({ name: 'small', itKw: 60 }, loadCatalog())
  .replace(/peak: .*/, 'peak: { max: 400 kWp } # on the roof')
  .replace(/energy: \d+ kWh/, 'energy: { max: 600 kWh, step: 100 kWh }')
  .replace(/power: \d+ kW/, 'power: free')
  .replace('units: 2', 'units: { max: 3 }')
  .replace(/import_limit: .*/, 'import_limit: 25 kW')
  .replace(/count: (\d+)/, 'count: { max: $1 }\n    capex: 200000 USD/node')
  .replace(/replicas: \d+/, 'replicas: free');
const SITE = at('small.yaml');
/** A solver of somebody's own: HiGHS in a process apart, which reads the MPS file. */
const SOLVER = `${process.execPath} ${path.join(ROOT, 'src/balance/testing/solverCommand.ts')} {model} {solution}`;
const QUICK = ['--days', '14', '--gap', '2%', '--segments', '60', '--jobs', '1'];

let planned: Ended;
beforeAll(async () => {
  writeFileSync(SITE, TEXT);
  const beside = ['--export-mps', at('flat.mps'), '--solver', SOLVER];
  planned = await command(['plan', SITE, ...QUICK, '--no-proof', ...beside, '--out', at('out')]);
}, 120_000);

const json = (name: string) => JSON.parse(readFileSync(at('out', name), 'utf8'));

describe('plan', () => {
  it('prints sizes, cost, cost per token, and what is proven', () => {
    expect(planned.err).not.toMatch(/JW_|^\s+at /m);
    expect(planned.code).toBe(0);
    expect(planned.out).toMatch(/pv +peak +0 kW +400 kW +\S+ kW +\S+(\s\S+)? +(between|at its most|not built)/);
    expect(planned.out).toMatch(/grid +import_limit +25 kW +\S+ +given/);
    expect(planned.out).toMatch(/no site costs less than .* USD a year/);
    expect(planned.out).toMatch(/not proven .* % of what can be decided/);
    expect(planned.out).toMatch(/problem .* columns and \d+ rows; merged to \d+ segments/);
  });
  it('proves it: the lower bound is below the cost, and whole sizes lose what is said', () => {
    const { bounds, sizes, search, whole } = json('plan.json');
    expect(bounds.lowerMoney).toBeGreaterThan(0);
    expect(bounds.upperMoney).toBeGreaterThanOrEqual(bounds.lowerMoney * (1 - 1e-9));
    expect(search.gapShare).toBeLessThanOrEqual(0.02);
    expect(bounds.reached).toBe(true);
    const of = (device: string, size: string) =>
      sizes.find((s: { unitId: string; key: string }) => s.unitId === device && s.key === size).size;
    const { rated } = loadSite(at('out', 'design.yaml')).parsed.generator?.[0] ?? { rated: 1 };
    for (const wholes of [
      of('gensets', 'rated') / rated,
      of('bess', 'energy') / 100,
      of('main-model', 'replicas') / 8,
    ]) {
      expect(wholes).toBeCloseTo(Math.round(wholes), 6);
    }
    if (whole !== undefined) expect(whole.lossShare).toBeGreaterThan(-0.02);
  });
  it('writes the problem for other solvers, which come to the same optimum', () => {
    expect(planned.out).toMatch(/ finds \S+ k a year in .* s: between the bounds of the sizes without wholes/);
    const mps = readFileSync(at('flat.mps'), 'utf8');
    expect(mps).toMatch(/^NAME joulewright\nROWS\n N cost\n/);
    expect(mps).toContain('size_pv.peak');
    expect(mps.trimEnd().endsWith('ENDATA')).toBe(true);
  });
  it('writes a design that check and simulate take as it is', async () => {
    const design = at('out', 'design.yaml');
    expect(readFileSync(design, 'utf8')).toContain('# on the roof');
    expect(loadSite(design).free).toEqual([]);
    const [checked, simulated] = await Promise.all([
      command(['check', design]),
      command(['simulate', design, '--to', '2026-01-04', '--no-winter', '--json']),
    ]);
    expect([checked.code, simulated.code]).toEqual([0, 0]);
    expect(checked.out).toContain('no faults');
    expect(JSON.parse(simulated.out).manifest.siteId).toBe('small');
  }, 60_000);
  it('writes tables with one header each, and a cash flow that adds up', () => {
    for (const name of ['report.html', 'sizes.csv', 'cash-flow.csv', 'dispatch.csv', 'manifest.json', 'plan.json']) {
      expect(existsSync(at('out', name)), name).toBe(true);
    }
    const [header, ...rows] = readFileSync(at('out', 'cash-flow.csv'), 'utf8').trim().split('\n');
    const names = header!.split(',');
    expect(rows).toHaveLength(21);
    const last = rows.at(-1)!.split(',').map(Number);
    const worth = rows.reduce((sum, row) => sum + Number(row.split(',')[names.indexOf('present_worth')]), 0);
    expect(last[names.indexOf('cumulative_present_worth')]).toBeCloseTo(worth, 0);
    expect(-worth).toBeCloseTo(json('plan.json').lifeCycleMoney, -1);
    expect(readFileSync(at('out', 'dispatch.csv'), 'utf8').split('\n')).toHaveLength(14 * 24 + 2);
  });
  it('refuses what makes no sense, each with a code and what to do', async () => {
    const wrong = async (args: readonly string[], said: RegExp): Promise<void> => {
      const ended = await command(['plan', SITE, ...args]);
      expect(ended.code).toBe(64);
      expect(ended.err).toMatch(said);
      expect(ended.err).toContain('[JW_USAGE]');
    };
    await Promise.all([
      wrong(['--gap', '90%'], /--gap takes a share/),
      wrong(['--solver', 'highs {model}'], /--solver names where both files go, .* not "highs {model}"/),
      wrong(['--segments', 'many'], /--segments takes a whole number/),
      wrong(['--step', '7m'], /--step divides the hour/),
      wrong(['--nines', 'many'], /--nines takes a number from 0.5 to 9, not "many"/),
      wrong(['--nines', '3', '--lole', '9h'], /keep one/),
      wrong(['--chips', 'amd-mi300x'], /--chips belongs to --alternatives/),
      wrong(['--sensitivity', '--step', '15m'], /leave out --step/),
      wrong(['--years', '1992'], /--years picks among --weather-years/),
      wrong(['--weather-years', '2', '--years', '1992'], /no year "1992"; there are seed 1, seed 2/),
    ]);
    writeFileSync(at('wrong.yaml'), TEXT.replace('{ max: 400 kWp }', '{ min: 2 MWp, max: 1 MWp }'));
    const ended = await command(['plan', at('wrong.yaml')]);
    expect([ended.code, ended.err]).toEqual([65, expect.stringMatching(/solar\[0\]\.peak: .*exchange min and max/)]);
    const free = await command(['simulate', SITE]);
    expect(free.code).toBe(65);
    expect(free.err).toMatch(
      /leaves 5 sizes to the planner; `joulewright plan .*small\.yaml --out DIR`.*\[JW_FREE_SIZES\]/,
    );
  }, 60_000);
  it('keeps the best plan so far on Ctrl-C', async () => {
    // Three whole years to a gap that no machine reaches in the time of a test.
    const args = [
      'plan',
      path.join(ROOT, 'sites', 'bukhara-plan.yaml'),
      '--weather-years',
      '3',
      '--gap',
      '0.0001%',
      '--segments',
      '24',
      '--jobs',
      '1',
      '--no-proof',
      '--out',
      at('stopped'),
    ];
    const child = spawn(process.execPath, [path.join(ROOT, 'bin', 'joulewright.cjs'), ...args], { detached: true });
    let err = '';
    child.stderr.on('data', (text) => {
      err += String(text);
    });
    const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
    // As a terminal does, to the launcher and to what it started; without a terminal the launcher passes it on once more.
    setTimeout(() => process.kill(-child.pid!, 'SIGINT'), 15_000);
    const code = await ended;
    expect(code).toBe(130);
    expect(err).toMatch(/stopping with the best plan so far|no plan was found/);
    if (!err.includes('JW_PLAN_NONE')) expect(existsSync(at('stopped', 'design.yaml'))).toBe(true);
  }, 120_000);
});
