import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkText } from './load.ts';

const FOLDER = fileURLToPath(new URL('../../sites', import.meta.url));
const BUKHARA = readFileSync(new URL('../../sites/bukhara.yaml', import.meta.url), 'utf8');
const withFinance = (section: string) => checkText(`${BUKHARA}\nfinance:\n${section}`, FOLDER);
const financeOf = (section: string) => {
  const { site, faults } = withFinance(section);
  expect(faults).toEqual([]);
  return site!.finance;
};
const faultOf = (section: string) => {
  const { faults } = withFinance(section);
  expect(faults).toHaveLength(1);
  return `${faults[0]!.message}; ${faults[0]!.hint}`;
};

describe('a pool', () => {
  const pool = (keys: string) => checkText(BUKHARA.replace(/capex: 320000 USD\/node.*/, keys), FOLDER);

  it('is rented or bought', () => {
    const { site, faults } = pool('rent: 2.2 USD/h');
    expect(faults).toEqual([]);
    const chips = site!.units.find((u) => u.id === 'chat-70b')!;
    expect(chips.ownership).toMatchObject({ capexMoney: 0, rentMoneyPerYear: 960 * 2.2 * 8760 });
    const both = pool('rent: 2.2 USD/h\n    capex: 320000 USD/node');
    expect(both.faults.map((f) => f.message)).toEqual(['"capex" has no meaning here']);
    expect(pool('value_loss: geometric').faults.map((f) => f.message)).toEqual(['"residual" is missing']);
  });
});

describe('the finance section', () => {
  it('may be left out: 20 years at 8 % real, nothing grows, no tax', () => {
    const { finance } = checkText(BUKHARA, FOLDER).site!;
    expect(finance).toEqual({
      kind: 'real',
      rateShare: 0.08,
      inflationShare: 0,
      years: 20,
      escalationShare: { energy: 0, fuel: 0, upkeep: 0, carbon: 0, water: 0, equipment: 0 },
      buildMonths: 0,
      carbonMoneyPerT: 0,
      peopleMoneyPerYear: 0,
      networkMoneyPerYear: 0,
      market: [],
    });
  });

  it('reads every key, in base units', () => {
    const finance = financeOf(`  discount: 16 %
  years: 10
  rates: nominal
  inflation: 9 %
  escalation: { energy: 12 %, equipment: -5 % }
  build_months: 18
  carbon_price: 0.05 USD/kg
  people: 400000 USD
  network: 60000 USD
  tax: { rate: 15 %, depreciation: macrs, credit: 30 %, replacements: expensed }
  market:
    - { service: chat, input: 0.1 USD/Mtoken, output: 0.4 USD/Mtoken, source: a price list of 2025-11 }`);
    expect(finance).toEqual({
      kind: 'nominal',
      rateShare: 0.16,
      inflationShare: 0.09,
      years: 10,
      // what is not said grows with inflation
      escalationShare: { energy: 0.12, fuel: 0.09, upkeep: 0.09, carbon: 0.09, water: 0.09, equipment: -0.05 },
      buildMonths: 18,
      carbonMoneyPerT: 50,
      peopleMoneyPerYear: 400_000,
      networkMoneyPerYear: 60_000,
      tax: {
        rateShare: 0.15,
        depreciation: { method: 'macrs', years: 5 },
        bonusShare: 0,
        creditShare: 0.3,
        creditBasisShare: 0.5,
        replacementsExpensed: true,
      },
      market: [{ service: 'chat', inputPerMtoken: 0.1, outputPerMtoken: 0.4, source: 'a price list of 2025-11' }],
    });
    expect(financeOf('  tax: { rate: 15 % }').tax?.depreciation).toEqual({ method: 'straight-line', years: 20 });
  });

  it.each([
    ['  rates: nominal', /"inflation" is missing; nominal rates have inflation within/],
    ['  tax: { rate: 12 %, depreciation: macrs, depreciation_years: 4 }', /MACRS has no period of 4 years; 3, 5, 7/],
    ['  tax: { rate: 12 %, depreciation: none, bonus: 40 % }', /"bonus" has no meaning here; nothing is written off/],
    ['  market: [{ service: chatt, input: 1 USD/Mtoken, output: 1 USD/Mtoken, source: x }]', /did you mean "chat"/],
    ['  carbon_price: 50 EUR/t', /is in EUR; this site counts in USD/],
    ['  carbon_price: 50', /50 is not a|unit/],
    ['  discount: 80 %', /must be at most 50 %/],
    ['  build_months: 1.5', /int|whole/],
    ['  escalation: { energie: 2 % }', /did you mean "energy"/],
  ])('says what is wrong with %s', (section, message) => {
    expect(faultOf(section)).toMatch(message);
  });
});
