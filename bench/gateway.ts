/*
 * CPU time per chat request of the gateway (keys, limits, validation, queue, routing, metering, energy on
 * every answer, books on the disk) beside a bare
 * proxy (node:http and an undici pool, body parsed once, nothing else), each in a process of its own, in the same run,
 * against the same mock engine in a third. Loopback only. The two take turns on the same core; the mock engine and the load
 * stay on another. Beside it, the gateway with a simulated engine, whose answers cost it the making of them too.
 *
 *   [PORTKEY_DIR=FOLDER] node bin/node24.cjs bench/gateway.ts [--repeat ROUNDS] [--json]
 *
 * nginx takes part where it is installed, `@portkey-ai/gateway` where PORTKEY_DIR names a folder in which it is. Then what is added
 * to lone answers and to the first chunk of paced streams, against asking the engine directly, memory with slow streams, and
 * what becomes of ten times as many streams as an engine can take.
 *
 * CPU time is what `process.cpuUsage` of each server says, so other load on the machine disturbs it far less than it does
 * wall time. It includes garbage collection and the kernel's part of socket work.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bench, benchOptions, type Figure, median, quantile, ratios } from './figures.ts';
import { nginx, portkey } from './gatewayPeers.ts';
import { CHUNKS, flood, type Kind, load, PACED_MS, SMALL_SLOTS, SMALL_TARGET_S } from './gatewayTraffic.ts';
import { speaking, spentBy } from './processes.ts';

/** Rounds that are not counted: compilers learn in them. */
const WARM_UP = 2;
const SERVERS_CORE = 0;
const OTHERS_CORE = 1;

/** What one round of a kind is. Streams take longer, and paced ones need many at once to fill a core. */
const ROUNDS: Readonly<Record<Kind, { readonly requests: number; readonly concurrency: number }>> = {
  JSON: { requests: 5000, concurrency: 16 },
  SSE: { requests: 1200, concurrency: 16 },
  simulated: { requests: 900, concurrency: 300 },
  paced: { requests: 128, concurrency: 64 },
  slow: { requests: 1000, concurrency: 1000 },
};
/** Requests one after another whose median tells what is added. */
const LONE = 300;
/** Slow streams last 17 s; by then all are open, ms. */
const OPEN_MS = 8_000;

/** How many times its capacity the small gateway is sent, how long it may learn, and how long is counted, s. */
const OVERLOAD = 10;
const LEARN_S = 10;
const COUNTED_S = 20;

async function ask<T>(of: ChildProcess): Promise<T> {
  const [answer]: T[] = await once(of, 'message');
  return answer!;
}

/** Whatever answers, with its CPU time so far, µs. */
interface Answering {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  cpuMicros(): number | Promise<number>;
}

/** A server of ours in a process of its own. */
class Server implements Answering {
  readonly process: ChildProcess;
  readonly url: string;
  readonly headers = {};

  private constructor(child: ChildProcess, url: string) {
    this.process = child;
    this.url = url;
  }

  static async start(role: string, core: number, upstream = ''): Promise<Server> {
    const child = speaking([fileURLToPath(new URL('./gatewayServers.ts', import.meta.url)), role, upstream], core);
    return new Server(child, await ask<string>(child));
  }

  async cpuMicros(): Promise<number> {
    const answer = ask<number>(this.process);
    this.process.send('cpu');
    return answer;
  }
}

/** CPU time per request over a round, µs. */
async function round(of: Answering, kind: Kind): Promise<number> {
  const { requests, concurrency } = ROUNDS[kind];
  const before = await of.cpuMicros();
  await load(of.url, kind, requests, concurrency, of.headers);
  return ((await of.cpuMicros()) - before) / requests;
}

/** Median time of lone answers, or of the first chunk of paced streams, ms. */
async function timeOf(of: Answering, kind: 'JSON' | 'paced'): Promise<number> {
  const { requests, concurrency } = kind === 'JSON' ? { requests: LONE, concurrency: 1 } : ROUNDS[kind];
  const timings = await load(of.url, kind, requests, concurrency, of.headers);
  return median(timings.map(({ firstMs, wholeMs }) => (kind === 'JSON' ? wholeMs : firstMs)));
}

/** Takes turns, and every other round the other way round, so that neither always follows the other. */
async function takeTurns(repeat: number, turns: readonly (() => Promise<number>)[]): Promise<number[][]> {
  const found = turns.map((): number[] => []);
  for (let turn = -WARM_UP; turn < repeat; turn++) {
    const order = [...turns.keys()];
    if (turn % 2 === 0) order.reverse();
    for (const at of order) {
      const value = await turns[at]!();
      if (turn >= 0) found[at]!.push(value);
    }
  }
  return found;
}

/** Memory of a server while a thousand slow streams are open, MB. */
async function memoryOf(server: Server): Promise<number> {
  const { requests, concurrency } = ROUNDS.slow;
  const streams = load(server.url, 'slow', requests, concurrency);
  await new Promise((wake) => setTimeout(wake, OPEN_MS));
  const { memoryMb } = spentBy(server.process.pid!);
  await streams;
  return memoryMb;
}

/** Ten times what an engine can take: what is refused, how soon, and what of the rest keeps its target. */
async function overload(mockUrl: string): Promise<Figure[]> {
  const small = await Server.start('small', SERVERS_CORE, mockUrl);
  const capacityPerS = SMALL_SLOTS / ((CHUNKS + 1) * (PACED_MS / 1000));
  const { served, refused, others } = await flood(small.url, OVERLOAD * capacityPerS, LEARN_S, COUNTED_S);
  small.process.disconnect();
  if (others > 0) throw new Error(`${others} requests got neither 200 nor 429`);
  const within = served.filter((ms) => ms <= SMALL_TARGET_S * 1000).length / served.length;
  const about = `overload, ${OVERLOAD} times what the engine can do`;
  const ms = (what: string, share: number): Figure => ({
    what: `${about}: ${what}`,
    unit: 'ms',
    values: [quantile(refused, share)],
  });
  return [
    ms('time to a 429, median', 0.5),
    ms('time to a 429, 99 %', 0.99),
    { what: `${about}: of those served, within ${SMALL_TARGET_S} s`, unit: '%', values: [100 * within] },
    {
      what: `${about}: served, of what the engine can do`,
      unit: '%',
      values: [(100 * served.length) / (capacityPerS * COUNTED_S)],
    },
  ];
}

const minus = (of: readonly number[], bound: readonly number[]): number[] => of.map((value, i) => value - bound[i]!);

async function measure(repeat: number): Promise<Figure[]> {
  const mock = await Server.start('mock', OTHERS_CORE);
  const bare = await Server.start('bare', SERVERS_CORE, mock.url);
  const gateway = await Server.start('gateway', SERVERS_CORE, mock.url);
  const simulated = await Server.start('simulated', SERVERS_CORE);
  const folder = process.env['PORTKEY_DIR'];
  const proxy = await nginx(mock.url, SERVERS_CORE);
  const portkeyPeer = folder === undefined ? undefined : await portkey(folder, mock.url, SERVERS_CORE);
  const all = [
    ...(proxy === undefined ? [] : [{ name: 'nginx', peer: proxy }]),
    ...(portkeyPeer === undefined ? [] : [{ name: 'Portkey', peer: portkeyPeer }]),
  ];
  const unit = 'µs of CPU';
  const stream = `stream of ${CHUNKS} chunks`;
  const figures: Figure[] = [];
  for (const [kind, what] of [
    ['JSON', 'JSON answer'],
    ['SSE', stream],
  ] as const) {
    // Version 1.15.2 of Portkey answers streams that it need not translate with 500, under Node 20 and 24
    const peers = all.filter(({ name }) => kind === 'JSON' || name !== 'Portkey');
    const servers = [bare, gateway, ...peers.map(({ peer }) => peer)];
    const [bareCpu, own, ...others] = await takeTurns(
      repeat,
      servers.map((server) => () => round(server, kind)),
    );
    figures.push({ what: `${what}, gateway`, unit: '', values: ratios(own!, bareCpu!), beside: 'bare proxy' });
    others.forEach((cpu, i) => {
      figures.push({ what: `${what}, gateway`, unit: '', values: ratios(own!, cpu), beside: peers[i]!.name });
    });
    figures.push(
      { what: `${what}, bare proxy`, unit, values: bareCpu! },
      { what: `${what}, gateway`, unit, values: own! },
    );
    others.forEach((cpu, i) => {
      figures.push({ what: `${what}, ${peers[i]!.name}`, unit, values: cpu });
    });
  }
  const [paced] = await takeTurns(repeat, [() => round(simulated, 'simulated')]);
  figures.push({ what: `${stream}, simulated engine`, unit, values: paced! });
  for (const [kind, what] of [
    ['JSON', 'lone JSON answer'],
    ['paced', `first chunk with ${ROUNDS.paced.concurrency} paced streams`],
  ] as const) {
    const [direct, through, least] = await takeTurns(
      repeat,
      [mock, gateway, bare].map((server) => () => timeOf(server, kind)),
    );
    figures.push({ what: `${what}: added by the gateway`, unit: 'ms', values: minus(through!, direct!) });
    figures.push({ what: `${what}: added by the bare proxy`, unit: 'ms', values: minus(least!, direct!) });
  }
  const streams = `${ROUNDS.slow.concurrency} slow streams`;
  figures.push({ what: `gateway with ${streams} open`, unit: 'MB', values: [await memoryOf(gateway)] });
  figures.push(...(await overload(mock.url)));
  for (const server of [mock, bare, gateway, simulated]) server.process.disconnect();
  for (const { peer } of all) peer.stop();
  return figures;
}

const options = benchOptions(process.argv.slice(2), 11);
await bench('gateway', 'CPU time of a server per chat request', options, () => measure(options.repeat));
