import { describe, expect, it } from 'vitest';
import { sizeUse } from '../balance/rules/sizes.ts';
import { loadCatalog } from '../catalog/load.ts';
import { printFault } from '../errors/error.ts';
import { initSite } from '../site/init.ts';
import { checkText } from '../site/load.ts';
import { sizeSite } from './sizing.ts';
import { sampleProblem, sampleSite, sizesOf } from './testing/sample.ts';

const FREE = [
  ['peak: 3 MW', 'peak: { max: 10 MW }'],
  ['energy: 3 MWh', 'energy: { max: 20 MWh }'],
  ['power: 1.5 MW', 'power: { max: 5 MW }'],
] as const;
const CHIPS = [
  ['count: 1096', 'count: 1096\n    capex: 300000 USD/node'],
  ['replicas: 1096', 'replicas: { min: 1, max: 1096 }'],
] as const;
const OPTIONS = { jobs: 1, segments: 100 };

async function planned(limits: string, changes: readonly (readonly [string, string])[] = FREE) {
  const site = sampleSite(changes, limits);
  const problem = sampleProblem(site);
  const sizing = await sizeSite(problem, OPTIONS);
  const sizeOf = sizesOf(problem, sizing.sizes);
  const account = (name: 'co2Kg' | 'renewableKwh' | 'suppliedKwh' | 'waterL') => sizing.dispatch.accounts.get(name)!;
  return { site, problem, sizing, sizeOf, account };
}

describe('limits of a site file', () => {
  it('hold a renewable share, a cap on CO2 and land', { timeout: 60_000 }, async () => {
    const { problem, sizing, sizeOf, account } = await planned(
      'limits: { renewable_share: 20 %, co2_per_year: 4000 t, land: 12 ha }',
    );
    expect(sizing.gapShare).toBeLessThan(0.005);
    expect(account('renewableKwh') / account('suppliedKwh')).toBeGreaterThan(0.2 - 1e-6);
    expect(account('co2Kg')).toBeLessThanOrEqual(4e6 * problem.balance.years * (1 + 1e-6));
    const land = sizeUse(problem.limits.find((l) => l.name === 'land')!, sizeOf);
    expect(land.used).toBeCloseTo(24.28 * sizeOf('pv', 'peak'), 6);
    expect(land.used).toBeLessThanOrEqual(120_000 * (1 + 1e-6));
    expect(sizeOf('pv', 'peak')).toBeGreaterThan(100);
  });

  it('name what is missed where the site cannot keep them', { timeout: 60_000 }, async () => {
    const { sizing } = await planned('limits: { co2_per_year: 1 t }', []);
    const missed = sizing.dispatch.single.filter((s) => s.name === 'CO2 missed');
    const years = sizing.dispatch.accounts.get('co2Kg')!;
    expect(missed.reduce((sum, s) => sum + s.value, 0)).toBeGreaterThan(0.9 * years - 1000);
    expect(sizing.dispatch.penaltyMoney).toBeGreaterThan(0);
  });

  it('hold the reserve', { timeout: 60_000 }, async () => {
    const changes = [...FREE, ['rated: 798 kW', 'rated: 100 kW']] as const;
    const { sizing, sizeOf } = await planned('limits: { reserve: { duration: 2 h } }', changes);
    const held = sizing.dispatch.columns.get('bess energy')!.values;
    const { loadKw } = sizing.dispatch;
    // In the evening, when the sun gives nothing; both sets give 100 kW in cold air.
    const evening = [...loadKw.keys()].filter((i) => i % 24 >= 19);
    const needed = evening.map((i) => 1.1 * loadKw[i]! - 200);
    expect(Math.max(...needed)).toBeGreaterThan(100);
    evening.forEach((i, e) => {
      expect(sizeOf('bess', 'power')).toBeGreaterThan(needed[e]! - 1e-3);
      expect((held[i - 1]! * 0.94792) / 2).toBeGreaterThan(needed[e]! - 1e-3);
    });
    expect(sizing.dispatch.columns.get('reserve of energy missed')!.money).toBeLessThan(1e-3);
  });

  it('keep a node of a pool free', { timeout: 60_000 }, async () => {
    const { sizing, sizeOf } = await planned('limits: { pools: [{ pool: pool-1, spare_nodes: 2 }] }', CHIPS);
    const levels = [...sizing.dispatch.columns.values()].filter((c) => c.unit === 'replicas');
    const busy = levels[0]!.values.map((_, i) => levels.reduce((sum, c) => sum + c.values[i]!, 0));
    expect(sizeOf('main-model', 'replicas') - Math.max(...busy)).toBeCloseTo(16, 3);
  });

  it('have at least the accelerators that are bought, and do not pay them again', () => {
    const site = sampleSite(CHIPS, 'limits: { budget: 40000000 USD, pools: [{ pool: pool-1, bought: 600 }] }');
    const problem = sampleProblem(site);
    const pool = problem.limits.find((l) => l.number === 'L7')!;
    expect(pool).toMatchObject({ least: 600, terms: [{ unit: 'main-model', key: 'replicas', factor: 1 }] });
    const capital = problem.limits.find((l) => l.number === 'L6')!;
    const replica = problem.balance.sizes.find((s) => s.key === 'replicas')!.capexMoney;
    expect(capital.most).toBeCloseTo(40e6 + 600 * replica, 3);
  });

  it('buy nothing more of what may not be bought', () => {
    const procurement = 'procurement: { deny_vendors: [NVIDIA], enforce: warning, source: test }';
    const site = sampleSite(CHIPS, `limits: { pools: [{ pool: pool-1, bought: 600 }] }\n${procurement}`);
    expect(sampleProblem(site).limits).toMatchObject([{ number: 'L7', least: 600, most: 600 }]);
  });
});

describe('limits that contradict what is asked', () => {
  it.each([
    [FREE, 'limits: { budget: 1000 USD }', 'limits.budget: the least that the file asks for takes'],
    [
      [
        ['peak: 3 MW', 'peak: { min: 2 MW, max: 10 MW }'],
        ['power: 1.5 MW', 'power: { max: 2 MW }'],
      ] as const,
      'limits: { land: 2 ha }',
      'limits.land: the least that the file asks for takes 4.86 ha, 2 ha are allowed; raise the limit, or lower the sizes',
    ],
    [
      [CHIPS[0], ['replicas: 1096', 'replicas: { min: 1, max: 500 }']] as const,
      'limits: { pools: [{ pool: pool-1, bought: 600 }] }',
      'pool-1: accelerators: with the most of every free size 100 accelerators are missing to what is asked',
    ],
    [
      CHIPS,
      'limits: { pools: [{ pool: pool-1, spare_nodes: 140 }] }',
      'limits.pools pool-1: 1120 accelerators are kept free, and there are 1096 at most',
    ],
  ])('%#: are an error before any solve', (changes, limits, message) => {
    const site = sampleSite(changes, limits);
    expect(() => sampleProblem(site)).toThrow(message);
    expect(() => sampleProblem(site)).toThrow('JW_PLAN_LIMIT');
  });

  it('ask for sun where there can be none', () => {
    const site = sampleSite(FREE, 'limits: { renewable_share: 20 % }');
    expect(() => sampleProblem({ ...site, parsed: { ...site.parsed, solar: [] } })).toThrow(
      'limits.renewable_share: it is asked for, and the site can have neither sun nor wind',
    );
  });

  it('are latency targets that no load of the deployment keeps', () => {
    expect(() => sampleProblem(sampleSite([['tpot: 200 ms', 'tpot: 1 ms']]))).toThrow(
      'chat: no load of main-model, llama-3.1-8b-instruct on 1 nvidia-h100-sxm-80gb, keeps ttft 5 s and tpot 1 ms; give a replica more',
    );
  });

  it('name a pool that is not there', () => {
    const text = `${initSite({}, loadCatalog())}\nlimits: { pools: [{ pool: pool-2, bought: 3 }] }\n`;
    const faults = checkText(text, '.').faults.map(printFault);
    expect(faults.join()).toMatch(/limits\.pools\[0\]\.pool: there is no pool "pool-2"; did you mean "pool-1"\?/);
  });
});
