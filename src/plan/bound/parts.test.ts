import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LinearModel } from '../../balance/linearModel.ts';
import { everyStep } from '../../balance/segments.ts';
import type { Conditions } from '../../components/contract.ts';
import type { Horizon } from '../../components/model.ts';
import type { CoolingUnit, ItUnit } from '../../components/unit.ts';
import { random } from '../../series/random.ts';
import { weatherOf } from '../../simulate/air.ts';
import { loadSite } from '../../site/load.ts';
import { coldStore } from '../../site/testing/coldStore.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import { boundedCooling } from './cooling.ts';
import { requestPower } from './requests.ts';

const siteOf = (name: string) => loadSite(fileURLToPath(new URL(`../../../sites/${name}.yaml`, import.meta.url)));
const START_MS = Date.UTC(2026, 0, 1);

function airOf(name: string, count: number, stepMs: number) {
  const site = siteOf(name);
  const air = conditionsOn(weatherOf(site), site.context, { startMs: START_MS, stepMs, count });
  return { site, air };
}

describe('least power of requests', () => {
  it.each([
    ['bukhara', 'chat-70b'],
    ['tashkent-campus', 'tutor-14b'],
  ])('%s, %s: no way to run it takes less, and one comes close', async (name, id) => {
    const { site, air } = airOf(name, 1, 900_000);
    const unit = site.units.find((u): u is ItUnit => u.role === 'it' && u.id === id)!;
    const own = site.services.filter((s) => s.deployments.includes(id));
    const asked = own.map(({ profile }, s) => ({
      service: profile.id,
      kind: profile.kind,
      requestsPerS: 10 + 20 * s,
      attainment: profile.kind === 'batch' ? 0 : 0.995,
    }));
    const power = await requestPower(unit, asked, air(0));
    const running = unit.start();
    const draw = random(41);
    let closest = Number.POSITIVE_INFINITY;
    for (let k = 0; k < 1500; k++) {
      const replicas = Math.max(1, Math.round(unit.installed ** draw.next()));
      const offers = own.map(({ profile }) => {
        const perS = replicas * 12 * draw.next() ** 2;
        const batch = profile.kind === 'batch';
        return { service: profile.id, requestsPerS: batch ? 0 : perS, batchPerS: batch ? perS : 0 };
      });
      const set = { replicas, clock: 0.3 + 0.7 * draw.next(), offers, limitKw: Number.POSITIVE_INFINITY };
      const { flows, services } = running.preview(set, air(0));
      const least = services.reduce((sum, s, i) => {
        const served = s.servedPerS + s.batchServedPerS;
        const { perServedKw, perAttainedKw } = power[i]!;
        return sum + perServedKw * served + perAttainedKw * served * s.attainment;
      }, 0);
      const ratio = -flows['power']! / least;
      expect(ratio).toBeGreaterThan(0.995);
      closest = Math.min(closest, ratio);
    }
    expect(closest).toBeLessThan(1.1);
  });
});

/** What a bounded plant draws at least with so much heat of a side, kW, by step: the rows C4 with the power as low as they let it. */
function leastOf(unit: CoolingUnit, most: { liquid: number; air: number }, horizon: Horizon, side: 'liquid' | 'air') {
  const calendar = { steps: horizon.grid.count, stepH: 1, blocks: [0], cyclic: false, windows: [0] };
  const model = new LinearModel(everyStep(calendar), [], 1, Int32Array.of(-1));
  const heat = model.columns('heat', 'kW', 0, 1, 0);
  boundedCooling(unit, most, horizon).add(model);
  model.flow(`${unit.hall}/${side}`, heat, 1);
  model.through(`${unit.hall}/essential`, []);
  model.land();
  const { starts, rows, values } = model.matrix();
  return (i: number, heatKw: number): number => {
    let least = 0;
    for (let e = starts[heat + i]!; e < starts[heat + i + 1]!; e++)
      least = Math.max(least, model.rowLower[rows[e]!]! - values[e]! * heatKw);
    return least;
  };
}

/** Highest supply of the sites' loops, °C. */
const HOTTEST_C = 45 + 1e-6;

describe('a bounded cooling plant', () => {
  it.each(['bukhara', 'nukus-ai-zone', 'tashkent-campus'])('%s: never draws more than its physics does', (name) => {
    const count = 365;
    const { site, air } = airOf(name, count, 24.2 * 3_600_000);
    const known: Conditions[] = Array.from({ length: count }, (_, i) => ({ ...air(i), dtH: 0.25 }));
    const horizon: Horizon = {
      grid: { startMs: START_MS, stepMs: 3_600_000, count },
      blocks: [0],
      cyclic: false,
      conditions: (i) => known[i]!,
      arrivals: () => undefined,
      attainment: 0,
      bounding: true,
    };
    const unit = site.units.find((u): u is CoolingUnit => u.role === 'cooling')!;
    const capacity = unit.start().capacity(known[0]!);
    const most = { liquid: 0.7 * capacity.liquidKw, air: 0.7 * capacity.airKw };
    const draw = random(7);
    for (const side of ['liquid', 'air'] as const) {
      if (most[side] === 0) continue;
      const least = leastOf(unit, most, horizon, side);
      let closest = 0;
      for (let k = 0; k < 200; k++) {
        const i = Math.floor(draw.next() * count);
        const heatKw = draw.next() * most[side];
        const plant = unit.start();
        const supplyC = draw.next() < 0.3 ? undefined : 20 + 40 * draw.next();
        const free = draw.next() < 0.5 ? {} : { flow: draw.next(), fan: draw.next(), wet: draw.next() };
        const [liquidKw, airKw] = side === 'liquid' ? [heatKw, 0] : [0, heatKw];
        let [kw, wasC, endC] = [0, 0, 0];
        for (let s = 0; s < 12; s++) {
          const { flows, meters } = plant.preview({ liquidKw, airKw, supplyC, ...free }, known[i]!);
          plant.keep();
          kw = -flows['power']!;
          [wasC, endC] = [endC, meters['supplyC'] ?? 0];
        }
        // A loop that is still getting warmer, or too warm, has put off some of its heat.
        if (endC > wasC + 1e-3 || endC > HOTTEST_C) continue;
        // What stands without any heat counts with the air.
        const rest = unit.start().preview({ liquidKw: 0, airKw: 0 }, known[i]!).flows['power']!;
        const said = least(i, heatKw) - (side === 'liquid' ? rest : 0);
        expect(said).toBeLessThanOrEqual(kw * (1 + 1e-3) + 1e-6);
        closest = Math.max(closest, said / kw);
      }
      expect(closest).toBeGreaterThan(0.9);
    }
  });

  it('counts on nothing for the air beside a tank: whatever it gives, no less is drawn', () => {
    const site = coldStore({ store: '30 m3' });
    const air = conditionsOn(weatherOf(site), site.context, { startMs: START_MS, stepMs: 3_600_000, count: 24 });
    const horizon: Horizon = {
      grid: { startMs: START_MS, stepMs: 3_600_000, count: 24 },
      blocks: [0],
      cyclic: false,
      conditions: air,
      arrivals: () => undefined,
      attainment: 0,
      bounding: true,
    };
    const unit = site.units.find((u): u is CoolingUnit => u.role === 'cooling')!;
    const least = leastOf(unit, { liquid: 0, air: 30 }, horizon, 'air');
    const cold = unit.start({ v: 1, loopC: 40, tankC: 20 });
    for (let i = 0; i < 24; i++) {
      const { flows } = cold.preview({ liquidKw: 0, airKw: 25, tankKw: -25 }, air(i));
      expect(least(i, 25)).toBeLessThanOrEqual(-flows['power']!);
    }
  });
});
