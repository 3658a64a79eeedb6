/*
 * CPU time per chat request of the gateway (validation, admission, routing, metering, energy on every answer) beside a bare
 * proxy (node:http and an undici pool, body parsed once, nothing else), each in a process of its own, in the same run,
 * against the same mock engine in a third. Loopback only. The two take turns and the medians over the rounds are printed.
 *
 *   node bin/node24.cjs bench/gateway.ts [requests per round, default 1500]
 *
 * CPU time is what `process.cpuUsage` of each server says, so other load on the machine disturbs it far less than it does
 * wall time. It includes garbage collection and the kernel's part of socket work.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Dispatcher, Pool } from 'undici';
import { createEngine } from '../src/engines/create.ts';
import { createGateway } from '../src/gateway/gateway.ts';

const ROUNDS = 5;
const CONCURRENCY = 16;
const CHUNKS = 34;
const HOST = '127.0.0.1';

const QUESTION = 'What does a data centre in Bukhara need to know about its cooling in July? '.repeat(12);
const MESSAGES = [
  { role: 'system', content: 'You answer in plain words and keep it short.' },
  { role: 'user', content: QUESTION },
];
const USAGE = { prompt_tokens: 240, completion_tokens: CHUNKS, total_tokens: 240 + CHUNKS };
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
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return `http://${HOST}:${(server.address() as AddressInfo).port}`;
}

/** The engine: answers at once; a stream goes out one write per turn of the event loop. */
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
        const send = (): void => {
          if (next === STREAM.length) {
            response.end(end);
            return;
          }
          response.write(STREAM[next]!);
          next += 1;
          setImmediate(send);
        };
        send();
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

async function ours(upstream: string): Promise<string> {
  const expected = { queueS: 0, prefillSPerToken: 0, tpotS: 0, prefillJPerToken: 0.1, decodeJPerToken: 1 };
  let joules = 0;
  const gateway = createGateway({
    engines: [createEngine({ kind: 'openai', id: 'bench', model: 'bench', url: `${upstream}/v1`, expected })],
    models: [{ name: 'bench', engine: 'bench' }],
    onUsage: (record) => {
      joules += record.facilityJoules;
    },
    onLoad: () => undefined,
  });
  gateway.directives.accept({
    seq: 1,
    issuedMs: Date.now(),
    validUntilMs: Date.now() + 3_600_000,
    classes: [{ class: 'default', ratePerS: 1e6, watts: 1e9 }],
    engines: [{ id: 'bench', state: 'serving', replicas: 1, clockMhz: null, expected }],
    facilityFactor: 1.2,
    carbonGPerKwh: 400,
    pricePerKwh: 0.08,
    currency: 'USD',
  });
  process.on('exit', () => {
    if (joules === 0) process.exitCode = 1;
  });
  return gateway.listen(HOST, 0);
}

/** A server process: says where it listens, and its CPU time when asked. */
async function child(role: string, upstream: string): Promise<void> {
  const start = role === 'mock' ? mock() : role === 'bare' ? bare(upstream) : ours(upstream);
  process.send?.(await start);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  process.on('disconnect', () => process.exit());
}

async function ask<T>(of: ChildProcess): Promise<T> {
  const [answer]: T[] = await once(of, 'message');
  return answer!;
}

async function spawn(role: string, upstream = ''): Promise<{ process: ChildProcess; url: string }> {
  const forked = fork(fileURLToPath(import.meta.url), ['--serve', role, upstream]);
  return { process: forked, url: await ask<string>(forked) };
}

async function cpuMicros(of: ChildProcess): Promise<number> {
  const answer = ask<number>(of);
  of.send('cpu');
  return answer;
}

/** Sends `count` requests, `CONCURRENCY` at a time, and checks that each answer is whole. */
async function load(url: string, stream: boolean, count: number): Promise<void> {
  const pool = new Pool(url, { connections: CONCURRENCY });
  const body = JSON.stringify({ model: 'bench', messages: MESSAGES, max_tokens: 100, ...(stream ? { stream } : {}) });
  const headers = { 'content-type': 'application/json' };
  let left = count;
  async function worker(): Promise<void> {
    while (left > 0) {
      left -= 1;
      const answer = await pool.request({ method: 'POST', path: '/v1/chat/completions', headers, body });
      const text = await answer.body.text();
      const chunks = stream ? text.split('" word"').length : CHUNKS;
      const whole = stream ? text.endsWith('data: [DONE]\n\n') : text.endsWith('}');
      if (answer.statusCode !== 200 || !whole || chunks !== CHUNKS)
        throw new Error(`a wrong answer: ${text.slice(0, 300)}`);
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  await pool.close();
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

async function compare(count: number): Promise<void> {
  const engine = await spawn('mock');
  const servers = { bare: await spawn('bare', engine.url), gateway: await spawn('gateway', engine.url) };
  console.log(`µs of CPU per request, median of ${ROUNDS} rounds of ${count} requests, ${CONCURRENCY} at a time`);
  console.log('kind                 bare proxy   gateway   ratio   per chunk');
  for (const stream of [false, true]) {
    const requests = stream ? Math.ceil(count / 3) : count;
    const spent: Record<keyof typeof servers, number[]> = { bare: [], gateway: [] };
    for (let round = -1; round < ROUNDS; round++) {
      for (const name of ['bare', 'gateway'] as const) {
        const server = servers[name];
        const before = await cpuMicros(server.process);
        await load(server.url, stream, requests);
        const used = ((await cpuMicros(server.process)) - before) / requests;
        // The first round warms up
        if (round >= 0) spent[name].push(used);
      }
    }
    const [b, g] = [median(spent.bare), median(spent.gateway)];
    const kind = (stream ? `SSE of ${CHUNKS} chunks` : 'JSON').padEnd(20);
    const perChunk = stream ? (g / CHUNKS).toFixed(1) : '-';
    const columns = [b.toFixed(0).padStart(11), g.toFixed(0).padStart(10), (g / b).toFixed(2).padStart(8)];
    console.log(`${kind}${columns.join('')}${perChunk.padStart(12)}`);
  }
  for (const { process: server } of [engine, ...Object.values(servers)]) server.disconnect();
}

const [flag, role, upstream] = process.argv.slice(2);
if (flag === '--serve') await child(role ?? '', upstream ?? '');
else await compare(Math.min(20_000, Math.max(100, Number(flag ?? 1500) || 1500)));
