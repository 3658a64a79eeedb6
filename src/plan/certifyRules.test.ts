import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SolverPool } from '../balance/pool.ts';
import { peakRule } from '../balance/rules/peak.ts';
import { RESERVE_DEFAULTS } from '../balance/rules/reserve.ts';
import { sizeRule } from '../balance/rules/sizes.ts';
import { totalRule } from '../balance/rules/total.ts';
import { solveModel, toyBalance } from '../balance/testing/toySite.ts';
import type { Certified } from './certified.ts';
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

  describe('of many years', () => {
    const years = { ...toy, windowH: 24, blocks: Array.from({ length: 8 }, (_, y) => 36 * y) };
    // The third and the sixth year are dark.
    const dark = sun.map((v, i) => v * ([2, 5].includes(Math.floor(i / 36)) ? 0.2 : 1));
    const many = () => toyBalance({ ...years, sun: dark }, [co2(250_000), land]);

    it('looks at the dearest first, and proves its bounds over all', { timeout: 60_000 }, async () => {
      const { balance, choices } = many();
      const flat = await solveModel(balance.model(balance.flat(), choices));
      const looked: number[] = [];
      const onRound = (now: Certified): unknown => looked.push(now.windows);
      const found = await certify(balance, choices, pool, { gap: 1e-3, segments: 40, onRound });
      const near = 1e-5 * Math.abs(flat.objective);
      const all = balance.calendar.windows.length;
      expect([found.ended, found.windows]).toEqual(['gap', all]);
      expect(looked[0]).toBeLessThan(all / 2);
      expect(looked.at(-1)).toBe(all);
      expect(found.lower).toBeLessThanOrEqual(flat.objective + near);
      expect(found.upper).toBeGreaterThanOrEqual(flat.objective - near);
      expect(found.gapShare).toBeLessThanOrEqual(1e-3);
    });

    it('has looked at all when it is stopped among the dearest', { timeout: 60_000 }, async () => {
      const { balance, choices } = many();
      const flat = await solveModel(balance.model(balance.flat(), choices));
      const found = await certify(balance, choices, pool, { gap: 1e-9, segments: 40, mostRounds: 2 });
      expect([found.ended, found.windows]).toEqual(['rounds', balance.calendar.windows.length]);
      expect(Number.isFinite(found.upper)).toBe(true);
      expect(found.upper).toBeGreaterThanOrEqual(flat.objective * (1 - 1e-5));
      expect(found.lower).toBeLessThanOrEqual(flat.objective * (1 + 1e-5));
    });
  });

  it('knows from an earlier search what it learnt, whatever the bounds of sizes are now', {
    timeout: 60_000,
  }, async () => {
    const { balance, choices } = toyBalance(toy, [co2(250_000), land]);
    const first = await certify(balance, choices, pool, { gap: 1e-3, segments: 30 });
    const other = choices.map((c) => (c.upper === 600 ? { ...c, lower: 300, upper: 300 } : c));
    const flat = await solveModel(balance.model(balance.flat(), other));
    const { learnt } = first;
    const again = await certify(balance, other, pool, { gap: 1e-3, segments: 30, learnt });
    const both = [{ learnt }, {}].map((more) =>
      certify(balance, other, pool, { gap: 1e-3, segments: 30, mostRounds: 1, ...more }),
    );
    const [taught, alone] = await Promise.all(both);
    expect(taught!.lower).toBeGreaterThan(alone!.lower);
    expect(again.lower).toBeLessThanOrEqual(flat.objective * (1 + 1e-5));
    expect(again.upper).toBeGreaterThanOrEqual(flat.objective * (1 - 1e-5));
    expect(again.gapShare).toBeLessThanOrEqual(1e-3);
  });
});
