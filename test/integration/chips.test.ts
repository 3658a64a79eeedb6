import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Highs } from '../../src/balance/highs.ts';
import { SolverPool } from '../../src/balance/pool.ts';
import { lowerBound } from '../../src/plan/bound/bound.ts';
import type { JointPart } from '../../src/policy/joint/parameters.ts';
import type { PolicyName } from '../../src/policy/policy.ts';
import { DAY_MS } from '../../src/series/grid.ts';
import { modelNames } from '../../src/server/engineConfigs.ts';
import { weatherOf } from '../../src/simulate/air.ts';
import { solverFor } from '../../src/simulate/around.ts';
import { comparisonOf } from '../../src/simulate/compare/comparison.ts';
import { lacking, whole } from '../../src/simulate/compare/contender.ts';
import { contenderOutcome } from '../../src/simulate/compare/outcome.ts';
import { boundTerms } from '../../src/simulate/compare/terms.ts';
import { DetailedRun } from '../../src/simulate/detailed.ts';
import { periodOf } from '../../src/simulate/period.ts';
import { simulateYear } from '../../src/simulate/years.ts';
import { plantOf } from '../../src/site/plant.ts';
import { twoChips, twoChipsText } from '../../src/site/testing/twoChips.ts';
import { command } from './running.ts';

const PATIENCE_MS = 240_000;
/** Margins of `joint` are wide until a week of requests is known. */
const WARM_UP_DAYS = 8;
const DAYS = 2;

let solver: Highs | undefined;
let pool: SolverPool;
beforeAll(async () => {
  solver = await solverFor(['joint']);
  pool = new SolverPool(1);
});
afterAll(() => pool.close());

const site = twoChips();
const plant = plantOf(site);
const weather = weatherOf(site);
const counted = periodOf({ from: '2026-04-14', days: String(DAYS), step: '15m' }, site.context.zone);
const warmUp = (WARM_UP_DAYS * DAY_MS) / counted.stepMs;
const grid = { ...counted, startMs: counted.startMs - WARM_UP_DAYS * DAY_MS, count: counted.count + warmUp };

/** A policy over the days after the warm-up, and as it is compared. */
function run(policy: PolicyName, part?: JointPart) {
  const without = part === undefined ? {} : { without: [part] };
  const made = simulateYear({ site, services: site.services, grid, policy, solver, warmUp, ...without }, weather);
  const contender = part === undefined ? whole(policy) : lacking(policy, part);
  return { made, outcome: contenderOutcome(contender, made, plant, site.context.zone, warmUp) };
}

/** Requests/s of chat on a deployment, by step after the warm-up. */
function chatOn(made: ReturnType<typeof run>['made'], deployment: string): Float64Array {
  return made.ledger.get(`service.chat.on.${deployment}.servedPerS`).subarray(warmUp);
}

describe('a service on two unlike chips', () => {
  it(
    'joint has the chip with less joules per token serve what it has room for, both at the peak, and needs less energy than without the choice',
    async () => {
      const all = [run('siloed'), run('tuned-silos'), run('joint'), run('joint', 'chips'), run('foresight')];
      for (const { made } of all) {
        expect(Math.max(...made.ledger.get('site.imbalance'))).toBeLessThan(1e-9);
        const { requestsShed, batchLate } = made.tally.totals();
        expect([requestsShed, batchLate]).toEqual([expect.closeTo(0, 3), expect.closeTo(0, 3)]);
      }
      const [siloed, , joint] = all;
      const arrived = joint!.made.ledger.get('service.chat.arrivedPerS').subarray(warmUp);
      const [efficient, other] = [chatOn(joint!.made, 'on-h200'), chatOn(joint!.made, 'on-ascend')];
      const share = (steps: number[]) =>
        steps.reduce((sum, i) => sum + efficient[i]!, 0) / steps.reduce((sum, i) => sum + arrived[i]!, 0);
      const steps = [...arrived.keys()];
      // The first chip serves 75 requests/s.
      const low = steps.filter((i) => arrived[i]! < 40);
      const peak = steps.filter((i) => arrived[i]! > 90);
      expect(low.length).toBeGreaterThan(40);
      expect(peak.length).toBeGreaterThan(5);
      expect(share(low)).toBeGreaterThan(0.99);
      for (const i of peak) expect(Math.min(efficient[i]!, other[i]!)).toBeGreaterThan(5);
      // Nobody who splits by what is installed sees the difference.
      const even = chatOn(siloed!.made, 'on-h200');
      expect(even[low[0]!]! / arrived[low[0]!]!).toBeCloseTo(even[peak[0]!]! / arrived[peak[0]!]!, 2);

      const { compared, waterfalls } = comparisonOf(
        site,
        all.map(({ outcome }) => outcome),
      );
      const energy = compared.map(({ kpis }) => kpis.find(({ id }) => id === 'joulesPerToken')!.value!);
      expect(energy[1]).toBeLessThan(0.6 * energy[0]!);
      expect(energy[2]).toBeLessThan(energy[1]!);
      expect(energy[3]).toBeLessThan(energy[1]!);
      const [{ parts }] = waterfalls as [(typeof waterfalls)[0]];
      expect(parts.map(({ part }) => part)).toEqual(['chips']);
      // Without the choice joint needs more: 8 % when this was written.
      expect(parts[0]!.gain).toBeGreaterThan(0.03 * energy[2]!);
      const terms = boundTerms(all.map(({ outcome }) => outcome));
      const scene = { site, services: site.services, grid: counted, weather, warmUp };
      const bound = await lowerBound(scene, terms, { pool });
      for (const { totals } of compared) {
        expect(bound.facilityKwh).toBeLessThanOrEqual(totals.facilityKwh);
        expect(bound.costMoney).toBeLessThanOrEqual(totals.runningCostMoney);
      }
      expect(bound.facilityKwh).toBeGreaterThan(0.3 * Math.min(...compared.map(({ totals }) => totals.facilityKwh)));
    },
    PATIENCE_MS,
  );

  it('answers under its name from the engines of both', () => {
    const chat = modelNames(site).find(({ name }) => name === 'chat');
    expect(chat).toMatchObject({ engines: ['on-h200', 'on-ascend'], target: { ttftS: 3, tpotS: 0.1 } });
  });

  it('is not followed request by request', async () => {
    expect(
      () =>
        new DetailedRun({
          site,
          services: site.services,
          plant,
          currency: 'USD',
          grid: counted,
          rates: [],
          policy: 'siloed',
          conditions: () => {
            throw new Error('no step is taken');
          },
          route: 'random',
          seed: 1,
        }),
    ).toThrow(/chat is served by several deployments/);
    const file = path.join(tmpdir(), `two-chips-${process.pid}.yaml`);
    writeFileSync(file, twoChipsText());
    const ended = await command(['replay', '--site', file, '--deployment', 'on-h200']);
    expect(ended.err).toContain('JW_DETAIL_CHOICE');
    expect(ended.code).toBe(65);
  });

  it(
    'is planned with both sizes open, and the twin carries the split out',
    async () => {
      const file = path.join(tmpdir(), `two-chips-plan-${process.pid}.yaml`);
      const text = twoChipsText()
        .replace('count: 8,', 'count: { min: 1, max: 24 },')
        .replace('count: 64,', 'count: { min: 4, max: 64 },')
        .replace('replicas: 8 ', 'replicas: { min: 1, max: 24 } ')
        .replace('replicas: 16 ', 'replicas: { min: 1, max: 16 } ');
      writeFileSync(file, text);
      const ended = await command(['plan', file, '--json']);
      expect([ended.code, ended.err]).toEqual([0, '']);
      const plan: unknown = JSON.parse(ended.out);
      expect(plan).toMatchObject({
        sizes: expect.arrayContaining([
          expect.objectContaining({ unitId: 'on-h200', key: 'replicas', free: true }),
          expect.objectContaining({ unitId: 'on-ascend', key: 'replicas', free: true }),
        ]),
      });
      const { figures } = (plan as { proof: { replay: { figures: { name: string; differenceShare: number }[] } } })
        .proof.replay;
      for (const name of ['energy into IT', 'output tokens'])
        expect(Math.abs(figures.find((f) => f.name === name)!.differenceShare)).toBeLessThan(1e-3);
    },
    PATIENCE_MS,
  );
});
