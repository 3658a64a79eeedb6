import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { arraysOf, solveOnce } from '../balance/highs.ts';
import { SolverPool } from '../balance/pool.ts';
import type { Segments } from '../balance/segments.ts';
import { type RandomSite, randomSites } from '../balance/testing/randomSite.ts';
import type { Certified } from './certified.ts';
import { certify } from './certify.ts';

const pool = new SolverPool(2);
afterAll(() => pool.close());

const optimum = async ({ balance, choices }: RandomSite, segments: Segments): Promise<number> => {
  const { status, objective } = await solveOnce(arraysOf(balance.model(segments, choices)), { method: 'simplex' });
  expect(status).toBe('optimal');
  return objective;
};
/** Rounding of the solver, and the band of ties. */
const near = (money: number): number => 1e-5 * (1 + Math.abs(money));

describe('merged segments', () => {
  it('bound the cost from below, however they are merged', async () => {
    await fc.assert(
      fc.asyncProperty(randomSites(), fc.integer({ min: 1, max: 60 }), async (site, target) => {
        const { balance } = site;
        const flat = await optimum(site, balance.flat());
        const merged = balance.merged(target);
        expect(merged.count).toBeLessThanOrEqual(balance.calendar.steps);
        expect(await optimum(site, merged)).toBeLessThanOrEqual(flat + near(flat));
      }),
      { numRuns: 40 },
    );
  });
});

describe('certify', () => {
  it('brackets the optimum of the flat problem and closes the gap, over blocks, billing periods and worn cells', async () => {
    await fc.assert(
      fc.asyncProperty(randomSites(), fc.integer({ min: 2, max: 30 }), async (site, segments) => {
        const flat = await optimum(site, site.balance.flat());
        const rounds: Certified[] = [];
        const found = await certify(site.balance, site.choices, pool, {
          gap: 1e-4,
          segments,
          mostRounds: 200,
          onRound: (state) => rounds.push(state),
        });
        expect(found.ended).toBe('gap');
        expect(found.gapShare).toBeLessThanOrEqual(1e-4);
        for (const { lower, upper } of rounds) {
          expect(lower).toBeLessThanOrEqual(flat + near(flat));
          expect(upper).toBeGreaterThanOrEqual(flat - near(flat));
        }
        found.sizes.forEach((size, i) => {
          expect(size).toBeGreaterThanOrEqual(site.choices[i]!.lower - 1e-6);
          expect(size).toBeLessThanOrEqual(site.choices[i]!.upper + 1e-6);
        });
      }),
      { numRuns: 20 },
    );
  }, 120_000);

  it('says that rounds or time ran out, or that it was stopped, with the best so far', async () => {
    const site = fc.sample(randomSites(), { numRuns: 1, seed: 3 })[0]!;
    const options = { gap: -1, segments: 4 };
    const two = await certify(site.balance, site.choices, pool, { ...options, mostRounds: 2 });
    expect([two.ended, two.rounds]).toEqual(['rounds', 2]);
    expect(two.upper).toBeGreaterThan(two.lower);
    const none = await certify(site.balance, site.choices, pool, { ...options, timeLimitS: 0 });
    expect([none.ended, none.upper]).toEqual(['time', Number.POSITIVE_INFINITY]);
    const own = new SolverPool(1);
    const stopped = await certify(site.balance, site.choices, own, { ...options, onRound: () => own.stop() });
    expect([stopped.ended, stopped.rounds]).toEqual(['stopped', 1]);
    expect(Number.isFinite(stopped.upper)).toBe(true);
    await own.close();
  });
});
