import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadSite } from '../../site/load.ts';
import { comparisonOf } from './comparison.ts';
import { lacking, whole } from './contender.ts';
import { servedWorse } from './served.ts';
import { someCompared, someOutcome } from './testing/some.ts';
import { waterfalls } from './waterfall.ts';

const site = loadSite(fileURLToPath(new URL('../../../sites/tashkent-campus.yaml', import.meta.url)));

describe('a comparison', () => {
  const siloed = someOutcome(whole('siloed'));

  it('tells what a policy saves per token against a baseline', () => {
    const tuned = someOutcome(whole('tuned-silos'), { facilityKwh: 88, itKwh: 84, runningCostMoney: 4 });
    const { gains } = comparisonOf(site, [siloed, tuned]);
    expect(gains.map((g) => [g.of, g.against])).toEqual([['tuned-silos', 'siloed']]);
    expect(gains[0]!.saved['joulesPerToken']).toBeCloseTo(0.2, 9);
    expect(gains[0]!.saved['joulesPerTokenIt']).toBeCloseTo(0.16, 9);
    expect(gains[0]!.saved['runningCostPerMtoken']).toBeCloseTo(2.5 / 6.5, 9);
    expect(gains[0]!.worse).toEqual([]);
  });

  it('gives nobody credit for work that was left lying', () => {
    // Half of the batch is not done, and its 10 kWh of 100 not spent.
    const lazy = someOutcome(
      whole('tuned-silos'),
      { facilityKwh: 99, itKwh: 90, outputTokens: 8e5, backlogEnd: 1000 },
      {},
      { served: 1000, backlogEnd: 1000, outputTokens: 2e5, itKwh: 10 },
    );
    const { gains } = comparisonOf(site, [siloed, lazy]);
    expect(gains[0]!.saved['joulesPerToken']).toBeCloseTo(0, 9);
  });
});

describe('served worse', () => {
  const siloed = someOutcome(whole('siloed'));

  it('says which service is within its targets less often, loses more or is late', () => {
    const worse = someOutcome(whole('tuned-silos'), { shortKwh: 2 }, { attainment: 0.99, shed: 3 }, { late: 5 });
    expect(servedWorse(worse, siloed)).toEqual([
      'chat is within its targets 0.90 points less often',
      '3 more requests of chat are not served',
      '5 more requests of archive are late',
      '2.0 kWh more are wanted and not delivered',
    ]);
    expect(servedWorse(siloed, worse)).toEqual([]);
  });

  it('takes a tenth of a point for nothing', () => {
    expect(servedWorse(someOutcome(whole('tuned-silos'), {}, { attainment: 0.9981 }), siloed)).toEqual([]);
    expect(servedWorse(someOutcome(whole('tuned-silos'), {}, { attainment: 0.9979 }), siloed)).toHaveLength(1);
  });
});

describe('a waterfall', () => {
  const tuned = someCompared(whole('tuned-silos'), 10, 5);
  const best = someCompared(whole('joint'), 7, 2);

  it('counts what is lost without a part as its gain, and what no part explains as the rest', () => {
    const without = [
      someCompared(lacking('joint', 'packing'), 8.5, 2.5),
      someCompared(lacking('joint', 'levels'), 7.5, 2),
    ];
    const [energy, cost] = waterfalls(tuned, best, without);
    expect(energy!.parts).toEqual([
      { part: 'packing', gain: 1.5 },
      { part: 'levels', gain: 0.5 },
    ]);
    expect(energy!.rest).toBeCloseTo(1, 12);
    expect(cost!.rest).toBeCloseTo(2.5, 12);
    for (const { from, to, parts, rest } of [energy!, cost!])
      expect(from.value - parts.reduce((sum, p) => sum + p.gain, 0) - rest).toBeCloseTo(to.value, 12);
  });

  it('shows parts that two others could replace by a rest below zero', () => {
    const either = [
      someCompared(lacking('joint', 'storage'), 9.5, 2),
      someCompared(lacking('joint', 'deferral'), 9.5, 2),
    ];
    expect(waterfalls(tuned, best, either)[0]!.rest).toBeCloseTo(-2, 12);
  });
});
