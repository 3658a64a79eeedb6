import { afterAll, describe, expect, it } from 'vitest';
import { checkModel } from '../../balance/check.ts';
import { SolverPool } from '../../balance/pool.ts';
import { batteryUnit, gridUnit, loadUnit } from '../../balance/testing/units.ts';
import { HOUR_MS, MINUTE_MS } from '../../series/grid.ts';
import type { ImportLimit } from '../../site/gridEvent.ts';
import { LookAhead } from './lookAhead.ts';
import { readOut } from './readOut.ts';
import { ORDER_MARGIN } from './site.ts';
import { byHour, EFFICIENT, machineUnit, mildOutlook, NOON, smallSite, WORTHLESS } from './testing/small.ts';

const pool = new SolverPool(1);
afterAll(() => pool.close());

const grid = gridUnit('grid', { import_limit: '1 MW', tariff: { energy: '0.1 USD/kWh' } });
const flat = loadUnit(
  'halls',
  byHour(() => 100),
);
/** What is planned of what an order allows. */
const AIM = 1 - ORDER_MARGIN;
/** From 18:10 for two hours. */
const FROM = NOON + 6 * HOUR_MS + 10 * MINUTE_MS;
const order = (mostKw: number): ImportLimit => ({ fromMs: FROM, toMs: FROM + 2 * HOUR_MS, mostKw });

describe('an order of the grid in a look ahead', () => {
  it('is kept from storage where it was announced, and unknown where it was not', async () => {
    const site = smallSite([batteryUnit('bess', EFFICIENT), grid, flat]);
    const look = async (limits: readonly ImportLimit[]) => {
      const looked = await new LookAhead(site, pool).look(
        { ...mildOutlook(NOON), limits },
        {},
        { endWorth: WORTHLESS },
      );
      expect(checkModel(looked.model)).toEqual([]);
      return readOut(looked, site, 'USD');
    };
    const inside = (list: Awaited<ReturnType<typeof look>>) =>
      list.filter((s) => s.startMs >= FROM && s.endMs <= FROM + 2 * HOUR_MS);
    const told = await look([order(60)]);
    expect(inside(told).reduce((h, s) => h + (s.endMs - s.startMs), 0)).toBe(2 * HOUR_MS);
    for (const s of inside(told)) {
      expect(s.grids[0]!.powerKw).toBeCloseTo(AIM * 60, 4);
      expect(s.batteries[0]!.powerKw).toBeCloseTo(100 - AIM * 60, 4);
      expect(s.reasons.join('; ')).toContain('for order of the grid');
    }
    const untold = await look([]);
    expect(untold.every((s) => Math.abs(s.grids[0]!.powerKw - 100) < 1e-4)).toBe(true);
  });

  it('is missed by what cannot be had otherwise, and not at the cost of requests', async () => {
    const chat = { id: 'chat', kind: 'interactive', deadlineH: 0, lostMoney: 0.01 } as const;
    const site = smallSite([grid, flat, machineUnit('llm', 'chat', 200)], [chat]);
    const outlook = mildOutlook(NOON, { chat: byHour(() => 20) });
    const looked = await new LookAhead(site, pool).look({ ...outlook, limits: [order(60)] });
    const list = readOut(looked, site, 'USD').filter((s) => s.startMs >= FROM && s.endMs <= FROM + 2 * HOUR_MS);
    expect(list.length).toBeGreaterThan(1);
    for (const s of list) {
      expect(s.grids[0]!.powerKw).toBeCloseTo(120, 4);
      expect(s.services[0]!.givenUpPerS).toBe(0);
    }
    const group = looked.model.columnGroups.find((g) => g.name === 'order of the grid missed')!;
    const missed = looked.solved.values.subarray(group.first, group.first + group.count);
    const kwh = missed.reduce((sum, kw, k) => sum + kw * looked.model.hours[k]!, 0);
    expect(kwh).toBeCloseTo(2 * (120 - AIM * 60), 3);
  });

  it('has batch work wait until it is over', async () => {
    const bulk = { id: 'bulk', kind: 'batch', deadlineH: 24, lostMoney: 0.1 } as const;
    const site = smallSite([grid, flat, machineUnit('llm', 'bulk', 200)], [bulk]);
    const outlook = mildOutlook(NOON, { bulk: byHour((h) => (h < 12 ? 30 : 0)) });
    const looked = await new LookAhead(site, pool).look(
      { ...outlook, limits: [order(110)] },
      {},
      { endWorth: WORTHLESS },
    );
    const list = readOut(looked, site, 'USD');
    for (const s of list.filter((k) => k.startMs >= FROM && k.endMs <= FROM + 2 * HOUR_MS))
      expect(s.grids[0]!.powerKw).toBeLessThanOrEqual(110 + 1e-4);
    expect(list.at(-1)!.services[0]!.waiting).toBeLessThan(1e-3);
    expect(list.every((s) => s.services[0]!.givenUpPerS === 0)).toBe(true);
  });
});
