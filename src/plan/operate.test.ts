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

/** One node's worth of chat and a little batch: two or three replicas at work. */
const SMALL = `
version: 1
id: small
name: A pool of few replicas
seed: 1
location: { latitude: 39.77 deg, longitude: 64.42 deg, elevation: 225 m, zone: Asia/Samarkand, country: UZ }
weather: { climate: bukhara, seed: 1 }
money: { currency: USD, price_year: 2025 }
feeders: [{ id: main, limit: 200 kW }]
halls:
  - id: hall
    feeder: main
    cooling: { liquid_heat: 40 kW, air_heat: 20 kW, supply: 40 °C }
    power_chain: { rated: free, redundancy: N, ups: eco }
solar: [{ id: pv, peak: { max: 200 kWp }, tilt: 33 deg }]
grid: [{ id: grid, feeder: main, import_limit: 100 kW, tariff: uz-legal-2025, fx: { rate: 12010 UZS/USD, date: 2025-12-23 } }]
pools: [{ id: h100, hall: hall, accelerator: nvidia-h100-sxm-80gb, count: { max: 48 }, capex: 320000 USD/node }]
deployments: [{ id: llm, pool: h100, model: llama-3.3-70b-instruct, precision: fp8, tensor_parallel: 4, replicas: free }]
services:
  - { id: chat, kind: interactive, deployment: llm, demand: { shape: consumer, mean: 12 req/s }, lengths: { mix: azure-conversation }, ttft: 2 s, tpot: 100 ms }
  - { id: archive, kind: batch, deployment: llm, demand: { shape: office, mean: 4 req/s }, lengths: { input: 1500, output: 300 }, deadline: 24 h }
gateway: { host: 127.0.0.1, port: 8787 }
bounds: { mode: control, supply_max: 45 °C }
`;

describe('a plan of a small pool', () => {
  let folder: string;
  let made: Plan;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'joulewright-'));
    writeFileSync(join(folder, 'small.yaml'), SMALL);
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
    expect(planText(made)).toMatch(/of it whole sizes .*, whole replicas \d/);
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
