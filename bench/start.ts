/*
 * Start to ready: from starting the launcher until /healthz answers 200, and the CPU time of the launcher and all that it
 * started by then; beside an empty Node process and a bare node:http server that answers its first request.
 *
 *   node bin/node24.cjs bench/start.ts [--repeat N] [--json]
 *
 * Each start has an empty data folder and a free port. The subjects take turns. CPU time comes from /proc, so on other
 * systems only the time is told. Nothing is held on a core: a start uses several processes at once.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, benchOptions, type Figure, ratios } from './figures.ts';
import { builtRoot, nodeCommand, ROOT, spentBy } from './processes.ts';

const POLL_MS = 5;
const PATIENCE_MS = 60_000;
const BARE_SERVER = `require('node:http').createServer((q, r) => r.end('ok')).listen(0, '127.0.0.1', function () {
  console.log('http://127.0.0.1:' + this.address().port + '/');
})`;
/** In the launcher's place, so that the build is started the same way: a Node that starts a Node. */
const BUILT_LAUNCHER = `require(${JSON.stringify(join(ROOT, 'bin', 'find-node.cjs'))}).runUnderNode(
  ${JSON.stringify(join(ROOT, 'dist', 'src', 'cli', 'main.js'))}, process.argv.slice(1))`;

/** One start. */
interface Started {
  readonly ms: number;
  readonly cpuS: number;
  readonly memoryMb: number;
}

/** The first address that a process prints. */
async function addressOf(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const part of child.stdout!) {
    text += part;
    const found = /http:\/\/[\d.]+:\d+/.exec(text);
    if (found !== null) return found[0];
  }
  throw new Error(`it ended without an address: ${text}`);
}

async function untilHealthy(url: string, sinceMs: number): Promise<void> {
  for (;;) {
    const answer = await fetch(url, { headers: { connection: 'close' } });
    await answer.text();
    if (answer.status === 200) return;
    if (performance.now() - sinceMs > PATIENCE_MS) throw new Error(`${url} answers ${answer.status}`);
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

/** Starts a server, waits until it is ready, reads what that took, and stops it. */
async function server(words: readonly string[], path: string): Promise<Started> {
  const [command, rest] = nodeCommand(words);
  const sinceMs = performance.now();
  const child = spawn(command, rest, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said += part;
  });
  try {
    await untilHealthy((await addressOf(child)) + path, sinceMs);
    const ms = performance.now() - sinceMs;
    return { ms, ...spentBy(child.pid!) };
  } catch (error) {
    process.stderr.write(said);
    throw error;
  } finally {
    child.stdout.resume();
    child.kill('SIGTERM');
    await ended;
  }
}

async function site(launcher: readonly string[]): Promise<Started> {
  const data = mkdtempSync(join(tmpdir(), 'joulewright-bench-'));
  try {
    return await server([...launcher, 'run', 'sites/bukhara.yaml', '--port', '0', '--data', data], '/healthz');
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** A Node process that does nothing, to its end; too short-lived for /proc to be asked. */
async function empty(): Promise<Started> {
  const [command, rest] = nodeCommand(['-e', '0']);
  const sinceMs = performance.now();
  await once(spawn(command, rest, { stdio: 'ignore' }), 'exit');
  return { ms: performance.now() - sinceMs, cpuS: Number.NaN, memoryMb: Number.NaN };
}

const EMPTY = 'empty Node process';
const BARE = 'bare node:http server';

function subjects(): Map<string, () => Promise<Started>> {
  const built = builtRoot();
  const all = new Map<string, () => Promise<Started>>([
    [EMPTY, empty],
    [BARE, () => server(['-e', BARE_SERVER], '/')],
    ['site, TypeScript', () => site([join(ROOT, 'bin', 'joulewright.cjs')])],
  ]);
  if (typeof built === 'string') process.stderr.write(`start: ${built}\n`);
  else all.set('site, JavaScript', () => site(['-e', BUILT_LAUNCHER]));
  return all;
}

/** A reading that failed (a process can be in the middle of ending) leaves its repeat out of that figure alone. */
function known(figures: readonly Figure[]): Figure[] {
  const cleaned = figures.map((f) => ({ ...f, values: f.values.filter((value) => !Number.isNaN(value)) }));
  return cleaned.filter((f) => f.values.length > 0);
}

function figuresOf(name: string, started: readonly Started[], bare: readonly Started[]): Figure[] {
  const of = (read: (of: Started) => number): number[] => started.map(read);
  const figure = (what: string, unit: string, read: (of: Started) => number): Figure[] => {
    const plain = { what: `${name}: ${what}`, unit, values: of(read) };
    if (!name.startsWith('site')) return [plain];
    return [plain, { what: plain.what, unit: '', values: ratios(of(read), bare.map(read)), beside: BARE }];
  };
  return known([
    ...figure('time until ready', 'ms', (s) => s.ms),
    ...figure('CPU until ready', 's of CPU', (s) => s.cpuS),
    ...figure('memory when ready', 'MB', (s) => s.memoryMb),
  ]);
}

async function measure(repeat: number): Promise<Figure[]> {
  const all = subjects();
  const found = new Map<string, Started[]>([...all.keys()].map((name) => [name, []]));
  for (let i = 0; i < repeat; i++) {
    for (const [name, start] of all) found.get(name)!.push(await start());
  }
  return [...found].flatMap(([name, started]) => figuresOf(name, started, found.get(BARE)!));
}

const options = benchOptions(process.argv.slice(2), 5);
await bench('start', 'from starting a process until it answers its first request', options, () =>
  measure(options.repeat),
);
