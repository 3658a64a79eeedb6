/**
 * `npm run soak`: the running site through a thousand days of seeded random faults, stepped by hand: solver late, infeasible and dead, forecasts
 * wrong, clock jumps, meters stuck and absurd, engines gone, inverters silent, outages, `kill -9`. The exit code is 1 when anything trips, a
 * limit is overdrawn, batch work is lost, or control does not come back. Words: days, seed, site file. With `--ahead` plans look two days ahead, every half
 * hour and at news, as the running site's do (about two seconds a day); else they are fixed sizes (a tenth of a second a day).
 *
 * `npm run soak -- batch`: batches on a real gateway process that is killed (SIGKILL) hundreds of times at random moments. The exit code is 1
 * when a line is lost, comes twice, or is paid for again though its answer is on the disk. Words: kills, seed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { highs } from '../src/balance/highs.ts';
import { batchDrill } from '../src/gateway/testing/batchDrill.ts';
import { Planning } from '../src/server/planning.ts';
import { drill } from '../src/server/testing/drill.ts';
import { loadSite } from '../src/site/load.ts';
import { at } from './tree.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { ahead: { type: 'boolean' } } });
const began = performance.now();
const seconds = (): string => ((performance.now() - began) / 1000).toFixed(0);
const failures = positionals[0] === 'batch' ? await soakBatches(positionals.slice(1)) : await soakSite(positionals);
process.stdout.write(failures.length === 0 ? 'nothing failed\n' : `${failures.join('\n')}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function soakSite([days = '1000', seed = '1', siteFile = at('sites/bukhara.yaml')]: readonly string[]) {
  const planning = values.ahead === true ? { planning: new Planning(loadSite(siteFile), await highs()) } : {};
  const report = drill({
    siteFile,
    seed: Number(seed),
    days: Number(days),
    ...planning,
    onDay: (day) => {
      if (day % (values.ahead === true ? 5 : 50) === 0) process.stdout.write(`${day} days, ${seconds()} s\n`);
    },
  });
  const tried = Object.entries(report.tried).map(([kind, count]) => `${kind} ${count}`);
  const raised = [...report.raised].map(([kind, count]) => `${kind} ${count}`);
  process.stdout.write(`${report.steps} steps on one of ${availableParallelism()} cores; tried: ${tried.join(', ')}\n`);
  process.stdout.write(
    `raised: ${raised.join(', ')}; a plan was followed in ${(100 * report.followedShare).toFixed(1)} %\n`,
  );
  const found = [...report.failures, ...report.left.map((text) => `still stands: ${text}`)];
  return report.followsAtEnd ? found : [...found, 'no plan is followed at the end'];
}

async function soakBatches([kills = '400', seed = '1']: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'joulewright-soak-'));
  try {
    const report = await batchDrill({
      folder,
      seed: Number(seed),
      kills: Number(kills),
      onKill: (count, batches) => {
        if (count % 50 === 0) process.stdout.write(`${count} kills, ${batches} batches, ${seconds()} s\n`);
      },
    });
    const { killsAtStart, batches, lines, outputLines, errorLines, engineFailures, paidAgain } = report;
    process.stdout.write(
      `${report.kills} kills, ${killsAtStart} of them while it started; ${batches} batches of ${lines} lines: ${outputLines} in output files, ${errorLines} in error files; the engine failed at ${engineFailures} requests; ${paidAgain} answers were lost in a kill and paid for again\n`,
    );
    return report.failures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
