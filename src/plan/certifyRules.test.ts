import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SolverPool } from '../balance/pool.ts';
import { peakRule } from '../balance/rules/peak.ts';
import { RESERVE_DEFAULTS } from '../balance/rules/reserve.ts';
import { sizeRule } from '../balance/rules/sizes.ts';
import { totalRule } from '../balance/rules/total.ts';
import { solveModel, toyBalance } from '../balance/testing/toySite.ts';
import { certify } from './certify.ts';

const HOURS = 24 * 12;
const hour = (i: number): number => i % 24;
const loadKw = Array.from({ length: HOURS }, (_, i) => 100 + 30 * Math.sin((hour(i) / 24) * 2 * Math.PI) + (i % 7));
const sun = loadKw.map((_, i) => Math.max(0, Math.sin(((hour(i) - 6) / 12) * Math.PI)) * (i % 48 < 24 ? 1 : 0.3));
const toy = {
  loadKw,
  sun,
  price: loadKw.map((_, i) => (hour(i) >= 18 ? 0.2 : 0.1)),
  windowH: 96,
  sizes: { grid: 160, gen: [0, 400], sun: [0, 600], energy: [0, 3000], power: [0, 500] },
} as const;
const co2 = (kgPerYear: number) =>
  totalRule({
    number: 'L2',
    name: 'CO2',
    unit: 'kg',
    terms: [{ account: 'co2Kg', factor: 1 }],
    allowedPerYear: kgPerYear,
    penalty: 1,
  });
const peak = peakRule({
  name: 'cut at peak hours',
  basis: 'import',
  share: 0.2,
  reference: 'others',
  peak: Float64Array.from(loadKw, (_, i) => (hour(i) >= 4 && hour(i) < 9 ? 1 : 0)),
  // Days of 36 hours lie across the windows.
  period: Float64Array.from(loadKw, (_, i) => Math.floor(i / 36)),
  nameOf: (p) => `part ${p}`,
});
const land = sizeRule({
  number: 'L5',
  name: 'land',
  unit: 'm2',
  terms: [{ unit: 'sun', key: 'kw', factor: 24 }],
  least: 0,
  most: 4000,
  penalty: 0.05,
});

describe('sizes between two bounds, with rules', () => {
  let pool: SolverPool;
  beforeAll(() => {
    pool = new SolverPool(1);
  });
  afterAll(() => pool.close());

  const cases = [
    ['a cap over the year and land that is missed', [co2(250_000), land], undefined],
    ['a cut at peak hours over periods that lie across windows', [peak], undefined],
    ['reserve with a cap', [co2(300_000)], { hours: 3, ...RESERVE_DEFAULTS }],
    ['a cap that cannot be kept', [co2(0), peak], undefined],
    ['one window with land that is missed', [co2(250_000), land], undefined, HOURS],
  ] as const;
  it.each(cases)(
    '%s: the optimum of all hours lies between them',
    { timeout: 60_000 },
    async (_, rules, reserve, windowH = 96) => {
      const { balance: bare, choices } = toyBalance({ ...toy, windowH }, rules);
      const balance = bare.withReserve(reserve);
      const flat = await solveModel(balance.model(balance.flat(), choices));
      expect(flat.status).toBe('optimal');
      const found = await certify(balance, choices, pool, { gap: 1e-3, segments: 60 });
      const near = 1e-5 * Math.abs(flat.objective);
      expect(found.lower).toBeLessThanOrEqual(flat.objective + near);
      expect(found.upper).toBeGreaterThanOrEqual(flat.objective - near);
      expect(found.gapShare).toBeLessThanOrEqual(1e-3);
    },
  );
});
