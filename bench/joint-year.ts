/*
 * A year under the joint policy: sites/bukhara.yaml, steps of 15 minutes, planned anew every three hours and when something happens,
 * beside the same year under `tuned-silos`.
 *
 *   node bin/node24.cjs bench/joint-year.ts [--repeat N] [--json] [--days N]
 *
 * Each repeat is a process of its own. CPU time is that of all threads, `process.cpuUsage`; the goal is five minutes of the clock on two
 * cores, so that a year that takes no more of the processor holds it on one.
 */
import { fileURLToPath } from 'node:url';
import { weatherOf } from '../src/simulate/air.ts';
import { solverFor } from '../src/simulate/around.ts';
import { periodOf } from '../src/simulate/period.ts';
import { simulateYear } from '../src/simulate/years.ts';
import { loadSite } from '../src/site/load.ts';
import { bench, benchOptions, type Figure, ratios } from './figures.ts';
import { ROOT, runNode } from './processes.ts';

const SITE = `${ROOT}sites/bukhara.yaml`;
const GOAL_S = 300;
const YEAR_DAYS = 365;

interface Once {
  readonly jointCpuS: number;
  readonly jointClockS: number;
  readonly silosCpuS: number;
  readonly steps: number;
  readonly peakMb: number;
}

async function once(days: number): Promise<Once> {
  const site = loadSite(SITE);
  const grid = periodOf({ from: '2026-01-01', days: String(days) }, site.context.zone);
  const weather = weatherOf(site);
  const solver = await solverFor(['joint']);
  const timed = (policy: 'joint' | 'tuned-silos') => {
    const [cpu, began] = [process.cpuUsage(), performance.now()];
    simulateYear({ site, services: site.services, grid, policy, solver }, weather);
    const { user, system } = process.cpuUsage(cpu);
    return { cpuS: (user + system) / 1e6, clockS: (performance.now() - began) / 1000 };
  };
  const joint = timed('joint');
  const silos = timed('tuned-silos');
  return {
    jointCpuS: joint.cpuS,
    jointClockS: joint.clockS,
    silosCpuS: silos.cpuS,
    steps: grid.count,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
}

function measure(repeat: number, days: number): Figure[] {
  const own = fileURLToPath(import.meta.url);
  const runs = Array.from({ length: repeat }, (): Once => JSON.parse(runNode([own, '--once', String(days)])));
  const each = (of: (run: Once) => number): number[] => runs.map(of);
  const [joint, silos] = [each((r) => r.jointCpuS), each((r) => r.silosCpuS)];
  const goalS = (GOAL_S * days) / YEAR_DAYS;
  return [
    { what: 'joint', unit: '', values: joint.map((s) => s / goalS), beside: `${goalS.toFixed(0)} s` },
    { what: 'joint', unit: '', values: ratios(joint, silos), beside: 'tuned-silos' },
    { what: 'joint', unit: 's of CPU', values: joint },
    { what: 'joint', unit: 's', values: each((r) => r.jointClockS) },
    { what: 'tuned-silos', unit: 's of CPU', values: silos },
    { what: 'steps', unit: '', values: each((r) => r.steps) },
    { what: 'peak memory', unit: 'MB', values: each((r) => r.peakMb) },
  ];
}

const words = process.argv.slice(2);
if (words[0] === '--once') {
  process.stdout.write(JSON.stringify(await once(Number(words[1]))));
} else {
  const at = words.indexOf('--days');
  const days = at < 0 ? YEAR_DAYS : Number(words[at + 1]);
  const rest = at < 0 ? words : words.toSpliced(at, 2);
  const options = benchOptions(rest, 1);
  const about = `sites/bukhara.yaml, ${days} days of quarters under joint; each repeat in a process of its own`;
  await bench('joint-year', about, options, async () => measure(options.repeat, days));
}
