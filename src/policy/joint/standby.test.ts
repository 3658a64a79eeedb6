import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { weatherOf } from '../../simulate/air.ts';
import { aroundOf, solverFor } from '../../simulate/around.ts';
import { periodOf } from '../../simulate/period.ts';
import { type Run, simulate } from '../../simulate/simulate.ts';
import { checkText } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import type { Site } from '../../site/site.ts';
import { Twin } from '../../twin/twin.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import { joint } from './joint.ts';
import { lullS, restOf } from './standby.ts';

const PATIENCE_MS = 240_000;
const SITES = fileURLToPath(new URL('../../../sites', import.meta.url));
const TEXT = readFileSync(`${SITES}/tashkent-campus.yaml`, 'utf8');

/** The campus with its deployments asleep at a third of their idle power, or as the text says, or without a word of it. */
function campus(says?: string, boot = ''): Site {
  const thirds: Readonly<Record<string, string>> = { a100: '20 W', v100: '13 W', l4: '3.1 W', t4: '3 W' };
  let pool = '';
  const lines = TEXT.split('\n').flatMap((line) => {
    pool = /^ {4}pool: (\S+)$/.exec(line)?.[1] ?? pool;
    if (!/^ {4}replicas: \d+$/.test(line)) return [line];
    return [line, ...(says === undefined ? [] : [`    sleep: ${says.replace('THIRD', thirds[pool]!)}`]), boot];
  });
  const { site } = checkText(lines.join('\n'), SITES);
  if (site === undefined) throw new Error('the campus is broken');
  return site;
}

const THIRD = '{ power: THIRD }';
const unitOf = (site: Site) => {
  const unit = plantOf(site).halls[0]!.it[0]!;
  expect(unit.id).toBe('assistant-32b');
  return unit;
};

async function run(site: Site, policy: Parameters<typeof simulate>[0]['policy'] = 'joint'): Promise<Run> {
  const grid = periodOf({ from: '2026-04-06', to: '2026-04-09' }, site.context.zone);
  const weather = weatherOf(site);
  return simulate({
    plant: plantOf(site),
    currency: site.money.currency,
    grid,
    conditions: conditionsOn(weather, site.context, grid),
    rates: site.services.map((s) => s.rate),
    ...aroundOf(site, site.services, weather, await solverFor(['joint'])),
    policy,
  });
}

const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);
const asleepIn = (own: Run, site: Site): number =>
  plantOf(site).halls.reduce(
    (all, { it: units }) => all + units.reduce((of, { id }) => of + sum(own.ledger.get(`${id}.asleep`)), 0),
    0,
  );

describe('who sleeps', () => {
  it('is what is not expected to be needed, with all of the same node, where that draws less and wakes sooner', () => {
    const unit = unitOf(campus(THIRD));
    expect(unit.sleep!.together).toBe(4);
    expect(restOf(unit, 5, 3)).toEqual({ serving: 3, asleep: 5 });
    expect(restOf(unit, 3, 5)).toEqual({ serving: 3, asleep: 1 });
    expect(restOf(unit, 2, 0)).toEqual({ serving: 1, asleep: 3 });
    expect(restOf(unit, 0, 0)).toEqual({ serving: 0, asleep: 0 });
    expect(restOf(unit, unit.installed, 1)).toEqual({ serving: 1, asleep: unit.installed - 1 });
    const nobody = { serving: 5, asleep: 0 };
    expect(restOf(unitOf(campus()), 5, 3)).toEqual(nobody);
    expect(restOf(unitOf(campus('{}')), 5, 3)).toEqual(nobody);
    expect(restOf(unitOf(campus('{ power: THIRD, wake_time: 10 min }')), 5, 3)).toEqual(nobody);
  });

  it('sleeps for as long as a boot pays for', () => {
    const unit = unitOf(campus('{ power: THIRD, wake_time: 6 s, wake_power: 200 W }', '    boot_time: 30 min'));
    const { idleKw, asleepKw } = unit.sleep!;
    // Two accelerators of 61 W idle and 20 W asleep, a quarter of a node besides.
    expect(idleKw - asleepKw).toBeCloseTo(0.082, 12);
    const wakeKw = idleKw + (2 * (200 - 61)) / 1000;
    expect(lullS(unit)).toBeCloseTo((1800 * idleKw - 6 * wakeKw) / asleepKw, 6);
    expect(lullS(unitOf(campus('{}')))).toBe(0);
  });
});

describe('the joint policy of a site that sleeps', () => {
  it(
    'draws less at the same service than one without figures, which never sleeps, and leaves sleeping to nobody without packing',
    async () => {
      const [plain, unknown, rested] = [campus(), campus('{}'), campus(THIRD)];
      const [before, same, after] = [await run(plain), await run(unknown), await run(rested)];
      expect(asleepIn(same, unknown)).toBe(0);
      expect(same.tally.totals()).toEqual(before.tally.totals());
      expect(asleepIn(after, rested)).toBeGreaterThan(0);
      const [a, b] = [before.tally.totals(), after.tally.totals()];
      expect(b.itKwh).toBeLessThan(0.98 * a.itKwh);
      expect(b.outputTokens / a.outputTokens).toBeCloseTo(1, 3);
      expect(b.requestsShed).toBeLessThanOrEqual(a.requestsShed);
      expect(b.batchLate).toBe(0);
      expect(b.attainedRequests / b.requestsOffered).toBeGreaterThan(a.attainedRequests / a.requestsOffered - 1e-3);
      // Seats of nodes that are on draw no more than sleepers there too, but nobody is quick enough to be woken.
      const slow = await run(campus('{ power: THIRD, wake_time: 10 min }'));
      expect(b.itKwh).toBeLessThan(0.995 * slow.tally.totals().itKwh);
      const unpacked = await run(rested, (setting) => joint(setting, ['packing']));
      expect(asleepIn(unpacked, rested)).toBe(0);
      // Every installed replica is in one state; what is not counted is off.
      for (const unit of plantOf(rested).halls[0]!.it) {
        const [serving, asleep, starting] = ['replicas', 'asleep', 'starting'].map((key) =>
          after.ledger.get(`${unit.id}.${key}`),
        );
        serving!.forEach((count, i) => {
          const on = count + asleep![i]! + starting![i]!;
          expect(on).toBeLessThanOrEqual(unit.installed + 1e-9);
          expect(Math.abs(on - Math.round(on))).toBeLessThan(1e-9);
        });
      }
    },
    PATIENCE_MS,
  );

  it('goes on after a restart with those that sleep and wake', () => {
    const site = campus('{ power: THIRD, wake_time: 20 s }');
    const plant = plantOf(site);
    const grid = { ...periodOf({ from: '2026-04-06', to: '2026-04-07' }, site.context.zone), stepMs: 10_000 };
    const air = conditionsOn(weatherOf(site), site.context, grid);
    const order = (serving: number, asleep: number) => ({
      replicas: [plant.halls[0]!.it.map(() => serving)],
      asleep: [plant.halls[0]!.it.map(() => asleep)],
      supplyC: [undefined],
      batchPerS: plant.services.map(() => 0),
      orders: plant.dispatch.map(() => ({ commit: true, minKw: -1e6, maxKw: 1e6 })),
      deficitOrder: plant.dispatch.map((_, i) => i),
      surplusOrder: plant.dispatch.map((_, i) => i),
    });
    const arrivals = plant.services.map(() => 0.1);
    const twin = new Twin(plant);
    twin.step(air(0), arrivals, order(3, 5));
    const woken = twin.step(air(1), arrivals, order(6, 2)).halls[0]!.it[0]!;
    expect(woken).toMatchObject({ replicas: 3, asleep: 2, starting: 3 });
    const again = new Twin(plant, JSON.parse(JSON.stringify(twin.save())));
    for (const [k, asked] of [order(6, 2), order(6, 2), order(8, 0)].entries()) {
      const [one, other] = [twin, again].map((own) => own.step(air(2 + k), arrivals, asked).halls[0]!.it[0]!);
      expect(other).toEqual(one);
    }
    expect(JSON.stringify(again.save())).toBe(JSON.stringify(twin.save()));
  });
});
