import { describe, expect, it } from 'vitest';
import { sampleConditions } from '../components/sample.ts';
import { frontiersOf } from './frontiers.ts';

const grid = { startMs: Date.UTC(2025, 0, 1), stepMs: 3_600_000, count: 1000 };

function setting(itKw: number, wue: number) {
  const asked: { loads: unknown[]; hours: number } = { loads: [], hours: 0 };
  const column = new Float64Array(1000).fill(itKw);
  const run = { ledger: { get: () => column } };
  const cooling = {
    frontier: (series: readonly unknown[], load: unknown) => {
      asked.loads.push(load);
      asked.hours = series.length;
      return [{ waterPrice: 0, pue: 1.05, wue, unsafeHours: 0 }];
    },
  };
  return { asked, run, plant: { halls: [{ id: 'hall', cooling }] } };
}

describe('frontiers of a run', () => {
  it('take the mean load of a hall and a sample of the period', () => {
    const { asked, run, plant } = setting(500, 0.4);
    const found = frontiersOf(run, plant, grid, () => sampleConditions());
    expect(found.map((f) => f.hall)).toEqual(['hall']);
    expect(asked.hours).toBe(149);
    expect(asked.loads).toEqual([{ itKw: 500, liquidKw: 500, airKw: 500, chainKw: 500 }]);
  });

  it('leave out halls that never ran and plants without water', () => {
    const idle = setting(0, 0.4);
    expect(frontiersOf(idle.run, idle.plant, grid, () => sampleConditions())).toEqual([]);
    const dry = setting(500, 0);
    expect(frontiersOf(dry.run, dry.plant, grid, () => sampleConditions())).toEqual([]);
  });
});
