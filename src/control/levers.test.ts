import { describe, expect, it } from 'vitest';
import { WIDE_BOUNDS } from '../site/bounds.ts';
import { plantOf } from '../site/plant.ts';
import { twoChips } from '../site/testing/twoChips.ts';
import { FOLLOW, OFF } from '../twin/decision.ts';
import { box, mildAir, testPlant } from '../twin/testPlant.ts';
import { withinEnvelope } from './envelope.ts';
import { boundsUnder, holding, type Lever, modeUnder, withLevers } from './levers.ts';
import { plainDecision } from './plain.ts';

const plant = testPlant([
  box('grid', 'slack', { minKw: 0, maxKw: 500 }),
  box('store', 'store', { minKw: -50, maxKw: 50 }, { storeKwh: [50, 100] }),
  box('diesel', 'source', { minKw: 30, maxKw: 100 }),
]);
const plain = plainDecision(plant);
const it0 = plant.halls[0]!.it[0]!;
const outlook = {
  conditions: mildAir(0.5),
  feasible: plant.dispatch.map((unit) => unit.start().feasible(mildAir(0.5))),
};
const lever = (id: number, setting: Lever['setting'], fromMs = 0, untilMs = 1000): Lever => ({
  id,
  setting,
  fromMs,
  untilMs,
  by: 'test',
});

describe('levers', () => {
  it('let go by themselves', () => {
    const levers = [
      lever(1, { kind: 'mode', mode: 'advise' }, 0, 10),
      lever(2, { kind: 'mode', mode: 'shadow' }, 5, 20),
    ];
    expect([0, 7, 15, 20].map((ms) => modeUnder(holding(levers, ms), 'control'))).toEqual([
      'advise',
      'shadow',
      'shadow',
      'control',
    ]);
  });

  it('hold a battery, start a generator and drain a deployment', () => {
    const held = withLevers(plain, [{ kind: 'hold-battery', unit: 'store' }], plant);
    expect(held.orders[1]).toMatchObject({ minKw: 0, maxKw: 0 });
    expect(withLevers(plain, [{ kind: 'hold-battery', unit: 'other' }], plant).orders[1]).toEqual(FOLLOW);
    expect(plain.orders[2]).toEqual(OFF);
    const started = withLevers(plain, [{ kind: 'start-generator', unit: null, powerKw: 60 }], plant);
    expect(started.orders[2]).toMatchObject({ commit: true, minKw: 60 });
    const drained = withLevers(plain, [{ kind: 'drain', deployment: it0.id }], plant);
    expect(drained.replicas).toEqual([[0]]);
    expect(drained.batchPerS).toEqual([0, 0]);
  });

  it('leave a service of a drained deployment to its other ones', () => {
    const two = plantOf(twoChips());
    const decision = {
      ...plainDecision(two),
      batchPerS: [0, 4],
      shares: [
        [3, 1],
        [1, 1],
      ],
    };
    const drained = withLevers(decision, [{ kind: 'drain', deployment: 'on-h200' }], two);
    expect(drained.replicas).toEqual([[0], [16]]);
    expect(drained).not.toHaveProperty('asleep');
    const resting = withLevers({ ...decision, asleep: [[4], [5]] }, [{ kind: 'drain', deployment: 'on-h200' }], two);
    expect(resting.asleep).toEqual([[0], [5]]);
    expect(drained.shares).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(drained.batchPerS).toEqual([0, 4]);
  });
});

describe('bounds', () => {
  const within = (bounds: Partial<typeof WIDE_BOUNDS>, decision = plain, drained: string[] = []) =>
    withinEnvelope(decision, plant, { ...WIDE_BOUNDS, ...bounds }, outlook, new Set(drained)).decision;

  it('keep replicas awake, save of a deployment that is drained', () => {
    const none = { ...plain, replicas: [[0]] };
    expect(within({ leastAwakeShare: 0.25 }, none).replicas).toEqual([[3]]);
    expect(within({ leastAwakeShare: 0.25 }, none, [it0.id]).replicas).toEqual([[0]]);
  });

  it('keep a share of the battery while the grid is up, and bound import', () => {
    // 50 of 100 kWh, of which 40 are to be kept, over half an hour
    expect(within({ leastStoredShare: 0.4 }).orders[1]!.maxKw).toBeCloseTo(20, 9);
    expect(within({ leastStoredShare: 0.9 }).orders[1]!.maxKw).toBe(0);
    expect(within({ mostImportKw: 120 }).orders[0]!.maxKw).toBe(120);
  });

  it('forbid generators, unless the operator starts one', () => {
    const running = { ...plain, orders: plain.orders.map((o, i) => (i === 2 ? FOLLOW : o)) };
    expect(within({ generators: false }, running).orders[2]).toEqual(OFF);
    const bounds = boundsUnder([{ kind: 'start-generator', unit: null, powerKw: null }], {
      ...WIDE_BOUNDS,
      generators: false,
    });
    expect(bounds.generators).toBe(true);
  });

  it('follow an event that the operator declares', () => {
    expect(boundsUnder([{ kind: 'event', mostImportKw: 90 }], WIDE_BOUNDS).mostImportKw).toBe(90);
    expect(
      boundsUnder(
        [
          { kind: 'bounds', mostImportKw: 50 },
          { kind: 'event', mostImportKw: 90 },
        ],
        WIDE_BOUNDS,
      ).mostImportKw,
    ).toBe(50);
  });
});
