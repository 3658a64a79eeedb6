import { describe, expect, it } from 'vitest';
import { planWarnings } from '../report/planText.ts';
import { plan } from './plan.ts';
import { securePlan } from './secure.ts';
import { sizeSite } from './sizing.ts';
import { survivalOf } from './survival.ts';
import { sampleProblem, sampleSite, sizesOf } from './testing/sample.ts';

/** A site whose supply without the grid is for the planner to build, under four outages of two hours a month. */
const CHANGES = [
  ['rated: 798 kW', 'rated: { max: 800 kW }'],
  ['energy: 3 MWh', 'energy: { max: 20 MWh }'],
  ['power: 1.5 MW', 'power: { max: 3 MW }'],
  ['per_month: 1, mean_duration: 2 h', 'per_month: 4, mean_duration: 2 h'],
] as const;
const QUICK = { days: 7, gap: 0.02, segments: 168, jobs: 1 };

describe('the availability of a site', () => {
  it('is reached by raising the reserve, at a cost', { timeout: 180_000 }, async () => {
    const site = sampleSite(CHANGES, 'limits: { availability: 99.8 % }');
    const { secured, problem, chosen } = await plan(site, QUICK);
    const lole = secured!.tried.map((t) => t.survival.risk!.loleHPerYear);
    expect(lole[0]).toBeGreaterThan(17.52);
    expect(secured!.reached).toBe(true);
    expect(lole.at(-1)).toBeLessThanOrEqual(17.52);
    expect(secured!.tried.length).toBeGreaterThan(1);
    expect(secured!.chosen.yearlyMoney).toBeGreaterThan(secured!.tried[0]!.yearlyMoney);
    expect(problem.balance.reserve!.hours).toBe(secured!.chosen.reserveHours);
    expect(chosen.dispatch.shortfalls).toEqual([]);
  });

  it('never falls with more reserve: what more hours alone would replace is kept, and sets are added at last', {
    timeout: 300_000,
  }, async () => {
    const site = sampleSite(CHANGES, 'limits: { reserve: { duration: 8 h } }');
    const problem = sampleProblem(site, { days: 7 });
    // At the longest reserve the least-cost plan by itself is sets without a battery, which are dark more often.
    const alone = { ...problem, balance: problem.balance.withReserve({ ...problem.balance.reserve!, hours: 24 }) };
    const sizing = await sizeSite(alone, QUICK);
    const { tried, reached, chosen } = await securePlan(problem, { ...QUICK, loleHPerYear: 1 });
    const lole = tried.map((t) => t.survival.risk!.loleHPerYear);
    expect(survivalOf(alone, sizing).risk!.loleHPerYear).toBeGreaterThan(2 * lole[0]!);
    expect(tried.map((t) => t.reserveHours)).toEqual([8, 16, 24, 24]);
    for (let k = 1; k < lole.length; k++) expect(lole[k]!).toBeLessThanOrEqual(lole[k - 1]!);
    expect(lole.at(-2)!).toBeGreaterThan(1);
    expect(reached).toBe(true);
    expect(chosen.spares).toBe(1);
    const sets = tried.map((t) => sizesOf(problem, t.sizing.sizes)('gensets', 'rated'));
    expect(sets.at(-1)!).toBeGreaterThanOrEqual(1.5 * sets.at(-2)! - 1e-6);
  });

  it('begins with the reserve that the site asks for, and says when it is out of reach', {
    timeout: 180_000,
  }, async () => {
    const site = sampleSite(CHANGES.slice(1), 'limits: { availability: 99.9999 %, reserve: { duration: 16 h } }');
    const made = await plan(site, QUICK);
    expect(made.secured!.tried.map((t) => t.reserveHours)).toEqual([16, 24]);
    expect(made.secured!.reached).toBe(false);
    expect(planWarnings(made)[0]).toMatch(
      /^the availability that is asked for is not reached: \d+ h of reserve: \S+ h a year without supply \(2 tried\)$/,
    );
  });
});
