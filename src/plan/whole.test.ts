import { beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { weatherOf } from '../simulate/air.ts';
import { initSite } from '../site/init.ts';
import { checkText } from '../site/load.ts';
import { acceleratorsOf } from './pools.ts';
import { type PlanProblem, problemOf } from './problem.ts';
import { type Found, searchSizes } from './sizing.ts';
import { type Rounding, roundSizes } from './whole.ts';

const OPTIONS = { gap: 0.01, segments: 800, jobs: 1 };
/** Two deployments share a pool; sun, battery in containers and generator sets are free. */
const TEXT = initSite({ name: 'test', itKw: 60 }, loadCatalog())
  .replace(/peak: .*/, 'peak: { max: 400 kWp }')
  .replace(/energy: \d+ kWh/, 'energy: { max: 600 kWh, step: 100 kWh }')
  .replace(/power: \d+ kW/, 'power: free')
  .replace('units: 2', 'units: { max: 3 }')
  .replace(/import_limit: .*/, 'import_limit: 20 kW')
  .replace(/count: (\d+)/, 'count: { max: $1 }\n    capex: 200000 USD/node')
  .replace(/( {2}- id: main-model[\s\S]*?)replicas: \d+\n/, '$1replicas: free\n$1replicas: free\n')
  .replace('id: main-model', 'id: other-model')
  .replace(/(- id: archive[\s\S]*?)deployment: main-model/, '$1deployment: other-model');

describe('sizes that are sold in wholes', () => {
  let problem: PlanProblem;
  let found: Found;
  let rounding: Rounding;
  beforeAll(async () => {
    const { site, faults } = checkText(TEXT, '.');
    expect(faults).toEqual([]);
    problem = problemOf(site!, { years: [weatherOf(site!)], days: 14 });
    found = await searchSizes(problem, OPTIONS);
    rounding = (await roundSizes(problem, found, OPTIONS))!;
  }, 400_000);

  const columnOf = (unitId: string, key: string) =>
    problem.balance.sizes.findIndex((s) => s.unitId === unitId && s.key === key);

  it('become whole, near the continuous plan and within their bounds', () => {
    const wholes = problem.site.free.filter((f) => f.step !== undefined);
    expect(wholes.map((f) => f.unitId).sort()).toEqual(['bess', 'gensets', 'main-model', 'other-model']);
    for (const { unitId, key, step, lower, upper } of wholes) {
      const i = columnOf(unitId, key);
      const [before, after] = [found.sizes[i]!, rounding.sizing.sizes[i]!];
      expect(after / step!).toBeCloseTo(Math.round(after / step!), 6);
      expect(Math.abs(after - before)).toBeLessThanOrEqual(2 * step! + 1e-6);
      expect(after).toBeGreaterThanOrEqual(Math.min(lower, step!) - 1e-6);
      expect(after).toBeLessThanOrEqual(upper + 1e-6);
    }
  });
  it('cost no less than the lower bound of all whole plans, and what is said more than the continuous one', () => {
    expect(rounding.sizing.upper).toBeGreaterThanOrEqual(rounding.lower * (1 - 1e-9));
    expect(rounding.lower).toBeGreaterThan(found.lower);
    expect(rounding.lossMoney).toBeCloseTo(rounding.sizing.upper - found.upper, 6);
    expect(rounding.lossShare).toBeGreaterThan(-OPTIONS.gap);
  });
  it('cost no more than rounding each of them up', async () => {
    const up = problem.choices.map((c, i) => {
      const free = problem.site.free.find((f) => f.step !== undefined && columnOf(f.unitId, f.key) === i);
      if (free === undefined) return c;
      const size = Math.min(c.upper, Math.ceil(found.sizes[i]! / free.step! - 1e-6) * free.step!);
      return { ...c, lower: size, upper: size };
    });
    const all = await searchSizes({ ...problem, choices: up }, { ...OPTIONS, learnt: found.learnt });
    expect(rounding.lower).toBeLessThanOrEqual(all.upper * (1 + 1e-9));
    expect(rounding.sizing.lower).toBeLessThanOrEqual(all.upper * (1 + 1e-3));
  }, 60_000);
  it('are within the gap of the best whole plan: no other numbers near it cost less than the bound', async () => {
    const gens = columnOf('gensets', 'rated');
    for (const count of [0, 1, 2]) {
      const others = problem.choices.map((c, i) => {
        const free = problem.site.free.find((f) => f.step !== undefined && columnOf(f.unitId, f.key) === i);
        if (free === undefined) return c;
        const size = i === gens ? count * free.step! : rounding.sizing.sizes[i]!;
        return { ...c, lower: size, upper: size };
      });
      const made = await searchSizes({ ...problem, choices: others }, { ...OPTIONS, learnt: found.learnt });
      expect(made.upper).toBeGreaterThanOrEqual(rounding.lower * (1 - 1e-6));
    }
    expect(rounding.sizing.upper - rounding.lower).toBeLessThanOrEqual(OPTIONS.gap * found.upper);
  }, 200_000);
  it('keep to what the pool has, in whole nodes', () => {
    const [pool] = problem.site.freePools;
    const sizeOf = (id: string) => rounding.sizing.sizes[columnOf(id, 'replicas')]!;
    const used = sizeOf('main-model') + sizeOf('other-model');
    expect(used).toBeLessThanOrEqual(pool!.most + 1e-6);
    const bought = acceleratorsOf(pool!, sizeOf);
    expect(bought % 8).toBe(0);
    expect(bought).toBeGreaterThanOrEqual(used - 1e-6);
  });
  it('do not lose a size of which the continuous plan has next to nothing', async () => {
    const sizes = [...found.sizes];
    const column = columnOf('bess', 'power');
    sizes[column] = 1e-3 * problem.choices[column]!.upper;
    const again = (await roundSizes(problem, { ...found, sizes: Float64Array.from(sizes) }, OPTIONS))!;
    // The battery is worth having: without its converter the plan would cost more than the gap.
    expect(rounding.sizing.sizes[column]).toBeGreaterThan(1);
    expect(again.sizing.sizes[column]).toBeGreaterThan(1);
    expect(again.sizing.upper).toBeLessThanOrEqual(rounding.sizing.upper + OPTIONS.gap * found.upper);
  }, 200_000);
});
