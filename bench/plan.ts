/*
 * Sizing a site with a certificate against solving the same problem in one piece.
 *
 *   node bin/node24.cjs bench/plan.ts [--repeat N] [--json] [--years 1,5] [--steps 60,15] [--no-flat]
 *
 * sites/bukhara.yaml with five sizes free: sun, wind, energy and power of the battery, generators; the grid as it is. `certify` on
 * as many threads as there are cores (four at most) to a gap of 0.5 %, and HiGHS on the flat problem of 8,760 hours: interior
 * point without crossover, then dual simplex for as long as that took, both at HiGHS' own tolerances. `--years 1,5,35` and
 * `--steps 60,15` (minutes) say which longer and finer problems are sized; `--no-flat` leaves the flat problem out.
 */
import { arraysOf, type Method, type Solved, solveOnce } from '../src/balance/highs.ts';
import type { LinearModel } from '../src/balance/linearModel.ts';
import { SolverPool } from '../src/balance/pool.ts';
import { type BalanceUnit, SiteBalance, type SizeChoice } from '../src/balance/siteModel.ts';
import { loadCatalog } from '../src/catalog/load.ts';
import type { Certified } from '../src/plan/certified.ts';
import { certify } from '../src/plan/certify.ts';
import { type PlanProblem, problemOf } from '../src/plan/problem.ts';
import { segmentsOf, threadsFor } from '../src/plan/sizing.ts';
import { MINUTE_MS } from '../src/series/grid.ts';
import { loadSite } from '../src/site/load.ts';
import { generateWeather } from '../src/weather/generate.ts';
import { bench, benchOptions, type Figure } from './figures.ts';

const SITE = 'sites/bukhara.yaml';
const GAP = 0.005;
/** Most of each size, kW and kWh: ten times what the site has. */
const MOST: Readonly<Record<string, number>> = {
  'pv.peak': 30_000,
  'wind.rated': 10_000,
  'bess.energy': 40_000,
  'bess.power': 15_000,
  'gensets.rated': 16_000,
};
/** What feeds the site's bus in the flat problem, and what draws from it beside the halls. */
const FEEDS = ['pv used', 'wind used', 'bess discharge', 'gensets power', 'grid import', 'electricity short'];
const DRAWS = ['bess charge'];

const site = loadSite(SITE);

interface Timed<T> {
  readonly result: T;
  readonly seconds: number;
  readonly cpuS: number;
}

async function timed<T>(run: () => Promise<T>): Promise<Timed<T>> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = await run();
  const { user, system } = process.cpuUsage(cpu);
  return { result, seconds: (performance.now() - start) / 1000, cpuS: (user + system) / 1e6 };
}

function problem(years: number, stepMin: number): PlanProblem {
  const climate = loadCatalog().climates.get('bukhara')!;
  return problemOf(site, {
    // The site's own year first, then others of its climate.
    years: Array.from({ length: years }, (_, y) => generateWeather(climate, y + 1)),
    stepMs: stepMin * MINUTE_MS,
    free: Object.entries(MOST).map(([name, upper]) => {
      const [unitId = '', key = ''] = name.split('.');
      return { unitId, key, lower: 0, upper };
    }),
  });
}

/** A line for every round: a long search says how far it is. */
function tell({ rounds, windows, lower, upper, gapShare, seconds }: Certified): void {
  const bounds = `${lower.toExponential(4)} to ${upper.toExponential(4)}, gap ${(100 * gapShare).toFixed(2)} %`;
  console.error(
    `round ${rounds}, ${windows} windows: ${bounds}, ${seconds.toFixed(0)} s, ${cpuS().toFixed(0)} s of CPU`,
  );
}

function cpuS(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function certified(balance: SiteBalance, choices: readonly SizeChoice[]): Promise<Timed<Certified>> {
  const pool = new SolverPool(threadsFor());
  try {
    const segments = segmentsOf(balance, {});
    return await timed(() => certify(balance, choices, pool, { gap: GAP, segments, onRound: tell }));
  } finally {
    await pool.close();
  }
}

/** Flat, in one piece; a method that takes longer than the limit is stopped. */
async function flat(model: LinearModel, method: Method, timeLimitS?: number): Promise<Timed<Solved>> {
  const arrays = arraysOf(model);
  return timed(() => solveOnce(arrays, { method, ...(timeLimitS === undefined ? {} : { timeLimitS }) }));
}

/** The same sources and stores before a load that stands: the mean of what the halls draw in the flat optimum. */
function withoutTokens(
  { balance, choices, penalties, horizon }: PlanProblem,
  model: LinearModel,
  values: Float64Array,
) {
  const mean = (name: string): number => {
    const group = model.columnGroups.find((g) => g.name === name)!;
    return values.subarray(group.first, group.first + group.count).reduce((a, b) => a + b, 0) / group.count;
  };
  const loadKw = FEEDS.reduce((sum, name) => sum + mean(name), 0) - DRAWS.reduce((sum, name) => sum + mean(name), 0);
  const load = new Float64Array(horizon.grid.count).fill(loadKw);
  const halls: BalanceUnit = {
    id: 'halls',
    balance: () => ({
      sizes: [],
      sharp: [],
      shape: [],
      add(m) {
        const mean = m.mean(load);
        m.flow('mv', m.columns('halls load', 'kW', mean, mean, 0), -1);
      },
    }),
  };
  const sources = site.units.filter((u) => u.role === 'source' || u.role === 'store' || u.role === 'slack');
  const bare = new SiteBalance([...sources, halls], [], horizon, penalties);
  const own = bare.sizes.map((size) => {
    const at = balance.sizes.findIndex((s) => s.unitId === size.unitId && s.key === size.key);
    return choices[at]!;
  });
  return { balance: bare, choices: own };
}

const figure = (what: string, unit: string, value: number, beside?: string): Figure => ({
  what,
  unit,
  values: [value],
  ...(beside === undefined ? {} : { beside }),
});

/** Certified sizing of a problem, as figures. */
function sizing(name: string, { result, seconds, cpuS }: Timed<Certified>): Figure[] {
  return [
    figure(`${name}: certified`, 's', seconds),
    figure(`${name}: certified`, 's of CPU', cpuS),
    figure(`${name}: gap of what can be decided`, '%', 100 * result.gapShare),
    figure(`${name}: rounds`, '', result.rounds),
    figure(`${name}: columns of all windows`, '', result.full.columns),
    figure(`${name}: rows of all windows`, '', result.full.rows),
    figure(`${name}: columns of the merged model`, '', result.merged.columns),
  ];
}

async function beside(): Promise<Figure[]> {
  const asked = problem(1, 60);
  const { balance, choices } = asked;
  const ours = await certified(balance, choices);
  const model = balance.model(balance.flat(), choices);
  const interior = await flat(model, 'ipm');
  const simplex = await flat(model, 'simplex', interior.seconds);
  const faster = simplex.result.status === 'optimal' ? simplex : interior;
  const { objective, status } = interior.result;
  if (status !== 'optimal') throw new Error(`the interior point ended as ${status}`);
  const { lower, upper } = ours.result;
  const given =
    choices.reduce((sum, c) => sum + (c.lower === c.upper ? c.lower * c.costPerYear : 0), 0) * balance.years;
  const decided = upper - given;
  const bare = withoutTokens(asked, model, interior.result.values);
  const bareModel = bare.balance.model(bare.balance.flat(), bare.choices);
  const bareInterior = await flat(bareModel, 'ipm');
  const bareSimplex = await flat(bareModel, 'simplex', bareInterior.seconds);
  const name = faster === simplex ? 'HiGHS simplex, flat' : 'HiGHS interior point, flat';
  return [
    figure('certified, by the clock', '', ours.seconds / faster.seconds, name),
    figure('certified, by CPU', '', ours.cpuS / faster.cpuS, name),
    ...sizing('a year, hours', ours),
    figure('flat: columns', '', model.columnCount),
    figure('flat: rows', '', model.rowCount),
    figure('flat: interior point', 's', interior.seconds),
    figure('flat: interior point', 's of CPU', interior.cpuS),
    figure(`flat: simplex, ${simplex.result.status}`, 's', simplex.seconds),
    figure(`flat: simplex, ${simplex.result.status}`, 's of CPU', simplex.cpuS),
    figure('flat optimum above our lower bound, of what can be decided', '%', (100 * (objective - lower)) / decided),
    figure(
      'our upper bound above the flat optimum, of what can be decided',
      '%',
      (100 * (upper - objective)) / decided,
    ),
    figure('without tokens, flat: columns', '', bareModel.columnCount),
    figure('without tokens, flat: rows', '', bareModel.rowCount),
    figure('without tokens, flat: interior point', 's of CPU', bareInterior.cpuS),
    figure(`without tokens, flat: simplex, ${bareSimplex.result.status}`, 's of CPU', bareSimplex.cpuS),
    ...sizing('without tokens', await certified(bare.balance, bare.choices)),
  ];
}

const words = process.argv.slice(2);
const list = (option: string, otherwise: readonly number[]): readonly number[] => {
  const at = words.indexOf(option);
  return at < 0
    ? otherwise
    : (words[at + 1] ?? '')
        .split(',')
        .filter((w) => w !== '')
        .map(Number);
};
const options = benchOptions(words, 1);
await bench('plan', `${SITE}, five sizes free; gap ${100 * GAP} %`, options, async (): Promise<Figure[]> => {
  const runs: Figure[][] = [];
  for (let n = 0; n < options.repeat; n++) {
    const figures = words.includes('--no-flat') ? [] : await beside();
    for (const years of list('--years', [5])) {
      const { balance, choices } = problem(years, 60);
      figures.push(...sizing(`${years} years, hours`, await certified(balance, choices)));
    }
    for (const step of list('--steps', [15])) {
      const { balance, choices } = problem(1, step);
      figures.push(...sizing(`a year, ${step} min`, await certified(balance, choices)));
    }
    runs.push(figures);
  }
  return runs[0]!.map((f, i) => ({ ...f, values: runs.map((run) => run[i]!.values[0]!) }));
});
