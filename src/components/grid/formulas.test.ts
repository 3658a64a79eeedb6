import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { presentWorthFactor } from '../../finance/crf.ts';
import { evaluate, type FormulaInputs } from '../../units/formula.ts';
import { expandInputs } from '../../units/listSpec.ts';
import { FORMULAS } from './formulas.ts';

interface Case {
  readonly id: string;
  readonly formula: string;
  readonly inputs: Record<string, unknown>;
  readonly expected: Record<string, number | number[]>;
  readonly tolerance: { readonly abs?: number; readonly rel?: number };
}

const cases = JSON.parse(
  readFileSync(new URL('../../../test/validation/grid.json', import.meta.url), 'utf8'),
) as readonly Case[];
const formula = (name: string) => FORMULAS.find((f) => f.name === name)!;
const call = (name: string, inputs: FormulaInputs) => evaluate(formula(name), inputs);

describe('formulas of the grid', () => {
  it('have names of their own, in the form of the formulary', () => {
    expect(new Set(FORMULAS.map((f) => f.name)).size).toBe(FORMULAS.length);
    for (const f of FORMULAS) expect(f.name).toMatch(/^grid\.[a-z-]+\.[a-z-]+$/);
  });

  it('give numbers for their examples', () => {
    for (const f of FORMULAS.filter((g) => g.example !== undefined)) {
      expect(Object.keys(evaluate(f, f.example!)), f.name).toEqual(f.outputs.map((o) => o.name));
    }
  });

  it.each(cases)('$id', ({ formula: name, inputs, expected, tolerance }) => {
    const result = call(name, expandInputs(inputs) as FormulaInputs);
    for (const [key, value] of Object.entries(expected)) {
      const ours = [result[key]!].flat();
      const theirs = [value].flat();
      expect(ours).toHaveLength(theirs.length);
      theirs.forEach((v, i) => {
        const allowed = tolerance.abs ?? tolerance.rel! * Math.abs(v);
        expect(Math.abs(ours[i]! - v), `${key}[${i}] = ${ours[i]}`).toBeLessThanOrEqual(allowed);
      });
    }
  });

  it('give the life-cycle cost of the tiered case (RE-04), so the year’s bill is right to the cent', () => {
    const load = new Array<number>(8760).fill(100);
    const energy = call('grid.bill.energy-tiers', { load, above: [0, 74400], price: [0.1, 0.05] })['money'] as number;
    const demand = call('grid.bill.demand-tiers', { load, above: [0, 100], price: [10, 5] })['money'] as number;
    // 25 years, +1.66 % a year, 6.24 %, tax of 26 %; the factor is rounded to five digits there.
    const factor = Math.round(presentWorthFactor(25, 0.0166, 0.0624) * 1e5) / 1e5;
    expect(Math.abs(((energy + demand) * factor * 0.74) / 1_092_312.443 - 1)).toBeLessThan(1e-6);
  });

  it('tell the peak cut of a duty', () => {
    const load = Array.from({ length: 48 }, (_, i) => (i % 24 >= 6 && i % 24 < 9 ? 80 : 100));
    const cut = (kw: readonly number[]) =>
      call('grid.duty.peak-cut', { load: kw, from_hour: 6, to_hour: 9, days: 'all' })['share'] as number;
    expect(cut(load)).toBeCloseTo(0.2, 12);
    expect(cut(load.map((kw) => 180 - kw))).toBeCloseTo(-0.25, 12);
    expect(cut([])).toBe(0);
  });

  it.each([
    ['grid.bill.energy', { load: [-1], price: 1 }],
    ['grid.bill.energy', { load: [Number.NaN], price: 1 }],
    ['grid.bill.energy', { load: [1], price: 1, step_h: 2 }],
    ['grid.bill.energy-tiers', { load: [1], above: [5, 10], price: [1, 2] }],
    ['grid.bill.energy-tiers', { load: [1], above: [0, 10, 10], price: [1, 2, 3] }],
    ['grid.bill.energy-tiers', { load: [1], above: [0, 10], price: [1] }],
    ['grid.bill.demand', { load: [1], price: [1, 2], days: 'all' }],
    ['grid.bill.demand', { load: [1], price: [1], days: 'sundays' }],
    ['grid.bill.demand', { load: [1], price: [1], days: 'all', year: 2024.5 }],
    ['grid.bill.demand-lookback', { load: [1], price: [1], share: 1.1, months: [1], way: 'past' }],
    ['grid.bill.demand-lookback', { load: [1], price: [1], share: 1, months: [1.5], way: 'past' }],
    ['grid.bill.coincident-peak', { load: [1], steps: [2], windows: [1], price: [1] }],
    ['grid.bill.coincident-peak', { load: [1], steps: [1], windows: [2], price: [1] }],
    ['grid.bill.net-metering', { bought: [1], given: [], price: 1 }],
    ['grid.bill.net-billing', { load: [1, 2], given: [0, 0], price: [1], export_price: [1, 2, 3] }],
    ['grid.limit.apparent', { apparent: 100, power_factor: 1.2 }],
    ['grid.outages.lognormal-fit', { hours: [], months: 1 }],
    ['grid.outages.lognormal-fit', { hours: [0], months: 1 }],
    ['grid.carbon.bought', { load: [1, 2, 3], intensity: [1, 2] }],
  ])('%s refuses what is outside its domain', (name, inputs) => {
    expect(() => call(name, inputs)).toThrow(name);
  });
});
