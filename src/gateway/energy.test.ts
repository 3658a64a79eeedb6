import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { round } from './energy.ts';

describe('round', () => {
  it('gives the six digits that toPrecision gives, from picograms to terajoules', () => {
    const any = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -18, max: 14 }));
    fc.assert(
      fc.property(any, ([share, power]) => {
        const value = share * 10 ** power;
        // Halves may fall either way: the last of six digits at most
        const wanted = Number(value.toPrecision(6));
        expect(Math.abs(round(value) - wanted)).toBeLessThanOrEqual(1.01e-5 * Math.abs(value));
        const digits = String(round(value)).replace(/e.*|[-.]/g, '');
        expect(digits.replace(/^0+|0+$/g, '').length).toBeLessThanOrEqual(6);
      }),
      { seed: 4, numRuns: 5_000 },
    );
    expect([0, 1, 999_999.5, 123_456_789, 0.000123456789, 1e-30].map(round)).toEqual([
      0, 1, 1_000_000, 123_457_000, 0.000123457, 1e-30,
    ]);
  });
});
