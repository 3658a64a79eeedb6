import { afterAll, describe, expect, it } from 'vitest';
import { checkModel } from '../../balance/check.ts';
import { SolverPool } from '../../balance/pool.ts';
import { batteryUnit, freeUnit, gridUnit, loadUnit } from '../../balance/testing/units.ts';
import { HOUR_MS } from '../../series/grid.ts';
import { loadSite } from '../../site/load.ts';
import { LookAhead } from './lookAhead.ts';
import type { LookedAhead } from './looking.ts';
import { type AheadSite, aheadSite } from './site.ts';
import {
  byHour,
  EFFICIENT,
  machineUnit,
  mildOutlook,
  NOON,
  smallSite,
  TWO_PRICES,
  WORTHLESS,
} from './testing/small.ts';

const pool = new SolverPool(1);
afterAll(() => pool.close());

const battery = (row = {}) => batteryUnit('bess', { ...EFFICIENT, ...row });
const grid = (tariff: object) => gridUnit('grid', { import_limit: '1 MW', tariff });

/** What hairs of money against ties come to: 1e-6 for each of some 6,000 kWh. */
const HAIRS = 0.01;

/** A column by segment, with the hour after the start at which each begins. */
function column({ model, solved }: LookedAhead, name: string): { hour: number; hours: number; value: number }[] {
  const group = model.columnGroups.find((g) => g.name === name)!;
  let hour = 0;
  return Array.from(model.hours, (hours, k) => {
    const at = { hour, hours, value: solved.values[group.first + k]! };
    hour += hours;
    return at;
  });
}
const energy = (rows: readonly { hours: number; value: number }[]) =>
  rows.reduce((sum, { hours, value }) => sum + hours * value, 0);

describe('a look ahead', () => {
  it('charges a battery while power is cheap and gives it at the dear hours', async () => {
    const site = smallSite([
      battery(),
      grid(TWO_PRICES),
      loadUnit(
        'halls',
        byHour(() => 100),
      ),
    ]);
    const ahead = await new LookAhead(site, pool).look(mildOutlook(NOON), {}, { endWorth: WORTHLESS });
    expect(checkModel(ahead.model)).toEqual([]);
    // Two evenings: 200 kWh of cells give 180 kWh at 0.15 and take 222 kWh at 0.05.
    const plain = 100 * (38 * 0.05 + 10 * 0.15);
    expect(Math.abs(ahead.solved.objective - (plain - 2 * (180 * 0.15 - (200 / 0.9) * 0.05)))).toBeLessThan(HAIRS);
    const given = column(ahead, 'bess discharge');
    expect(energy(given.filter(({ hour }) => hour >= 5 - 1e-9 && hour < 10 - 1e-9))).toBeCloseTo(180, 4);
    expect(energy(given)).toBeCloseTo(360, 4);
    // A stored kWh is worth what it saves in the evening.
    const { atMs, perUnit } = ahead.worths.find(({ name }) => name === 'bess energy')!;
    expect(perUnit[atMs.findIndex((ms) => ms === NOON + 6 * HOUR_MS)]).toBeCloseTo(0.9 * 0.15, 4);
  });

  it('begins with what is stored, and leaves at the end what is worth it', async () => {
    const site = smallSite([
      battery(),
      grid(TWO_PRICES),
      loadUnit(
        'halls',
        byHour(() => 100),
      ),
    ]);
    const stored = new Map([['bess energy', 150]]);
    const worthless = await new LookAhead(site, pool).look(mildOutlook(NOON), { stored }, { endWorth: WORTHLESS });
    expect(column(worthless, 'bess energy').at(-1)!.value).toBeCloseTo(0, 6);
    const plain = 100 * (38 * 0.05 + 10 * 0.15);
    expect(Math.abs(worthless.solved.objective - (plain - 2 * 180 * 0.15 + ((50 + 200) / 0.9) * 0.05))).toBeLessThan(
      HAIRS,
    );
    // What it learns: the end is at noon, and at noon a day before a kWh saves buying one at 0.05.
    const learnt = await new LookAhead(site, pool).look(mildOutlook(NOON), { stored });
    expect(learnt.endWorth.get('bess energy')).toBeCloseTo(0.05 / 0.9, 4);
    await expect(new LookAhead(site, pool).look(mildOutlook(NOON), { stored: new Map([['x', 1]]) })).rejects.toThrow(
      'no stored quantity x',
    );
  });

  it('pays for wear where it is bought with cells', async () => {
    const worn = battery({ capex_energy: '1000 USD/kWh', cycles: 1000 });
    const site = smallSite([
      worn,
      grid(TWO_PRICES),
      loadUnit(
        'halls',
        byHour(() => 100),
      ),
    ]);
    const ahead = await new LookAhead(site, pool).look(mildOutlook(NOON), {}, { endWorth: WORTHLESS });
    expect(energy(column(ahead, 'bess discharge'))).toBeCloseTo(0, 6);
  });

  it('does batch work in the sunny hour before it is due, and before it where it is due earlier', async () => {
    const bulk = { id: 'bulk', kind: 'batch', deadlineH: 24, lostMoney: 0.1 } as const;
    const sun = freeUnit(
      'pv',
      byHour((h) => (h >= 3 && h < 4 ? 100 : 0)),
    );
    const site = smallSite([sun, grid({ energy: '0.1 USD/kWh' }), machineUnit('llm', 'bulk', 200)], [bulk]);
    const outlook = mildOutlook(NOON, { bulk: byHour(() => 0) });
    const at = (dueH: number) => ({ waiting: new Map([['bulk', [{ dueH, requests: 50 * 3600 }]]]) });
    const patient = await new LookAhead(site, pool).look(outlook, at(6), { endWorth: WORTHLESS });
    expect(patient.solved.objective).toBeLessThan(0.05);
    expect(
      energy(column(patient, 'llm at work').filter(({ hour }) => hour >= 3 - 1e-9 && hour < 4 - 1e-9)),
    ).toBeCloseTo(50, 4);
    const urgent = await new LookAhead(site, pool).look(outlook, at(2), { endWorth: WORTHLESS });
    expect(energy(column(urgent, 'llm at work').filter(({ hour }) => hour < 2 - 1e-9))).toBeCloseTo(50, 4);
    expect(energy(column(urgent, 'grid import'))).toBeCloseTo(50, 4);
  });

  it('does not raise the billed peak, nor pays to be below what it is already', async () => {
    const demand = [{ name: 'power', price: '10 USD/kW/month' }];
    const load = loadUnit(
      'halls',
      byHour((h) => (h >= 6 && h < 7 ? 200 : 100)),
    );
    const site = smallSite([battery(), grid({ energy: '0.05 USD/kWh', demand_charges: demand }), load]);
    const most = async (powerKw: number) => {
      const start = { peaks: [{ unit: 'grid', charge: 'power', powerKw }] };
      const ahead = await new LookAhead(site, pool).look(mildOutlook(NOON), start, { endWorth: WORTHLESS });
      return Math.max(...column(ahead, 'grid import').map(({ value }) => value));
    };
    expect(await most(150)).toBeCloseTo(150, 4);
    expect(await most(250)).toBeCloseTo(200, 4);
    // From nothing: x above 100 charges for six hours what the hour is short of, 6 x 0.81 (x - 100) = 200 - x.
    expect(await most(0)).toBeCloseTo((200 + 486) / 5.86, 3);
    const none = { peaks: [{ unit: 'grid', charge: 'energy', powerKw: 1 }] };
    await expect(new LookAhead(site, pool).look(mildOutlook(NOON), none)).rejects.toThrow('no demand charge energy');
  });

  it('goes over the end of a billing period, and takes the next one to be like it', async () => {
    const demand = [{ name: 'power', price: '10 USD/kW/month' }];
    const lastDay = Date.UTC(2025, 0, 31, 12);
    const load = loadUnit(
      'halls',
      byHour((h) => (h % 24 >= 6 && h % 24 < 7 ? 200 : 100)),
    );
    const plain = smallSite([battery(), grid(TWO_PRICES), load]);
    const charged = smallSite([battery(), grid({ ...TWO_PRICES, demand_charges: demand }), load]);
    const look = (site: typeof plain, startMs: number, peaks = {}) =>
      new LookAhead(site, pool).look(mildOutlook(startMs), peaks, { endWorth: WORTHLESS });
    const [within, over] = [await look(plain, NOON), await look(plain, lastDay)];
    expect(over.solved.objective).toBeCloseTo(within.solved.objective, 6);
    const ahead = await look(charged, lastDay, { peaks: [{ unit: 'grid', charge: 'power', powerKw: 150 }] });
    const bought = column(ahead, 'grid import').map(({ value }) => value);
    expect(Math.max(...bought)).toBeCloseTo(150, 4);
    const peaks = ahead.model.columnGroups.filter((g) => g.name.startsWith('grid peak power '));
    expect(peaks.map((g) => ahead.solved.values[g.first])).toEqual([150, 150]);
  });

  it('knows what was bought of a tier already', async () => {
    const tiers = [{ above: '10 MWh', price: '0.2 USD/kWh' }];
    const site = smallSite([
      grid({ energy: '0.05 USD/kWh', tiers }),
      loadUnit(
        'halls',
        byHour(() => 100),
      ),
    ]);
    const money = async (energyKwh: number) => {
      const start = { bought: [{ unit: 'grid', energyKwh }] };
      return (await new LookAhead(site, pool).look(mildOutlook(NOON), start)).solved.objective;
    };
    // 4,800 kWh come: all below the tier, 1,800 of them above it, all of them.
    expect(Math.abs((await money(5000)) - 4800 * 0.05)).toBeLessThan(HAIRS);
    expect(Math.abs((await money(7000)) - (3000 * 0.05 + 1800 * 0.2))).toBeLessThan(HAIRS);
    expect(Math.abs((await money(20_000)) - 4800 * 0.2)).toBeLessThan(HAIRS);
    const wrong = { bought: [{ unit: 'net', energyKwh: 1 }] };
    await expect(new LookAhead(site, pool).look(mildOutlook(NOON), wrong)).rejects.toThrow('no grid connection net');
  });

  it('does not count on replicas that have not booted, and pays for boots', async () => {
    const site = loadSite(new URL('../../../sites/nukus-ai-zone.yaml', import.meta.url).pathname);
    const arrivals = Object.fromEntries(
      site.services.map((s) => [s.profile.id, byHour(() => (s.profile.id === 'chat' ? 1000 : 0))]),
    );
    const outlook = mildOutlook(NOON, arrivals);
    const look = (serving: number, booting: { replicas: number; leftH: number }[]) => {
      const awake = new Map([['chat-235b', { serving, booting }]]);
      return new LookAhead(aheadSite(site), pool).look(outlook, { awake });
    };
    const all = await look(1024, []);
    const busy = (ahead: LookedAhead) => column(ahead, 'chat-235b chat at 1').map(({ value }) => value);
    const needed = busy(all)[0]!;
    expect(needed).toBeGreaterThan(20);
    const few = await look(10, [{ replicas: 5, leftH: 0.08 }]);
    const told = few.model.rowGroups.find((g) => g.tag === 'I3')!;
    const limits = few.model.rowUpper.subarray(told.first, told.first + told.count);
    expect(limits[0]).toBe(10);
    busy(few).forEach((value, k) => {
      expect(value).toBeLessThanOrEqual(limits[k]! + 1e-6);
    });
    expect(busy(few).at(-1)).toBeCloseTo(needed, 4);
    // What was awake or on its way is not woken again.
    const woken = column(few, 'chat-235b woken').reduce((sum, { value }) => sum + value, 0);
    expect(woken).toBeCloseTo(needed - 15, 3);
    expect(column(all, 'chat-235b woken').every(({ value }) => value < 1e-6)).toBe(true);
  });

  it('gives up requests before it counts on electricity that is not there', async () => {
    const site = loadSite(new URL('../../../sites/bukhara.yaml', import.meta.url).pathname);
    const rate: Readonly<Record<string, number>> = { chat: 800, code: 30, archive: 250 };
    const outlook = mildOutlook(
      NOON,
      Object.fromEntries(site.services.map((s) => [s.profile.id, byHour(() => rate[s.profile.id]!)])),
    );
    const weak = (ahead: AheadSite): AheadSite => ({
      ...ahead,
      bind: ({ columnGroups, upper }) => {
        const most = new Map([
          ['grid import', 200],
          ...['pv used', 'wind used', 'bess discharge', 'gensets power'].map((name) => [name, 0] as const),
        ]);
        for (const { name, first, count } of columnGroups) {
          const kw = most.get(name);
          if (kw !== undefined) upper.fill(kw, first, first + count);
        }
      },
    });
    const shortKwh = async (ahead: AheadSite): Promise<number> =>
      energy(column(await new LookAhead(weak(ahead), pool).look(outlook), 'electricity short'));
    const own = aheadSite(site);
    expect(await shortKwh(own)).toBeLessThan(1e-6);
    // A kWh there serves more tokens than what a kWh counts by itself.
    expect(await shortKwh({ ...own, asked: (horizon, sizes) => own.asked(horizon, sizes, []) })).toBeGreaterThan(1000);
  });

  it('comes to the same whether it begins anew or from the last basis', async () => {
    const load = loadUnit(
      'halls',
      byHour((h) => 100 + 40 * Math.sin(h)),
    );
    const site = smallSite([battery(), grid(TWO_PRICES), load]);
    const running = new LookAhead(site, pool);
    await running.look(mildOutlook(NOON));
    for (const hours of [1, 3, 4]) {
      const outlook = mildOutlook(NOON + hours * HOUR_MS);
      const start = { stored: new Map([['bess energy', 20 * hours]]) };
      const warm = await running.look(outlook, start);
      const cold = await new LookAhead(site, pool).look(outlook, start, { endWorth: warm.endWorth });
      expect(warm.solved.objective).toBeCloseTo(cold.solved.objective, 6);
      expect(warm.endWorth.get('bess energy')).toBeGreaterThan(0);
    }
  });
});
