import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../series/grid.ts';
import { weatherOf } from '../../simulate/air.ts';
import { periodOf } from '../../simulate/period.ts';
import { type Run, simulate } from '../../simulate/simulate.ts';
import { limitKw, parseGridEvent } from '../../site/gridEvent.ts';
import { checkSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import { box, mildAir, testPlant } from '../../twin/testPlant.ts';
import { Twin } from '../../twin/twin.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import type { PolicyName } from '../policy.ts';
import { siloed } from '../siloed.ts';
import { tunedSilos } from '../tunedSilos.ts';

const PATIENCE_MS = 120_000;

/** Some days before an event and the day after it, with and without. */
function twice(name: string, text: string, policy: PolicyName) {
  const { site } = checkSite(fileURLToPath(new URL(`../../../sites/${name}.yaml`, import.meta.url)));
  if (site === undefined) throw new Error(`${name} is broken`);
  const { zone } = site.context;
  const event = parseGridEvent(text, zone);
  const grid = periodOf({ from: '2025-01-07', to: '2025-01-16' }, zone);
  const plant = plantOf(site);
  const scenario = {
    plant,
    currency: site.money.currency,
    grid,
    conditions: conditionsOn(weatherOf(site), site.context, grid),
    rates: site.services.map((s) => s.rate),
    policy,
  };
  const without = simulate(scenario);
  const run = simulate({ ...scenario, events: { list: [event], zone } });
  const ids = plant.dispatch.filter((u) => u.role === 'slack').map((u) => u.id);
  const importKw = (of: Run, i: number): number =>
    ids.reduce((sum, id) => sum + of.ledger.get(`${id}.importKw`)[i]!, 0);
  const step = (ms: number): number => Math.round((ms - grid.startMs) / grid.stepMs);
  return { event, plant, grid, without, run, importKw, step };
}

describe.each<PolicyName>(['siloed', 'tuned-silos'])('%s at an order of the grid', (policy) => {
  it.each([
    ['nukus-ai-zone', '2025-01-14T18:00 3h -25% notice=30m'],
    ['tashkent-campus', '2025-01-14T18:00 3h -50% notice=2h'],
  ])(
    '%s: the energy side holds it with battery and generators, and computing does not know of it',
    (name, text) => {
      const { event, plant, without, run, importKw, step } = twice(name, text, policy);
      const { baseline } = run.events[0]!;
      expect(baseline!.counted).toBe(5);
      const limits = baseline!.hours.map(({ kw }) => limitKw(kw, event.cut));
      const [from, to] = [step(event.startMs), step(event.endMs)];
      const over = Array.from({ length: to - from }, (_, k) => importKw(without, from + k) - limits[k >> 2]!);
      expect(Math.max(...over)).toBeGreaterThan(0.1 * limits[0]!);
      for (let i = from; i < to; i++) {
        expect(importKw(run, i)).toBeLessThanOrEqual(limits[(i - from) >> 2]! * (1 + 1e-9));
        expect(run.ledger.get('site.shortKw')[i]).toBe(0);
      }
      for (const { id } of plant.services) {
        expect(run.ledger.get(`service.${id}.servedPerS`)).toEqual(without.ledger.get(`service.${id}.servedPerS`));
      }
    },
    PATIENCE_MS,
  );

  it(
    'does not know of it before it is announced',
    () => {
      const { event, without, run, importKw, step } = twice(
        'nukus-ai-zone',
        '2025-01-14T18:00 3h -25% notice=30m',
        policy,
      );
      const told = step(event.announcedMs);
      for (let i = 0; i < told; i++) expect(importKw(run, i)).toBe(importKw(without, i));
      expect(Array.from({ length: 14 }, (_, k) => importKw(run, told + k))).not.toEqual(
        Array.from({ length: 14 }, (_, k) => importKw(without, told + k)),
      );
    },
    PATIENCE_MS,
  );
});

describe('an order that cannot be held', () => {
  it.each([siloed, tunedSilos])('is drawn beyond, as the meter shows, and no load is lost: %o', (make) => {
    const store = box('store', 'store', { minKw: -100, maxKw: 10 }, { storeKwh: [150, 200] });
    const plant = testPlant([store, box('grid', 'slack', { minKw: 0, maxKw: 1000 })]);
    const sized = { replicas: [[10]], batchPerS: [0, 0] };
    const twin = new Twin(plant);
    const conditions = mildAir();
    const decision = make({ plant, demand: [], sized }).decide({
      conditions,
      feasible: twin.look(conditions),
      last: undefined,
      limits: [{ fromMs: 0, toMs: HOUR_MS, mostKw: 5 }],
    });
    const { dispatch, facilityKw, shortKw } = twin.step(conditions, [10, 0], decision);
    expect(shortKw).toBe(0);
    expect(facilityKw).toBeGreaterThan(18);
    expect(dispatch[0]!.powerKw).toBeCloseTo(10, 9);
    expect(dispatch[1]!.powerKw).toBeCloseTo(facilityKw - 10, 9);
  });
});
