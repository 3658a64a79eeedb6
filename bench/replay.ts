/*
 * Requests per CPU second of a replay of single requests.
 *
 *   node bin/node24.cjs bench/replay.ts [--repeat N] [--json]
 *
 * 200,000 requests of the Azure conversation mix, drawn with a seed, on Llama 3.1 8B at 60 % of the capacity: on one H100, and on a
 * pool of eight behind each route. Cold is the first replay of a process, the compiler's work included; warm is the median of
 * those after it. The peer is the same replay stepped one by one (`mostSteps: 1`), in the same process.
 */
import { fileURLToPath } from 'node:url';
import { deployment } from '../src/components/inference/fixtures/deployment.ts';
import {
  drawRequests,
  faster,
  fluidOf,
  type ReplayOptions,
  ROUTES,
  replay,
} from '../src/components/inference/replay/index.ts';
import { random } from '../src/series/random.ts';
import { mixLengths } from '../src/workload/lengths.ts';
import { bench, benchOptions, type Figure, median, ratios } from './figures.ts';
import { runNode } from './processes.ts';

const REQUESTS = 200_000;
const WARM = 5;
const LOAD = 0.6;
/** What a CPU second should replay. */
const GOAL_PER_S = 200_000;

const CASES: Readonly<Record<string, { replicas: number; options: ReplayOptions }>> = {
  'one replica': { replicas: 1, options: {} },
  ...Object.fromEntries(ROUTES.map((route) => [`8 replicas, ${route}`, { replicas: 8, options: { route } }])),
};

interface Found {
  readonly cold: number;
  readonly warm: number;
  /** Stepped one by one. */
  readonly stepped: number;
}

/** CPU seconds of a call. */
function cpuS(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const spent = process.cpuUsage(before);
  return (spent.user + spent.system) / 1e6;
}

function once(name: string): Found {
  const { replicas, options } = CASES[name]!;
  const { spec } = deployment({ replicas });
  const drawn = drawRequests(random(1), REQUESTS, { ratePerS: 1, arrivalCv2: 1, ...mixLengths('azure-conversation') });
  const load = fluidOf(spec, drawn, { ttftS: 2, tpotS: 0.1 }, replicas).load;
  const requests = faster(drawn, LOAD / load);
  const perS = (seconds: number) => REQUESTS / seconds;
  const cold = cpuS(() => replay(spec, requests, options));
  const warm = Array.from({ length: WARM }, () => cpuS(() => replay(spec, requests, options)));
  const stepped = cpuS(() => replay(spec, requests, { ...options, mostSteps: 1 }));
  return { cold: perS(cold), warm: perS(median(warm)), stepped: perS(stepped) };
}

async function measure(repeat: number): Promise<Figure[]> {
  const names = Object.keys(CASES);
  const runs = names.map((): Found[] => []);
  for (let i = 0; i < repeat; i++) {
    names.forEach((name, k) => {
      const found: Found = JSON.parse(runNode([fileURLToPath(import.meta.url), '--once', name]));
      runs[k]!.push(found);
    });
  }
  return names.flatMap((name, k): Figure[] => {
    const [cold, warm, stepped] = (['cold', 'warm', 'stepped'] as const).map((key) => runs[k]!.map((run) => run[key]));
    return [
      { what: `${name}, warm`, unit: '', values: warm!.map((v) => v / GOAL_PER_S), beside: '200,000 a second' },
      { what: `${name}, cold`, unit: '', values: cold!.map((v) => v / GOAL_PER_S), beside: '200,000 a second' },
      { what: `${name}, warm`, unit: '', values: ratios(warm!, stepped!), beside: 'stepped one by one' },
      { what: `${name}, warm`, unit: 'requests/s of CPU', values: warm! },
      { what: `${name}, cold`, unit: 'requests/s of CPU', values: cold! },
    ];
  });
}

const words = process.argv.slice(2);
if (words[0] === '--once') process.stdout.write(JSON.stringify(once(words[1] ?? '')));
else {
  const options = benchOptions(words, 3);
  const about = '200,000 requests of the Azure conversation mix at 60 % load; each repeat in a process of its own';
  await bench('replay', about, options, () => measure(options.repeat));
}
