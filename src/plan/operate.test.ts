import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planText } from '../report/planText.ts';
import { differenceText } from '../report/replayReasons.ts';
import { loadFreeSite } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import { replicasAtWork, servedPerS, settleReplicas } from './operate.ts';
import { type Plan, plan } from './plan.ts';
import { designedSite } from './proof.ts';
import { replayPlan } from './replay.ts';
import { SMALL_POOL } from './testing/smallPool.ts';

describe('a plan of a small pool', () => {
  let folder: string;
  let made: Plan;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'joulewright-'));
    writeFileSync(join(folder, 'small.yaml'), SMALL_POOL);
    made = await plan(loadFreeSite(join(folder, 'small.yaml')), { days: 10, segments: 4000, jobs: 2 });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has whole replicas in every step, and says what they cost', () => {
    const { settled, chosen, rounding, continuous } = made;
    expect(settled!.itShare).toBeGreaterThan(0.02);
    expect(settled!.lossMoney).toBeGreaterThan(0);
    const count = replicasAtWork(chosen.dispatch, 'llm', 240);
    for (const n of count) expect(Math.abs(n - Math.round(n))).toBeLessThan(1e-6);
    // Before that they ran in fractions; never fewer are on than those.
    const before = replicasAtWork(rounding!.sizing.dispatch, 'llm', 240);
    expect(before.some((n) => Math.abs(n - Math.round(n)) > 0.01)).toBe(true);
    before.forEach((n, i) => {
      expect(count[i]!).toBeGreaterThanOrEqual(n - 1e-6);
    });
    expect(chosen.upper).toBeGreaterThan(rounding!.sizing.upper);
    expect(chosen.upper).toBeGreaterThanOrEqual(continuous.lower);
    expect(planText(made)).toMatch(/of it whole replicas \d/);
    expect(planText(made)).toMatch(/if nothing were whole .*; whole sizes cost \d/);
  });

  it('still names as free what was free', () => {
    const free = made.figures.sizes.filter((s) => s.free).map((s) => `${s.unitId} ${s.key}`);
    expect(free.sort()).toEqual(made.site.free.map((f) => `${f.unitId} ${f.key}`).sort());
  });

  it('serves the same requests as before', () => {
    for (const id of ['chat', 'archive']) {
      const now = servedPerS(made.problem, made.chosen.dispatch, id);
      const before = servedPerS(made.problem, made.rounding!.sizing.dispatch, id);
      now.forEach((perS, i) => {
        expect(perS).toBeCloseTo(before[i]!, 4);
      });
    }
  });

  it('is carried out by the twin within 2 % of energy, tokens and cost', () => {
    const plant = plantOf(designedSite(made), made.problem.services);
    const { figures, causes } = replayPlan(made.problem, made.chosen.dispatch, plant, 0);
    for (const name of ['energy from the grid', 'energy into IT', 'output tokens', 'running cost']) {
      const figure = figures.find((f) => f.name === name)!;
      expect(Math.abs(figure.differenceShare), name).toBeLessThan(0.02);
    }
    expect(causes.replicas.twin / causes.replicas.plan).toBeCloseTo(1, 2);
  });

  it('names whole replicas, with their number, where a plan has them in fractions', () => {
    const plant = plantOf(designedSite(made), made.problem.services);
    const replay = replayPlan(made.problem, made.rounding!.sizing.dispatch, plant, 0);
    const figure = replay.figures.find((f) => f.name === 'energy into IT')!;
    expect(figure.differenceShare).toBeGreaterThan(0.02);
    const { plan: planned, twin } = replay.causes.replicas;
    expect(twin).toBeGreaterThan(1.02 * planned);
    expect(differenceText(figure, replay)).toContain(
      `replicas are whole in the twin, ${Number(twin.toPrecision(3))} at work on average where the plan has ${Number(planned.toPrecision(3))}`,
    );
  });

  it('is left alone where its replicas are whole already', async () => {
    expect(await settleReplicas(made.problem, made.chosen, { jobs: 1 })).toBeUndefined();
  });
});

describe('a plan that gives up all of a service for hours', () => {
  it('still has whole replicas in the others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'joulewright-'));
    try {
      // No sun, no grid and no battery for four hours of an evening.
      const dark = 'outages: { announced: [{ from: "2026-01-03T18:00", to: "2026-01-03T22:00" }] }';
      writeFileSync(
        join(folder, 'dark.yaml'),
        SMALL_POOL.replace('date: 2025-12-23 } }]', `date: 2025-12-23 }, ${dark} }]`),
      );
      const site = loadFreeSite(join(folder, 'dark.yaml'));
      const { settled, chosen, problem } = await plan(site, { days: 6, segments: 4000, jobs: 1 });
      expect(settled!.itShare).toBeGreaterThan(0.01);
      const count = replicasAtWork(chosen.dispatch, 'llm', 144);
      for (const n of count) expect(Math.abs(n - Math.round(n))).toBeLessThan(1e-6);
      const served = servedPerS(problem, chosen.dispatch, 'chat');
      const arrived = problem.horizon.arrivals('chat')!;
      for (let i = 48; i < 96; i++) {
        const given = i >= 66 && i < 70;
        expect(served[i]! / arrived[i]!, `step ${i}`).toBeCloseTo(given ? 0 : 1, 4);
        // What is short are requests; the load that stands is met by nobody either, so little of it is asked.
        expect(chosen.dispatch.columns.get('chat not served')!.values[i]! > 1e-6).toBe(given);
        if (given) expect(count[i]).toBe(0);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
