import { describe, expect, it } from 'vitest';
import { Shelf } from './shelf.ts';
import { smallModel } from './testing/arrays.ts';

/** Most of x + y with x + 2 y <= most and x <= 3; three entries. */
const model = (most: number) =>
  smallModel(
    [-1, -1],
    [
      [1, 2],
      [1, 0],
    ],
    [most, 3],
  );

describe('a shelf of models', () => {
  it('has only so many in the solver, the first of them, and solves all as they were changed', async () => {
    const shelf = new Shelf(6);
    for (let k = 0; k < 4; k++) shelf.put(k, model(4 + k));
    expect(shelf.inside).toBe(0);
    const all = async () => {
      const costs: number[] = [];
      for (let k = 0; k < 4; k++) {
        costs.push((await shelf.solve(k, {}, { method: 'simplex' })).objective);
        expect(shelf.inside).toBe(Math.min(k + 1, 2));
      }
      return costs;
    };
    const first = await all();
    for (const [k, cost] of first.entries()) expect(cost).toBeCloseTo(-(3 + (1 + k) / 2), 9);
    // 3 is in the solver, 1 is not: both take a bound, a price and a row, and keep them wherever they go.
    for (const k of [1, 3]) {
      const changes = {
        fix: { columns: [0], lower: [0], upper: [2] },
        price: { columns: [1], costs: [-10] },
        rows: [{ lower: 0, upper: 1.25, columns: [1], values: [1] }],
      };
      expect((await shelf.solve(k, changes, { method: 'simplex' })).objective).toBeCloseTo(-14.5, 9);
    }
    await shelf.solve(2, {}, { method: 'simplex' });
    for (const k of [1, 3]) expect((await shelf.solve(k, {}, { method: 'simplex' })).objective).toBeCloseTo(-14.5, 9);
  });

  it('has no more of them there when all are asked at once', async () => {
    const shelf = new Shelf(6);
    for (let k = 0; k < 4; k++) shelf.put(k, model(4 + k));
    await Promise.all([0, 1, 2, 3].map((k) => shelf.solve(k, {}, { method: 'simplex' })));
    expect(shelf.inside).toBe(2);
  });

  it('begins a model that comes back where it ended, and a new one where one like it did', async () => {
    const shelf = new Shelf(3);
    shelf.put(0, model(4));
    shelf.put(1, model(5));
    const ended = { method: 'simplex', presolve: false } as const;
    expect((await shelf.solve(0, {}, ended)).iterations).toBeGreaterThan(0);
    expect((await shelf.solve(1, {}, ended, { like: 0 })).iterations).toBe(0);
    expect((await shelf.solve(0, {}, ended)).iterations).toBe(0);
    shelf.drop(0);
    await expect(shelf.solve(0, {}, ended)).rejects.toThrow('no model 0');
    expect(shelf.inside).toBe(0);
  });
});
