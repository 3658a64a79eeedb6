import { afterAll, describe, expect, it } from 'vitest';
import { JoulewrightError } from '../errors/error.ts';
import { SolverPool } from './pool.ts';
import { hardModel, smallModel } from './testing/arrays.ts';

const pool = new SolverPool(2);
afterAll(() => pool.close());
const ALL = { values: 'all', duals: [] } as const;

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error instanceof JoulewrightError ? error.faults[0]?.code : 'another error';
  }
}

describe('solver threads', () => {
  it('hold models side by side and solve each as it was changed', async () => {
    const one = await pool.hold(smallModel([-1], [[1]], [5]));
    const two = await pool.hold(smallModel([-1, -1], [[1, 2]], [5]), 1);
    expect(pool.size).toBe(2);
    const [first, second] = await Promise.all([
      pool.solve(one, { options: {}, want: ALL }),
      pool.solve(two, {
        fix: { columns: [0], lower: [1], upper: [1] },
        rows: [{ lower: 0, upper: 1.5, columns: [1], values: [1] }],
        options: {},
        want: { values: [1], duals: [0], rowDuals: true },
      }),
    ]);
    expect([...first.values]).toEqual([5]);
    expect([...second.values]).toEqual([1.5]);
    expect(second.objective).toBeCloseTo(-2.5, 9);
    expect([...second.columnDuals]).toEqual([-1]);
    expect(second.rowDuals.length).toBe(2);
    // A bound stays until it is changed; a row is added for good.
    const again = await pool.solve(two, {
      fix: { columns: [0], lower: [0], upper: [9] },
      options: {},
      want: ALL,
    });
    expect(again.objective).toBeCloseTo(-5, 9);
    await pool.drop(one);
    expect(await codeOf(pool.solve(one, { options: {}, want: ALL }))).toBe('JW_SOLVER');
    // The thread itself goes on.
    const three = await pool.hold(smallModel([-1], [[1]], [7]), one.thread);
    expect((await pool.solve(three, { options: {}, want: ALL })).objective).toBeCloseTo(-7, 9);
  });

  it('stop with the best so far, at once for what is asked later, and go on when resumed', async () => {
    const held = await pool.hold(hardModel());
    const soon = setTimeout(() => pool.stop(), 700);
    const solved = await pool.solve(held, { options: {}, want: ALL });
    clearTimeout(soon);
    expect(pool.stopped).toBe(true);
    expect(solved.status).toBe('limit');
    expect(solved.objective).toBeLessThan(0);
    expect((await pool.solve(held, { options: {}, want: ALL })).seconds).toBeLessThan(5);
    pool.resume();
    expect(pool.stopped).toBe(false);
    const easy = await pool.hold(smallModel([-1], [[1]], [5]));
    expect((await pool.solve(easy, { options: {}, want: ALL })).status).toBe('optimal');
  });

  it('that are lost say so, while they solve and ever after', async () => {
    const own = new SolverPool(1);
    const held = await own.hold(hardModel());
    const solving = codeOf(own.solve(held, { options: {}, want: ALL }));
    await own.close();
    expect(await solving).toBe('JW_SOLVER');
    expect(await codeOf(own.solve(held, { options: {}, want: ALL }))).toBe('JW_SOLVER');
    expect(await codeOf(own.hold(hardModel()))).toBe('JW_SOLVER');
  });
});
