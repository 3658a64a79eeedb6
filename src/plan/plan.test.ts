import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { weatherOf } from '../simulate/air.ts';
import { editedText } from '../site/edit.ts';
import { checkText } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import type { Site } from '../site/site.ts';
import { alternativeScenarios, alternativesOf, frontierOf } from './alternatives.ts';
import { figuresOf } from './figures.ts';
import { type PlanProblem, problemOf } from './problem.ts';
import { replayPlan } from './replay.ts';
import { planScenario } from './scenario.ts';
import { planScenarios } from './scenarios.ts';
import { securePlan } from './secure.ts';
import { inputsOf, tornadoOf, tornadoScenarios } from './sensitivity.ts';
import { type Sizing, sizeSite } from './sizing.ts';
import { survivalOf } from './survival.ts';

const FOLDER = join(import.meta.dirname, '../../sites');
const FILE = join(FOLDER, 'bukhara.yaml');
/** Days of January that the tests look at. */
const DAYS = 14;

/** The site without the outages that a plan cannot know, and with sun, wind, battery and generators free. */
function openSite(): Site {
  const text = editedText(readFileSync(FILE, 'utf8'), [
    { path: ['grid', 0, 'outages'] },
    { path: ['solar', 0, 'peak'], value: { max: '10 MWp' } },
    { path: ['battery', 0, 'energy'], value: { max: '20 MWh' } },
    { path: ['battery', 0, 'power'], value: { max: '5 MW' } },
  ]);
  const { site, faults } = checkText(text, FOLDER);
  if (site === undefined) throw new Error(faults.map((f) => f.message).join('\n'));
  return site;
}

describe('a plan', () => {
  let site: Site;
  let problem: PlanProblem;
  let sizing: Sizing;
  beforeAll(async () => {
    site = openSite();
    problem = problemOf(site, { years: [weatherOf(site)], free: site.free, days: DAYS });
    sizing = await sizeSite(problem, { gap: 0.005, segments: 2000, jobs: 2 });
  }, 120_000);

  it('lies between its bounds, at most half a per cent apart', () => {
    expect(sizing.stopped).toBe(false);
    expect(sizing.gapShare).toBeLessThanOrEqual(0.005);
    expect(sizing.lower).toBeLessThanOrEqual(sizing.upper);
    // Running and owning add up to the upper bound.
    const { yearly } = figuresOf(problem, sizing);
    expect(yearly.totalMoney / yearly.upperMoney).toBeCloseTo(1, 3);
  });

  it('keeps the sizes within what is free and the given ones as they are', () => {
    problem.choices.forEach(({ lower, upper }, i) => {
      expect(sizing.sizes[i]).toBeGreaterThanOrEqual(lower - 1e-6);
      expect(sizing.sizes[i]).toBeLessThanOrEqual(upper + 1e-6);
    });
  });

  it('counts the same money as cash flows over the project', () => {
    const figures = figuresOf(problem, sizing);
    const perToken = (figures.yearly.totalMoney * 1e6) / figures.year.outputTokens;
    expect(figures.lcotPerMtoken! / perToken).toBeCloseTo(1, 6);
    const services = figures.services.reduce((sum, s) => sum + s.worthMoney, 0);
    expect(services / figures.lifeCycleMoney).toBeCloseTo(1, 9);
  });

  it('is carried out by the twin within 2 % of energy and tokens', () => {
    const edits = problem.sizes.flatMap((s, i) => {
      const at = {
        'pv.peak': ['solar', 0, 'peak'],
        'bess.energy': ['battery', 0, 'energy'],
        'bess.power': ['battery', 0, 'power'],
      };
      const path = at[`${s.unitId}.${s.key}` as keyof typeof at];
      const unit = s.unit === 'kWh' ? 'kWh' : s.key === 'peak' ? 'kWp' : 'kW';
      return path === undefined ? [] : [{ path, value: `${Math.max(0.01, sizing.sizes[i]!)} ${unit}` }];
    });
    const text = editedText(readFileSync(FILE, 'utf8'), [{ path: ['grid', 0, 'outages'] }, ...edits]);
    const { site: built, faults } = checkText(text, FOLDER);
    expect(faults).toEqual([]);
    const replay = replayPlan(problem, sizing.dispatch, plantOf(built!, built!.services), 0);
    const of = (name: string) => replay.figures.find((f) => f.name === name)!;
    expect(Math.abs(of('energy into IT').differenceShare)).toBeLessThan(0.02);
    expect(Math.abs(of('output tokens').differenceShare)).toBeLessThan(0.02);
    const supply = replay.figures.filter((f) => f.name.startsWith('energy from'));
    const [plan, twin] = [supply.reduce((a, f) => a + f.plan, 0), supply.reduce((a, f) => a + f.twin, 0)];
    expect(Math.abs(twin / plan - 1)).toBeLessThan(0.02);
    expect(replay.totals.batchLate).toBe(0);
  });

  it('knows how long it lasts without the grid, and a reserve makes it last longer', async () => {
    const { survival } = survivalOf(problem, sizing, 6);
    for (let h = 1; h < 6; h++) expect(survival.mean[h]!).toBeLessThanOrEqual(survival.mean[h - 1]! + 1e-12);
    const secured = await securePlan(
      { ...problem, balance: problem.balance.withReserve(undefined) },
      { loleHPerYear: 0, hours: 6, gap: 0.05, segments: 1000, jobs: 2 },
    );
    // Nothing is known of outages here: the plan without reserve is good enough.
    expect(secured.tried).toHaveLength(1);
    expect(secured.reached).toBe(true);
  }, 120_000);
});

describe('scenarios', () => {
  const base = { siteFile: FILE, edits: [], factors: {}, gap: 0.02, days: 7 };

  it('say what is wrong with a change in the words of the check', async () => {
    const outcome = await planScenario(
      { ...base, id: 'x', label: 'x', edits: [{ path: ['pools', 0, 'accelerator'], value: 'nvidia-h1000' }] },
      1,
    );
    expect(outcome.figures).toBeUndefined();
    expect(outcome.faults.join()).toContain('nvidia-h1000');
  });

  it('compare chips, plants, with and without grid and wind, and say why one cannot be asked', async () => {
    const site = checkText(readFileSync(FILE, 'utf8'), FOLDER, 'bukhara.yaml').site!;
    const list = alternativesOf(site, loadCatalog(), ['amd-mi300x', 'no-such-chip']);
    expect(list.map((a) => a.id)).toEqual([
      'base',
      'chip-amd-mi300x',
      'chip-no-such-chip',
      'air-cooled',
      'plant-dry',
      'plant-tower',
      'plant-chiller',
      'no-grid',
      'no-wind',
      'next-year',
    ]);
    expect(list.find((a) => a.id === 'chip-no-such-chip')!.reason).toContain('catalogue');
    // Where nobody names chips: those of the last years with a price or a rent.
    const chips = alternativesOf(site, loadCatalog()).filter((a) => a.id.startsWith('chip-'));
    expect(chips.map((a) => a.id)).toEqual(expect.arrayContaining(['chip-nvidia-h200-sxm', 'chip-amd-mi300x']));
    expect(chips.some((a) => a.id.includes('v100') || a.id.includes('rtx'))).toBe(false);
    expect(list.find((a) => a.id === 'next-year')!.reason).toContain('finance.escalation.equipment');
    const asked = alternativeScenarios(site, list, 0.02, 3);
    expect(asked).toHaveLength(8);
    const outcomes = await planScenarios(asked, 2);
    expect(outcomes.map((o) => o.faults)).toEqual(asked.map(() => []));
    const of = (id: string) => outcomes.find((o) => o.id === id)!.figures!;
    // Towers and pads use water, dry coolers none.
    expect(of('plant-dry').waterL).toBe(0);
    expect(of('plant-tower').waterL).toBeGreaterThan(0);
    expect(of('no-grid').sizes.some((s) => s.key === 'import_limit')).toBe(false);
    const frontier = frontierOf(outcomes, (f) => f.waterL);
    expect(frontier.length).toBeGreaterThan(0);
    for (let i = 1; i < frontier.length; i++) {
      expect(frontier[i]!.figures!.waterL).toBeLessThan(frontier[i - 1]!.figures!.waterL);
    }
  }, 240_000);

  it('size a tank of chilled water', async () => {
    const edits = [
      { path: ['halls', 1, 'cooling', 'store'], value: { max: '100 m3' } },
      { path: ['halls', 1, 'cooling', 'capex_store'], value: '0.001 USD/m3' },
    ];
    const outcome = await planScenario({ ...base, id: 't', label: 't', edits, days: 30 }, 1);
    expect(outcome.faults).toEqual([]);
    const tank = outcome.figures!.sizes.find((s) => s.key === 'store')!;
    expect(tank).toMatchObject({ unitId: 'hall-2-cooling', unit: 'L', free: true });
    expect(tank.size).toBeGreaterThanOrEqual(0);
    expect(tank.size).toBeLessThanOrEqual(100_000 + 1e-6);
  }, 120_000);

  it('cost more where prices are higher, and a tornado puts the longest bar first', async () => {
    const inputs = inputsOf(checkText(readFileSync(FILE, 'utf8'), FOLDER).site!).filter((i) =>
      ['price-inference', 'price-wind'].includes(i.id),
    );
    const outcomes = [];
    for (const s of tornadoScenarios(FILE, inputs, 0.02, 7)) outcomes.push(await planScenario(s, 1));
    const tornado = tornadoOf(inputs, outcomes)!;
    expect(tornado.missing).toEqual([]);
    expect(tornado.bars.map((b) => b.input.id)).toEqual(['price-inference', 'price-wind']);
    for (const bar of tornado.bars) {
      expect(bar.low).toBeLessThan(tornado.base);
      expect(bar.high).toBeGreaterThan(tornado.base);
    }
  }, 120_000);
});
