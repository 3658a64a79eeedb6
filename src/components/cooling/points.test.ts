import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PointPrices } from '../contract.ts';
import { air, PLANT, plant, type Section, specOf } from './fixtures/plant.ts';
import { frontier } from './frontier.ts';
import { cheapestPoint, operatingPoints, pointCost } from './points.ts';
import type { CoolingSpec } from './spec.ts';
import { initial, step } from './twin.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** The cheapest of a dense search over all four set points, with nothing of the grid's own choice. */
function bruteForce(spec: CoolingSpec, liquidKw: number, c: ReturnType<typeof air>, prices: PointPrices): number {
  let best = Number.POSITIVE_INFINITY;
  for (let supplyC = 15; supplyC <= spec.maxSupplyC; supplyC += 1) {
    for (let flow = 0.3; flow <= 1.0001; flow += 0.05) {
      for (let fan = 0.1; fan <= 1.0001; fan += 0.05) {
        for (const wet of [0, 0.5, 1]) {
          const set = { liquidKw, airKw: 100, supplyC, flow, fan, wet };
          const { flows, meters } = step(spec, initial(spec), set, c);
          if (meters['supplyC']! > spec.maxSupplyC + 1e-6 || meters['overloadKw']! > 1e-6) continue;
          const cost = (meters['leakageKw']! - flows['power']!) * prices.perKwh - flows['water']! * prices.perLitre;
          best = Math.min(best, cost);
        }
      }
    }
  }
  return best;
}

describe('operating points', () => {
  it('are what a step with these set points does', () => {
    const c = air(36, 18);
    const points = operatingPoints(plant, initial(plant), 700, 150, c);
    expect(points.length).toBeGreaterThan(100);
    for (const p of points) {
      const { flows, meters } = step(plant, initial(plant), { ...p, liquidKw: 700, airKw: 150 }, c);
      expect(-flows['power']!).toBe(p.powerKw);
      expect(-flows['water']!).toBe(p.waterLPerH);
      expect(meters['supplyC']).toBe(p.endC);
      if (p.safe) expect(p.endC).toBeLessThanOrEqual(45 + 1e-6);
    }
    expect(points.some((p) => p.safe)).toBe(true);
    expect(points.some((p) => !p.safe)).toBe(true);
  });

  it('set points close the first law and keep to their limits', () => {
    const any = fc.record({
      tempC: between(-20, 48),
      depressionK: between(0, 20),
      liquidKw: between(0, 1000),
      loopC: between(10, 55),
      dtH: between(1 / 3600, 1),
      flow: between(0, 1),
      fan: between(0, 1),
      wet: between(0, 1),
    });
    fc.assert(
      fc.property(any, (s) => {
        const set = { liquidKw: s.liquidKw, airKw: 0, flow: s.flow, fan: s.fan, wet: s.wet };
        const c = air(s.tempC, s.tempC - s.depressionK, s.dtH);
        const { flows, meters, state } = step(plant, { v: 1, loopC: s.loopC }, set, c);
        const storedKw = (plant.heatKwhPerK * (state.loopC - s.loopC)) / s.dtH;
        const inKw = s.liquidKw - flows['power']!;
        expect(Math.abs(flows['ambient']! + storedKw - inKw) / (1 + inKw + Math.abs(storedKw))).toBeLessThan(1e-9);
        expect(meters['wetShare']).toBeLessThanOrEqual(s.wet + 1e-9);
        expect(flows['water']).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the cheapest point', () => {
  it('is no dearer than a dense search finds, to 0.5 %', () => {
    const hour = fc.record({ tempC: between(0, 44), depressionK: between(3, 20), liquidKw: between(100, 800) });
    fc.assert(
      fc.property(hour, fc.constantFrom(0, 0.002, 0.02), (s, perLitre) => {
        const c = air(s.tempC, s.tempC - s.depressionK);
        const prices = { perKwh: 1, perLitre };
        const found = cheapestPoint(plant, initial(plant), s.liquidKw, 100, c, prices);
        const brute = bruteForce(plant, s.liquidKw, c, prices);
        if (found === undefined) expect(brute).toBe(Number.POSITIVE_INFINITY);
        else {
          // leakage may be negative: the measure is what power and water cost
          const scale = found.powerKw + found.waterLPerH * perLitre;
          expect(pointCost(found, prices)).toBeLessThanOrEqual(brute + 0.005 * scale);
        }
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it('uses water when it is free, and less of it when it is dear', () => {
    const c = air(38, 18);
    const litres = (perLitre: number) =>
      cheapestPoint(plant, initial(plant), 700, 100, c, { perKwh: 0.1, perLitre })!.waterLPerH;
    expect(litres(0)).toBeGreaterThan(litres(0.01));
    expect(litres(0.01)).toBeGreaterThanOrEqual(litres(1));
  });

  it('costs no more than the plant’s own order of fans, pads and pumps', () => {
    for (const tempC of [0, 15, 30, 40]) {
      const c = air(tempC, tempC * 0.5);
      const own = step(plant, initial(plant), { liquidKw: 600, airKw: 100 }, c);
      const prices = { perKwh: 1, perLitre: 0.01 };
      const ownCost = own.meters['leakageKw']! - own.flows['power']! - own.flows['water']! * 0.01;
      expect(pointCost(cheapestPoint(plant, initial(plant), 600, 100, c, prices)!, prices)).toBeLessThanOrEqual(
        ownCost + 1e-6,
      );
    }
  });

  it('is none where nothing is safe, and one for a hall of air, towers and chillers', () => {
    const dry = specOf({ ...PLANT, adiabatic: 'off', loop_volume: '1 L' }).spec;
    const prices = { perKwh: 1, perLitre: 0.01 };
    expect(cheapestPoint(dry, initial(dry), 800, 100, air(48, 20), prices)).toBeUndefined();
    const sections: Section[] = [
      { liquid_heat: '0 kW', air_heat: '200 kW' },
      { ...PLANT, plant: 'tower' },
      { ...PLANT, plant: 'chiller', supply: '21 °C', max_supply: '24 °C' },
    ];
    for (const section of sections) {
      const { spec } = specOf(section);
      const liquidKw = spec.liquidKw / 2;
      expect(cheapestPoint(spec, initial(spec), liquidKw, 100, air(30, 18), prices)?.safe).toBe(true);
    }
  });
});

describe('the frontier', () => {
  it('trades water against power: as water gets dearer WUE falls and PUE rises', () => {
    const year = Array.from({ length: 60 }, (_, i) => air(10 + i * 0.55, 6 + i * 0.22));
    const load = { liquidKw: 700, airKw: 120, itKw: 780, chainKw: 40 };
    const points = frontier(plant, year, load, [0, 0.005, 0.05]);
    expect(points).toHaveLength(3);
    for (let i = 1; i < points.length; i++) {
      expect(points[i]!.wue).toBeLessThanOrEqual(points[i - 1]!.wue + 1e-9);
      expect(points[i]!.pue).toBeGreaterThanOrEqual(points[i - 1]!.pue - 1e-6);
    }
    expect(points[0]!.wue).toBeGreaterThan(points[2]!.wue);
    expect(points[0]!.pue).toBeGreaterThan(1);
    expect(points[0]!.unsafeHours).toBe(0);
  });
});
