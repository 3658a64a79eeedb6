import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import { Recorder } from './recorder.ts';

describe('a recorder', () => {
  it('collects means of any lengths into steps, and leaves out what is not half covered', () => {
    const recorder = new Recorder(HOUR_MS);
    recorder.add(0, 30 * MINUTE_MS, 10);
    recorder.add(30 * MINUTE_MS, 90 * MINUTE_MS, 20);
    recorder.add(2 * HOUR_MS, 2 * HOUR_MS + 10 * MINUTE_MS, 5);
    recorder.add(3 * HOUR_MS, 5 * HOUR_MS, 7);
    recorder.add(5 * HOUR_MS, 6 * HOUR_MS, Number.NaN);
    const { grid, values } = recorder.history;
    expect(grid).toEqual({ startMs: 0, stepMs: HOUR_MS, count: 5 });
    expect([...values]).toEqual([15, 20, Number.NaN, 7, 7]);
  });

  it('survives a restart and forgets what is old', () => {
    const recorder = new Recorder(HOUR_MS);
    for (let i = 0; i < 24 * 60; i++) recorder.add(i * HOUR_MS, (i + 1) * HOUR_MS, i);
    const { grid, values } = recorder.history;
    expect(grid.count).toBeLessThan(1.5 * 28 * 24 + 1);
    expect(grid.startMs + grid.count * HOUR_MS).toBe(60 * DAY_MS);
    const again = new Recorder(HOUR_MS, JSON.parse(JSON.stringify(recorder.save())));
    expect([...again.history.values]).toEqual([...values]);
    expect(new Recorder(15 * MINUTE_MS, recorder.save()).history.grid.count).toBe(0);
    expect(new Recorder(HOUR_MS, 'x').history.grid.count).toBe(0);
  });
});
