import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arraysOf, solveOnce } from '../balance/highs.ts';
import { refuseExclusion } from './exclusion.ts';
import type { PlanProblem } from './problem.ts';
import { sampleProblem, sampleSite } from './testing/sample.ts';

type Changes = readonly (readonly [string, string])[];

/** Sun, battery and chips of the sample are free. */
const FREE: Changes = [
  ['peak: 3 MW', 'peak: { max: 10 MW }'],
  ['energy: 3 MWh', 'energy: { max: 20 MWh }'],
  ['power: 1.5 MW', 'power: { max: 5 MW }'],
  ['count: 1096', 'count: 1096\n    capex: 300000 USD/node'],
  ['replicas: 1096', 'replicas: { min: 1, max: 1096 }'],
];
const NO_STORE: Changes = [
  ...FREE.filter(([from]) => !from.startsWith('energy') && !from.startsWith('power')),
  ['energy: 3 MWh', 'energy: 1 kWh'],
  ['power: 1.5 MW', 'power: 1 kW'],
];
const WEAK: Changes = [...NO_STORE, ['rated: 798 kW', 'rated: 1 kW']];
const TOWERS: Changes = [...FREE, ['air_heat: 399 kW', 'plant: tower\n      air_heat: 399 kW']];
const DENIED = 'procurement: { deny_vendors: [NVIDIA], enforce: warning, source: test }';

const refusal = (problem: PlanProblem): Promise<string> =>
  refuseExclusion(problem).then(
    () => 'can be kept',
    (error: unknown) => String(error),
  );
const problem = (changes: Changes, more: string): PlanProblem => sampleProblem(sampleSite(changes, more));

const PEAK = (share: number) =>
  `rules: { peak_reduction: { share: ${share} %, peak_hours: [[9, 14]], basis: grid_import, reference: mean_off_peak, period: day, reading: ours } }`;
const STORE = (share: number) =>
  `rules: { storage: { share: ${share} %, basis: contracted, duration_h: 4, reading: ours } }`;

/** One row for each limit: what it is at odds with, the same loosened, and what is said. */
const TABLE: readonly (readonly [string, Changes, string, string, RegExp])[] = [
  [
    'a share of sun and too little land for it',
    FREE,
    'limits: { renewable_share: 60 %, land: 1 ha }',
    'limits: { renewable_share: 60 %, land: 30 ha }',
    /keeps all requests served, limits\.renewable_share \(at least 60 %\) and limits\.land \(at most 1 ha\)\. .*it lacks at least [\d.]+ [MG]Wh of sun and wind a year.*If only limits\.land gives way, it takes at least [\d.]+ ha;/,
  ],
  [
    'a cap on CO2 and no other way to feed the load',
    FREE,
    'limits: { co2_per_year: 1 t, land: 1 ha }',
    'limits: { co2_per_year: 9000 t, land: 1 ha }',
    /limits\.co2_per_year \(at most 1 t\).*If only limits\.co2_per_year gives way, it takes at least [\d.]+ t\./,
  ],
  [
    'towers and a year without water',
    TOWERS,
    'limits: { water_per_year: 1 m3 }',
    'limits: { water_per_year: 60000 m3 }',
    /limits\.water_per_year \(at most 1 m3\)\. .*If only limits\.water_per_year gives way, it takes at least \d+ m3/,
  ],
  [
    'towers and an hour without water',
    TOWERS,
    'limits: { water_per_hour: 1 L }',
    'limits: { water_per_hour: 20 m3 }',
    /limits\.water_per_hour \(at most 1 L\)\. .*it is passed by at least \d+ m3 a year/,
  ],
  [
    'a budget that does not pay for the demand',
    FREE,
    'limits: { budget: 12000000 USD }',
    'limits: { budget: 90000000 USD }',
    /keeps all requests served and limits\.budget \(at most 12 M USD\)\. .*at least [\d.]+ % of what is asked is not served.*it takes at least [\d.]+ M USD/,
  ],
  [
    'a budget that does not pay for the storage',
    FREE.filter(([from]) => !from.startsWith('replicas')),
    `limits: { budget: 44110000 USD }\n${STORE(100)}`,
    `limits: { budget: 90000000 USD }\n${STORE(100)}`,
    /limits\.budget \(at most 44.1 M USD\) and rules\.storage \(energy of the storage duty\)\. .*it misses at least \d+ kWh/,
  ],
  [
    'a cut at peak hours and nothing that can shift',
    WEAK,
    `limits: { land: 1 m2 }\n${PEAK(60)}`,
    `limits: { land: 30 ha }\n${PEAK(1)}`,
    /rules\.peak_reduction \(at least 60 % less\).*at peak hours it is passed by at least [\d.]+ [kMG]Wh a year/,
  ],
  [
    'a reserve and nothing that can carry it',
    WEAK,
    'limits: { reserve: { duration: 4 h } }',
    'limits: { reserve: { duration: 1 min, load: 0 % } }',
    /limits\.reserve \(100 % of the load for 4 h\).*it lacks at least [\d.]+ kW in the mean of all hours/,
  ],
  [
    'spare nodes of a pool that is full',
    FREE,
    'limits: { pools: [{ pool: pool-1, spare_nodes: 100 }] }',
    'limits: { pools: [{ pool: pool-1, spare_nodes: 1 }] }',
    /keeps all requests served and limits\.pools pool-1 spare_nodes \(100\)\. .*pool-1 lacks at least [\d.]+ accelerators/,
  ],
  [
    'demand for more chips than were bought, and no more may be',
    FREE,
    `limits: { pools: [{ pool: pool-1, bought: 500 }] }\n${DENIED}`,
    `limits: { pools: [{ pool: pool-1, bought: 1090 }] }\n${DENIED}`,
    /keeps all requests served and pool-1: accelerators \(at least 500 accelerators, at most 500 accelerators\)\. .*it misses at least \d+ accelerators/,
  ],
];

describe('limits that exclude each other', () => {
  it.each(TABLE)('%s', async (_, changes, excluding, loosened, said) => {
    expect(await refusal(problem(changes, excluding))).toMatch(said);
    expect(await refusal(problem(changes, loosened))).toBe('can be kept');
  });

  it('are not told where demand alone is too much: the plan says when and how much', async () => {
    const few = FREE.map(([from, to]) => [from, to.replace('max: 1096', 'max: 300')] as const);
    expect(await refusal(problem(few, 'limits: { co2_per_year: 1 t, land: 1 ha }'))).toBe('can be kept');
  });

  it('are not looked for where nothing is free', async () => {
    expect(await refusal(problem([], 'limits: { co2_per_year: 1 t }'))).toBe('can be kept');
  });

  it('are never those of a site that can keep them: the full balance of any small site misses something', {
    timeout: 120_000,
  }, async () => {
    const drawn = fc.record({
      share: fc.integer({ min: 0, max: 100 }),
      landHa: fc.integer({ min: 1, max: 300 }),
      budget: fc.integer({ min: 20, max: 70 }),
      co2T: fc.integer({ min: 0, max: 6000 }),
      peak: fc.integer({ min: 1, max: 95 }),
      reserveH: fc.integer({ min: 1, max: 12 }),
      which: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    });
    const seen = { refused: 0, kept: 0 };
    await fc.assert(
      fc.asyncProperty(drawn, async ({ share, landHa, budget, co2T, peak, reserveH, which }) => {
        const texts = [
          `renewable_share: ${share} %`,
          `land: ${landHa / 10} ha`,
          `budget: ${budget}000000 USD`,
          `co2_per_year: ${co2T} t`,
          `reserve: { duration: ${reserveH} h }`,
        ];
        const limits = `limits: { ${texts.filter((_, i) => which[i]).join(', ')} }`;
        const asked = problem(FREE, `${limits}\n${which[0] === which[1] ? PEAK(peak) : ''}`);
        const { balance, choices } = asked;
        const model = balance.model(balance.flat(), choices);
        const { status, values } = await solveOnce(arraysOf(model));
        expect(status).toBe('optimal');
        const missed = model.columnGroups
          .filter((g) => g.slack)
          .reduce((sum, g) => sum + values.subarray(g.first, g.first + g.count).reduce((a, b) => a + b, 0), 0);
        const isRefused = (await refusal(asked)) !== 'can be kept';
        if (isRefused) expect(missed).toBeGreaterThan(1e-3);
        if (isRefused) seen.refused++;
        if (missed < 1e-6) seen.kept++;
      }),
      { numRuns: 40, seed: 5 },
    );
    // Neither is rare, so that both are tried.
    expect(seen.refused).toBeGreaterThan(5);
    expect(seen.kept).toBeGreaterThan(5);
  });
});
