/*
 * CPU time per chat request of the gateway (keys, limits, validation, queue, routing, metering, energy on
 * every answer, books on the disk) beside a bare
 * proxy (node:http and an undici pool, body parsed once, nothing else), each in a process of its own, in the same run,
 * against the same mock engine in a third. Loopback only. The two take turns on the same core; the mock engine and the load
 * stay on another. Beside it, the gateway with a simulated engine, whose answers cost it the making of them too.
 *
 *   node bin/node24.cjs bench/gateway.ts [--repeat ROUNDS] [--json]
 *
 * CPU time is what `process.cpuUsage` of each server says, so other load on the machine disturbs it far less than it does
 * wall time. It includes garbage collection and the kernel's part of socket work.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bench, benchOptions, type Figure, ratios } from './figures.ts';
import { CHUNKS, type Kind, load } from './gatewayTraffic.ts';
import { speaking } from './processes.ts';

/** Rounds that are not counted: compilers learn in them. */
const WARM_UP = 2;
const SERVERS_CORE = 0;
const OTHERS_CORE = 1;

/** What one round of a kind is. Streams take longer, and paced ones need many at once to fill a core. */
const ROUNDS: Readonly<Record<Kind, { readonly requests: number; readonly concurrency: number }>> = {
  JSON: { requests: 5000, concurrency: 16 },
  SSE: { requests: 1200, concurrency: 16 },
  simulated: { requests: 900, concurrency: 300 },
};

async function ask<T>(of: ChildProcess): Promise<T> {
  const [answer]: T[] = await once(of, 'message');
  return answer!;
}

/** A server in a process of its own. */
class Server {
  readonly process: ChildProcess;
  readonly url: string;

  private constructor(child: ChildProcess, url: string) {
    this.process = child;
    this.url = url;
  }

  static async start(role: string, core: number, upstream = ''): Promise<Server> {
    const child = speaking([fileURLToPath(new URL('./gatewayServers.ts', import.meta.url)), role, upstream], core);
    return new Server(child, await ask<string>(child));
  }

  async #cpuMicros(): Promise<number> {
    const answer = ask<number>(this.process);
    this.process.send('cpu');
    return answer;
  }

  /** CPU time per request over a round, µs. */
  async round(kind: Kind): Promise<number> {
    const { requests, concurrency } = ROUNDS[kind];
    const before = await this.#cpuMicros();
    await load(this.url, kind, requests, concurrency);
    return ((await this.#cpuMicros()) - before) / requests;
  }
}

/** Takes turns, and every other round the other way round, so that neither always follows the other. */
async function takeTurns(repeat: number, turns: readonly (() => Promise<number>)[]): Promise<number[][]> {
  const found = turns.map((): number[] => []);
  for (let round = -WARM_UP; round < repeat; round++) {
    const order = [...turns.keys()];
    if (round % 2 === 0) order.reverse();
    for (const turn of order) {
      const value = await turns[turn]!();
      if (round >= 0) found[turn]!.push(value);
    }
  }
  return found;
}

async function measure(repeat: number): Promise<Figure[]> {
  const mock = await Server.start('mock', OTHERS_CORE);
  const bare = await Server.start('bare', SERVERS_CORE, mock.url);
  const gateway = await Server.start('gateway', SERVERS_CORE, mock.url);
  const simulated = await Server.start('simulated', SERVERS_CORE);
  const servers = [mock, bare, gateway, simulated];
  const unit = 'µs of CPU';
  const beside = 'bare proxy';
  const [bareJson, json] = await takeTurns(repeat, [() => bare.round('JSON'), () => gateway.round('JSON')]);
  const [bareSse, sse, paced] = await takeTurns(repeat, [
    () => bare.round('SSE'),
    () => gateway.round('SSE'),
    () => simulated.round('simulated'),
  ]);
  for (const server of servers) server.process.disconnect();
  const stream = `stream of ${CHUNKS} chunks`;
  return [
    { what: 'JSON answer, gateway', unit: '', values: ratios(json!, bareJson!), beside },
    { what: `${stream}, gateway`, unit: '', values: ratios(sse!, bareSse!), beside },
    { what: `${stream}, simulated engine`, unit: '', values: ratios(paced!, bareSse!), beside },
    { what: 'JSON answer, bare proxy', unit, values: bareJson! },
    { what: 'JSON answer, gateway', unit, values: json! },
    { what: `${stream}, bare proxy`, unit, values: bareSse! },
    { what: `${stream}, gateway`, unit, values: sse! },
    { what: `${stream}, gateway, per chunk`, unit, values: sse!.map((value) => value / CHUNKS) },
    { what: `${stream}, simulated engine`, unit, values: paced! },
    { what: `${stream}, simulated engine, per token`, unit, values: paced!.map((value) => value / CHUNKS) },
  ];
}

const options = benchOptions(process.argv.slice(2), 11);
await bench('gateway', 'CPU time of a server per chat request', options, () => measure(options.repeat));
