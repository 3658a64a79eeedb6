import { afterAll, describe, expect, it } from 'vitest';
import { SolverPool } from '../../balance/pool.ts';
import { batteryUnit, freeUnit, generatorUnit, gridUnit, loadUnit } from '../../balance/testing/units.ts';
import { weatherOf } from '../../simulate/air.ts';
import { ratesOn } from '../../simulate/stepping.ts';
import { loadSite } from '../../site/load.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import { LookAhead } from './lookAhead.ts';
import { readOut, type SegmentAhead } from './readOut.ts';
import { aheadGrid } from './shape.ts';
import { aheadSite } from './site.ts';
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

const at = (plan: readonly SegmentAhead[], hour: number): SegmentAhead =>
  plan.find(({ startMs }) => startMs === NOON + hour * 3_600_000)!;

describe('the plan read out of a look ahead', () => {
  it('says that the battery is held for the dear hours, and given then', async () => {
    const site = smallSite([
      batteryUnit('bess', EFFICIENT),
      gridUnit('grid', { import_limit: '1 MW', tariff: TWO_PRICES }),
      loadUnit(
        'halls',
        byHour(() => 100),
      ),
    ]);
    const stored = new Map([['bess energy', 200]]);
    const ahead = await new LookAhead(site, pool).look(mildOutlook(NOON), { stored }, { endWorth: WORTHLESS });
    const plan = readOut(ahead, site, 'USD');
    expect(plan).toHaveLength(ahead.model.segments);
    const [now] = plan;
    expect(now).toMatchObject({
      startMs: NOON,
      endMs: NOON + 300_000,
      batteries: [{ unit: 'bess', powerKw: 0, energyKwh: 200 }],
      shortKw: 0,
    });
    expect(now!.pricePerKwh).toBeCloseTo(0.05, 4);
    expect(now!.grids[0]!.powerKw).toBeCloseTo(100, 6);
    const dear = plan.find(({ batteries }) => batteries[0]!.powerKw > 0)!;
    const clock = new Date(dear.startMs).toISOString().slice(11, 16);
    expect(now!.reasons).toEqual([`bess held for ${clock}: 0.15 USD/kWh then against 0.05 now`]);
    expect(dear.startMs).toBeGreaterThanOrEqual(NOON + 5 * 3_600_000);
    expect(dear.pricePerKwh).toBeCloseTo(0.15, 4);
    expect(dear.reasons[0]).toMatch(/^bess gives [\d.]+ kW: power is worth 0\.15 USD\/kWh now/);
    const charging = plan.find(({ batteries }) => batteries[0]!.powerKw < 0)!;
    expect(charging.reasons[0]).toMatch(
      /^bess charges [\d.]+ kW at 0\.05 USD\/kWh for \d\d:\d\d( tomorrow)?: 0\.15 then$/,
    );
    // As many kWh as the load takes are bought or given in every segment.
    for (const { grids, batteries } of plan) expect(grids[0]!.powerKw + batteries[0]!.powerKw).toBeCloseTo(100, 4);
  });

  it('says what batch work waits for', async () => {
    const bulk = { id: 'bulk', kind: 'batch', deadlineH: 24, lostMoney: 0.1 } as const;
    const site = smallSite(
      [
        freeUnit(
          'pv',
          byHour((h) => (h >= 3 && h < 4 ? 100 : 0)),
        ),
        gridUnit('grid', { import_limit: '1 MW', tariff: { energy: '0.1 USD/kWh' } }),
        machineUnit('llm', 'bulk', 200),
      ],
      [bulk],
      ['llm'],
    );
    const waiting = new Map([['bulk', [{ dueH: 6, requests: 50 * 3600 }]]]);
    const outlook = mildOutlook(NOON, { bulk: byHour(() => 0) });
    const plan = readOut(
      await new LookAhead(site, pool).look(outlook, { waiting }, { endWorth: WORTHLESS }),
      site,
      'USD',
    );
    expect(plan[0]!.reasons).toEqual(['bulk waits for 15:00: 0 USD/kWh then against 0.1 now']);
    expect(plan[0]!.services).toEqual([{ service: 'bulk', servedPerS: 0, givenUpPerS: 0, waiting: 50 * 3600 }]);
    expect(plan[0]!.deployments).toEqual([{ deployment: 'llm', replicas: 0, levels: [] }]);
    const sunny = plan.filter(({ sources }) => sources[0]!.powerKw > 0);
    expect(sunny.every(({ startMs }) => startMs >= NOON + 3 * 3_600_000 && startMs < NOON + 4 * 3_600_000)).toBe(true);
    for (const { deployments } of sunny) {
      const [{ replicas, levels } = { replicas: 0, levels: [] }] = deployments;
      expect(levels[0]!.level).toBe('at work');
      expect(replicas).toBe(Math.ceil(levels[0]!.replicas - 1e-6));
    }
  });

  it('says that import is held by the billed peak, and what a kWh more would cost for it', async () => {
    const demand = [{ name: 'power', price: '10 USD/kW/month' }];
    const site = smallSite([
      batteryUnit('bess', EFFICIENT),
      gridUnit('grid', { import_limit: '1 MW', tariff: { energy: '0.05 USD/kWh', demand_charges: demand } }),
      loadUnit(
        'halls',
        byHour((h) => (h >= 6 && h < 7 ? 200 : 100)),
      ),
    ]);
    const start = { peaks: [{ unit: 'grid', charge: 'power', powerKw: 150 }] };
    const ahead = await new LookAhead(site, pool).look(mildOutlook(NOON), start, { endWorth: WORTHLESS });
    const evening = at(readOut(ahead, site, 'USD'), 6);
    // A kWh out of the battery costs 0.05 / 0.81, which is 0.0117 above the price.
    expect(evening.pricePerKwh).toBeCloseTo(0.05 / 0.81, 4);
    expect(evening.reasons).toContain('grid import at 150 kW: a kWh counts 0.012 USD/kWh more for peak of power');
  });

  it('says that generators run because nothing cheaper is left, and what is given up', async () => {
    const chat = { id: 'chat', kind: 'interactive', deadlineH: 0, lostMoney: 0.01 } as const;
    const site = smallSite(
      [
        generatorUnit('gensets', { rated: '50 kW', fuel_price: '1 USD/L' }),
        gridUnit('grid', { import_limit: '100 kW', tariff: { energy: '0.05 USD/kWh' } }),
        machineUnit('llm', 'chat', 500),
      ],
      [chat],
      ['llm'],
    );
    const outlook = mildOutlook(NOON, { chat: byHour(() => 180) });
    const [now] = readOut(await new LookAhead(site, pool).look(outlook), site, 'USD', 1);
    expect(now!.generators[0]!.powerKw).toBeCloseTo(50, 4);
    expect(now!.deployments[0]!.replicas).toBe(150);
    expect(now!.services[0]!.givenUpPerS).toBeCloseTo(30, 4);
    expect(now!.reasons[0]).toMatch(/^gensets give 50 kW: nothing cheaper is left, power is worth \d+ USD\/kWh$/);
    expect(now!.reasons[1]).toBe('chat: 30 requests/s cannot be served in time');
  });

  it('reads a whole site: what it is asked for is served with what it has', async () => {
    const site = loadSite('sites/bukhara.yaml');
    const grid = aheadGrid(Date.UTC(2025, 0, 14, 4));
    const arrivals = new Map(site.services.map((s) => [s.profile.id, ratesOn(s.rate, grid)]));
    const outlook = { grid, conditions: conditionsOn(weatherOf(site), site.context, grid), arrivals };
    const known = aheadSite(site);
    const plan = readOut(await new LookAhead(known, pool).look(outlook), known, site.money.currency);
    const installed = new Map(site.units.flatMap((u) => (u.role === 'it' ? [[u.id, u.installed] as const] : [])));
    expect(plan.length).toBeLessThanOrEqual(72);
    for (const { deployments, services, shortKw, sources, batteries, grids, generators } of plan) {
      expect(deployments.map((d) => d.deployment)).toEqual([...installed.keys()]);
      for (const d of deployments) expect(d.replicas).toBeLessThanOrEqual(installed.get(d.deployment)!);
      for (const { givenUpPerS } of services) expect(givenUpPerS).toBe(0);
      expect(shortKw).toBe(0);
      const supply = [...sources, ...batteries, ...grids, ...generators].reduce((sum, { powerKw }) => sum + powerKw, 0);
      expect(supply).toBeGreaterThan(0);
    }
    expect(plan[0]!.coolings.length).toBe(site.units.filter((u) => u.role === 'cooling').length);
  });
});
