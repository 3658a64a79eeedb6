import { describe, expect, it } from 'vitest';
import { HeldModel, highs, solveOnce } from './highs.ts';
import { hardModel, smallModel } from './testing/arrays.ts';

/** Most of 3 x + 2 y with x + y <= 4, x + 3 y <= 7, x <= 3. */
const model = () =>
  smallModel(
    [-3, -2],
    [
      [1, 1],
      [1, 3],
      [1, 0],
    ],
    [4, 7, 3],
  );

/** The solver with models of which some runs, counted from 0, fail, and how often they ran and forgot their basis. */
async function failing(at: readonly number[], way: 'error' | 'status') {
  const solver = await highs();
  const seen = { runs: 0, cleared: [] as number[] };
  const bound = (target: object, key: PropertyKey): unknown => {
    const value: unknown = Reflect.get(target, key);
    return typeof value === 'function' ? value.bind(target) : value;
  };
  const modelOf = (...args: Parameters<typeof solver.createModel>) =>
    new Proxy(solver.createModel(...args), {
      get: (made, name) => {
        if (name === 'clearSolver') seen.cleared.push(seen.runs);
        if (name !== 'run' || !at.includes(seen.runs++)) return bound(made, name);
        if (way === 'error') throw new solver.errors.HighsError('run failed', 'run');
        return () => ({ modelStatus: solver.constants.modelStatus.solveError });
      },
    });
  return Object.assign(seen, {
    solver: new Proxy(solver, { get: (target, key) => (key === 'createModel' ? modelOf : bound(target, key)) }),
  });
}

describe('a held model', () => {
  it('is solved by every method, with prices of rows and columns', async () => {
    for (const method of ['choose', 'simplex', 'primal', 'ipm'] as const) {
      const solved = await solveOnce(model(), { method });
      expect(solved.status).toBe('optimal');
      expect(solved.objective).toBeCloseTo(-11, 5);
      expect([...solved.values].map((v) => Math.round(v * 1e4) / 1e4)).toEqual([3, 1]);
      // One more of the first limit is worth 2, of the third 1.
      expect([...solved.rowDuals].map((v) => Math.round(v * 1e4) / 1e4 + 0)).toEqual([-2, 0, -1]);
    }
  });

  it('is changed in place and solved again', async () => {
    const held = new HeldModel(await highs(), model());
    try {
      expect(held.solve().objective).toBeCloseTo(-11, 9);
      held.setColumnBounds([1, 0], [0, 0], [0.5, 2]);
      expect(held.solve().objective).toBeCloseTo(-7, 9);
      held.setColumnBounds([0], [0], [1]);
      expect(held.solve().objective).toBeCloseTo(-4, 9);
      held.setCost(1, -10);
      expect(held.solve().objective).toBeCloseTo(-8, 9);
      expect(held.addRow(0, 0.25, [1], [1])).toBe(3);
      expect([held.columns, held.rows]).toEqual([2, 4]);
      expect(held.solve().objective).toBeCloseTo(-5.5, 9);
    } finally {
      held.dispose();
    }
  });

  it.each([
    ['an error of its own', 'error'],
    ['a status that says nothing', 'status'],
  ] as const)('is solved anew, without its basis, where the solver ends with %s', async (_, way) => {
    const flaky = await failing([1], way);
    const held = new HeldModel(flaky.solver, model());
    try {
      expect(held.solve().objective).toBeCloseTo(-11, 9);
      held.setCost(1, -10);
      const again = held.solve();
      expect(again.status).toBe('optimal');
      expect(again.objective).toBeCloseTo(-70 / 3, 9);
      expect(flaky.cleared).toEqual([2]);
      expect(flaky.runs).toBe(3);
      // What follows begins from its basis again.
      expect(held.isSolved).toBe(true);
    } finally {
      held.dispose();
    }
  });

  it('fails where the solver gives up without a basis too, and not for ever', async () => {
    const flaky = await failing([0, 1], 'error');
    const held = new HeldModel(flaky.solver, model());
    try {
      expect(held.solve().status).toBe('failed');
      expect(flaky.runs).toBe(2);
      expect(held.basis).toBeUndefined();
      expect(held.solve().objective).toBeCloseTo(-11, 9);
    } finally {
      held.dispose();
    }
  });

  it('says that nothing fits, and that nothing ends', async () => {
    const impossible = smallModel([1], [[1]], [1], { lower: Float64Array.of(2) });
    expect((await solveOnce(impossible)).status).toBe('infeasible');
    expect((await solveOnce(smallModel([-1], [[-1]], [1]))).status).toBe('unbounded');
  });

  it('finds whole numbers, and ends a search at a gap', async () => {
    const whole = { ...model(), whole: [0, 1], rowUpper: Float64Array.of(4, 5.5, 2.5) };
    const solved = await solveOnce(whole);
    expect(solved.status).toBe('optimal');
    expect([...solved.values]).toEqual([2, 1]);
    const rough = await solveOnce(hardModel(), { mipGap: 0.2 });
    expect(rough.status).toBe('optimal');
    expect(rough.objective).toBeGreaterThanOrEqual(rough.bound);
    expect(rough.bound).toBeGreaterThanOrEqual(rough.objective * 1.2);
  });

  it('gives the best so far when time is up, and forgets the limit after it', async () => {
    const held = new HeldModel(await highs(), hardModel());
    try {
      const solved = held.solve({ timeLimitS: 0.5 });
      expect(solved.status).toBe('limit');
      expect(solved.seconds).toBeLessThan(20);
      expect(solved.objective).toBeLessThan(0);
      expect(solved.bound).toBeLessThan(solved.objective);
      for (const v of solved.values) expect(Math.abs(v - Math.round(v))).toBeLessThan(1e-6);
      held.setColumnBounds([...solved.values.keys()], [...solved.values], [...solved.values]);
      expect(held.solve().status).toBe('optimal');
    } finally {
      held.dispose();
    }
  });
});
