/*
 * The servers of the gateway bench, each in a process of its own: a mock engine, a bare proxy, the gateway before the mock
 * engine, the gateway with a simulated engine. Each says where it listens, and its CPU time when asked.
 *
 *   node bin/node24.cjs bench/gatewayServers.ts ROLE [UPSTREAM]      (started by bench/gateway.ts)
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, Pool } from 'undici';
import type { Engine, Expected } from '../src/engines/contract.ts';
import { createEngine } from '../src/engines/create.ts';
import { createGateway } from '../src/gateway/gateway.ts';
import { CHUNKS, USAGE } from './gatewayTraffic.ts';

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

/** The gateway with one engine, a directive that admits everything, and its energy on every answer. */
async function gatewayWith(engine: Engine, expected: Expected): Promise<string> {
  let joules = 0;
  const gateway = createGateway({
    engines: [engine],
    models: [{ name: 'bench', engines: ['bench'] }],
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
    engines: [{ id: 'bench', state: 'serving', replicas: 1, clock: null, expected }],
    facilityFactor: 1.2,
    carbonGPerKwh: 400,
    waterLPerKwh: 0.5,
    pricePerKwh: 0.08,
    currency: 'USD',
  });
  process.on('exit', () => {
    if (joules === 0) process.exitCode = 1;
  });
  return gateway.listen(HOST, 0);
}

const JOULES = { prefillJPerToken: 0.1, decodeJPerToken: 1 };

function relaying(upstream: string): Promise<string> {
  const expected = { queueS: 0, prefillSPerToken: 0, tpotS: 0, ...JOULES };
  const engine = createEngine({ kind: 'openai', id: 'bench', model: 'bench', url: `${upstream}/v1`, expected });
  return gatewayWith(engine, expected);
}

/** Tokens fall due one at a time, slower than the shortest time between two chunks, so that each has a chunk of its own. */
function simulating(): Promise<string> {
  const expected = { queueS: 0, prefillSPerToken: 0, tpotS: 0.02, ...JOULES };
  return gatewayWith(createEngine({ kind: 'simulated', id: 'bench', model: 'bench', expected }), expected);
}

const [role, upstream = ''] = process.argv.slice(2);
const start = role === 'mock' ? mock : role === 'bare' ? bare : role === 'gateway' ? relaying : simulating;
process.send?.(await start(upstream));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.on('disconnect', () => process.exit());
