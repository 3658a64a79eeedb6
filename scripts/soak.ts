/**
 * `npm run soak`: the running site through a thousand days of seeded random faults, stepped by hand: solver late, infeasible and dead, forecasts
 * wrong, clock jumps, meters stuck and absurd, engines gone, inverters silent, outages, `kill -9`. The exit code is 1 when anything trips, a
 * limit is overdrawn, batch work is lost, or control does not come back. Words: days, seed, site file.
 */
import { availableParallelism } from 'node:os';
import { drill } from '../src/server/testing/drill.ts';
import { at } from './tree.ts';

const [days = '1000', seed = '1', siteFile = at('sites/bukhara.yaml')] = process.argv.slice(2);
const began = performance.now();
const report = drill({
  siteFile,
  seed: Number(seed),
  days: Number(days),
  onDay: (day) => {
    if (day % 50 === 0) process.stdout.write(`${day} days, ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
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
