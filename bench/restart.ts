/*
 * A gateway that dies: from `kill -9` of the gateway process of a running site until the site's address answers again, beside a bare
 * node:http server from its start to its first answer; and whether the loop that controls the site went on meanwhile.
 *
 *   node bin/node24.cjs bench/restart.ts [--repeat N] [--json]
 *
 * Each repeat starts a site, waits until a gateway in waiting has its program loaded, and kills the one that serves. The
 * controller is this process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSite } from '../src/server/run.ts';
import type { RunningSite } from '../src/server/runningSite.ts';
import { bench, benchOptions, type Figure, ratios } from './figures.ts';
import { nodeCommand, ROOT } from './processes.ts';

const POLL_MS = 5;
const PATIENCE_MS = 30_000;
/** From a gateway in waiting being started until it has loaded its program, with room. */
const LOADED_MS = 3_000;
/** How long the loop is watched after the kill. */
const WATCH_MS = 4_000;
const BARE_SERVER = `require('node:http').createServer((q, r) => r.end('ok')).listen(0, '127.0.0.1', function () {
  console.log('http://127.0.0.1:' + this.address().port + '/');
})`;

const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

/** Status of an answer on a connection of its own; 0 where nobody answers. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    }).on('error', () => resolve(0));
  });
}

async function untilAnswered(url: string): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while ((await statusOf(url)) !== 200) {
    if (performance.now() > endMs) throw new Error(`${url} does not answer`);
    await pause(POLL_MS);
  }
}

/** Longest time between two orders of the controller, ms, until told to stop. */
function watchLoop(site: RunningSite): () => number {
  let longestMs = 0;
  let lastMs = performance.now();
  let seq = site.seq();
  const look = (): void => {
    const nowMs = performance.now();
    if (site.seq() !== seq) {
      longestMs = Math.max(longestMs, nowMs - lastMs);
      lastMs = nowMs;
      seq = site.seq();
    }
  };
  const timer = setInterval(look, POLL_MS);
  return () => {
    clearInterval(timer);
    return Math.max(longestMs, performance.now() - lastMs);
  };
}

/** Kills the gateway that serves; ms until the next answer. */
async function killed(site: RunningSite): Promise<number> {
  const sinceMs = performance.now();
  process.kill(site.gateway.pid!, 'SIGKILL');
  // The one that was killed may answer once more before it is gone
  while ((await statusOf(`${site.url}/v1/models`)) === 200) await pause(0);
  await untilAnswered(`${site.url}/v1/models`);
  return performance.now() - sinceMs;
}

/** Two deaths, the second before another gateway waits: ms until the first answer after each, and the longest pause of the controller. */
async function deaths(): Promise<{ readonly backMs: number; readonly againMs: number; readonly loopMs: number }> {
  const data = mkdtempSync(join(tmpdir(), 'joulewright-bench-'));
  const site = await runSite({ siteFile: join(ROOT, 'sites', 'bukhara.yaml'), port: 0, data, speed: 1 });
  try {
    while (site.gateway.sparePid === undefined) await pause(POLL_MS);
    await pause(LOADED_MS);
    const loop = watchLoop(site);
    const backMs = await killed(site);
    const againMs = await killed(site);
    await pause(WATCH_MS);
    return { backMs, againMs, loopMs: loop() };
  } finally {
    await site.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

async function bareStart(): Promise<number> {
  const [command, rest] = nodeCommand(['-e', BARE_SERVER]);
  const sinceMs = performance.now();
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [address] = await once(child.stdout, 'data');
  await untilAnswered(String(address).trim());
  const ms = performance.now() - sinceMs;
  child.kill('SIGKILL');
  return ms;
}

async function measure(repeat: number): Promise<Figure[]> {
  const [back, again, loop, bare]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let i = 0; i < repeat; i++) {
    bare.push(await bareStart());
    const { backMs, againMs, loopMs } = await deaths();
    back.push(backMs);
    again.push(againMs);
    loop.push(loopMs);
  }
  const what = 'gateway killed: until the next answer';
  return [
    { what, unit: '', values: ratios(back, bare), beside: 'bare node:http server, from its start' },
    { what, unit: 'ms', values: back },
    { what: 'killed again at once, before another one waits: until the next answer', unit: 'ms', values: again },
    { what: 'both: longest time between two orders of the controller', unit: 'ms', values: loop },
    { what: 'bare node:http server: from its start to its first answer', unit: 'ms', values: bare },
  ];
}

const options = benchOptions(process.argv.slice(2), 7);
await bench('restart', 'from kill -9 of the gateway until the site answers again', options, () =>
  measure(options.repeat),
);
// The solver's worker may still be closing
process.exit();
