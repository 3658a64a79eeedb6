import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Cache } from '../scripts/results/cache.ts';
import { type CaseResult, resultsPage } from '../scripts/results/page.ts';
import { boundSaves, scarceOf, verdictsOf } from '../scripts/results/verdict.ts';
import type { Totals } from '../src/kpi/totals.ts';
import type { PolicyName } from '../src/policy/policy.ts';
import { comparisonOf, type LowerBound } from '../src/simulate/compare/comparison.ts';
import { type Contender, servingAs, whole } from '../src/simulate/compare/contender.ts';
import type { SceneOrder } from '../src/simulate/compare/order.ts';
import { someOutcome } from '../src/simulate/compare/testing/some.ts';
import { loadSite } from '../src/site/load.ts';
import { ROOT } from './imports.ts';

const siteFile = join(ROOT, 'sites/tashkent-campus.yaml');
const site = loadSite(siteFile);
const folder = mkdtempSync(join(tmpdir(), 'results-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Four policies that draw so many kWh for the same million tokens, and pay a tenth of that; those that look ahead draw as much at the service of the tuned silos. */
function drawing(
  [siloed, tuned, joint, foresight]: readonly [number, number, number, number],
  bound?: number,
  changes: Partial<Totals> = {},
) {
  const drawn = (contender: Contender, kwh: number) =>
    someOutcome(contender, { facilityKwh: kwh, runningCostMoney: kwh / 10, ...changes });
  const of = (name: PolicyName, kwh: number) => drawn(whole(name), kwh);
  const as = (name: PolicyName, kwh: number) => drawn({ ...whole(name), id: servingAs(name, 'tuned-silos') }, kwh);
  const least: LowerBound | undefined =
    bound === undefined ? undefined : { facilityKwh: bound, costMoney: bound / 10, outputTokens: 1e6, seconds: 1 };
  return comparisonOf(
    site,
    [
      ...[of('siloed', siloed), of('tuned-silos', tuned), of('joint', joint), of('foresight', foresight)],
      ...[as('joint', joint), as('foresight', foresight)],
    ],
    least,
  );
}

describe('bars of the results', () => {
  it('are green where they are reached', () => {
    const verdicts = verdictsOf(drawing([200, 120, 100, 99]));
    expect(verdicts.map((v) => [v.measured, v.mark])).toEqual([
      ['50.0 %', 'green'],
      ['as well', 'green'],
      ['16.7 %', 'green'],
      ['as well', 'green'],
      ['95.2 % (16.7 % of 17.5 %)', 'green'],
    ]);
  });

  it('are red with what forbids it: the bound, or what perfect forecasts do not reach, or nothing', () => {
    const why = (of: ReturnType<typeof drawing>) => verdictsOf(of)[2]!;
    expect(why(drawing([200, 120, 115, 113], 111))).toMatchObject({
      mark: 'red',
      why: expect.stringMatching(/^physics: .* only 7\.5 % below/),
    });
    expect(why(drawing([200, 120, 115, 113], 80)).why).toMatch(
      /^with perfect forecasts 5\.8 %, the bound is 33\.3 % below/,
    );
    expect(why(drawing([200, 120, 115, 100], 80)).why).toMatch(/^nothing forbids it/);
  });

  it('leave the share of foresight open where it gains next to nothing', () => {
    expect(verdictsOf(drawing([200, 120, 119, 119]))[4]).toMatchObject({ mark: 'open' });
    expect(verdictsOf(drawing([200, 120, 118, 108]))[4]).toMatchObject({
      mark: 'red',
      measured: '16.7 % (1.7 % of 10.0 %)',
    });
  });

  it('count in money where sun and wind are thrown away, in energy elsewhere', () => {
    expect(scarceOf(drawing([200, 120, 100, 99])).name).toBe('energy');
    expect(scarceOf(drawing([200, 120, 100, 99], undefined, { curtailedKwh: 4 })).name).toBe('cost');
    expect(scarceOf(drawing([200, 120, 100, 99], undefined, { curtailedKwh: 3 })).name).toBe('energy');
  });

  it('say what the bound leaves to gain', () => {
    const of = drawing([200, 120, 100, 99], 90);
    expect(boundSaves(of, 'tuned-silos', 'joulesPerToken')).toBeCloseTo(0.25, 9);
    expect(boundSaves(of, 'siloed', 'runningCostPerMtoken')).toBeCloseTo(0.55, 9);
  });
});

const order: SceneOrder = {
  siteFile,
  grid: { startMs: 0, stepMs: 900_000, count: 96 },
  weather: { kind: 'own' },
  demand: { demand: [], lengths: [], share: 0.3 },
};

describe('the page of the results', () => {
  const result: CaseResult = {
    of: {
      id: 'tashkent-campus typical 30 %',
      site: 'tashkent-campus',
      siteName: site.name,
      weather: 'typical',
      weatherAbout: 'a file',
      share: 0.3,
      order,
    },
    comparison: drawing([200, 120, 115, 113], 111),
    currency: 'USD',
  };

  it('has every case in the summary, with a link to its section, and says what was not run', () => {
    const page = resultsPage([result], true, ['bukhara dark 60 %']);
    expect(page).toContain('(#tashkent-campus-typical-year-30--of-capacity)');
    expect(page).toContain('## Tashkent campus: typical year, 30 % of capacity');
    expect(page).toContain('Not run yet: bukhara dark 60 %.');
    expect(page).toContain('A quick look');
    expect(page).toContain('4.2 % **RED**');
    // A million tokens from 200 and from 115 kWh of the facility.
    expect(page).toMatch(/Tashkent campus, typical, 30 % \| 0\.00139 \/ [^|]+\| [^|]+\| 0\.00242 \//);
    expect(page).toMatch(/1 comparisons, \d bars red/);
    expect(page).not.toMatch(/NaN|undefined/);
  });
});

describe('kept runs', () => {
  const cache = new Cache(folder);

  it('are found again by all that they depend on, and by nothing else', () => {
    const key = cache.key(order, 'joint', 'ahead');
    expect(cache.get(key)).toBeUndefined();
    cache.put(key, { value: 0.1 + 0.2 });
    expect(new Cache(folder).get(cache.key(order, 'joint', 'ahead'))).toEqual({ value: 0.1 + 0.2 });
    for (const other of [
      cache.key(order, 'foresight', 'ahead'),
      cache.key({ ...order, demand: { ...order.demand, share: 0.6 } }, 'joint', 'ahead'),
      cache.key({ ...order, grid: { ...order.grid, count: 97 } }, 'joint', 'ahead'),
      cache.key({ ...order, siteFile: join(ROOT, 'sites/bukhara.yaml') }, 'joint', 'ahead'),
      cache.key(order, 'joint', 'silos'),
    ])
      expect(cache.get(other)).toBeUndefined();
  });
});
