/*
 * Time of a year of facility physics: 8,760 hours of the cooling plant and the power chain of hall-1 of sites/bukhara.yaml.
 *
 *   node bin/node24.cjs bench/facility-year.ts [--repeat N] [--json]
 *
 * Each hour is one step of the chain, whose heat goes into the hall's air, one of the cooling, and the chain again with the
 * plant's electricity, which is what the twin's fixed point comes to where it settles at once; the load varies with the hour. The
 * weather is the site's generated year, its air and sun made before by conditionsOn and told apart. Cold is the first year of a
 * process, the compiler's work included; warm is the median of the years after it. Beside it stands the plain loop of `bound.ts`
 * in the same process, with as many figures an hour as the two devices report.
 */
import { fileURLToPath } from 'node:url';
import { HOUR_MS } from '../src/series/grid.ts';
import { weatherOf } from '../src/simulate/air.ts';
import { periodOf } from '../src/simulate/period.ts';
import { loadSite } from '../src/site/load.ts';
import { plantOf } from '../src/site/plant.ts';
import { conditionsOn } from '../src/weather/conditions.ts';
import { bound } from './bound.ts';
import { bench, benchOptions, type Figure, median, ratios } from './figures.ts';
import { ROOT, runNode } from './processes.ts';

const SITE = `${ROOT}sites/bukhara.yaml`;
const HALL = 'hall-1';
const HOURS = 8760;
const WARM_YEARS = 15;
/** What a year may take. */
const GOAL_MS = 50;
/** Share of the IT's electricity that arrives in the liquid loop, as the site file sizes its plant: 680 of 950 kW. */
const LIQUID_SHARE = 680 / 950;

/** What one process measured, ms unless the name says otherwise. */
interface Once {
  readonly conditionsMs: number;
  readonly years: readonly number[];
  readonly bounds: readonly number[];
  readonly pue: number;
  readonly litresPerKwh: number;
}

function timed<T>(work: () => T): [ms: number, result: T] {
  const before = performance.now();
  const result = work();
  return [performance.now() - before, result];
}

/** IT load of an hour, kW: between 55 % and 100 % of what the chain is rated for, by hour of the day and by week. */
function loadKw(hour: number, ratedKw: number): number {
  const day = Math.sin(((hour % 24) / 24) * 2 * Math.PI);
  const week = Math.cos((hour / 168) * 2 * Math.PI);
  return ratedKw * (0.775 + 0.15 * day + 0.075 * week);
}

/** A year and others after it, in this process. */
function once(): Once {
  const site = loadSite(SITE);
  const hall = plantOf(site).halls.find((h) => h.id === HALL);
  if (hall === undefined) throw new RangeError(`${SITE} has no hall "${HALL}"`);
  const grid = periodOf({ from: '2025-01-01', to: '2026-01-01', step: '1 h' }, site.context.zone);
  if (grid.count !== HOURS || grid.stepMs !== HOUR_MS) throw new RangeError(`${grid.count} steps are no year of hours`);
  const weather = weatherOf(site);
  const [conditionsMs, at] = timed(() => conditionsOn(weather, site.context, grid));
  const sum = { itKwh: 0, takenKwh: 0, waterL: 0 };
  const year = () => {
    const cooling = hall.cooling.start();
    const chain = hall.chain.start();
    sum.itKwh = sum.takenKwh = sum.waterL = 0;
    for (let hour = 0; hour < HOURS; hour++) {
      const conditions = at(hour);
      const criticalKw = loadKw(hour, hall.chain.ratedKw);
      const liquidKw = LIQUID_SHARE * criticalKw;
      const before = chain.preview({ criticalKw, essentialKw: 0 }, conditions);
      const airKw = criticalKw - liquidKw + before.flows['air']!;
      const cooled = cooling.preview({ liquidKw, airKw }, conditions);
      cooling.keep();
      const fed = chain.preview({ criticalKw, essentialKw: -cooled.flows['power']! }, conditions);
      chain.keep();
      sum.itKwh += criticalKw;
      sum.takenKwh -= fed.flows['mv']!;
      sum.waterL += cooled.meters['waterL']!;
    }
  };
  const years: number[] = [];
  for (let round = 0; round <= WARM_YEARS; round++) years.push(timed(year)[0]);
  const figures = [hall.cooling, hall.chain].reduce((n, u) => n + u.ports.length + Object.keys(u.meters).length, 0);
  const bounds: number[] = [];
  for (let round = 0; round <= WARM_YEARS; round++) bounds.push(timed(() => bound(HOURS, figures))[0]);
  return { conditionsMs, years, bounds, pue: sum.takenKwh / sum.itKwh, litresPerKwh: sum.waterL / sum.itKwh };
}

async function measure(repeat: number): Promise<Figure[]> {
  const runs: Once[] = [];
  for (let i = 0; i < repeat; i++) {
    const found: Once = JSON.parse(runNode([fileURLToPath(import.meta.url), '--once']));
    runs.push(found);
  }
  const cold = runs.map((run) => run.years[0]!);
  const warm = runs.map((run) => median(run.years.slice(1)));
  const coldBound = runs.map((run) => run.bounds[0]!);
  const warmBound = runs.map((run) => median(run.bounds.slice(1)));
  const toGoal = (ms: readonly number[]) => ms.map((v) => v / GOAL_MS);
  return [
    { what: 'a year, cold', unit: '', values: toGoal(cold), beside: `${GOAL_MS} ms` },
    { what: 'a year, warm', unit: '', values: toGoal(warm), beside: `${GOAL_MS} ms` },
    { what: 'a year, cold', unit: '', values: ratios(cold, coldBound), beside: 'plain loop, cold' },
    { what: 'a year, warm', unit: '', values: ratios(warm, warmBound), beside: 'plain loop, warm' },
    { what: 'a year, cold', unit: 'ms', values: cold },
    { what: 'a year, warm', unit: 'ms', values: warm },
    { what: 'plain loop, cold', unit: 'ms', values: coldBound },
    { what: 'plain loop, warm', unit: 'ms', values: warmBound },
    { what: 'before it, air and sun of every hour', unit: 'ms', values: runs.map((run) => run.conditionsMs) },
    {
      what: 'both, cold',
      unit: '',
      values: toGoal(runs.map((run) => run.conditionsMs + run.years[0]!)),
      beside: `${GOAL_MS} ms`,
    },
    { what: 'PUE of the year', unit: '', values: runs.map((run) => run.pue) },
    { what: 'water of the year', unit: 'L/kWh', values: runs.map((run) => run.litresPerKwh) },
  ];
}

const words = process.argv.slice(2);
if (words[0] === '--once') {
  process.stdout.write(JSON.stringify(once()));
} else {
  const options = benchOptions(words, 7);
  const about =
    'a year of hours of cooling and power chain of hall-1, air made before; each repeat in a process of its own';
  await bench('facility-year', about, options, () => measure(options.repeat));
}
