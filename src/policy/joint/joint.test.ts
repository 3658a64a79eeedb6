import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { weatherOf } from '../../simulate/air.ts';
import { aroundOf, solverFor } from '../../simulate/around.ts';
import { periodOf } from '../../simulate/period.ts';
import { type Run, type Scenario, simulate } from '../../simulate/simulate.ts';
import { checkSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import { foresight, joint } from './joint.ts';

const PATIENCE_MS = 240_000;

async function scene(name: string, from: string, to: string): Promise<Omit<Scenario, 'policy'>> {
  const { site } = checkSite(fileURLToPath(new URL(`../../../sites/${name}.yaml`, import.meta.url)));
  if (site === undefined) throw new Error(`${name} is broken`);
  const grid = periodOf({ from, to }, site.context.zone);
  const weather = weatherOf(site);
  return {
    plant: plantOf(site),
    currency: site.money.currency,
    grid,
    conditions: conditionsOn(weather, site.context, grid),
    rates: site.services.map((s) => s.rate),
    ...aroundOf(site, site.services, weather, await solverFor(['joint'])),
  };
}

const attained = (run: Run): number => {
  const { attainedRequests, requestsOffered } = run.tally.totals();
  return attainedRequests / requestsOffered;
};

describe('the joint policy', () => {
  it(
    'runs a site on sun and wind for less money than tuned silos, for as many requests as well served, and nothing late',
    async () => {
      const scenario = await scene('bukhara', '2026-01-12', '2026-01-16');
      const tuned = simulate({ ...scenario, policy: 'tuned-silos' });
      const knows = simulate({ ...scenario, policy: foresight });
      const [before, after] = [tuned.tally.totals(), knows.tally.totals()];
      expect(after.runningCostMoney).toBeLessThan(0.7 * before.runningCostMoney);
      expect(attained(knows)).toBeGreaterThan(attained(tuned) - 1e-3);
      expect(after.requestsShed).toBeLessThanOrEqual(before.requestsShed + 1e-4 * after.requestsOffered);
      expect(after.batchLate).toBe(0);
      expect(Math.max(...knows.ledger.get('site.imbalance'))).toBeLessThan(1e-9);
      expect(knows.notes.some(({ text }) => text.includes('archive'))).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    'learns what comes, and still serves as well while it knows nothing but the climate and the mean demand',
    async () => {
      const scenario = await scene('tashkent-campus', '2026-04-06', '2026-04-09');
      const tuned = simulate({ ...scenario, policy: 'tuned-silos' });
      const run = simulate({ ...scenario, policy: 'joint' });
      expect(run.policy).toBe('joint');
      expect(attained(run)).toBeGreaterThan(attained(tuned) - 2e-3);
      expect(run.tally.totals().batchLate).toBe(0);
      expect(run.tally.totals().runningCostMoney).toBeLessThan(tuned.tally.totals().runningCostMoney);
    },
    PATIENCE_MS,
  );

  it(
    'goes on after a restart with what it has learnt, and leaves parts to the silos where it is told to',
    async () => {
      const scenario = await scene('tashkent-campus', '2026-04-06', '2026-04-08');
      const whole = simulate({ ...scenario, policy: 'joint' });
      const again = simulate({
        ...scenario,
        policy: (setting) => {
          let policy = joint(setting);
          let step = 0;
          return {
            name: policy.name,
            decide(view) {
              if (++step === 100) policy = joint({ ...setting, saved: JSON.parse(JSON.stringify(policy.save())) });
              return policy.decide(view);
            },
            save: () => policy.save(),
          };
        },
      });
      const [a, b] = [whole.tally.totals(), again.tally.totals()];
      expect(Math.abs(b.facilityKwh / a.facilityKwh - 1)).toBeLessThan(0.02);
      expect(b.batchLate).toBe(0);
      const bare = simulate({
        ...scenario,
        policy: (setting) => joint(setting, ['packing', 'levels', 'cooling', 'storage', 'deferral']),
      });
      const tuned = simulate({ ...scenario, policy: 'tuned-silos' });
      expect(bare.tally.totals().facilityKwh).toBeCloseTo(tuned.tally.totals().facilityKwh, 6);
    },
    PATIENCE_MS,
  );

  it('says what it needs when it is given nothing to look ahead with', async () => {
    const { around: _around, ...bare } = await scene('tashkent-campus', '2026-04-06', '2026-04-07');
    expect(() => simulate({ ...bare, policy: 'joint' })).toThrow('nothing to look ahead with');
  });
});
