import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arraysOf, solveOnce } from './highs.ts';
import { LinearModel } from './linearModel.ts';
import { everyStep, segmentsOf, windowsOf } from './segments.ts';
import { randomSites } from './testing/randomSite.ts';
import { bareModel } from './testing/table.ts';

const CALENDAR = { steps: 6, stepH: 1, blocks: [0, 4], cyclic: true, windows: [0, 2, 4] };
const model = (window?: number) =>
  new LinearModel(
    window === undefined ? everyStep(CALENDAR) : everyStep(CALENDAR, window),
    [{ unit: 'a', key: 'size', lower: 0, upper: 9, cost: 2 }],
    6 / 8760,
    windowsOf(CALENDAR).before,
  );

/** Coefficient of a place; 0 where there is none. */
function at(of: LinearModel, row: number, column: number): number {
  const { starts, rows, values } = of.matrix();
  let sum = 0;
  for (let i = starts[column]!; i < starts[column + 1]!; i++) if (rows[i] === row) sum += values[i]!;
  return sum;
}

describe('a linear model', () => {
  it('lands flows through buses that pass, over several of them, times their factors', () => {
    const m = bareModel();
    const it = m.columns('it', 'kW', 0, 9, 0);
    m.flow('critical', it, -1);
    const limit = m.rows('P1', 'rating', Number.NEGATIVE_INFINITY, 5);
    m.through('critical', [
      { at: 'site', factor: 1.1 },
      { at: 'heat', factor: -1 },
      { at: limit, factor: -1 },
    ]);
    m.through('heat', [{ at: 'site', factor: Float64Array.of(-0.1, -0.2, -0.3) }]);
    m.land();
    // 1.1 for itself and its share of cooling, out of the site's bus; nothing has rows but that bus.
    expect(m.rowGroups.map((g) => g.name)).toEqual(['rating', 'bus site']);
    const bus = m.bus('site');
    expect([0, 1, 2].map((k) => at(m, bus + k, it + k))).toEqual([-1.1 - 0.1, -1.1 - 0.2, -1.1 - 0.3]);
    expect(at(m, limit + 1, it + 1)).toBe(1);
  });

  it('folds series over segments', () => {
    const merged = new LinearModel(segmentsOf([0, 2, 4], CALENDAR), [], 1, windowsOf(CALENDAR).before);
    const base = Float64Array.of(1, 3, 5, 2, 0, 8);
    expect([...merged.mean(base)]).toEqual([2, 3.5, 4]);
    expect([...merged.least(base)]).toEqual([1, 2, 0]);
    expect([...merged.most(base)]).toEqual([3, 5, 8]);
    expect([...merged.last(base)]).toEqual([3, 2, 8]);
    expect(() => merged.mean(base.slice(1))).toThrow('a series of 5 for 6 steps');
    expect(() => merged.size('b', 'size')).toThrow('no size b.size');
  });

  it('closes stored quantities block by block, and names the ends of windows alike in whole and part', () => {
    const whole = model();
    const state = whole.state('store', 'kWh', 9);
    expect([0, 1, 4, 5].map((k) => state.before(k) - state.first)).toEqual([3, 0, 5, 4]);
    expect([...whole.links.keys()].sort()).toEqual(['store @0', 'store @1', 'store @2']);
    const second = model(1);
    const own = second.state('store', 'kWh', 9);
    expect(new Set(second.links.keys())).toEqual(new Set(['store @0', 'store @1']));
    expect(second.links.get('store @0')).toBe(own.before(0));
    expect(second.links.get('store @1')).toBe(own.first + 1);
    // The last block is one window: it follows on itself and needs no opening.
    const third = model(2);
    const alone = third.state('store', 'kWh', 9);
    expect(alone.before(0)).toBe(alone.first + 1);
    expect([...third.links.keys()]).toEqual(['store @2']);
  });

  it('opens what is not cyclic with a quantity of its own', () => {
    const open = { ...CALENDAR, cyclic: false };
    const m = new LinearModel(everyStep(open), [], 1, windowsOf(open).before);
    const state = m.state('store', 'kWh', 9);
    expect([m.links.get('store before 0'), m.links.get('store before 2')]).toEqual([state.before(0), state.before(4)]);
    const part = new LinearModel(everyStep(open, 2), [], 1, windowsOf(open).before);
    part.state('store', 'kWh', 9);
    expect(part.links.has('store before 2')).toBe(true);
  });

  it('gives every window its share of a budget, and the shares add up', async () => {
    const m = model();
    const used = m.columns('used', 'kWh', 0, 3, -1);
    const budget = m.budget('B4', 'cycles', { allowed: 7 });
    for (let k = 0; k < m.segments; k++) m.put(budget.row(k), used + k, 1);
    expect(new Set(m.links.keys())).toEqual(new Set(['cycles #0', 'cycles #1', 'cycles #2']));
    expect((await solveOnce(arraysOf(m))).objective).toBeCloseTo(-7, 9);
    const part = model(1);
    expect(part.budget('B4', 'cycles').total).toBeUndefined();
    expect([...part.links.keys()]).toEqual(['cycles #1']);
  });

  it('costs the same when its money is gathered by window', async () => {
    await fc.assert(
      fc.asyncProperty(randomSites(), fc.integer({ min: 4, max: 30 }), async ({ balance, choices }, target) => {
        const plain = balance.model(balance.merged(target), choices);
        const gathered = balance.model(balance.merged(target), choices);
        const columns = gathered.gatherCosts();
        expect(columns.size).toBe(balance.calendar.windows.length);
        const solved = await solveOnce(arraysOf(gathered), { method: 'simplex' });
        const { objective } = await solveOnce(arraysOf(plain), { method: 'simplex' });
        expect(Math.abs(solved.objective - objective)).toBeLessThan(1e-6 * (1 + Math.abs(objective)));
        const running = [...columns.values()].reduce((sum, c) => sum + solved.values[c]!, 0);
        const sizes = gathered.sizes.reduce((sum, s, i) => sum + s.cost * solved.values[i]!, 0);
        expect(running + sizes).toBeCloseTo(solved.objective, 6);
      }),
      { numRuns: 15 },
    );
  });
});
