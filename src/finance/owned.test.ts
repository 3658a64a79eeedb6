import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Finance, inOtherMoney, plainFinance } from './basis.ts';
import { crf } from './crf.ts';
import { type OwnedCost, ownedPayments, valueShare } from './owned.ts';
import { costPerUnitYear, idlingCost, levelFactor, ownedWorth } from './ownedWorth.ts';
import { MACRS, NO_TAX } from './tax.ts';

const CHIP: OwnedCost = { capexMoney: 30_000, opexMoneyPerYear: 300, lifeYears: 5 };
const plain = plainFinance(0.08, 20);

const share = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const finances = fc.record({
  rateShare: share(0, 0.2),
  inflationShare: share(0, 0.15),
  years: fc.integer({ min: 1, max: 30 }),
  buildMonths: fc.integer({ min: 0, max: 36 }),
  growth: share(-0.1, 0.1),
  taxRate: share(0, 0.4),
  credit: share(0, 0.3),
});
const costs = fc.record({
  capexMoney: share(0, 1e6),
  opexMoneyPerYear: share(0, 1e5),
  lifeYears: share(2, 40),
  priceEscalationShare: share(-0.2, 0.1),
  residualShare: share(0.01, 1),
  fall: fc.constantFrom('linear' as const, 'geometric' as const),
  idleMonths: fc.integer({ min: 0, max: 18 }),
});

function financeOf(f: { [K in keyof (typeof finances extends fc.Arbitrary<infer T> ? T : never)]: number }): Finance {
  const { growth } = f;
  return {
    ...plainFinance(f.rateShare, f.years),
    inflationShare: f.inflationShare,
    buildMonths: f.buildMonths,
    escalationShare: { energy: growth, fuel: growth, upkeep: growth, carbon: growth, water: growth, equipment: growth },
    tax: {
      ...NO_TAX,
      rateShare: f.taxRate,
      creditShare: f.credit,
      creditBasisShare: 0.5,
      depreciation: { method: 'macrs', years: 5 },
    },
  };
}

describe('owning something', () => {
  it('is worth the same in real and in nominal money, taxed or not', () => {
    fc.assert(
      fc.property(finances, costs, fc.boolean(), (given, cost, taxed) => {
        const { tax, ...untaxed } = financeOf(given);
        const real: Finance = taxed ? { ...untaxed, ...(tax === undefined ? {} : { tax }) } : untaxed;
        const nominal = inOtherMoney(real);
        // The price of one thing escalates in the kind of money of the basis.
        const there = {
          ...cost,
          priceEscalationShare: (1 + cost.priceEscalationShare) * (1 + real.inflationShare) - 1,
        };
        const [a, b] = [ownedWorth(cost, real).totalMoney, ownedWorth(there, nominal).totalMoney];
        expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-8 * (1 + cost.capexMoney + 40 * cost.opexMoneyPerYear));
        const [x, y] = [costPerUnitYear(cost, real), costPerUnitYear(there, nominal)];
        expect(Math.abs(x - y)).toBeLessThanOrEqual(1e-8 * (1 + cost.capexMoney + 40 * cost.opexMoneyPerYear));
      }),
      { numRuns: 200 },
    );
  });

  it('costs in proportion to its money, so that a sizing model may multiply it by units', () => {
    fc.assert(
      fc.property(finances, costs, share(0, 1000), (given, cost, units) => {
        const f = financeOf(given);
        const many = { ...cost, capexMoney: units * cost.capexMoney, opexMoneyPerYear: units * cost.opexMoneyPerYear };
        const one = costPerUnitYear(cost, f);
        expect(Math.abs(costPerUnitYear(many, f) - units * one)).toBeLessThanOrEqual(
          1e-9 * (1 + units * (cost.capexMoney + 40 * cost.opexMoneyPerYear)),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('is cheaper where replacements get cheaper and where something is left', () => {
    const today = costPerUnitYear(CHIP, plain);
    expect(today).toBeCloseTo(30_000 * crf(0.08, 5) + 300, 9);
    const falling = costPerUnitYear({ ...CHIP, priceEscalationShare: -0.2 }, plain);
    const worth = (k: number): number => (0.8 / 1.08) ** (5 * k);
    const flat = 30_000 * (1 + worth(1) + worth(2) + worth(3)) * crf(0.08, 20) + 300;
    expect(falling).toBeCloseTo(flat, 8);
    const sold = ownedWorth({ ...CHIP, residualShare: 0.1 }, plainFinance(0, 20));
    expect(sold.salvageMoney).toBeCloseTo(-4 * 3_000, 9);
  });

  it('loses worth evenly or by the same share each year', () => {
    const part = { ...CHIP, residualShare: 0.25 };
    expect([0, 2.5, 5, 9].map((age) => valueShare(part, age))).toEqual([1, 0.625, 0.25, 0.25]);
    expect(valueShare({ ...part, fall: 'geometric' }, 2.5)).toBeCloseTo(0.5, 12);
    expect(() => ownedWorth({ ...CHIP, fall: 'geometric' }, plain)).toThrow(/residual value is 0; it must be above 0/);
  });

  it('is paid for in the middle of each month of building', () => {
    const { capex } = ownedPayments({ ...CHIP, buildMonths: 24 }, plain);
    expect(capex).toHaveLength(24);
    expect(capex[0]!.year).toBeCloseTo(-2 + 0.5 / 12, 12);
    // close to the interest on a steady stream: ((1+r)^T - 1) / (T ln(1+r))
    const steady = (1.08 ** 2 - 1) / (2 * Math.log(1.08));
    expect(ownedWorth({ ...CHIP, buildMonths: 24 }, plain).capexMoney / 30_000).toBeCloseTo(steady, 5);
    // the basis' own months hold where an asset says nothing
    const slow = { ...plain, buildMonths: 24 };
    expect(costPerUnitYear(CHIP, slow)).toBe(costPerUnitYear({ ...CHIP, buildMonths: 24 }, plain));
  });

  it('ages while it waits for power: capital, a year of life and its upkeep', () => {
    // ten years, two lives; a year idle brings the second purchase a year forward and leaves 1 year short at the end
    const f = plainFinance(0.08, 10);
    const idle = ownedPayments({ ...CHIP, idleMonths: 12 }, f);
    expect(idle.capex[0]!.year).toBe(-1);
    expect(idle.replacement.map((p) => p.year)).toEqual([4, 9]);
    expect(idle.salvage.map((p) => [p.year, p.money])).toEqual([[10, -24_000]]);
    expect(idle.upkeep[0]).toEqual({ year: -0.5, money: 300 });
    const cost = idlingCost(CHIP, f, 12);
    const byHand =
      30_000 * (1.08 - 1) +
      30_000 * (1.08 ** -4 - 1.08 ** -5) +
      30_000 / 1.08 ** 9 -
      24_000 / 1.08 ** 10 +
      300 * 1.08 ** 0.5;
    expect(cost).toBeCloseTo(byHand, 8);
    expect(() => idlingCost(CHIP, f, 60)).toThrow(/shorter than the life/);
  });

  it('may be rented: then nothing is bought or sold', () => {
    const rent = ownedWorth({ ...CHIP, rentMoneyPerYear: 9_000 }, plain);
    expect(rent).toMatchObject({ capexMoney: 0, replacementMoney: 0, salvageMoney: 0 });
    expect(costPerUnitYear({ ...CHIP, rentMoneyPerYear: 9_000 }, plain)).toBeCloseTo(9_300, 9);
  });
});

describe('level factors', () => {
  it('are 1 where nothing grows and in nominal money that grows with inflation', () => {
    expect(levelFactor(plain, 'energy')).toBeCloseTo(1, 12);
    const real = { ...plain, inflationShare: 0.09 };
    expect(levelFactor(inOtherMoney(real), 'fuel')).toBeCloseTo(1, 12);
  });

  it('are the mean of a growing bill without discounting, after tax', () => {
    const f: Finance = { ...plainFinance(0, 10), escalationShare: { ...plain.escalationShare, energy: 0.02 } };
    let sum = 0;
    for (let n = 1; n <= 10; n++) sum += 1.02 ** n;
    expect(levelFactor(f, 'energy')).toBeCloseTo(sum / 10, 12);
    expect(levelFactor({ ...f, tax: { ...NO_TAX, rateShare: 0.25 } }, 'energy')).toBeCloseTo((0.75 * sum) / 10, 12);
  });
});

describe('tax', () => {
  it.each(Object.entries(MACRS))('MACRS of %s years writes everything off in a year more', (years, shares) => {
    expect(shares).toHaveLength(Number(years) + 1);
    expect((shares as readonly number[]).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  });

  it('takes as much off a sale as was saved before where nothing is discounted', () => {
    // Without discounting and credit, capital less salvage is deductible once, whatever the schedule.
    for (const depreciation of [
      { method: 'straight-line', years: 4 },
      { method: 'macrs', years: 7 },
    ] as const) {
      const f: Finance = { ...plainFinance(0, 12), tax: { ...NO_TAX, rateShare: 0.3, depreciation, bonusShare: 0.4 } };
      const cost = { capexMoney: 1000, opexMoneyPerYear: 50, lifeYears: 5, residualShare: 0.2 };
      const worth = ownedWorth(cost, f);
      const before = worth.totalMoney - worth.taxMoney;
      expect(worth.totalMoney).toBeCloseTo(0.7 * before, 8);
    }
  });
});

describe('a basis', () => {
  it.each([
    [{ years: 2.5 }, /years is 2.5/],
    [{ rateShare: -1 }, /discount rate is -1/],
    [{ inflationShare: Number.NaN }, /inflation is NaN/],
    [{ buildMonths: 1.5 }, /months of building is 1.5/],
    [{ carbonMoneyPerT: -1 }, /carbon is -1/],
    [{ escalationShare: { ...plain.escalationShare, fuel: -1 } }, /escalation of fuel is -1/],
  ] as const)('refuses %j', (part, message) => {
    expect(() => ownedWorth(CHIP, { ...plain, ...part })).toThrow(message);
  });
});
