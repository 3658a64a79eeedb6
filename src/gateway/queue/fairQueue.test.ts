import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue, type Queued } from './fairQueue.ts';

const always = (): boolean => true;
let seq = 0;

function item(part: Partial<Queued> = {}): Queued {
  seq += 1;
  return { tenant: 'a', lane: 'm', band: 1, cost: 100, dueMs: Number.POSITIVE_INFINITY, seq, ...part };
}

/** Takes everything out, at one moment. */
function drain(queue: FairQueue<Queued>, nowMs = 0): Queued[] {
  const all: Queued[] = [];
  for (let next = queue.next(nowMs, always); next !== undefined; next = queue.next(nowMs, always)) all.push(next);
  return all;
}

const costs = fc.integer({ min: 1, max: 5_000 });
const tenants = fc.constantFrom('a', 'b', 'c', 'd', 'e');

describe('FairQueue', () => {
  it('serves bands in order, and lanes that are open only', () => {
    const queue = new FairQueue<Queued>({ bands: 4 });
    for (const band of [3, 1, 0, 2]) queue.push(item({ band }));
    queue.push(item({ band: 0, lane: 'other' }));
    const open = (lane: string): boolean => lane === 'm';
    expect([0, 1, 2, 3].map(() => queue.next(0, open)?.band)).toEqual([0, 1, 2, 3]);
    expect(queue.next(0, open)).toBeUndefined();
    expect([queue.size, queue.inBand(0)]).toEqual([1, 1]);
    expect(queue.next(0, always)?.lane).toBe('other');
  });

  it('serves the earliest due of one tenant first, in the order of arrival where that is the same', () => {
    const order = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 60 });
    fc.assert(
      fc.property(order, (dues) => {
        const queue = new FairQueue<Queued>({ bands: 1 });
        for (const dueMs of dues) queue.push(item({ band: 0, dueMs }));
        const got = drain(queue);
        const expected = [...got].sort((x, y) => x.dueMs - y.dueMs || x.seq - y.seq);
        expect(got).toEqual(expected);
        expect(got.length).toBe(dues.length);
      }),
    );
  });

  it('serves the earliest due of all tenants first while they are within the quantum', () => {
    const work = fc.array(fc.tuple(tenants, fc.integer({ min: 1, max: 50 })), { maxLength: 60 });
    fc.assert(
      fc.property(work, (given) => {
        const queue = new FairQueue<Queued>({ bands: 1, quantum: 1e9 });
        for (const [tenant, dueMs] of given) queue.push(item({ band: 0, tenant, dueMs }));
        const dues = drain(queue).map(({ dueMs }) => dueMs);
        expect(dues).toEqual([...dues].sort((x, y) => x - y));
      }),
    );
  });

  it('keeps what tenants that wait were served within the quantum and the largest request, over their weights', () => {
    const work = fc.array(fc.tuple(tenants, costs, fc.integer({ min: 0, max: 1_000 })), {
      minLength: 50,
      maxLength: 200,
    });
    const weights = fc.record({ a: fc.constantFrom(1, 2, 5), b: fc.constantFrom(1, 3) });
    fc.assert(
      fc.property(work, weights, fc.constantFrom(0, 500, 1_024), (given, weight, quantum) => {
        const weightOf = (tenant: string): number => (tenant === 'a' ? weight.a : tenant === 'b' ? weight.b : 1);
        const queue = new FairQueue<Queued>({ bands: 1, quantum, weightOf });
        const left = new Map<string, number>();
        for (const [tenant, cost, dueMs] of given) {
          queue.push(item({ band: 0, tenant, cost, dueMs: 1 + dueMs }));
          left.set(tenant, (left.get(tenant) ?? 0) + 1);
        }
        const largest = Math.max(...given.map(([, cost]) => cost));
        for (let next = queue.next(0, always); next !== undefined; next = queue.next(0, always)) {
          const remaining = left.get(next.tenant)! - 1;
          if (remaining === 0) left.delete(next.tenant);
          else left.set(next.tenant, remaining);
          const served = [...left.keys()].map((tenant) => queue.served(tenant, 0));
          if (served.length < 2) continue;
          expect(Math.max(...served) - Math.min(...served)).toBeLessThanOrEqual(quantum + largest);
        }
      }),
    );
  });

  it('lets nobody save up for while it was away', () => {
    const queue = new FairQueue<Queued>({ bands: 1, quantum: 0 });
    for (let i = 0; i < 100; i++) queue.push(item({ band: 0, tenant: 'busy' }));
    for (let i = 0; i < 50; i++) queue.next(0, always);
    // A newcomer starts level with those who wait: it gets its turn at once, and then every other one
    for (let i = 0; i < 10; i++) queue.push(item({ band: 0, tenant: 'new' }));
    const next20 = Array.from({ length: 20 }, () => queue.next(0, always)!.tenant);
    expect(next20.filter((tenant) => tenant === 'new').length).toBe(10);
    expect(next20.slice(0, 4).filter((tenant) => tenant === 'busy').length).toBe(2);
  });

  it('starves nobody: what is due goes within twice its place among the overdue, whatever floods in above', () => {
    const victims = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 40 })), {
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(victims, fc.integer({ min: 1, max: 4 }), (given, flood) => {
        const queue = new FairQueue<Queued>({ bands: 4 });
        const due = given.map(([band, dueMs]) => item({ band, dueMs, tenant: `victim${band}` }));
        for (const one of due) queue.push(one);
        const gone = new Map<Queued, number>();
        // One dispatch per millisecond, and more urgent work comes in faster than that
        for (let ms = 0; ms < 200; ms++) {
          for (let i = 0; i < flood; i++) queue.push(item({ band: 0, tenant: `flood${i}`, dueMs: ms + 1_000 }));
          const next = queue.next(ms, always)!;
          gone.set(next, ms);
        }
        const latest = Math.max(...due.map(({ dueMs }) => dueMs));
        for (const one of due) {
          expect(gone.has(one)).toBe(true);
          expect(gone.get(one)).toBeLessThanOrEqual(latest + 2 * due.length + 1);
        }
        // Nor does what is overdue starve what is above it
        const above = [...gone].filter(([one, ms]) => one.band === 0 && ms >= 41 && ms < 61).length;
        expect(above).toBeGreaterThanOrEqual(9);
      }),
    );
  });

  it('serves everything once, whatever is taken out meanwhile', () => {
    const work = fc.array(fc.tuple(tenants, fc.integer({ min: 0, max: 3 }), costs, fc.boolean()), { maxLength: 80 });
    fc.assert(
      fc.property(work, (given) => {
        const queue = new FairQueue<Queued>({ bands: 4 });
        const kept = given.flatMap(([tenant, band, cost, leaves]) => {
          const one = item({ tenant, band, cost });
          queue.push(one);
          if (leaves) expect(queue.remove(one)).toBe(true);
          if (leaves) expect(queue.remove(one)).toBe(false);
          return leaves ? [] : [one];
        });
        expect(queue.size).toBe(kept.length);
        expect(new Set(queue.items())).toEqual(new Set(kept));
        const got = drain(queue);
        expect(new Set(got)).toEqual(new Set(kept));
        expect(got.length).toBe(kept.length);
      }),
    );
  });

  it('charges what was truly used in the end', () => {
    const queue = new FairQueue<Queued>({ bands: 1, quantum: 0 });
    queue.push(item({ band: 0, tenant: 'a', cost: 10 }));
    queue.next(0, always);
    queue.settle('a', 0, 990);
    expect(queue.served('a', 0)).toBe(1_000);
    queue.bypass('b', 0, 10);
    expect(queue.served('b', 0)).toBe(10);
  });
});
