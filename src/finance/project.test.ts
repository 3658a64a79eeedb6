import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Finance, inOtherMoney, plainFinance } from './basis.ts';
import { ALLOCATION, lcotByService, marketPerMtoken, type ServiceYear } from './lcot.ts';
import { levelFactor, ownedWorth } from './ownedWorth.ts';
import { lifeCycleCost, PARTS, type Project, projectPayments, worthByPart, yearTable } from './project.ts';
import { internalRate, paybackYears, returnsOf } from './returns.ts';
import { NO_TAX } from './tax.ts';

const PROJECT: Project = {
  assets: [
    {
      id: 'h100',
      part: 'chips',
      capexMoney: 4e6,
      opexMoneyPerYear: 0,
      lifeYears: 4,
      residualShare: 0.1,
      idleMonths: 3,
    },
    { id: 'bess', part: 'energy', capexMoney: 1e6, opexMoneyPerYear: 2.5e4, lifeYears: 15, buildMonths: 9 },
    { id: 'dry', part: 'cooling', capexMoney: 3e5, opexMoneyPerYear: 1e4, lifeYears: 20 },
    { id: 'ascend', part: 'chips', capexMoney: 0, opexMoneyPerYear: 0, lifeYears: 5, rentMoneyPerYear: 2e5 },
  ],
  costs: [
    { id: 'bill', part: 'energy', column: 'energy', moneyPerYear: 5e5 },
    { id: 'diesel', part: 'energy', column: 'fuel', moneyPerYear: 4e4 },
    { id: 'carbon', part: 'energy', column: 'carbon', moneyPerYear: 1e4 },
    { id: 'staff', part: 'people', column: 'upkeep', moneyPerYear: 3e5 },
    { id: 'line', part: 'network', column: 'upkeep', moneyPerYear: 5e4, escalationShare: -0.03 },
  ],
};
const FINANCE: Finance = {
  ...plainFinance(0.09, 12),
  inflationShare: 0.05,
  escalationShare: { energy: 0.02, fuel: 0.01, upkeep: 0, carbon: 0.04, water: 0.03, equipment: -0.04 },
  tax: { ...NO_TAX, rateShare: 0.15, depreciation: { method: 'straight-line', years: 5 } },
};
const SERVICES: readonly ServiceYear[] = [
  {
    id: 'chat',
    inputTokens: 4e12,
    outputTokens: 1e12,
    itKwh: 3e6,
  },
  { id: 'code', inputTokens: 2e12, outputTokens: 1e11, itKwh: 1e6 },
  { id: 'idle', inputTokens: 0, outputTokens: 0, itKwh: 0 },
];

describe('a cash flow', () => {
  const payments = projectPayments(PROJECT, FINANCE);
  const rows = yearTable(payments, FINANCE);

  it('is a table whose worths add up to the life cycle cost', () => {
    expect(rows.map((row) => row.year)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const lcc = lifeCycleCost(payments, FINANCE);
    expect(rows.at(-1)!.cumulativeWorthMoney).toBeCloseTo(-lcc, 4);
    expect(rows[0]!.by.capex).toBeCloseTo(5.3e6, 6);
    // delivered 3 months early, four years later at a price that fell 4 % a year
    expect(rows[4]!.by.replacement).toBeCloseTo(4e6 * 0.96 ** 3.75, 6);
    expect(rows[3]!.by.energy).toBeCloseTo(5e5 * 1.02 ** 3, 6);
    expect(rows[3]!.by.upkeep).toBeCloseTo(2.5e4 + 1e4 + 3e5 + 5e4 * 0.97 ** 3, 6);
    const parts = worthByPart(payments, FINANCE);
    expect(PARTS.reduce((sum, part) => sum + parts[part], 0)).toBeCloseTo(lcc, 4);
  });

  it('adds up what each thing is worth by itself', () => {
    const one = PROJECT.assets.reduce((sum, a) => sum + ownedWorth(a, FINANCE).totalMoney, 0);
    const owned = lifeCycleCost(projectPayments({ assets: PROJECT.assets, costs: [] }, FINANCE), FINANCE);
    expect(owned).toBeCloseTo(one, 4);
    const bill = lifeCycleCost(projectPayments({ assets: [], costs: [PROJECT.costs[0]!] }, FINANCE), FINANCE);
    let annuity = 0;
    for (let n = 1; n <= 12; n++) annuity += 1.09 ** -n;
    expect(bill).toBeCloseTo(5e5 * levelFactor(FINANCE, 'energy') * annuity, 4);
  });

  it('takes yearly figures one by one, and income', () => {
    const moneyPerYear = Array.from({ length: 12 }, (_, n) => -1000 * (n + 1));
    const sold = projectPayments(
      { assets: [], costs: [{ id: 'sales', part: 'people', column: 'income', moneyPerYear }] },
      FINANCE,
    );
    expect(yearTable(sold, FINANCE)[7]!.by).toMatchObject({ income: -7000, tax: 1050 });
    const short = { id: 'sales', part: 'people', column: 'income', moneyPerYear: [1] } as const;
    expect(() => projectPayments({ assets: [], costs: [short] }, FINANCE)).toThrow(
      /years of sales is 1; it must be 12/,
    );
  });

  it('is worth the same in nominal money', () => {
    const nominal = inOtherMoney(FINANCE);
    const costs = PROJECT.costs.map((c) =>
      c.escalationShare === undefined ? c : { ...c, escalationShare: (1 + c.escalationShare) * 1.05 - 1 },
    );
    const there = lifeCycleCost(projectPayments({ ...PROJECT, costs }, nominal), nominal);
    expect(there).toBeCloseTo(lifeCycleCost(payments, FINANCE), 3);
  });
});

describe('returns', () => {
  it('agree with each other: worth nothing at the internal rate, paid back when the sum is 0', () => {
    const invest = projectPayments(
      {
        assets: [{ id: 'pv', part: 'energy', capexMoney: 1000, opexMoneyPerYear: 10, lifeYears: 20 }],
        costs: [{ id: 'bill', part: 'energy', column: 'energy', moneyPerYear: 50 }],
      },
      plainFinance(0.08, 20),
    );
    const base = projectPayments(
      { assets: [], costs: [{ id: 'bill', part: 'energy', column: 'energy', moneyPerYear: 200 }] },
      plainFinance(0.08, 20),
    );
    const returns = returnsOf(invest, base, plainFinance(0.08, 20));
    expect(returns.paybackYears).toBeCloseTo(1000 / 140, 9);
    const at = returns.internalRateShare!;
    expect(returnsOf(invest, base, plainFinance(at, 20)).npvMoney).toBeCloseTo(0, 6);
    expect(returns.npvMoney).toBeCloseTo(-1000 + 140 * ((1 - 1.08 ** -20) / 0.08), 9);
    expect(returns.discountedPaybackYears!).toBeGreaterThan(returns.paybackYears!);
    expect(returnsOf(base, invest, plainFinance(0.08, 20)).npvMoney).toBeCloseTo(-returns.npvMoney, 9);
  });

  it('count a payback for good, after the last replacement', () => {
    expect(paybackYears([-100, 60, 60, -40, 30, 30])).toBeCloseTo(3 + 20 / 30, 12);
    expect(paybackYears([-100, 50, 40])).toBeUndefined();
    expect(paybackYears([0, 5, 5])).toBe(0);
    expect(internalRate([{ year: 0, money: -1 }])).toBeUndefined();
  });

  it('find the rate that a flow was made with', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.5, max: 3, noNaN: true }), fc.integer({ min: 1, max: 30 }), (rate, years) => {
        const flows = [
          { year: 0, money: -100 },
          { year: years, money: 100 * (1 + rate) ** years },
        ];
        expect(Math.abs(internalRate(flows)! - rate)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe('LCOT by service', () => {
  const payments = projectPayments(PROJECT, FINANCE);
  const users = (id: string) => (id === 'ascend' ? ['code'] : id === 'h100' ? ['chat', 'idle'] : undefined);
  const list = lcotByService(payments, SERVICES, FINANCE, users);

  it('divides all money among the services, and each service into parts', () => {
    const lcc = lifeCycleCost(payments, FINANCE);
    expect(list.reduce((sum, s) => sum + s.worthMoney, 0)).toBeCloseTo(lcc, 4);
    for (const s of list.slice(0, 2)) {
      expect(PARTS.reduce((sum, part) => sum + s.parts[part]!, 0)).toBeCloseTo(s.perMtoken!, 9);
    }
    expect(list[2]).toMatchObject({ worthMoney: 0, perMtoken: undefined });
  });

  it('gives a pool to its own services, energy by IT electricity, people by tokens', () => {
    const [chat, code] = list as [(typeof list)[0], (typeof list)[0]];
    const rent = ownedWorth(PROJECT.assets[3]!, FINANCE).totalMoney;
    let annuity = 0;
    for (let n = 1; n <= 12; n++) annuity += 1.09 ** -n;
    expect(code.parts.chips).toBeCloseTo((rent * 1e6) / (1e11 * annuity), 6);
    expect((chat.parts.energy! * 1e12) / (code.parts.energy! * 1e11)).toBeCloseTo(3, 9);
    expect((chat.parts.people! * 1e12) / (code.parts.people! * 1e11)).toBeCloseTo(5 / 2.1, 9);
    expect(ALLOCATION.people.about).toContain('by tokens');
  });

  it('stands beside a market price for the same input and output', () => {
    const price = { inputPerMtoken: 0.1, outputPerMtoken: 0.4 };
    expect(marketPerMtoken(SERVICES[0]!, price)).toBeCloseTo(0.4 + 0.1 * 4, 12);
    expect(marketPerMtoken(SERVICES[2]!, price)).toBeUndefined();
  });

  it('loses no money when nothing runs', () => {
    const still = SERVICES.map((s) => ({ ...s, inputTokens: 0, outputTokens: 0, itKwh: 0 }));
    const none = lcotByService(payments, still, FINANCE, users);
    expect(none.reduce((sum, s) => sum + s.worthMoney, 0)).toBeCloseTo(lifeCycleCost(payments, FINANCE), 4);
    expect(none.every((s) => s.perMtoken === undefined)).toBe(true);
  });
});
