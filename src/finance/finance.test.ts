import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainFinance } from './basis.ts';
import { annuityFactor, crf, presentWorthFactor } from './crf.ts';
import { type FixedChargeCase, levelisedByFixedCharge, levelisedCost } from './levelised.ts';
import { costPerUnitYear, ownedWorth } from './ownedWorth.ts';
import { discounted, netPresentValue } from './presentWorth.ts';

interface Known {
  readonly value: number;
  readonly tolerance: number;
  readonly source: string;
}
interface Reference {
  readonly crf: readonly (Known & { rate: number; years: number })[];
  readonly presentWorthFactor: readonly (Known & { years: number; escalation: number; rate: number })[];
  readonly fixedCharge: readonly (Known & FixedChargeCase)[];
}
const reference: Reference = JSON.parse(readFileSync(new URL('./fixtures/reference.json', import.meta.url), 'utf8'));

function near(actual: number | undefined, known: Known): void {
  expect(Math.abs((actual ?? Number.NaN) - known.value), known.source).toBeLessThanOrEqual(known.tolerance);
}

describe('factors', () => {
  it.each(reference.crf)('CRF as $source', (c) => near(crf(c.rate, c.years), c));
  it.each(reference.presentWorthFactor)('present worth factor as $source', (c) =>
    near(presentWorthFactor(c.years, c.escalation, c.rate), c),
  );

  it('equals the sum it stands for', () => {
    let sum = 0;
    for (let n = 1; n <= 17; n++) sum += (1.03 / 1.08) ** n;
    expect(presentWorthFactor(17, 0.03, 0.08)).toBeCloseTo(sum, 12);
    expect(presentWorthFactor(17, 0.05, 0.05)).toBe(17);
    expect(presentWorthFactor(25, 0, 0.0624)).toBeCloseTo(annuityFactor(0.0624, 25), 10);
  });

  it('stays accurate near rate 0, where the plain formula loses digits', () => {
    expect(crf(1e-12, 20)).toBeCloseTo(0.05, 10);
    expect(crf(-0.01, 10)).toBeLessThan(0.1);
  });

  it.each([
    [Number.NaN, 20],
    [-1, 20],
    [Number.POSITIVE_INFINITY, 20],
    [0.05, 0],
    [0.05, -3],
    [0.05, Number.NaN],
  ])('refuses rate %d over %d years', (rate, years) => {
    expect(() => crf(rate, years)).toThrow(/JW_FINANCE/);
  });

  it('refuses half years and total decline where a growing sum needs whole years', () => {
    expect(() => presentWorthFactor(2.5, 0, 0.05)).toThrow(/whole/);
    expect(() => presentWorthFactor(2, -1, 0.05)).toThrow(/JW_FINANCE/);
  });
});

describe('present worth', () => {
  it('discounts a hand-made cash flow', () => {
    expect(netPresentValue([-100, 60, 60], 0.1)).toBeCloseTo(-100 + 60 / 1.1 + 60 / 1.21, 12);
    expect(netPresentValue([], 0.1)).toBe(0);
    expect(() => netPresentValue([1], -1)).toThrow(/JW_FINANCE/);
  });

  it('buys a 10-year device three times in 25 years and sells half a life', () => {
    const worth = ownedWorth({ capexMoney: 1000, opexMoneyPerYear: 20, lifeYears: 10 }, plainFinance(0.06, 25));
    expect(worth.replacementMoney).toBeCloseTo(1000 / 1.06 ** 10 + 1000 / 1.06 ** 20, 9);
    expect(worth.salvageMoney).toBeCloseTo(-500 / 1.06 ** 25, 9);
    expect(worth.opexMoney).toBeCloseTo(20 * annuityFactor(0.06, 25), 9);
    expect(worth.totalMoney).toBeCloseTo(
      worth.capexMoney + worth.replacementMoney + worth.opexMoney + worth.salvageMoney,
      9,
    );
  });

  it('does not replace on the last day', () => {
    for (const lifeYears of [25, 12.5, 5, 25 / 3]) {
      const worth = ownedWorth({ capexMoney: 1, opexMoneyPerYear: 0, lifeYears }, plainFinance(0, 25));
      expect(worth.totalMoney).toBeCloseTo(25 / lifeYears, 9);
      expect(worth.salvageMoney).toBe(0);
    }
  });

  it('costs capex x CRF a year when the life is the project', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1e7, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (rate, years, capexMoney, opexMoneyPerYear) => {
          const cost = costPerUnitYear({ capexMoney, opexMoneyPerYear, lifeYears: years }, plainFinance(rate, years));
          const expected = capexMoney * crf(rate, years) + opexMoneyPerYear;
          expect(Math.abs(cost - expected)).toBeLessThanOrEqual(1e-9 * (1 + expected));
        },
      ),
    );
  });

  it('costs the level annuity of its own life when the project is a whole number of lives', () => {
    // replacement at the same price makes the yearly cost independent of how many lives the project has
    const cost = { capexMoney: 700, opexMoneyPerYear: 0, lifeYears: 8 };
    expect(costPerUnitYear(cost, plainFinance(0.07, 24))).toBeCloseTo(700 * crf(0.07, 8), 9);
  });

  it('refuses a life of nothing', () => {
    expect(() => ownedWorth({ capexMoney: 1, opexMoneyPerYear: 0, lifeYears: 0 }, plainFinance(0.05, 20))).toThrow(
      /JW_FINANCE/,
    );
  });
});

describe('levelised cost', () => {
  it.each(reference.fixedCharge)('as $source', (c) => near(levelisedByFixedCharge(c), c));

  it('agrees with present values when the charge rate is the CRF', () => {
    const rate = 0.08;
    const worth = annuityFactor(rate, 20);
    const byWorth = levelisedCost(5000 + 100 * worth, 800 * worth);
    const byCharge = levelisedByFixedCharge({
      capexMoney: 5000,
      fixedMoneyPerYear: 100,
      variableMoneyPerUnit: 0,
      fixedChargeRate: crf(rate, 20),
      outputPerYear: 800,
    });
    expect(byWorth).toBeCloseTo(byCharge!, 12);
    expect(discounted(121, 0.1, 2)).toBeCloseTo(100, 12);
  });

  it('is undefined without output', () => {
    expect(levelisedCost(100, 0)).toBeUndefined();
    expect(
      levelisedByFixedCharge({
        capexMoney: 1,
        fixedMoneyPerYear: 1,
        variableMoneyPerUnit: 0,
        fixedChargeRate: 0.1,
        outputPerYear: 0,
      }),
    ).toBeUndefined();
  });
});
