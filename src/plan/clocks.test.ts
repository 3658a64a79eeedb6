import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atClock, clockIn } from '../components/model.ts';
import { planText } from '../report/planText.ts';
import { checkText, loadFreeSite } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import { steadyClocks } from './clocks.ts';
import { type Plan, plan } from './plan.ts';
import { designedSite } from './proof.ts';
import { replayPlan } from './replay.ts';
import { SMALL_POOL } from './testing/smallPool.ts';

const CLOCKS = SMALL_POOL.replace('tensor_parallel: 4,', 'tensor_parallel: 4, clocks: [85 %, 70 %],');

describe('clocks that a plan may choose', () => {
  let folder: string;
  const made: Plan[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'joulewright-'));
    for (const [name, text] of [
      ['own.yaml', SMALL_POOL],
      ['clocks.yaml', CLOCKS],
    ] as const) {
      writeFileSync(join(folder, name), text);
      made.push(await plan(loadFreeSite(join(folder, name)), { days: 14, segments: 4000, jobs: 2 }));
    }
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('cost less and draw less for the same requests', () => {
    const [own, choosing] = made as [Plan, Plan];
    expect(choosing.continuous.lower).toBeLessThanOrEqual(own.continuous.lower * (1 + 1e-6));
    expect(choosing.figures.year.itKwh).toBeLessThan(0.97 * own.figures.year.itKwh);
    expect(choosing.figures.yearly.totalMoney).toBeLessThan(own.figures.yearly.totalMoney);
    expect(choosing.figures.year.outputTokens / own.figures.year.outputTokens).toBeCloseTo(1, 3);
    expect(own.clocks).toEqual([]);
  });

  it('stand in the set points, the text and the dispatch, one for each step', () => {
    const { clocks, problem } = made[1]!;
    expect(clocks.reduce((sum, c) => sum + c.share, 0)).toBeCloseTo(1, 9);
    expect(clocks.some((c) => c.knobs.clock < 1)).toBe(true);
    const knobs = problem.horizon.operated!('llm')!.knobs!;
    expect(new Set(knobs.map((k) => k.clock)).size).toBeGreaterThan(0);
    for (const { clock, capW } of knobs) {
      expect([0.7, 0.85, 1]).toContain(clock);
      expect(capW).toBe(700);
    }
    expect(planText(made[1]!)).toMatch(/clocks of llm +\d+ % for .* of its replica-hours/);
  });

  it('are what the twin runs at, and it comes to the same energy, tokens and cost', () => {
    const choosing = made[1]!;
    const plant = plantOf(designedSite(choosing), choosing.problem.services);
    const { figures } = replayPlan(choosing.problem, choosing.chosen.dispatch, plant, 0);
    for (const name of ['energy from the grid', 'energy into IT', 'output tokens', 'running cost']) {
      const figure = figures.find((f) => f.name === name)!;
      expect(Math.abs(figure.differenceShare), name).toBeLessThan(0.02);
    }
  });

  it('go into the design where one stands for nearly all hours', () => {
    const at = { clock: 0.85, capW: 700 };
    const shares = [
      { deployment: 'a', knobs: at, share: 0.995 },
      { deployment: 'a', knobs: { clock: 1, capW: 700 }, share: 0.005 },
      { deployment: 'b', knobs: at, share: 0.7 },
    ];
    expect([...steadyClocks(shares)]).toEqual([['a', at]]);
    const text = made[1]!.design(join(folder, 'design.yaml'));
    const steady = steadyClocks(made[1]!.clocks).get('llm');
    const { site } = checkText(text, folder);
    expect(site!.parsed.deployments[0]!.clock).toBeCloseTo(steady?.clock ?? 1, 9);
    expect(site!.parsed.deployments[0]!.clocks!.map((c) => c.toFixed(2))).toEqual(['0.85', '0.70']);
  });

  it('are read back from the name of a column', () => {
    const at = { clock: 0.7, capW: 512.5 };
    expect(clockIn(atClock('llm chat at 0.5', at))).toEqual(at);
    expect(clockIn('llm chat at 0.5')).toBeUndefined();
  });

  it('must be clocks and caps that the accelerator can have', () => {
    const wrong = SMALL_POOL.replace(
      'tensor_parallel: 4,',
      'tensor_parallel: 4, clocks: [10 %], power_caps: [5 W, 900 W],',
    );
    const { faults } = checkText(wrong, '.');
    expect(faults.map((f) => f.where).join()).toMatch(/clocks\[0\].*/);
    const caps = checkText(wrong.replace('10 %', '80 %'), '.').faults;
    expect(caps.filter((f) => f.where.includes('power_caps'))).toHaveLength(2);
  });
});
