import { afterAll, describe, expect, it } from 'vitest';
import { checkModel } from '../balance/check.ts';
import { SolverPool } from '../balance/pool.ts';
import { batteryUnit, gridUnit, loadUnit } from '../balance/testing/units.ts';
import { LookAhead, type LookedAhead, readOut, type SegmentAhead } from '../policy/lookahead/index.ts';
import {
  byHour,
  EFFICIENT,
  mildOutlook,
  NOON,
  smallSite,
  TWO_PRICES,
  WORTHLESS,
} from '../policy/lookahead/testing/small.ts';
import { HOUR_MS } from '../series/grid.ts';
import type { LeverSetting } from '../site/lever.ts';
import type { Lever } from './levers.ts';
import { boundLimits } from './planBounds.ts';
import { siteUnder } from './planLevers.ts';

const pool = new SolverPool(1);
afterAll(() => pool.close());

const lever = (id: number, setting: LeverSetting, fromH: number, untilH: number): Lever => ({
  id,
  setting,
  fromMs: NOON + fromH * HOUR_MS,
  untilMs: NOON + untilH * HOUR_MS,
  by: 'test',
});
const bounds = (
  id: number,
  given: Omit<Extract<LeverSetting, { kind: 'bounds' }>, 'kind'>,
  fromH: number,
  untilH: number,
) => lever(id, { kind: 'bounds', ...given }, fromH, untilH);

describe('charge that is to be kept, in a look ahead', () => {
  const site = smallSite([
    batteryUnit('bess', EFFICIENT),
    gridUnit('grid', { import_limit: '1 MW', tariff: TWO_PRICES }),
    loadUnit(
      'halls',
      byHour(() => 100),
    ),
  ]);
  async function look(levers: readonly Lever[], storedKwh: number, own = {}, lostH = 0): Promise<LookedAhead> {
    const asked = { levers, waterMoneyPerL: 0, own, capacityKwh: new Map([['bess', 200]]), installed: new Map() };
    const outlook = { ...mildOutlook(NOON), ...(lostH > 0 ? { isGridLost: (i: number) => i < lostH * 12 } : {}) };
    const stored = new Map([['bess energy', storedKwh]]);
    return new LookAhead(siteUnder(site, asked), pool).look(outlook, { stored }, { endWorth: WORTHLESS });
  }
  const kwh = (looked: LookedAhead, of: (s: SegmentAhead, hour: number) => boolean): number[] =>
    readOut(looked, site, 'USD')
      .filter((s) => of(s, (s.endMs - NOON) / HOUR_MS))
      .map(({ batteries }) => batteries[0]!.energyKwh);
  const missed = ({ model, solved }: LookedAhead, name: string): number => {
    const { first, count } = model.columnGroups.find((g) => g.name === name)!;
    return solved.values.subarray(first, first + count).reduce((sum, value) => sum + value, 0);
  };

  it('is not used while the lever holds, however dear power is, and is after it', async () => {
    // Dear from 17:00 to 22:00
    const free = await look([], 200);
    expect(Math.min(...kwh(free, (_, h) => h <= 10))).toBeCloseTo(0, 4);
    const held = await look([bounds(1, { leastStoredShare: 0.6 }, 0, 8)], 200);
    expect(checkModel(held.model)).toEqual([]);
    expect(Math.min(...kwh(held, (_, h) => h <= 8 + 1e-9))).toBeCloseTo(120, 4);
    expect(Math.min(...kwh(held, (_, h) => h > 8 && h <= 10 + 1e-9))).toBeCloseTo(0, 4);
    expect(missed(held, 'bess: charge used below')).toBeLessThan(1e-4);
    const own = await look([], 200, { leastStoredShare: 0.6 });
    expect(Math.min(...kwh(own, () => true))).toBeCloseTo(120, 4);
  });

  it('is filled where less is there, and what is there is not used meanwhile', async () => {
    const held = await look([bounds(1, { leastStoredShare: 0.6 }, 0, 24)], 50);
    const all = kwh(held, (_, h) => h <= 24);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(50 - 1e-4);
    // Before power is dear
    expect(Math.min(...kwh(held, (_, h) => h >= 5 && h <= 24))).toBeCloseTo(120, 4);
    expect(missed(held, 'bess: charge used below')).toBeLessThan(1e-4);
    expect(missed(held, 'bess: charge missing')).toBeGreaterThan(0);
    expect(readOut(held, site, 'USD')[0]!.reasons.join('; ')).toMatch(/^bess: charge missing, \d+ kWh/);
  });

  it('may be used without the grid', async () => {
    const lost = await look([bounds(1, { leastStoredShare: 0.6 }, 0, 24)], 200, {}, 1);
    expect(kwh(lost, (_, h) => Math.abs(h - 1) < 1e-6)[0]).toBeCloseTo(200 - 100 / 0.9, 3);
    const { first, count } = lost.model.columnGroups.find(({ name }) => name === 'electricity short')!;
    expect(Math.max(...lost.solved.values.subarray(first, first + count))).toBeLessThan(1e-6);
  });

  it('is what the last of several levers says', async () => {
    const levers = [bounds(1, { leastStoredShare: 0.9 }, 0, 8), bounds(2, { leastStoredShare: 0.2 }, 0, 8)];
    expect(Math.min(...kwh(await look(levers, 200), (_, h) => h <= 8 + 1e-9))).toBeCloseTo(40, 4);
  });
});

describe('limits on import that bounds set', () => {
  it('are those of the last lever at each moment', () => {
    const levers = [
      bounds(0, { mostImportKw: 500 }, -1e6, 1e6),
      bounds(1, { mostImportKw: 300 }, 0, 4),
      bounds(2, { mostImportKw: 900 }, 2, 3),
      bounds(3, { generators: false }, 0, 9),
    ];
    const told = boundLimits(levers, NOON).map(({ fromMs, toMs, mostKw }) => [
      (fromMs - NOON) / HOUR_MS,
      (toMs - NOON) / HOUR_MS,
      mostKw,
    ]);
    expect(told.slice(0, 4)).toEqual([
      [0, 2, 300],
      [2, 3, 900],
      [3, 4, 300],
      [4, 9, 500],
    ]);
    expect(boundLimits([bounds(1, { generators: false }, 0, 4)], NOON)).toEqual([]);
  });
});
