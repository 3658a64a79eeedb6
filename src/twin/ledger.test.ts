import { describe, expect, it } from 'vitest';
import { FOLLOW } from './decision.ts';
import { Ledger } from './ledger.ts';
import { box, mildAir, testPlant } from './testPlant.ts';
import { Twin } from './twin.ts';

describe('the ledger', () => {
  const grid = { startMs: 0, stepMs: 900_000, count: 3 };
  const metered = (id: string, report: (step: number) => Record<string, number>) => {
    const unit = box(id, 'slack', { maxKw: 500 });
    let step = 0;
    return {
      ...unit,
      meters: {
        first: { unit: 'kW', what: 'mean', about: 'a' },
        second: { unit: 'money', what: 'sum', about: 'b' },
      } as const,
      start: () => ({ ...unit.start(), step: () => ({ state: 0, flows: { power: 20 }, meters: report(step++) }) }),
    };
  };

  it('keeps every meter in its own column, whatever the order a unit reports it in, and 0 where it reports none', () => {
    const orders = [{ first: 1, second: 2 }, { second: 4, first: 3 }, {}];
    const plant = testPlant([metered('grid', (i) => orders[i]!)]);
    const twin = new Twin(plant);
    const ledger = new Ledger(plant, grid, 'USD');
    const decision = {
      replicas: [[1]],
      supplyC: [undefined],
      batchPerS: [0, 0],
      orders: [FOLLOW],
      deficitOrder: [0],
      surplusOrder: [0],
    };
    for (let i = 0; i < 3; i++) ledger.write(i, twin.step(mildAir(0.25, i * 900_000), [5, 0], decision));
    expect([...ledger.get('grid.first')]).toEqual([1, 3, 0]);
    expect([...ledger.get('grid.second')]).toEqual([2, 4, 0]);
    expect(ledger.columns.find((c) => c.name === 'grid.second')!.unit).toBe('USD');
    expect(ledger.get('site.itKw')[0]).toBeCloseTo(6, 9);
    expect(() => ledger.get('grid.third')).toThrow(RangeError);
  });

  it('has no name twice', () => {
    const { columns } = new Ledger(testPlant([box('a', 'slack', {}), box('b', 'store', {})]), grid, 'USD');
    expect(new Set(columns.map((c) => c.name)).size).toBe(columns.length);
  });
});
