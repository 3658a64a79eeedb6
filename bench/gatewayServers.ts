/*
 * The servers of the gateway bench, each in a process of its own: a mock engine, a bare proxy, the gateway before the mock
 * engine, the gateway with a simulated engine. Each says where it listens, and its CPU time when asked.
 *
 *   node bin/node24.cjs bench/gatewayServers.ts ROLE [UPSTREAM]      (started by bench/gateway.ts)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dispatcher, Pool } from 'undici';
import type { Directive } from '../src/control/contract.ts';
import type { Engine, Expected } from '../src/engines/contract.ts';
import { createEngine } from '../src/engines/create.ts';
import { openBooks, type UsageBooks } from '../src/gateway/books.ts';
import { createGateway } from '../src/gateway/gateway.ts';
import type { Target } from '../src/gateway/router/choose.ts';
import type { Limit } from '../src/gateway/tenants/account.ts';
import { digestOf } from '../src/gateway/tenants/secretKey.ts';
import { openTenancy, type Tenancy } from '../src/gateway/tenants/tenancy.ts';
import { systemClock } from '../src/series/clock.ts';
import { CHUNKS, KEY, PACED_MS, SMALL_SLOTS, SMALL_TARGET_S, USAGE } from './gatewayTraffic.ts';

const HOST = '127.0.0.1';
const HEAD = { id: 'chatcmpl-bench', created: 1_800_000_000, model: 'bench' };
const ANSWER = JSON.stringify({
  ...HEAD,
  object: 'chat.completion',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'x'.repeat(180) }, logprobs: null, finish_reason: 'stop' },
  ],
  usage: USAGE,
});

function chunkText(choices: readonly object[], usage: object | null): string {
  return `data: ${JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', choices, usage })}\n\n`;
}

const STREAM = [
  ...Array.from({ length: CHUNKS - 1 }, () =>
    chunkText([{ index: 0, delta: { content: ' word' }, logprobs: null, finish_reason: null }], null),
  ),
  chunkText([{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }], null),
];

async function serve(server: Server): Promise<string> {
  // While one proxy has its round the connections of the others lie idle; not all of them bear that one is closed
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return `http://${HOST}:${(server.address() as AddressInfo).port}`;
}

/** Pauses between the chunks of a stream whose `user` is one of these, ms; the first chunk comes after the first pause. */
const PACES: Readonly<Record<string, number>> = { paced: PACED_MS, slow: 500 };

/** The engine: answers at once; a stream goes out one write per turn of the event loop, or at a pace. */
async function mock(): Promise<string> {
  const end = `${chunkText([], USAGE)}data: [DONE]\n\n`;
  return serve(
    createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => {
        text += part.toString('latin1');
      });
      request.on('end', () => {
        if (!text.includes('"stream":true')) {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
          response.end(ANSWER);
          return;
        }
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        let next = 0;
        const paceMs = PACES[/"user":"(\w+)"/.exec(text)?.[1] ?? ''];
        const again = paceMs === undefined ? setImmediate : (act: () => void) => setTimeout(act, paceMs);
        const send = (): void => {
          if (next === STREAM.length) {
            response.end(end);
            return;
          }
          response.write(STREAM[next]!);
          next += 1;
          again(send);
        };
        if (paceMs === undefined) send();
        else again(send);
      });
    }),
  );
}

/** The least that a gateway could do: parse the body once and pass everything on. */
async function bare(upstream: string): Promise<string> {
  const pool = new Pool(upstream, { connections: null });
  return serve(
    createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body: object = JSON.parse(Buffer.concat(parts).toString());
        const handler: Dispatcher.DispatchHandler = {
          onRequestStart: () => undefined,
          onResponseStart: (_controller, status, headers) => {
            response.writeHead(status, { 'content-type': String(headers['content-type'] ?? 'application/json') });
          },
          onResponseData: (_controller, chunk) => {
            response.write(chunk);
          },
          onResponseEnd: () => {
            response.end();
          },
          onResponseError: () => {
            response.destroy();
          },
        };
        const headers = { 'content-type': 'application/json' };
        const path = request.url ?? '/';
        pool.dispatch({ method: 'POST', path, headers, body: JSON.stringify(body) }, handler);
      });
    }),
  );
}

/** A project with a key, and limits on its organisation and itself that never bind. */
async function tenancyOf(books: UsageBooks): Promise<Tenancy> {
  const options = { zone: 'Asia/Samarkand', currency: 'USD', clock: systemClock, firstKey: true };
  const tenancy = await openTenancy(books.store, options);
  const why = { actor: 'bench', action: 'key.create', target: 'key', organisation: 'site' };
  const times = { expiresMs: Date.now() + 86_400_000, revokedMs: null, createdMs: Date.now() };
  const key = { id: 'key_bench', project: 'site', name: 'bench', digest: digestOf(KEY), role: 'member' as const };
  await tenancy.registry.change(why, [{ kind: 'key', object: { ...key, scopes: null, ...times, createdBy: 'bench' } }]);
  const limit = (metric: Limit['metric'], window: Limit['window']): Limit => ({
    metric,
    window,
    amount: 1e12,
    budget: window === 'month',
    warn: window === 'month' ? 0.8 : null,
  });
  tenancy.limits.set('organisation:site', [
    limit('money', 'month'),
    limit('joules', 'day'),
    limit('requests', 'minute'),
  ]);
  tenancy.limits.set('project:site', [limit('tokens', 'minute'), limit('requests', 'minute')]);
  return tenancy;
}

/**
 * The gateway with one engine, a directive that admits everything, and all that a site has on: keys, limits, energy on every
 * answer, and books on the disk in which it is settled.
 */
async function gatewayWith(engine: Engine, expected: Expected, target?: Target): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'joulewright-bench-'));
  let tenancy: Tenancy | undefined;
  const books = await openBooks(
    dataDir,
    'Asia/Samarkand',
    systemClock,
    (error) => {
      throw error;
    },
    (principal, startMs, by) => tenancy?.limits.correct(principal, startMs, by),
  );
  tenancy = await tenancyOf(books);
  const gateway = createGateway({
    engines: [engine],
    models: [{ name: 'bench', engines: ['bench'], ...(target === undefined ? {} : { target }) }],
    tenancy,
    onUsage: (record) => books.add(record, gateway.directives.newest),
    onLoad: () => undefined,
  });
  let seq = 0;
  const direct = (): void => {
    seq += 1;
    const directive: Directive = {
      seq,
      issuedMs: Date.now(),
      validUntilMs: Date.now() + 3_600_000,
      classes: [{ class: 'default', ratePerS: 1e6, watts: 1e9 }],
      engines: [
        { id: 'bench', state: 'serving', replicas: 1, clock: null, expected, energyBand: { low: 0.8, high: 1.3 } },
      ],
      facilityFactor: 1.2,
      carbonGPerKwh: 400,
      waterLPerKwh: 0.5,
      pricePerKwh: 0.08,
      currency: 'USD',
    };
    if (gateway.directives.accept(directive)) books.take(directive, gateway.works());
  };
  direct();
  setInterval(direct, 1000).unref();
  process.on('exit', () => {
    if (books.today.joules === 0) process.exitCode = 1;
    rmSync(dataDir, { recursive: true, force: true });
  });
  return gateway.listen(HOST, 0);
}

const JOULES = { prefillJPerToken: 0.1, decodeJPerToken: 1 };

/** @param slots streams that the engine takes at once */
function relaying(upstream: string, slots: number, target?: Target): Promise<string> {
  const expected = { queueS: 0, prefillSPerToken: 0, tpotS: 0, ...JOULES };
  const url = `${upstream}/v1`;
  const engine = createEngine({ kind: 'openai', id: 'bench', model: 'bench', url, expected, slots });
  return gatewayWith(engine, expected, target);
}

/** Tokens fall due one at a time, slower than the shortest time between two chunks, so that each has a chunk of its own. */
function simulating(): Promise<string> {
  const expected = { queueS: 0, prefillSPerToken: 0, tpotS: 0.02, ...JOULES };
  return gatewayWith(createEngine({ kind: 'simulated', id: 'bench', model: 'bench', expected }), expected);
}

const [role, upstream = ''] = process.argv.slice(2);
const starts: Readonly<Record<string, () => Promise<string>>> = {
  mock,
  bare: () => bare(upstream),
  gateway: () => relaying(upstream, 2_000),
  small: () => relaying(upstream, SMALL_SLOTS, { ttftS: SMALL_TARGET_S, tpotS: Number.POSITIVE_INFINITY }),
  simulated: simulating,
};
const start = starts[role ?? ''];
if (start === undefined) throw new Error(`no server is called ${role}`);
process.send?.(await start());
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.on('disconnect', () => process.exit());
