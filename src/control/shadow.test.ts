import { describe, expect, it } from 'vitest';
import { TwinPlant } from '../drivers/twinPlant.ts';
import { box, mildAir, testPlant } from '../twin/testPlant.ts';
import { ControlLoop, type LoopOptions } from './loop.ts';

function loopOf(options: Partial<LoopOptions> = {}) {
  const plant = testPlant([box('grid', 'slack', { minKw: 0, maxKw: 500 })]);
  const port = new TwinPlant(plant, { conditionsAt: (startMs, dtH) => mildAir(dtH, startMs), ratePerS: () => 5 });
  let facilityKwh = 0;
  const loop = new ControlLoop(
    {
      plant,
      port,
      mode: 'shadow',
      onStep: (r) => {
        facilityKwh += r.facilityKw * r.conditions.dtH;
      },
      onEvent: () => undefined,
      ...options,
    },
    0,
  );
  loop.adopt({
    seq: 1,
    issuedMs: 0,
    validUntilMs: 36e6,
    policy: 'siloed',
    sized: { replicas: [[2]], batchPerS: [0, Number.POSITIVE_INFINITY] },
    reason: '2 replicas',
  });
  return { loop, facility: () => facilityKwh };
}

describe('a shadow', () => {
  it('scores what the decisions would have saved while the plant runs plainly', () => {
    const { loop, facility } = loopOf();
    loop.tick(3_600_000, [0, 0]);
    const { score } = loop;
    // Ten replicas stay awake, two would do: 8 kW of idle replicas, a tenth of it for cooling, and losses of the chain
    expect(score!.hours).toBeCloseTo(1, 9);
    expect(score!.savedKwh).toBeGreaterThan(8);
    expect(score!.savedKwh).toBeLessThan(8 * 1.25);
    expect(score!.moreTokens).toBeCloseTo(0, 6);
    const ratio = score!.shadowTokensPerJoule / score!.plantTokensPerJoule;
    expect(ratio).toBeCloseTo(facility() / (facility() - score!.savedKwh), 9);
  });

  it('goes on over a restart, and ends with the mode', () => {
    const first = loopOf();
    first.loop.tick(3_600_000, [0, 0]);
    const saved = JSON.parse(JSON.stringify(first.loop.save().shadow));
    const second = loopOf({ savedShadow: saved });
    const before = first.loop.score!;
    first.loop.tick(3_601_000, [0, 0]);
    const lastSecond = first.loop.score!.savedKwh - before.savedKwh;
    second.loop.tick(1000, [0, 0]);
    expect(second.loop.score!.savedKwh).toBeCloseTo(before.savedKwh + lastSecond, 6);
    expect(second.loop.score!.sinceMs).toBe(before.sinceMs);
    second.loop.pull([{ id: 1, setting: { kind: 'mode', mode: 'control' }, fromMs: 0, untilMs: 36e6, by: 'test' }]);
    second.loop.tick(2000, [0, 0]);
    expect(second.loop.mode).toBe('control');
    expect(second.loop.score).toBeUndefined();
  });
});
