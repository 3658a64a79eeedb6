import { beforeAll, describe, expect, it } from 'vitest';
import { type Plan, plan } from '../plan/plan.ts';
import type { PlanProof } from '../plan/proof.ts';
import type { ScenarioFigures } from '../plan/scenario.ts';
import { inputsOf as inputsToMove } from '../plan/sensitivity.ts';
import { survivalOf } from '../plan/survival.ts';
import { sampleSite } from '../plan/testing/sample.ts';
import { HOUR_MS } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import type { Explained } from '../site/explain.ts';
import { alternativeFrontiers, alternativesNotes, alternativesRows, frontierLines } from './planAlternatives.ts';
import { extremeWeek, planCurves } from './planCurves.ts';
import { inputMark } from './planInputs.ts';
import { buildLines, landM2, moneyScale } from './planParts.ts';
import { planReportHtml } from './planReport.ts';
import type { PlanReport } from './planReportInput.ts';

const zone = 'Asia/Tashkent';
const explained: Explained[] = [
  { path: 'id', value: 'x', source: 'the site file', given: true, about: '' },
  {
    path: 'solar[0].peak',
    value: '4 MWp',
    source: 'the site file',
    given: true,
    about: '',
    comment: 'assumed: the <roof>',
  },
  { path: 'finance.discount', value: '8 %', source: 'our choice: usual', given: false, about: '' },
  { path: 'solar[0].tilt', value: '30 deg', source: 'PVGIS', given: false, about: '' },
];
const manifest = {
  program: 'joulewright',
  version: '0',
  createdMs: 0,
  command: 'joulewright plan site.yaml',
  inputs: [],
  seed: 1,
  siteId: 'x',
  stepMs: HOUR_MS,
  fromMs: 0,
  toMs: HOUR_MS,
  policy: null,
  warnings: [],
};

let made: Plan;
let report: PlanReport;
beforeAll(async () => {
  const site = sampleSite([
    ['peak: 3 MW', 'peak: { max: 6 MWp }'],
    ['energy: 3 MWh', 'energy: { max: 12 MWh }'],
  ]);
  made = await plan(site, { days: 8, gap: 0.05, segments: 60, jobs: 1 });
  report = { plan: made, years: ['a year'], explained, manifest, warnings: ['short <b>'] };
}, 120_000);

describe('the page of a plan', () => {
  it('has the first page, every section, no script and nothing from elsewhere', () => {
    const html = planReportHtml(report);
    expect(html).not.toMatch(/NaN|undefined|Infinity|<script|https?:\/\/(?!www\.w3\.org)/);
    for (const title of [
      'What to build',
      'What a million tokens costs',
      'What it takes',
      'When it gets hard',
      'How sure this is',
      'Sizes',
      'Cost of a token',
      'Cash flow',
      'From sun to token',
      'The proof',
      'Every input and its source',
    ])
      expect(html).toContain(`<h2>${title}</h2>`);
    expect(html).toContain('No design of these parts');
    expect(html).toContain('short &lt;b&gt;');
    expect(html).toContain('Of 3 inputs 2 are assumed or our choice');
    expect(html).toContain('<b class="mark">assumed</b> the site file: assumed: the &lt;roof&gt;');
    expect(html).toContain('<b class="mark">our choice</b> usual');
    expect(html).not.toContain('<h2>Alternatives</h2>');
    // The curves of every picture have a title and a description for who cannot see them.
    expect(html.match(/<svg/g)!.length).toBe(html.match(/<svg[^>]*><title>[^<]+<\/title><desc>[^<]+<\/desc>/g)!.length);
  });

  it('answers what was asked', () => {
    const survival = survivalOf(made.problem, made.chosen, 6);
    const figure = { name: 'output tokens', unit: 'tokens', plan: 100, twin: 99, differenceShare: -0.01 };
    const proof = { byYear: [], survival, replay: { figures: [figure] }, unseen: [] } as unknown as PlanProof;
    const figures = (yearlyMoney: number, co2Kg: number) =>
      ({
        yearlyMoney,
        co2Kg,
        waterL: 0,
        unservedShare: 0,
        capexMoney: 1,
        lcotPerMtoken: 2,
        renewableShare: 0.5,
      }) as ScenarioFigures;
    const outcomes = [
      { id: 'base', label: 'as given', faults: [], figures: figures(2e6, 9e5) },
      { id: 'no-grid', label: 'without the grid', faults: [], figures: figures(3e6, 0) },
      { id: 'dear', label: 'dear', faults: [], figures: figures(4e6, 9e5) },
    ];
    const list = [...outcomes.map((o) => ({ ...o, edits: [], factors: {} }))];
    const [input] = inputsToMove(made.site);
    const html = planReportHtml({
      ...report,
      proof,
      alternatives: {
        list: [...list, { id: 'chip', label: 'on X', edits: [], factors: {}, reason: 'no price' }],
        outcomes,
      },
      tornado: { base: 2, unproven: 0.02, bars: [{ input: input!, low: 1, high: 3, swing: 2 }], missing: [] },
      compliance: [],
    });
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
    expect(html).toContain('<h2>Alternatives</h2>');
    expect(html).toContain('no price');
    expect(html).toContain('What moves the cost of a token');
    expect(html).toContain('If the grid fails without notice');
    expect(html).toContain('output tokens -1 %');
    // Water is the same in all, and so no frontier.
    const frontiers = alternativeFrontiers(outcomes, 'USD');
    expect(frontiers.map((f) => f.title)).toEqual(['Cost against CO2']);
    expect(frontiers[0]!.points.map((p) => p.frontier)).toEqual([true, true, false]);
    expect(frontiers[0]!.points[0]).toMatchObject({ x: 900, y: 2, base: true });
    expect(frontierLines(outcomes, 'USD')).toEqual([
      'cost against CO2, none is better in both: as given; without the grid',
    ]);
    expect(html).toContain('What is apart by less than 0.02 USD/Mtoken is within what the plans leave unproven.');
    // Who gives up most of the demand is cheap, and no alternative; who has no grid has no hours without it.
    const idle = {
      ...figures(1e6, 1e5),
      unservedShare: 0.79,
      loleHPerYear: 0,
      short: 'chat not served: 1 req/s: hall-1-chain rating binds',
    };
    const [given, , dear] = outcomes;
    const others = [
      { ...given!, figures: { ...given!.figures, loleHPerYear: 14 } },
      { ...dear!, figures: { ...dear!.figures, loleHPerYear: 2 } },
      { id: 'idle', label: 'idle', faults: [], figures: idle },
      outcomes[1]!,
    ];
    expect(frontierLines(others, 'USD')).toEqual([
      'cost against CO2, none is better in both: as given; without the grid',
      'cost against availability, none is better in both: as given; dear',
    ]);
    const asked = others.map((o) => ({ ...o, edits: [], factors: {} }));
    expect(alternativesNotes({ list: asked, outcomes: others })).toEqual([
      [
        'idle',
        'stands on no frontier: it leaves 79 % of the requests unserved (chat not served: 1 req/s: hall-1-chain rating binds)',
      ],
    ]);
    expect(alternativesRows({ list: asked, outcomes: others }).map((row) => row.at(-1))).toEqual(['14', '2', '0', '–']);
  });
});

describe('a plan in words', () => {
  it('names what to build, each kind once, with the capital of all', () => {
    const lines = buildLines(made);
    expect(lines.map((l) => l.what)).toEqual([...new Set(lines.map((l) => l.what))]);
    expect(lines.find((l) => l.what === 'Solar field')).toMatchObject({ how: 'chosen, up to 6 MWp' });
    expect(lines.find((l) => l.what === 'Grid connection')).toMatchObject({ how: 'given' });
    const capital = lines.reduce((sum, l) => sum + l.capexMoney, 0);
    expect(capital).toBeCloseTo(made.figures.capexMoney, 3);
    const peak = made.figures.sizes.find((s) => s.key === 'peak')!.size;
    expect(landM2(made)).toBeCloseTo(24.28 * peak, 0);
  });

  it('has curves that add up: supply is load, IT and cooling are within it', () => {
    const { curves, loadKw, grid, notTakenKwh } = planCurves(made);
    let apart = 0;
    for (let i = 0; i < grid.count; i++) {
      const supply = ['solarKw', 'windKw', 'generatorKw', 'gridKw', 'batteryKw'] as const;
      const sum = supply.reduce((all, key) => all + (curves[key]?.[i] ?? 0), 0);
      const short = made.chosen.dispatch.columns.get('electricity short')?.values[i] ?? 0;
      apart = Math.max(apart, Math.abs(sum + short - loadKw[i]!) / Math.max(1, loadKw[i]!));
      expect(curves.itKw![i]! + curves.coolingKw![i]!).toBeLessThanOrEqual(loadKw[i]! * (1 + 1e-6));
    }
    // The battery's standing draw is no part of the load of the halls.
    expect(apart).toBeLessThan(0.05);
    expect(notTakenKwh.solar).toBeGreaterThanOrEqual(0);
    const { itKwh, coolingKwh } = made.figures.year;
    expect(coolingKwh).toBeGreaterThan(0);
    expect(coolingKwh).toBeLessThan(0.5 * itKwh);
  });

  it('finds the darkest week of the winter', () => {
    const grid = { startMs: zoneOf(zone).instant(2025, 1, 1), stepMs: HOUR_MS, count: 8760 };
    const values = new Float64Array(8760).fill(5);
    values.fill(1, 24 * 40, 24 * 47);
    values.fill(0, 24 * 200, 24 * 207);
    expect(extremeWeek(grid, zone, values, 'least', [1, 2])).toEqual({ from: 24 * 40, count: 168 });
    expect(extremeWeek(grid, zone, values, 'least')).toEqual({ from: 24 * 200, count: 168 });
    expect(extremeWeek({ ...grid, count: 100 }, zone, values, 'most')).toBeUndefined();
  });

  it('marks assumptions and scales money', () => {
    expect(explained.map(inputMark)).toEqual(['', 'assumed', 'our choice', '']);
    expect(moneyScale(2.5e6, 'USD')).toEqual({ factor: 1e6, unit: 'M USD' });
    expect(moneyScale(12, 'USD')).toEqual({ factor: 1, unit: 'USD' });
  });
});
