/**
 * `npm run soak`: the running site through a thousand days of seeded random faults, stepped by hand: solver late, infeasible and dead, forecasts
 * wrong, clock jumps, meters stuck and absurd, engines gone, inverters silent, outages, `kill -9`. The exit code is 1 when anything trips, a
 * limit is overdrawn, batch work is lost, or control does not come back. Words: days, seed, site file. With `--ahead` plans look two days ahead, every half
 * hour, as the running site's do (about eight seconds a day); else they are fixed sizes (a tenth of a second a day).
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { highs } from '../src/balance/highs.ts';
import { Planning } from '../src/server/planning.ts';
import { drill } from '../src/server/testing/drill.ts';
import { loadSite } from '../src/site/load.ts';
import { at } from './tree.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { ahead: { type: 'boolean' } } });
const [days = '1000', seed = '1', siteFile = at('sites/bukhara.yaml')] = positionals;
const planning = values.ahead === true ? { planning: new Planning(loadSite(siteFile), await highs()) } : {};
const began = performance.now();
const report = drill({
  siteFile,
  seed: Number(seed),
  days: Number(days),
  ...planning,
  onDay: (day) => {
    if (day % (values.ahead === true ? 5 : 50) === 0)
      process.stdout.write(`${day} days, ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
  },
});
const tried = Object.entries(report.tried).map(([kind, count]) => `${kind} ${count}`);
const raised = [...report.raised].map(([kind, count]) => `${kind} ${count}`);
process.stdout.write(`${report.steps} steps on one of ${availableParallelism()} cores; tried: ${tried.join(', ')}\n`);
process.stdout.write(
  `raised: ${raised.join(', ')}; a plan was followed in ${(100 * report.followedShare).toFixed(1)} %\n`,
);
const failures = [...report.failures, ...report.left.map((text) => `still stands: ${text}`)];
if (!report.followsAtEnd) failures.push('no plan is followed at the end');
process.stdout.write(failures.length === 0 ? 'nothing failed\n' : `${failures.join('\n')}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
