import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SolverPool } from '../../balance/pool.ts';
import type { PolicyName } from '../../policy/policy.ts';
import { solverFor } from '../../simulate/around.ts';
import { comparisonOf } from '../../simulate/compare/comparison.ts';
import { whole } from '../../simulate/compare/contender.ts';
import { sceneOf } from '../../simulate/compare/order.ts';
import { contenderOutcome } from '../../simulate/compare/outcome.ts';
import { boundTerms } from '../../simulate/compare/terms.ts';
import { periodOf } from '../../simulate/period.ts';
import { simulateYear } from '../../simulate/years.ts';
import { loadSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import { lowerBound } from './bound.ts';

const PATIENCE_MS = 240_000;
let pool: SolverPool;
beforeAll(() => {
  pool = new SolverPool(1);
});
afterAll(() => pool.close());

/** A site over some days, stepped by policies, and what bounds them. */
async function bounded(name: string, from: string, days: string, policies: PolicyName[], warmUp = 0) {
  const siteFile = fileURLToPath(new URL(`../../../sites/${name}.yaml`, import.meta.url));
  const grid = periodOf({ from, days, step: '30m' }, loadSite(siteFile).context.zone);
  const demand = { demand: [], lengths: [] };
  const scene = sceneOf({ siteFile, grid, warmUp, weather: { kind: 'own' }, demand });
  const { site, services, weather } = scene;
  const { startMs, stepMs, count } = grid;
  const longer = { startMs: startMs - warmUp * stepMs, stepMs, count: count + warmUp };
  const solver = await solverFor(policies);
  const outcomes = policies.map((policy) => {
    const run = simulateYear({ site, services, grid: longer, policy, warmUp, solver }, weather);
    return contenderOutcome(whole(policy), run, plantOf(site, services), site.context.zone, warmUp);
  });
  const terms = boundTerms(outcomes);
  const of = (segments: number) => lowerBound(scene, terms, { pool, segments });
  return { compared: comparisonOf(site, outcomes).compared, of };
}

describe('the lower bound', () => {
  it.each([
    ['bukhara', '2026-07-06', ['siloed', 'tuned-silos', 'foresight']],
    ['bukhara', '2026-01-12', ['siloed', 'tuned-silos']],
    ['nukus-ai-zone', '2026-07-06', ['siloed', 'tuned-silos']],
    ['tashkent-campus', '2026-04-06', ['siloed', 'tuned-silos', 'foresight']],
    ['bukhara', '2026-01-12', ['siloed', 'tuned-silos'], 96],
  ] as const)(
    '%s from %s: nobody needs less energy or money, and it is no idle word',
    async (name, from, policies, warmUp?: number) => {
      const { compared, of } = await bounded(name, from, '4', [...policies], warmUp);
      const { facilityKwh, costMoney, outputTokens } = await of(1000);
      for (const { totals } of compared) {
        expect(totals.outputTokens / outputTokens).toBeCloseTo(1, 5);
        expect(facilityKwh).toBeLessThanOrEqual(totals.facilityKwh);
        expect(costMoney).toBeLessThanOrEqual(totals.runningCostMoney);
      }
      const least = Math.min(...compared.map(({ totals }) => totals.facilityKwh));
      expect(facilityKwh).toBeGreaterThan(0.6 * least);
    },
    PATIENCE_MS,
  );

  it(
    'comes closer with more segments, and never falls',
    async () => {
      const { of } = await bounded('bukhara', '2026-01-12', '4', ['siloed']);
      const [coarse, fine] = [await of(24), await of(192)];
      expect(fine.facilityKwh).toBeGreaterThanOrEqual(coarse.facilityKwh * (1 - 1e-6));
      expect(fine.costMoney).toBeGreaterThan(coarse.costMoney);
    },
    PATIENCE_MS,
  );
});
