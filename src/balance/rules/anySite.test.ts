import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activities, solveModel, toyBalance, valuesOf } from '../testing/toySite.ts';
import { peakRule } from './peak.ts';
import { RESERVE_DEFAULTS } from './reserve.ts';
import type { Rule } from './rule.ts';
import { totalRule } from './total.ts';

const HOURS = 48;
const SUN = Array.from({ length: HOURS }, (_, i) => Math.max(0, Math.sin((((i % 24) - 6) / 12) * Math.PI)));
const steps = (of: (i: number) => number) => Float64Array.from({ length: HOURS }, (_, i) => of(i));
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

async function solved({ balance, choices }: ReturnType<typeof toyBalance>, segments = balance.flat()) {
  const model = balance.model(segments, choices);
  const answer = await solveModel(model);
  expect(answer.status).toBe('optimal');
  return { model, answer, of: (name: string) => valuesOf(model, answer, name) };
}

describe('any small site', () => {
  const size = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constant([0, 400] as const));
  const sites = fc.record({
    loadKw: fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 48, maxLength: 48 }),
    price: fc.array(fc.constantFrom(0.02, 0.1, 0.4), { minLength: 48, maxLength: 48 }),
    sizes: fc.record({ grid: size, gen: size, sun: size, energy: size, power: size }),
    co2: fc.integer({ min: 0, max: 400_000 }),
    hours: fc.integer({ min: 1, max: 6 }),
    reserve: fc.boolean(),
  });
  const rulesOf = (co2: number): Rule[] => [
    peakRule({
      name: 'cut at peak hours',
      basis: 'import',
      share: 0.2,
      reference: 'others',
      peak: steps((i) => (i % 24 >= 4 && i % 24 < 9 ? 1 : 0)),
      period: steps((i) => Math.floor(i / 24)),
      nameOf: (day) => `day ${day}`,
    }),
    totalRule({
      number: 'L2',
      name: 'CO2',
      unit: 'kg',
      terms: [{ account: 'co2Kg', factor: 1 }],
      allowedPerYear: co2,
      penalty: 1,
    }),
  ];

  it('keeps its buses and rules to 1e-6, and merged steps never cost more', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(sites, async ({ loadKw, price, sizes, co2, hours, reserve }) => {
        const toy = toyBalance({ loadKw, price, sizes, sun: SUN, windowH: 24 }, rulesOf(co2));
        const balance = toy.balance.withReserve(reserve ? { hours, ...RESERVE_DEFAULTS } : undefined);
        const { model, answer, of } = await solved({ ...toy, balance });
        const rows = activities(model, answer.values);
        rows.forEach((value, r) => {
          const scale = 1e-6 * (1 + Math.abs(value));
          expect(value).toBeGreaterThanOrEqual(model.rowLower[r]! - scale);
          expect(value).toBeLessThanOrEqual(model.rowUpper[r]! + scale);
        });
        const flows = ['grid power', 'gen power', 'sun power', 'store discharge', 'electricity short'].map(of);
        const charge = of('store charge');
        loadKw.forEach((load, i) => {
          const into = sum(flows.map((f) => f[i]!)) - charge[i]!;
          expect(Math.abs(into - load)).toBeLessThan(1e-6 * Math.max(1, load));
        });
        const merged = await solved({ ...toy, balance }, balance.merged(12));
        const slack = 1e-6 * Math.max(1, Math.abs(answer.objective));
        expect(merged.answer.objective).toBeLessThanOrEqual(answer.objective + slack);
      }),
      { numRuns: 40 },
    );
  });
});
