import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { survivalOfYear } from './markov.ts';
import { type Gensets, type OutageYear, outagesOfYear, survivalCurve } from './outage.ts';

const of = (...values: readonly number[]): Float64Array => Float64Array.from(values);
const yearOf = (loadKw: readonly number[], chargeKwh: readonly number[], freeKw?: readonly number[]): OutageYear => ({
  loadKw: Float64Array.from(loadKw),
  freeKw: Float64Array.from(freeKw ?? loadKw.map(() => 0)),
  chargeKwh: Float64Array.from(chargeKwh),
});
const SET: Gensets = { units: 1, unitKw: 3, fuelLPerKwh: 0.25, fuelLPerUnitH: 0, fuelL: Number.POSITIVE_INFINITY };
const battery = { usableKwh: 4, kw: 3, chargeShare: 0.5, dischargeShare: 1 };

describe('an outage', () => {
  it('is carried from every hour as long as power and charge last', () => {
    // From the first hour: 3 of 4 kWh, 1 left; 1 spent; charged by half of 2; 4 kW are too much.
    const year = yearOf([3, 1, 1, 4], [4, 0, 0, 4], [0, 0, 3, 0]);
    const run = outagesOfYear(year, { generators: [], battery }, 4);
    expect([...run.carriedH]).toEqual([3, 0, 1, 0]);
    // From the last hour: 1 kW beyond its power, 1 kWh left; 2 of 3 short; 1 short; then sun.
    expect(run.unservedKwh[3]).toBeCloseTo(1 + 2 + 1, 12);
    expect(outagesOfYear(yearOf([3, 1], [0, 0]), { generators: [SET] }, 9).carriedH).toEqual(of(9, 9));
  });

  it('ends with the fuel, and goes on with a delivery', () => {
    const year = yearOf([2, 2, 2, 2], [0, 0, 0, 0]);
    const run = (part: Partial<Gensets>) => outagesOfYear(year, { generators: [{ ...SET, ...part }] }, 24);
    // 2 kW take 0.5 L an hour, and 0.1 L more for a running set
    expect([...run({ fuelL: 3 }).carriedH]).toEqual([6, 6, 6, 6]);
    expect(run({ fuelL: 3, fuelLPerUnitH: 0.1 }).carriedH[0]).toBe(5);
    expect(run({ fuelL: 3 }).fuelL[0]).toBeCloseTo(3, 12);
    expect(run({ fuelL: 3 }).unservedKwh[0]).toBeCloseTo(36, 9);
    // called in the hour after 1.5 L are left (3 hours in), there 2 hours later, again and again
    const filled = run({ fuelL: 3, delivery: { belowL: 1.6, afterH: 2, fullL: 3 } });
    expect(filled.carriedH[0]).toBe(24);
    expect(run({ fuelL: 3, delivery: { belowL: 1.6, afterH: 5, fullL: 3 } }).carriedH[0]).toBe(6);
  });

  it('runs as many sets as the load needs, and shares it among kinds by their power', () => {
    const two: Gensets = { ...SET, units: 3, unitKw: 2, fuelLPerKwh: 0, fuelLPerUnitH: 1 };
    expect(outagesOfYear(yearOf([5], [0]), { generators: [two] }, 2).fuelL[0]).toBe(6);
    // 3/8 of 4 kW from the first take 0.375 L an hour; empty in the third hour, it leaves the rest to the second.
    const pair = [
      { ...SET, unitKw: 5 },
      { ...SET, fuelL: 1 },
    ];
    const shared = outagesOfYear(yearOf([4], [0]), { generators: pair }, 5);
    expect(shared.carriedH[0]).toBe(5);
    expect(shared.fuelL[0]).toBeCloseTo(5, 12);
    const tight = outagesOfYear(yearOf([6], [0]), { generators: pair }, 3);
    // 3/8 of 6 kW: 0.5625 L; then 0.4375 L give 1.75 kW beside the other's 5; then 1 kW is short
    expect(tight.carriedH[0]).toBe(2);
    expect(tight.unservedKwh[0]).toBeCloseTo(1, 12);
  });

  it('is never better with less, and loses exactly what its hours lose', () => {
    const n = 24;
    const list = (min: number, max: number) =>
      fc.array(fc.double({ min, max, noNaN: true }), { minLength: n, maxLength: n });
    fc.assert(
      fc.property(
        list(0, 6),
        list(0, 4),
        list(0, 4),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (load, free, charge, fuelL) => {
          const supply = { generators: [{ ...SET, fuelL }], battery };
          const run = outagesOfYear(yearOf(load, charge, free), supply, 30);
          const rich = outagesOfYear(
            yearOf(load, charge, free),
            { ...supply, generators: [{ ...SET, fuelL: fuelL + 5 }] },
            30,
          );
          run.carriedH.forEach((h, i) => {
            expect(rich.carriedH[i]!).toBeGreaterThanOrEqual(h);
            expect(run.fuelL[i]!).toBeLessThanOrEqual(fuelL + 1e-9);
          });
          const mean = run.unservedKwh.reduce((a, b) => a + b, 0) / n;
          expect(run.lostKw.reduce((a, b) => a + b, 0)).toBeCloseTo(mean, 9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('agrees with the chain of generators that never fail', () => {
    // Whole kilowatts, one step of charge for each kWh, no losses: nothing is rounded.
    const n = 40;
    const list = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: n, maxLength: n });
    const store = { usableKwh: 5, kw: 2, chargeShare: 1, dischargeShare: 1 };
    fc.assert(
      fc.property(list(0, 6), list(0, 4), list(0, 5), fc.integer({ min: 0, max: 2 }), (load, free, charge, units) => {
        const year = yearOf(load, charge, free);
        const run = outagesOfYear(year, { generators: [], battery: store }, 12);
        const kind = { count: 0, kw: 3, availability: 1, failureToStart: 0, mttfH: 5 };
        const net = year.loadKw.map((kw, h) => kw - year.freeKw[h]!);
        const chances = survivalOfYear(net, [kind], { ...store, bins: 6 }, year.chargeKwh, 12);
        for (let h = 0; h < n; h++) {
          for (let d = 0; d < 12; d++) expect(chances[h * 12 + d]).toBe(run.carriedH[h]! > d ? 1 : 0);
        }
        // With generators the chain charges the battery from them too, so that it is never worse.
        const run2 = outagesOfYear(year, { generators: [{ ...SET, units }], battery: store }, 12);
        const sure = survivalOfYear(
          net,
          [{ ...kind, count: units, mttfH: 1e300 }],
          { ...store, bins: 6 },
          year.chargeKwh,
          12,
        );
        for (let h = 0; h < n; h++) {
          for (let d = 0; d < 12; d++) if (run2.carriedH[h]! > d) expect(sure[h * 12 + d]).toBeCloseTo(1, 12);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('tells the share of starts from which each duration is carried', () => {
    expect([...survivalCurve([3, 0, 1, 0], 4)]).toEqual([0.5, 0.25, 0.25, 0]);
    expect([...survivalCurve([9, 9], 3)]).toEqual([1, 1, 1]);
  });

  it('of 168 h from every hour of a year takes less than a second', () => {
    const loadKw = Float64Array.from({ length: 8760 }, (_, h) => 900 + 100 * Math.sin(h / 4));
    const freeKw = Float64Array.from({ length: 8760 }, (_, h) => Math.max(0, 1500 * Math.sin(((h % 24) - 6) / 3.8)));
    const chargeKwh = new Float64Array(8760).fill(3000);
    const store = { usableKwh: 3600, kw: 1500, chargeShare: 0.95, dischargeShare: 0.95 };
    const kinds = [{ ...SET, units: 2, unitKw: 400, fuelLPerUnitH: 8, fuelL: 20_000 }];
    const start = performance.now();
    const run = outagesOfYear({ loadKw, freeKw, chargeKwh }, { generators: kinds, battery: store }, 168);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(run.carriedH.every((h) => h > 0)).toBe(true);
  });

  it.each([
    [yearOf([], []), /hours of the load: 0/],
    [{ ...yearOf([1, 2], [0, 0]), freeKw: of(1) }, /hours of sun and wind: 1; it must be 2/],
    [{ ...yearOf([1, 2], [0, 0]), chargeKwh: of(1, 2, 3) }, /hours of charge: 3/],
  ])('refuses series of unequal length', (year, message) => {
    expect(() => outagesOfYear(year, { generators: [] }, 2)).toThrow(message);
  });

  it('refuses figures out of range', () => {
    const year = yearOf([1], [0]);
    expect(() => outagesOfYear(year, { generators: [] }, 1.5)).toThrow(/length of the outage: 1.5/);
    expect(() => outagesOfYear(year, { generators: [{ ...SET, unitKw: -1 }] }, 2)).toThrow(/JW_RELIABILITY/);
    expect(() => outagesOfYear(year, { generators: [], battery: { ...battery, chargeShare: 0 } }, 2)).toThrow(
      /efficiency/,
    );
  });
});
