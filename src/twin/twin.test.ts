import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decision, FOLLOW, OFF, type Order } from './decision.ts';
import type { Plant } from './plant.ts';
import { box, mildAir, testPlant } from './testPlant.ts';
import { Twin } from './twin.ts';

function decide(plant: Plant, orders: readonly Order[], batchPerS = Number.POSITIVE_INFINITY): Decision {
  const all = plant.dispatch.map((_, i) => i);
  return {
    replicas: [[10]],
    supplyC: [undefined],
    batchPerS: [0, batchPerS],
    orders,
    deficitOrder: all,
    surplusOrder: all,
  };
}

/** Load on the bus of the simplest plant for an IT load: chain 5 % of IT, cooling a tenth of all heat. */
const busKw = (itKw: number) => itKw * 1.05 + 0.1 * (itKw + 0.05 * itKw);

describe('the twin', () => {
  it('feeds the halls from the grid and balances', () => {
    const plant = testPlant([box('grid', 'slack', { minKw: -500, maxKw: 500 })]);
    const r = new Twin(plant).step(mildAir(), [20, 0], decide(plant, [FOLLOW]));
    expect(r.itKw).toBeCloseTo(30, 9);
    expect(r.facilityKw).toBeCloseTo(busKw(30), 9);
    expect(r.dispatch[0]!.powerKw).toBeCloseTo(busKw(30), 9);
    expect(r.imbalance).toBeLessThan(1e-12);
    expect(r.halls[0]!.rejectedKw).toBeCloseTo(r.facilityKw, 9);
    expect(r.shortKw).toBe(0);
  });

  it('uses sun first, then the store, then the grid; curtails what nobody can take', () => {
    const plant = testPlant([
      box('sun', 'source', { maxKw: 400 }, { mustTake: true }),
      box('store', 'store', { minKw: -50, maxKw: 50 }, { storeKwh: [10, 100] }),
      box('grid', 'slack', { minKw: -100, maxKw: 500 }),
    ]);
    const r = new Twin(plant).step(mildAir(), [0, 0], decide(plant, [FOLLOW, FOLLOW, FOLLOW]));
    expect(r.dispatch[1]!.powerKw).toBeCloseTo(-50, 9);
    expect(r.dispatch[2]!.powerKw).toBeCloseTo(-100, 9);
    expect(r.dispatch[0]!.powerKw).toBeCloseTo(busKw(10) + 150, 9);
    expect(r.curtailedKw).toBeCloseTo(400 - busKw(10) - 150, 9);
    expect(r.imbalance).toBeLessThan(1e-12);
  });

  it('sheds requests rather than serving them from energy that is not there', () => {
    const plant = testPlant([box('grid', 'slack', { maxKw: 40 })]);
    const r = new Twin(plant).step(mildAir(), [90, 0], decide(plant, [FOLLOW]));
    expect(r.facilityKw).toBeLessThanOrEqual(40 + 1e-6);
    expect(r.facilityKw).toBeGreaterThan(39.9);
    expect(r.services[0]!.servedPerS + r.services[0]!.shedPerS).toBeCloseTo(90, 9);
    expect(r.services[0]!.shedPerS).toBeGreaterThan(50);
    expect(r.shortKw).toBeCloseTo(busKw(100) - r.facilityKw, 6);
    expect(r.imbalance).toBeLessThan(1e-9);
  });

  it('goes dark when nothing feeds it, and says so', () => {
    const plant = testPlant([box('grid', 'slack', { maxKw: 0 })]);
    const twin = new Twin(plant);
    const r = twin.step(mildAir(), [10, 0], decide(plant, [FOLLOW]));
    expect(r.facilityKw).toBeCloseTo(0, 9);
    expect(r.services[0]!.servedPerS).toBe(0);
    expect(r.services[0]!.shedPerS).toBe(10);
    expect(r.shortKw).toBeCloseTo(busKw(20), 9);
  });

  it('keeps a policy’s reserve, but not at the price of load', () => {
    const store = () => box('store', 'store', { minKw: -100, maxKw: 100 }, { storeKwh: [50, 100] });
    const held: Order = { ...FOLLOW, maxKw: 0 };
    const rich = testPlant([store(), box('grid', 'slack', { maxKw: 500 })]);
    const kept = new Twin(rich).step(mildAir(), [0, 0], decide(rich, [held, FOLLOW]));
    expect(kept.dispatch[0]!.powerKw).toBeCloseTo(0, 9);
    const poor = testPlant([store(), box('grid', 'slack', { maxKw: 5 })]);
    const used = new Twin(poor).step(mildAir(), [0, 0], decide(poor, [held, FOLLOW]));
    expect(used.dispatch[0]!.powerKw).toBeCloseTo(busKw(10) - 5, 9);
    expect(used.shortKw).toBe(0);
  });

  it('charges a store with what a generator must make at its minimum, and stops it when there is no room', () => {
    const gen = box('gen', 'source', { minKw: 100, maxKw: 400 });
    const room = testPlant([gen, box('store', 'store', { minKw: -200, maxKw: 200 }, { storeKwh: [50, 200] })]);
    const charging = new Twin(room).step(mildAir(), [0, 0], decide(room, [FOLLOW, FOLLOW]));
    expect(charging.dispatch[0]!.powerKw).toBeCloseTo(100, 9);
    expect(charging.dispatch[1]!.powerKw).toBeCloseTo(busKw(10) - 100, 9);
    const full = testPlant([gen, box('store', 'store', { minKw: -200, maxKw: 200 }, { storeKwh: [200, 200] })]);
    const stopped = new Twin(full).step(mildAir(), [0, 0], decide(full, [FOLLOW, FOLLOW]));
    expect(stopped.dispatch[0]!.powerKw).toBe(0);
    expect(stopped.dispatch[1]!.powerKw).toBeCloseTo(busKw(10), 9);
  });

  it('keeps a generator that nothing can replace, and sends what nobody takes to a load bank', () => {
    const plant = testPlant([box('gen', 'source', { minKw: 100, maxKw: 400 }), box('grid', 'slack', { maxKw: 5 })]);
    const r = new Twin(plant).step(mildAir(), [10, 0], decide(plant, [FOLLOW, FOLLOW]));
    expect(r.dispatch[0]!.powerKw).toBeCloseTo(100, 9);
    expect(r.services[0]!.servedPerS).toBe(10);
    expect(r.dumpKw).toBeCloseTo(100 - busKw(20), 9);
    expect(r.imbalance).toBeLessThan(1e-12);
  });

  it('starts a source that was told to be off before it loses load', () => {
    const plant = testPlant([box('gen', 'source', { minKw: 5, maxKw: 400 }), box('grid', 'slack', { maxKw: 0 })]);
    const r = new Twin(plant).step(mildAir(), [10, 0], decide(plant, [OFF, FOLLOW]));
    expect(r.dispatch[0]!.powerKw).toBeCloseTo(busKw(20), 6);
    expect(r.shortKw).toBe(0);
  });

  it('throttles to what chain, feeder and cooling can bear', () => {
    for (const limits of [{ chainKw: 25 }, { coolingKw: 15 }, { feederKw: 30 }]) {
      const plant = testPlant([box('grid', 'slack', { maxKw: 1000 })], limits);
      const r = new Twin(plant).step(mildAir(), [90, 0], decide(plant, [FOLLOW]));
      const hall = r.halls[0]!;
      expect(hall.itKw).toBeLessThanOrEqual((limits.chainKw ?? 1e9) + 1e-6);
      expect(Math.max(hall.liquidKw, hall.airKw)).toBeLessThanOrEqual((limits.coolingKw ?? 1e9) + 1e-6);
      expect(hall.facilityKw).toBeLessThanOrEqual((limits.feederKw ?? 1e9) + 1e-6);
      expect(hall.itKw).toBeGreaterThan(15);
      expect(r.imbalance).toBeLessThan(1e-9);
    }
  });

  it('queues batch work, serves it in order and counts what is late once', () => {
    const plant = testPlant([box('grid', 'slack', { maxKw: 1000 })]);
    const twin = new Twin(plant);
    const hold = decide(plant, [FOLLOW], 0);
    let r = twin.step(mildAir(1, 0), [0, 1], hold);
    expect(r.services[1]!.backlog).toBeCloseTo(3600, 6);
    expect(r.services[1]!.late).toBe(0);
    r = twin.step(mildAir(1, 3_600_000), [0, 0], hold);
    expect(r.services[1]!.late).toBeCloseTo(3600, 6);
    r = twin.step(mildAir(1, 7_200_000), [0, 0], hold);
    expect(r.services[1]!.late).toBe(0);
    r = twin.step(mildAir(1, 10_800_000), [0, 0], decide(plant, [FOLLOW], 10));
    expect(r.services[1]!.servedPerS).toBeCloseTo(1, 9);
    expect(r.services[1]!.backlog).toBeCloseTo(0, 6);
  });

  it('goes on from what it saved as if nothing had happened', () => {
    const plant = testPlant([
      box('store', 'store', { minKw: -100, maxKw: 100 }, { storeKwh: [50, 100] }),
      box('grid', 'slack', { maxKw: 5 }),
    ]);
    const straight = new Twin(plant);
    const d = decide(plant, [FOLLOW, FOLLOW], 0);
    for (let i = 0; i < 4; i++) straight.step(mildAir(0.25, i * 900_000), [1, 0.2], d);
    const halfway = new Twin(plant);
    for (let i = 0; i < 2; i++) halfway.step(mildAir(0.25, i * 900_000), [1, 0.2], d);
    const resumed = new Twin(plant, JSON.parse(JSON.stringify(halfway.save())));
    for (let i = 2; i < 4; i++) resumed.step(mildAir(0.25, i * 900_000), [1, 0.2], d);
    expect(resumed.save()).toEqual(straight.save());
  });

  it('starts anew from a memory that cannot be read', () => {
    const plant = testPlant([box('grid', 'slack', { maxKw: 500 })]);
    for (const saved of [null, 7, 'x', [], { units: 3, backlogs: { archive: { lots: [[1]] } } }]) {
      expect(new Twin(plant, saved).step(mildAir(), [1, 0], decide(plant, [FOLLOW])).itKw).toBeCloseTo(11, 9);
    }
  });

  it('balances every bus and every request, whatever the limits', () => {
    const kw = fc.double({ min: 0, max: 300, noNaN: true });
    fc.assert(
      fc.property(
        kw,
        kw,
        kw,
        kw,
        kw,
        fc.double({ min: 0, max: 120, noNaN: true }),
        fc.boolean(),
        (sun, charge, discharge, grid, gen, perS, run) => {
          const plant = testPlant([
            box('sun', 'source', { maxKw: sun }, { mustTake: true }),
            box('store', 'store', { minKw: -charge, maxKw: discharge, auxKw: 1 }, { storeKwh: [40, 80] }),
            box('grid', 'slack', { minKw: -20, maxKw: grid }),
            box('gen', 'source', { minKw: gen * 0.3, maxKw: gen }),
          ]);
          const twin = new Twin(plant);
          for (let i = 0; i < 6; i++) {
            const r = twin.step(
              mildAir(0.25, i * 900_000),
              [perS, 1],
              decide(plant, [FOLLOW, FOLLOW, FOLLOW, run ? FOLLOW : OFF]),
            );
            const fed = r.dispatch.reduce((sum, d) => sum + d.powerKw - d.auxKw, -r.dumpKw);
            const gross = r.facilityKw + r.dispatch.reduce((sum, d) => sum + Math.abs(d.powerKw), 0) + 1;
            // The bus can be left with energy only when a store's own draw has nothing to feed it.
            if (!r.blackout) expect(Math.abs(fed - r.facilityKw) / gross).toBeLessThan(1e-9);
            const chat = r.services[0]!;
            expect(chat.servedPerS + chat.shedPerS).toBeCloseTo(perS, 9);
            expect(chat.servedPerS).toBeGreaterThanOrEqual(0);
            for (const d of r.dispatch) {
              expect(d.powerKw).toBeLessThanOrEqual(d.feasible.maxKw + 1e-9);
              expect(d.powerKw).toBeGreaterThanOrEqual(Math.min(0, d.feasible.minKw) - 1e-9);
            }
            expect(r.halls[0]!.rejectedKw).toBeCloseTo(r.facilityKw, 6);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
