import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Backup,
  carriedShares,
  outageHours,
  startingChances,
  survivalChances,
  transitionMatrix,
  workingStates,
} from './reliability.ts';

const UNIT: Backup = { count: 2, kw: 1, availability: 1, failureToStart: 0, mttfH: 5 };
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

const counts = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('states of generators', () => {
  it('are in order, the first kind changing fastest', () => {
    expect(workingStates([2, 1])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  it('go to states with no more generators, with chances that sum to 1', () => {
    fc.assert(
      fc.property(counts, fc.array(share, { minLength: 3, maxLength: 3 }), (kinds, fails) => {
        const states = workingStates(kinds);
        const matrix = transitionMatrix(kinds, fails);
        states.forEach((from, row) => {
          const chances = matrix.subarray(row * states.length, (row + 1) * states.length);
          expect(sum(chances)).toBeCloseTo(1, 12);
          states.forEach((to, column) => {
            if (to.some((n, k) => n > from[k]!)) expect(chances[column]).toBe(0);
          });
        });
        expect(sum(startingChances(kinds, fails, fails))).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('survival', () => {
  it('of generators without a battery is that of the binomial law', () => {
    const [one] = survivalChances([1], [UNIT], undefined, 0, 1);
    expect(one).toBeCloseTo(1 - 0.2 ** 2, 12);
    expect(survivalChances([3], [UNIT], undefined, 0, 2)).toEqual([0, 0]);
    expect(survivalChances([0], [UNIT], undefined, 0, 3)).toEqual([1, 1, 1]);
  });

  it('of a battery alone lasts as long as its energy, and as its power allows', () => {
    const battery = { usableKwh: 4, kw: 2, chargeKwh: 4, chargeShare: 1, dischargeShare: 1, bins: 5 };
    const none: Backup = { ...UNIT, count: 0 };
    expect(survivalChances([1], [none], battery, 0, 6)).toEqual([1, 1, 1, 1, 0, 0]);
    expect(survivalChances([2.5], [none], battery, 0, 1)).toEqual([0]);
    expect(survivalChances([1, -3], [none], battery, 0, 40)).toEqual(new Array(40).fill(1));
  });

  it('never rises with time, and falls with load', () => {
    const loads = fc.array(fc.double({ min: -2, max: 4, noNaN: true }), { minLength: 1, maxLength: 24 });
    const battery = { usableKwh: 6, kw: 2, chargeKwh: 3, chargeShare: 0.95, dischargeShare: 0.95, bins: 13 };
    fc.assert(
      fc.property(loads, fc.boolean(), (list, has) => {
        const of = (more: number) =>
          survivalChances(
            list.map((kw) => kw + more),
            [UNIT],
            has ? battery : undefined,
            0,
            12,
          );
        const [less, more] = [of(0), of(1)];
        less.forEach((chance, h) => {
          expect(chance).toBeGreaterThanOrEqual(0);
          expect(chance).toBeLessThanOrEqual(h === 0 ? 1 : less[h - 1]! + 1e-12);
          if (!has) expect(more[h]!).toBeLessThanOrEqual(chance + 1e-12);
        });
      }),
    );
  });
});

describe('load following', () => {
  const by = { generatorKw: 0, usableKwh: 4, batteryKw: 3, roundTripShare: 0.5 };

  it('carries the load from every hour as long as power and charge last', () => {
    // From the first hour: 3 of 4 kWh, 1 left; 1 spent; charged by half of 2; 4 kW are too much.
    expect(outageHours([3, 1, -2, 4], [4, 0, 0, 4], by)).toEqual([3, 0, 1, 0]);
    expect(outageHours([3, 1], [0, 0], { ...by, generatorKw: 3 })).toEqual([2, 2]);
  });

  it('tells the share of starts from which each duration is carried', () => {
    expect(carriedShares([3, 0, 1, 0], 4)).toEqual([0.5, 0.25, 0.25, 0]);
    expect(carriedShares([9, 9], 3)).toEqual([1, 1, 1]);
  });
});
