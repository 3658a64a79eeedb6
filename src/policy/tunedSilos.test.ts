import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { weatherOf } from '../simulate/air.ts';
import { periodOf } from '../simulate/period.ts';
import { type Run, simulate } from '../simulate/simulate.ts';
import { checkSite } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import type { Decision } from '../twin/decision.ts';
import { conditionsOn } from '../weather/conditions.ts';
import type { Policy, Setting } from './policy.ts';
import { type TunedPolicy, tunedSilos } from './tunedSilos.ts';

const PATIENCE_MS = 240_000;

function scene(name: string, from: string, to: string) {
  const { site } = checkSite(fileURLToPath(new URL(`../../sites/${name}.yaml`, import.meta.url)));
  if (site === undefined) throw new Error(`${name} is broken`);
  const grid = periodOf({ from, to }, site.context.zone);
  return {
    plant: plantOf(site),
    currency: site.money.currency,
    grid,
    conditions: conditionsOn(weatherOf(site), site.context, grid),
    rates: site.services.map((s) => s.rate),
  };
}

const attained = (run: Run): number => {
  const { attainedRequests, requestsOffered } = run.tally.totals();
  return attainedRequests / requestsOffered;
};

describe('tuned silos', () => {
  it.each([
    ['bukhara', '2026-01-12', '2026-01-18'],
    ['nukus-ai-zone', '2026-07-06', '2026-07-09'],
    ['tashkent-campus', '2026-04-06', '2026-04-12'],
  ])(
    '%s: much less energy than siloed, for as many requests as well served',
    (name, from, to) => {
      const scenario = scene(name, from, to);
      const siloed = simulate({ ...scenario, policy: 'siloed' });
      const tuned = simulate({ ...scenario, policy: 'tuned-silos' });
      const [before, after] = [siloed.tally.totals(), tuned.tally.totals()];
      expect(after.facilityKwh).toBeLessThan(0.8 * before.facilityKwh);
      expect(after.runningCostMoney).toBeLessThan(before.runningCostMoney);
      expect(attained(tuned)).toBeGreaterThan(attained(siloed) - 0.005);
      expect(after.requestsShed).toBeLessThanOrEqual(before.requestsShed + 1e-4 * after.requestsOffered);
      expect(after.shortKwh).toBeLessThanOrEqual(before.shortKwh + 1e-6);
      expect(after.batchLate).toBe(0);
      expect(Math.max(...tuned.ledger.get('site.imbalance'))).toBeLessThan(1e-9);
    },
    PATIENCE_MS,
  );

  it(
    'goes on where it stopped',
    () => {
      const scenario = scene('tashkent-campus', '2026-04-06', '2026-04-08');
      const decisions: Decision[][] = [];
      const listened =
        (make: (setting: Setting, step: number, policy: TunedPolicy) => TunedPolicy) => (setting: Setting) => {
          const own: Decision[] = [];
          decisions.push(own);
          let policy = tunedSilos(setting);
          return {
            name: policy.name,
            decide: (view: Parameters<Policy['decide']>[0]) => {
              policy = make(setting, own.length, policy);
              const decision = policy.decide(view);
              own.push(decision);
              return decision;
            },
            save: () => policy.save(),
          };
        };
      simulate({ ...scenario, policy: listened((_setting, _step, policy) => policy) });
      // Stopped between two steps of an hour and after a day.
      const again = (setting: Setting, step: number, policy: TunedPolicy): TunedPolicy =>
        step === 100 ? tunedSilos({ ...setting, saved: JSON.parse(JSON.stringify(policy.save())) }) : policy;
      simulate({ ...scenario, policy: listened(again) });
      expect(decisions[1]!.map((d) => d.replicas)).toEqual(decisions[0]!.map((d) => d.replicas));
      expect(decisions[1]!.map((d) => d.batchPerS)).toEqual(decisions[0]!.map((d) => d.batchPerS));
      const broken = tunedSilos({ plant: scenario.plant, demand: [], saved: { scaler: 7, battery: [1] } });
      expect(broken.name).toBe('tuned-silos');
    },
    PATIENCE_MS,
  );

  it('does not see the energy side from the others, nor requests from it', () => {
    const scenario = scene('tashkent-campus', '2026-04-06', '2026-04-07');
    const replicas: (readonly (readonly number[])[])[][] = [];
    const price = (factor: number) => (setting: Setting) => {
      // A battery that is said to be full, or grid that is said to be gone, changes nothing of the replicas.
      const policy = tunedSilos(setting);
      const own: (readonly (readonly number[])[])[] = [];
      replicas.push(own);
      return {
        ...policy,
        decide(view: Parameters<Policy['decide']>[0]) {
          const feasible = view.feasible.map((f) => ({ ...f, maxKw: f.maxKw * factor }));
          const decision = policy.decide({ ...view, feasible });
          own.push(decision.replicas);
          return decision;
        },
      };
    };
    simulate({ ...scenario, policy: price(1) });
    simulate({ ...scenario, policy: price(0.5) });
    expect(replicas[1]).toEqual(replicas[0]);
  });
});
