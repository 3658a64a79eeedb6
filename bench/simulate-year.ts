/*
 * CPU time of a simulated year: sites/bukhara.yaml, 15-minute steps, policy siloed, each repeat in a process of its own.
 *
 *   node bin/node24.cjs bench/simulate-year.ts [--repeat N] [--json] [--policy NAME]
 *
 * Measured is the call of simulate() alone, from cold code: demand of every step, the policy's preparation, and 35,040 times
 * policy, twin, ledger and tally. Before it, apart: loading the modules, the site, the weather year and the air of every step.
 * Warm is the second call in the same process, and a third one in which no rate comes twice, because what comes again is taken
 * from memory. CPU time is `process.cpuUsage`, all threads, so compiling and collecting
 * garbage count; beside it stands the plain loop of `bound.ts` in the same process.
 */
import { fileURLToPath } from 'node:url';
import type { RateSource } from '../src/workload/rate.ts';
import { bound } from './bound.ts';
import { bench, benchOptions, type Figure, ratios } from './figures.ts';
import { builtRoot, ROOT, runNode } from './processes.ts';

const SITE = `${ROOT}sites/bukhara.yaml`;
const SOURCE = new URL('../src/', import.meta.url);
const BOUND_ROUNDS = 5;

/** What one process measured, CPU seconds unless the name says otherwise. */
interface Once {
  readonly modules: number;
  readonly site: number;
  readonly weather: number;
  readonly conditions: number;
  readonly cold: number;
  readonly warm: number;
  readonly fresh: number;
  readonly bound: number;
  readonly weatherWarm: number;
  readonly conditionsWarm: number;
  readonly steps: number;
  readonly columns: number;
  readonly peakMb: number;
}

async function cpuS<T>(work: () => T | Promise<T>): Promise<[seconds: number, result: T]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1e6, result];
}

/** Loads the modules of the source or of the build; both have the same types. */
async function modulesOf(root: URL) {
  const ending = root.href === SOURCE.href ? '.ts' : '.js';
  const load = (name: string) => import(new URL(name + ending, root).href);
  const simulate: typeof import('../src/simulate/simulate.ts') = await load('simulate/simulate');
  const air: typeof import('../src/simulate/air.ts') = await load('simulate/air');
  const period: typeof import('../src/simulate/period.ts') = await load('simulate/period');
  const site: typeof import('../src/site/load.ts') = await load('site/load');
  const plant: typeof import('../src/site/plant.ts') = await load('site/plant');
  const conditions: typeof import('../src/weather/conditions.ts') = await load('weather/conditions');
  const policy: typeof import('../src/policy/policy.ts') = await load('policy/policy');
  return { ...simulate, ...air, ...period, ...site, ...plant, ...conditions, ...policy };
}

/** The same demand without a rate that comes twice: a trifle is added that rises with time. */
function neverAgain(source: RateSource): RateSource {
  const ratePerS = (startMs: number, endMs: number) => source.ratePerS(startMs, endMs) * (1 + 1e-16 * startMs);
  return { ...source, ratePerS };
}

async function once(root: URL, policyName: string): Promise<Once> {
  const [modules, product] = await cpuS(() => modulesOf(root));
  const policy = product.POLICY_NAMES.find((name) => name === policyName);
  if (policy === undefined) throw new RangeError(`--policy takes one of ${product.POLICY_NAMES.join(', ')}`);
  const [siteS, site] = await cpuS(() => product.loadSite(SITE));
  const grid = product.periodOf({}, site.context.zone);
  const [weather, year] = await cpuS(() => product.weatherOf(site));
  const [conditions, steps] = await cpuS(() => product.conditionsOn(year, site.context, grid));
  const scenario = {
    plant: product.plantOf(site),
    currency: site.money.currency,
    grid,
    conditions: steps,
    rates: site.services.map((service) => service.rate),
    policy,
  };
  const [cold, run] = await cpuS(() => product.simulate(scenario));
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const [warm] = await cpuS(() => product.simulate(scenario));
  const [fresh] = await cpuS(() => product.simulate({ ...scenario, rates: scenario.rates.map(neverAgain) }));
  const columns = run.ledger.columns.length;
  const bounds: number[] = [];
  for (let i = 0; i < BOUND_ROUNDS; i++) bounds.push((await cpuS(() => bound(grid.count, columns)))[0]);
  const [weatherWarm, other] = await cpuS(() => product.weatherOf(site));
  const [conditionsWarm] = await cpuS(() => product.conditionsOn(other, site.context, grid));
  return {
    modules,
    site: siteS,
    weather,
    conditions,
    cold,
    warm,
    fresh,
    bound: Math.min(...bounds),
    weatherWarm,
    conditionsWarm,
    steps: grid.count,
    columns,
    peakMb,
  };
}

function figuresOf(kind: string, runs: readonly Once[]): Figure[] {
  const of = (read: (run: Once) => number): number[] => runs.map(read);
  const figure = (what: string, unit: string, values: readonly number[], beside?: string): Figure => ({
    what: kind === '' ? what : `${what}, ${kind}`,
    unit,
    values,
    ...(beside === undefined ? {} : { beside }),
  });
  const bounds = of((r) => r.bound);
  return [
    figure(
      'simulate, cold',
      '',
      ratios(
        of((r) => r.cold),
        bounds,
      ),
      'plain loop',
    ),
    figure(
      'simulate, warm',
      '',
      ratios(
        of((r) => r.warm),
        bounds,
      ),
      'plain loop',
    ),
    figure(
      'simulate, warm, no rate twice',
      '',
      ratios(
        of((r) => r.fresh),
        bounds,
      ),
      'plain loop',
    ),
    figure(
      'simulate, cold',
      's of CPU',
      of((r) => r.cold),
    ),
    figure(
      'simulate, warm',
      's of CPU',
      of((r) => r.warm),
    ),
    figure(
      'simulate, warm, no rate twice',
      's of CPU',
      of((r) => r.fresh),
    ),
    figure(
      'steps per CPU second, cold',
      '1/s',
      of((r) => r.steps / r.cold),
    ),
    figure(
      'steps per CPU second, warm',
      '1/s',
      of((r) => r.steps / r.warm),
    ),
    figure('plain loop', 's of CPU', bounds),
    figure(
      'before it: load modules',
      's of CPU',
      of((r) => r.modules),
    ),
    figure(
      'before it: load site',
      's of CPU',
      of((r) => r.site),
    ),
    figure(
      'before it: generate weather',
      's of CPU',
      of((r) => r.weather),
    ),
    figure(
      'before it: air of every step',
      's of CPU',
      of((r) => r.conditions),
    ),
    figure(
      'generate weather, warm',
      's of CPU',
      of((r) => r.weatherWarm),
    ),
    figure(
      'air of every step, warm',
      's of CPU',
      of((r) => r.conditionsWarm),
    ),
    figure(
      'peak memory after the cold call',
      'MB',
      of((r) => r.peakMb),
    ),
  ];
}

async function measure(repeat: number, policy: string): Promise<Figure[]> {
  const built = builtRoot();
  if (typeof built === 'string') process.stderr.write(`simulate-year: ${built}\n`);
  const roots = typeof built === 'string' ? [SOURCE] : [SOURCE, built];
  const runs = roots.map((): Once[] => []);
  // The two take turns, so that a busy minute meets both
  for (let i = 0; i < repeat; i++) {
    roots.forEach((root, r) => {
      // As the launcher starts a simulation.
      const said = runNode([
        '--min-semi-space-size=16',
        fileURLToPath(import.meta.url),
        '--once',
        root.href,
        '--policy',
        policy,
      ]);
      const found: Once = JSON.parse(said);
      runs[r]!.push(found);
    });
  }
  const [source, javascript] = runs;
  if (javascript === undefined) return figuresOf('', source!);
  const against: Figure = {
    what: 'simulate, cold, built JavaScript',
    unit: '',
    values: ratios(
      javascript.map((r) => r.cold),
      source!.map((r) => r.cold),
    ),
    beside: 'TypeScript',
  };
  return [...figuresOf('TypeScript', source!), against, ...figuresOf('JavaScript', javascript)];
}

const words = process.argv.slice(2);
const policy = words.includes('--policy') ? (words[words.indexOf('--policy') + 1] ?? '') : 'siloed';
if (words[0] === '--once') process.stdout.write(JSON.stringify(await once(new URL(words[1]!), policy)));
else {
  const options = benchOptions(words, 7);
  const about = `a year of bukhara.yaml, 15-minute steps, ${policy}; each repeat in a process of its own`;
  await bench('simulate-year', about, options, () => measure(options.repeat, policy));
}
