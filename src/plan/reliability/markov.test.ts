import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Backup, startingChances, transitionMatrix, workingStates } from './chain.ts';
import { survivalChances, survivalOfYear } from './markov.ts';

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

describe('repair', () => {
  it('brings units back: the chain ends where two-state units do', () => {
    const [fail, back] = [0.1, 0.3];
    const matrix = transitionMatrix([3], [fail], [back]);
    let chances = [0, 0, 0, 1];
    for (let hour = 0; hour < 500; hour++) {
      chances = chances.map((_, to) => sum(chances.map((chance, from) => chance * matrix[from * 4 + to]!)));
    }
    const up = back / (back + fail);
    const binomial = [1, 3, 3, 1].map((ways, n) => ways * up ** n * (1 - up) ** (3 - n));
    chances.forEach((chance, n) => {
      expect(chance).toBeCloseTo(binomial[n]!, 12);
    });
  });

  it('makes every duration likelier, and is none when it takes for ever', () => {
    const repaired = survivalChances([1, 2], [{ ...UNIT, mttrH: 4 }], undefined, 0, 0, 8);
    const lost = survivalChances([1, 2], [UNIT], undefined, 0, 0, 8);
    repaired.forEach((chance, d) => {
      expect(chance).toBeGreaterThanOrEqual(lost[d]! - 1e-15);
    });
    expect(repaired[7]!).toBeGreaterThan(lost[7]!);
    expect(survivalChances([1, 2], [{ ...UNIT, mttrH: Number.POSITIVE_INFINITY }], undefined, 0, 0, 8)).toEqual(lost);
  });
});

describe('survival', () => {
  it('of generators without a battery is that of the binomial law', () => {
    const [one] = survivalChances([1], [UNIT], undefined, 0, 0, 1);
    expect(one).toBeCloseTo(1 - 0.2 ** 2, 12);
    expect(survivalChances([3], [UNIT], undefined, 0, 0, 2)).toEqual([0, 0]);
    expect(survivalChances([0], [UNIT], undefined, 0, 0, 3)).toEqual([1, 1, 1]);
  });

  it('of a battery alone lasts as long as its energy, and as its power allows', () => {
    const battery = { usableKwh: 4, kw: 2, chargeShare: 1, dischargeShare: 1, bins: 5 };
    const none: Backup = { ...UNIT, count: 0 };
    expect(survivalChances([1], [none], battery, 4, 0, 6)).toEqual([1, 1, 1, 1, 0, 0]);
    expect(survivalChances([2.5], [none], battery, 4, 0, 1)).toEqual([0]);
    expect(survivalChances([1, -3], [none], battery, 4, 0, 40)).toEqual(new Array(40).fill(1));
  });

  it('never rises with time, and falls with load', () => {
    const loads = fc.array(fc.double({ min: -2, max: 4, noNaN: true }), { minLength: 1, maxLength: 24 });
    const battery = { usableKwh: 6, kw: 2, chargeShare: 0.95, dischargeShare: 0.95, bins: 13 };
    fc.assert(
      fc.property(loads, fc.boolean(), (list, has) => {
        const of = (more: number) =>
          survivalChances(
            list.map((kw) => kw + more),
            [UNIT],
            has ? battery : undefined,
            3,
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

  it('of all starts at once is that of each start, with failures, repair and charge', () => {
    const n = 30;
    const series = (min: number, max: number) =>
      fc.array(fc.double({ min, max, noNaN: true }), { minLength: n, maxLength: n });
    const battery = { usableKwh: 6, kw: 2, chargeShare: 0.9, dischargeShare: 0.9, bins: 9 };
    const kinds = [
      { ...UNIT, availability: 0.9, failureToStart: 0.1, mttrH: 7 },
      { ...UNIT, count: 1, kw: 2 },
    ];
    fc.assert(
      fc.property(series(-3, 5), series(0, 6), fc.boolean(), (net, charge, has) => {
        const store = has ? battery : undefined;
        const year = survivalOfYear(Float64Array.from(net), kinds, store, Float64Array.from(charge), 12);
        for (const start of [0, 11, n - 1]) {
          const one = survivalChances(net, kinds, store, charge[start]!, start, 12);
          one.forEach((chance, d) => {
            expect(Math.abs(year[start * 12 + d]! - chance)).toBeLessThan(1e-12);
          });
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    [{ count: 1.5 }, /number of generators: 1.5/],
    [{ availability: 1.2 }, /availability of generators: 1.2/],
    [{ mttfH: 0.5 }, /mean time to failure: 0.5; it must be at least 1 h/],
    [{ mttrH: 0 }, /mean time to repair: 0/],
    [{ kw: Number.NaN }, /power of a generator: NaN/],
  ])('refuses %j', (part, message) => {
    expect(() => survivalChances([1], [{ ...UNIT, ...part }], undefined, 0, 0, 1)).toThrow(message);
    expect(() => survivalChances([1], [{ ...UNIT, count: 1001 }], undefined, 0, 0, 1)).toThrow(/at most 1,000/);
  });

  it('refuses a battery of one step and charges of another length', () => {
    const battery = { usableKwh: 6, kw: 2, chargeShare: 0.9, dischargeShare: 0.9, bins: 1 };
    expect(() => survivalChances([1], [UNIT], battery, 0, 0, 1)).toThrow(/steps of charge: 1/);
    const year = new Float64Array(4);
    expect(() => survivalOfYear(year, [UNIT], { ...battery, bins: 4 }, new Float64Array(3), 2)).toThrow(
      /hours of charge: 3/,
    );
    expect(() => survivalOfYear(year, [UNIT], undefined, year, 0)).toThrow(/length of the outage: 0/);
  });
});
