import { describe, expect, it } from 'vitest';
import { TwinPlant } from '../drivers/twinPlant.ts';
import { GridDesk } from '../policy/event/desk.ts';
import { HOUR_MS } from '../series/grid.ts';
import type { StepRecord } from '../twin/record.ts';
import { box, mildAir, testPlant } from '../twin/testPlant.ts';
import type { ControlPlan } from './contract.ts';
import { ControlLoop, type LoopOptions } from './loop.ts';

function loopOf(options: Partial<LoopOptions> = {}, gridKw = 500, storedKwh = 50) {
  const plant = testPlant([
    box('grid', 'slack', { minKw: 0, maxKw: gridKw }),
    box('store', 'store', { minKw: -50, maxKw: 50 }, { storeKwh: [storedKwh, 100] }),
  ]);
  const events: string[] = [];
  const steps: { startMs: number; dtH: number; replicas: number }[] = [];
  const imports: number[] = [];
  const desk = new GridDesk(plant, 'UTC');
  const port = new TwinPlant(plant, { conditionsAt: (startMs, dtH) => mildAir(dtH, startMs), ratePerS: () => 5 });
  const loop = new ControlLoop(
    {
      plant,
      port,
      mode: 'control',
      desk,
      onStep: (r: StepRecord) => {
        steps.push({ startMs: r.conditions.startMs, dtH: r.conditions.dtH, replicas: r.halls[0]!.it[0]!['replicas']! });
        imports.push(r.dispatch[0]!.powerKw);
      },
      onEvent: (e) => events.push(e.text),
      ...options,
    },
    0,
  );
  return { loop, events, steps, imports, desk };
}

const plan = (seq: number, replicas: number, validUntilMs = 3_600_000): ControlPlan => ({
  seq,
  issuedMs: 0,
  validUntilMs,
  policy: 'siloed',
  sized: { replicas: [[replicas]], batchPerS: [0, 1] },
  reason: `${replicas} replicas`,
});

describe('the fast loop', () => {
  it('keeps everything awake until a plan comes, obeys it, and drops it when it has run out', () => {
    const { loop, events, steps } = loopOf();
    loop.tick(1000, [0, 0]);
    loop.adopt(plan(1, 3, 5000));
    loop.tick(2000, [0, 0]);
    loop.tick(9000, [0, 0]);
    loop.tick(10_000, [0, 0]);
    expect(steps.map((s) => s.replicas)).toEqual([10, 3, 3, 10]);
    expect(events).toEqual(['3 replicas', 'no valid plan: all replicas stay awake, plain rules go on']);
  });

  it('ignores a plan that is older than the one in force', () => {
    const { loop, steps } = loopOf();
    loop.adopt(plan(2, 4));
    loop.adopt(plan(1, 9));
    loop.tick(1000, [0, 0]);
    expect(steps[0]!.replicas).toBe(4);
  });

  it('cuts accelerated time into steps of a quarter of an hour at most, and none for no time', () => {
    const { loop, steps } = loopOf();
    loop.tick(2_000_000, [0, 0]);
    expect(steps.map((s) => s.dtH * 3600)).toEqual([900, 900, 200]);
    loop.tick(2_000_000, [0, 0]);
    expect(steps).toHaveLength(3);
  });

  it.each(['advise', 'shadow'] as const)('decides but does not act in mode %s', (mode) => {
    const { loop, steps } = loopOf({ mode });
    loop.adopt(plan(1, 3));
    loop.tick(1000, [0, 0]);
    expect(steps[0]!.replicas).toBe(10);
  });

  it('keeps a plan within what the plant has', () => {
    const { loop, events, steps } = loopOf();
    loop.adopt(plan(1, 99));
    loop.tick(1000, [0, 0]);
    expect(steps[0]!.replicas).toBe(10);
    expect(events.some((e) => e.includes('99 -> 10'))).toBe(true);
  });

  it('keeps an order of the grid that arrives while it runs, with the battery', () => {
    // At its reserve the battery gives nothing of itself.
    const { loop, imports, desk } = loopOf({}, 500, 20);
    loop.tick(HOUR_MS, [0, 0]);
    const before = imports.at(-1)!;
    expect(before).toBeGreaterThan(0);
    desk.announce({ startMs: HOUR_MS, endMs: 2 * HOUR_MS, announcedMs: HOUR_MS, cut: { share: 0.5 } });
    loop.tick(HOUR_MS + 60_000, [0, 0]);
    expect(imports.at(-1)!).toBeLessThanOrEqual(before / 2 + 1e-9);
    loop.tick(2 * HOUR_MS, [0, 0]);
    loop.tick(2 * HOUR_MS + 60_000, [0, 0]);
    expect(imports.at(-1)!).toBeGreaterThan(before / 2);
  });
});
