import { describe, expect, it } from 'vitest';
import { explainPlan } from './explain.ts';
import { sizeSite } from './sizing.ts';
import { sampleProblem, sampleSite } from './testing/sample.ts';

describe('explainPlan', () => {
  it('says what an impossible site is short of, in the words of its file', { timeout: 60_000 }, async () => {
    const site = sampleSite(
      [
        ['import_limit: 1.5 MW', 'import_limit: 150 kW'],
        ['rated: 798 kW', 'rated: 50 kW'],
        ['peak: 3 MW', 'peak: { max: 200 kW }'],
        ['energy: 3 MWh', 'energy: 50 kWh'],
      ],
      'limits: { land: 1 ha, pools: [{ pool: pool-1, bought: 2000 }] }',
    );
    const problem = sampleProblem({ ...site, limits: { ...site.limits!, pools: [] } }, { days: 3 });
    const sizing = await sizeSite(problem, { jobs: 1, segments: 72 });
    const { short: lines, binding, bounds } = explainPlan(problem, sizing);
    expect(bounds).toMatchObject([{ unitId: 'pv', key: 'peak', at: 'most' }]);
    expect(binding.at(-1)).toBe('pv: peak is at its most, 200 kW');
    // Requests are given up before the load that stands goes without.
    const short = lines.find((line) => line.startsWith('chat not served'))!;
    expect(short).toMatch(/^chat not served: \S+ req\/s on \d+ January \d\d:00.*: .*grid import limit/);
    expect(short).toContain('gensets rating');
    const { columns, shortfalls } = sizing.dispatch;
    const worst = Math.max(...columns.get('chat not served')!.values);
    expect(worst).toBeGreaterThan(1000);
    expect(shortfalls.some((s) => s.name === 'chat not served' && Math.abs(s.most - worst) < 1e-9)).toBe(true);
    expect(Math.max(...columns.get('electricity short')!.values)).toBeLessThan(1e-6);
  });

  it('tells limits on sizes that bind or are missed', { timeout: 60_000 }, async () => {
    const site = sampleSite([], 'limits: { land: 1 ha, budget: 1 USD }');
    const problem = sampleProblem(site, { days: 2 });
    const sizing = await sizeSite(problem, { jobs: 1, segments: 48 });
    const { short: lines } = explainPlan(problem, sizing);
    expect(lines).toEqual(['land: missed by 62840 m2', expect.stringMatching(/^capital: missed by \d+ USD$/)]);
  });
});
