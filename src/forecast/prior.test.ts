import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { HOUR_MS } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import { generateWeather } from '../weather/generate.ts';
import { shapeRate } from '../workload/shape.ts';
import { demandPrior, weatherPrior } from './prior.ts';

describe('priors', () => {
  const year = generateWeather(loadCatalog().climates.get('bukhara')!, 1);

  it('the climate of an hour lies among the same hours of the days around, and is wide as they are', () => {
    const prior = weatherPrior(year, 'tempC');
    const startMs = Date.UTC(2026, 6, 15, 9) - year.utcOffsetH * HOUR_MS;
    const row = (180 + 15) * 24 + 9;
    const near = Array.from({ length: 21 }, (_, d) => year.tempC[row + 24 * (d - 10)]!).sort((a, b) => a - b);
    const [low, middle, high] = prior.quantiles(startMs, startMs + HOUR_MS) as [number, number, number];
    expect(low).toBeCloseTo(near[2]!, 9);
    expect(middle).toBeCloseTo(near[10]!, 9);
    expect(high).toBeCloseTo(near[18]!, 9);
  });

  it('there is no light at night, and summer is lighter than winter', () => {
    const prior = weatherPrior(year, 'ghiWm2');
    const at = (month: number, hour: number) => {
      const startMs = Date.UTC(2026, month, 15, hour) - year.utcOffsetH * HOUR_MS;
      return prior.quantiles(startMs, startMs + HOUR_MS);
    };
    expect(at(6, 1)).toEqual([0, 0, 0]);
    expect(at(6, 12)[1]).toBeGreaterThan(1.5 * at(0, 12)[1]!);
  });

  it('a demand profile strays by as much as real services do', () => {
    const rate = shapeRate('office', { meanPerS: 10 }, zoneOf('Asia/Samarkand'));
    const startMs = Date.UTC(2026, 2, 3, 6);
    const [low, middle, high] = demandPrior(rate).quantiles(startMs, startMs + HOUR_MS) as [number, number, number];
    expect(middle).toBeCloseTo(rate.ratePerS(startMs, startMs + HOUR_MS), 12);
    expect([low / middle, high / middle].map((v) => v.toFixed(2))).toEqual(['0.55', '1.51']);
  });
});
