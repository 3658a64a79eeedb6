import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../units/formula.ts';
import { FORMULAS } from './formulas.ts';

interface Case {
  id: string;
  formula: string;
  inputs: Record<string, number>;
  expected: Record<string, number>;
  tolerance: { abs?: number; rel?: number };
}
const cases: Case[] = JSON.parse(readFileSync(new URL('../../test/validation/air.json', import.meta.url), 'utf8'));
const named = new Map(FORMULAS.map((f) => [f.name, f]));

describe('formulas of moist air', () => {
  it('meet all 29 listed values and 56 states', () => {
    expect(cases.length).toBeGreaterThanOrEqual(29 + 56);
    for (const { id, formula, inputs, expected, tolerance } of cases) {
      const result = evaluate(named.get(formula)!, inputs);
      for (const [name, value] of Object.entries(expected)) {
        const allowed = tolerance.abs ?? tolerance.rel! * Math.abs(value);
        expect(Math.abs(Number(result[name]) - value), `${id} ${name}`).toBeLessThanOrEqual(allowed);
      }
    }
  });

  it('undo each other', () => {
    const { enthalpy } = evaluate(named.get('air.enthalpy.ashrae')!, { air: 31, ratio: 0.012 });
    const { temp } = evaluate(named.get('air.temperature.enthalpy')!, { enthalpy: enthalpy!, ratio: 0.012 });
    expect(temp).toBeCloseTo(31, 9);
  });

  it('refuse what is outside their domain', () => {
    const wet = named.get('air.wet-bulb.ashrae')!;
    for (const bad of [
      { air: 200, rh: 0.5 },
      { air: 20, rh: 1.2 },
      { air: Number.NaN, rh: 0.5 },
      { air: 20, rh: 0.5, pressure: 0 },
    ]) {
      expect(() => evaluate(wet, bad)).toThrow(/domain/);
    }
    expect(() => evaluate(wet, { air: 20 })).toThrow(/missing/);
  });
});
