import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { weatherOf } from '../simulate/air.ts';
import { editedText } from '../site/edit.ts';
import { checkText } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import type { Site } from '../site/site.ts';
import { figuresOf, type PlanFigures } from './figures.ts';
import { type PlanProblem, problemOf } from './problem.ts';
import { replayPlan } from './replay.ts';
import { type Sizing, sizeSite } from './sizing.ts';

const FOLDER = join(import.meta.dirname, '../../sites');
const DAYS = 4;
/** January with the heat of July: dry coolers have to run their fans, and chips wait for the water where they cannot. */
const WARMER_K = 28;

interface Planned {
  readonly site: Site;
  readonly problem: PlanProblem;
  readonly sizing: Sizing;
  readonly figures: PlanFigures;
}

async function planned(plant: string, waterPrice: string): Promise<Planned> {
  const text = editedText(readFileSync(join(FOLDER, 'bukhara.yaml'), 'utf8'), [
    { path: ['grid', 0, 'outages'] },
    { path: ['halls', 0, 'cooling', 'plant'], value: plant },
    { path: ['finance'], value: { water_price: waterPrice, escalation: { water: '2 %' } } },
  ]);
  const { site, faults } = checkText(text, FOLDER);
  expect(faults).toEqual([]);
  const year = weatherOf(site!);
  const hot = { ...year, tempC: year.tempC.map((v) => v + WARMER_K) };
  const problem = problemOf(site!, { years: [hot], days: DAYS });
  const sizing = await sizeSite(problem, { segments: 2000, jobs: 2 });
  return { site: site!, problem, sizing, figures: figuresOf(problem, sizing) };
}

const PRICES = ['0 USD/m3', '2 USD/m3', '200 USD/m3'] as const;

describe('water with a price', () => {
  const made = new Map<string, Planned>();
  const of = (plant: string, price: (typeof PRICES)[number]): Planned => made.get(`${plant} ${price}`)!;
  beforeAll(async () => {
    for (const plant of ['dry', 'tower'])
      for (const price of PRICES) made.set(`${plant} ${price}`, await planned(plant, price));
  }, 240_000);

  it('moves a site from towers to dry coolers as it rises', () => {
    const cost = (plant: string, price: (typeof PRICES)[number]) => of(plant, price).figures.yearly.totalMoney;
    expect(cost('tower', '0 USD/m3')).toBeLessThan(cost('dry', '0 USD/m3'));
    expect(cost('tower', '200 USD/m3')).toBeGreaterThan(cost('dry', '200 USD/m3'));
    expect(cost('dry', '200 USD/m3')).toBeCloseTo(cost('dry', '0 USD/m3'), 0);
  });

  it('is counted once, levelled in the objective, in money of today in the cash flow, under cooling', () => {
    const { figures, problem } = of('tower', '2 USD/m3');
    const free = of('tower', '0 USD/m3').figures;
    const money = (2 * figures.year.waterL) / 1000;
    expect(money).toBeGreaterThan(100);
    const { water } = problem.horizon.level!;
    expect(water).toBeGreaterThan(1);
    expect((figures.yearly.runningMoney - free.yearly.runningMoney) / (money * water)).toBeCloseTo(1, 2);
    const first = figures.payments.filter((p) => p.column === 'water' && p.year === 1);
    expect(first.map((p) => p.part)).toEqual(['cooling']);
    expect(first[0]!.money / (money * 1.02)).toBeCloseTo(1, 6);
    // LCOT has it in the part of cooling and nowhere else.
    const part = (f: PlanFigures, name: 'cooling' | 'energy') => f.services.reduce((sum, s) => sum + s.parts[name]!, 0);
    expect(part(figures, 'cooling')).toBeGreaterThan(part(free, 'cooling'));
    expect(part(figures, 'energy') / part(free, 'energy')).toBeCloseTo(1, 2);
    const perToken = (figures.yearly.totalMoney * 1e6) / figures.year.outputTokens;
    expect(figures.lcotPerMtoken! / perToken).toBeCloseTo(1, 6);
  });

  it('costs the twin what its litres cost', () => {
    const { problem, sizing, site } = of('tower', '2 USD/m3');
    const { totals } = replayPlan(problem, sizing.dispatch, plantOf(site, site.services), 0);
    expect(totals.waterL).toBeGreaterThan(0);
    expect(totals.waterCostMoney).toBeCloseTo((2 * totals.waterL) / 1000, 6);
    expect(totals.runningCostMoney).toBeGreaterThan(totals.waterCostMoney);
    // As much water as the plan has, whose operating points stand for all loads of an hour.
    const plannedL = sizing.dispatch.accounts.get('waterL')!;
    expect(Math.abs(totals.waterL / plannedL - 1)).toBeLessThan(0.05);
  });
});
