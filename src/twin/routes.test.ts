import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decision, FOLLOW } from './decision.ts';
import { ledgerColumns } from './ledger.ts';
import type { Plant } from './plant.ts';
import { box, linearIt, mildAir, simpleChain, simpleCooling } from './testPlant.ts';
import { Twin } from './twin.ts';

/** Two halls with one deployment each: both serve chat and archive, the second serves office too. A replica serves 10 requests/s. */
function twoHalls(chainKw: readonly [number, number] = [1e6, 1e6], gridKw = 1e6): Plant {
  const hall = (h: number, services: readonly string[]) => ({
    id: `h${h}`,
    feederKw: Number.POSITIVE_INFINITY,
    it: [linearIt(`d${h}`, 10, services)],
    chain: { ...simpleChain(chainKw[h]!), id: `chain${h}` },
    cooling: { ...simpleCooling(), id: `cooling${h}` },
  });
  return {
    halls: [hall(0, ['chat', 'archive']), hall(1, ['chat', 'office', 'archive'])],
    dispatch: [box('grid', 'slack', { minKw: -1e6, maxKw: gridKw })],
    services: [
      { id: 'chat', kind: 'interactive', deployments: ['d0', 'd1'], deadlineS: 0 },
      { id: 'office', kind: 'interactive', deployments: ['d1'], deadlineS: 0 },
      { id: 'archive', kind: 'batch', deployments: ['d0', 'd1'], deadlineS: 3600 },
    ],
  };
}

function decide(options: Partial<Decision> = {}): Decision {
  return {
    replicas: [[10], [10]],
    supplyC: [undefined, undefined],
    batchPerS: [0, 0, Number.POSITIVE_INFINITY],
    orders: [FOLLOW],
    deficitOrder: [0],
    surplusOrder: [0],
    ...options,
  };
}

const served = (twin: ReturnType<Twin['step']>, s: number): number[] =>
  twin.services[s]!.outcomes.map((o) => (o?.servedPerS ?? 0) + (o?.batchServedPerS ?? 0));

describe('a service with several deployments', () => {
  it('is split as it is told, and by the replicas where nothing is said', () => {
    const told = new Twin(twoHalls()).step(mildAir(), [60, 0, 0], decide({ shares: [[3, 1], [1], [1, 0]] }));
    expect(served(told, 0)).toEqual([45, 15]);
    const silent = new Twin(twoHalls()).step(mildAir(), [60, 0, 0], decide({ replicas: [[10], [5]] }));
    expect(served(silent, 0)[0]).toBeCloseTo(40, 9);
    expect(silent.services[0]!.servedPerS).toBeCloseTo(60, 9);
  });

  it('goes to the other deployment where one has no room, and no further than that has room', () => {
    const shares = [[1, 0], [1], [1, 0]];
    const over = new Twin(twoHalls()).step(mildAir(), [130, 20, 0], decide({ shares }));
    expect(served(over, 0)[0]).toBeCloseTo(100, 6);
    expect(served(over, 0)[1]).toBeCloseTo(30, 6);
    expect(over.services[0]!.shedPerS).toBeCloseTo(0, 6);
    // The other service of that deployment loses nothing: what is too much stays with the first.
    const full = new Twin(twoHalls()).step(mildAir(), [190, 20, 0], decide({ shares }));
    expect(full.services[1]!.shedPerS).toBeLessThan(1e-6);
    expect(served(full, 0)[1]).toBeGreaterThan(79);
    expect(served(full, 0)[1]).toBeLessThanOrEqual(80);
    const asleep = new Twin(twoHalls()).step(mildAir(), [130, 0, 0], decide({ shares, replicas: [[10], [0]] }));
    expect(asleep.services[0]!.shedPerS).toBeCloseTo(30, 6);
  });

  it('is taken over where the other hall is cut', () => {
    const plant = twoHalls([40, 1e6]);
    const r = new Twin(plant).step(mildAir(), [80, 0, 0], decide({ shares: [[1, 0], [1], [1, 0]] }));
    expect(r.halls[0]!.itKw).toBeLessThanOrEqual(40 + 1e-6);
    expect(r.services[0]!.servedPerS).toBeCloseTo(80, 4);
    expect(r.imbalance).toBeLessThan(1e-9);
  });

  it('draws batch from one queue', () => {
    const twin = new Twin(twoHalls());
    const air = mildAir(0.25);
    const r = twin.step(air, [0, 0, 500], decide({ shares: [[1, 0], [1], [1, 1]] }));
    expect(r.services[2]!.servedPerS).toBeCloseTo(200, 6);
    expect(r.services[2]!.backlog).toBeCloseTo(300 * 900, 3);
  });

  it('has its part on each deployment in the ledger', () => {
    const names = ledgerColumns(twoHalls(), 'USD').map(({ name }) => name);
    expect(names).toContain('service.chat.on.d1.servedPerS');
    expect(names).not.toContain('service.office.on.d1.servedPerS');
  });

  it('balances requests, tokens and electricity whatever is asked', () => {
    const few = fc.double({ min: 0, max: 150, noNaN: true });
    const count = fc.integer({ min: 0, max: 10 });
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    const limit = fc.constantFrom(15, 45, 80, 1e6);
    fc.assert(
      fc.property(
        fc.tuple(few, few, few),
        fc.tuple(count, count),
        fc.tuple(part, part, part, part),
        fc.tuple(limit, limit, fc.constantFrom(60, 150, 1e6)),
        (arrivals, [a, b], [c, d, e, f], [k0, k1, gridKw]) => {
          const twin = new Twin(twoHalls([k0, k1], gridKw));
          const decision = decide({ replicas: [[a], [b]], shares: [[c, d], [1], [e, f]] });
          let [arrived, done] = [0, 0];
          for (let k = 0; k < 3; k++) {
            const r = twin.step(mildAir(), arrivals, decision);
            arrived += arrivals[2] * 900;
            done += r.services[2]!.servedPerS * 900;
            for (const s of [0, 1]) {
              const own = r.services[s]!;
              expect(own.servedPerS + own.shedPerS).toBeCloseTo(arrivals[s]!, 6);
            }
            r.services.forEach((own, s) => {
              expect(served(r, s).reduce((x, y) => x + y, 0)).toBeCloseTo(own.servedPerS, 9);
              expect(own.outputTokensPerS).toBeCloseTo(100 * own.servedPerS, 6);
            });
            expect(done + r.services[2]!.backlog).toBeCloseTo(arrived, 3);
            const power = r.services.reduce((sum, own) => sum + own.powerKw, 0);
            if (!r.blackout) expect(r.itKw).toBeGreaterThanOrEqual(power - 1e-6);
            expect(r.itKw).toBeCloseTo(r.halls[0]!.itPowerKw[0]! + r.halls[1]!.itPowerKw[0]!, 9);
            expect(r.imbalance).toBeLessThan(1e-9);
            expect(r.halls[0]!.itKw).toBeLessThanOrEqual(k0 + 1e-6);
            expect(r.halls[1]!.itKw).toBeLessThanOrEqual(k1 + 1e-6);
          }
        },
      ),
      { seed: 6, numRuns: 150 },
    );
  });
});
