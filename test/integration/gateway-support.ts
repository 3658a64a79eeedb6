import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import type { Directive, Load } from '../../src/control/contract.ts';
import type { Engine, Expected } from '../../src/engines/contract.ts';
import { createEngine, type EngineConfig } from '../../src/engines/create.ts';
import type { OpenAiEngineConfig } from '../../src/engines/openai.ts';
import type { EngineTimeouts } from '../../src/engines/openai-run.ts';
import type { Gateway, GatewayOptions, UsageRecord } from '../../src/gateway/contract.ts';
import { createGateway } from '../../src/gateway/gateway.ts';

export const expected: Expected = {
  queueS: 0.01,
  prefillSPerToken: 0.0001,
  tpotS: 0.002,
  prefillJPerToken: 0.5,
  decodeJPerToken: 2,
};

/** A directive that is valid for a minute, with round figures. */
export function directive(part: Partial<Directive> = {}): Directive {
  const nowMs = Date.now();
  return {
    seq: 1,
    issuedMs: nowMs,
    validUntilMs: nowMs + 60_000,
    classes: [],
    engines: [],
    facilityFactor: 1.25,
    carbonGPerKwh: 400,
    waterLPerKwh: 0.5,
    pricePerKwh: 0.08,
    currency: 'USD',
    ...part,
  };
}

/** An OpenAI-compatible server that behaves as a test wants; `request.text` is its parsed body. */
export interface FakeEngine {
  readonly url: string;
  readonly bodies: Record<string, unknown>[];
  readonly headers: IncomingMessage['headers'][];
  /** Paths asked, in order. */
  readonly paths: string[];
  /** Times at which callers went away before the answer was whole, ms. */
  readonly goneMs: number[];
  close(): void;
}

export type Behaviour = (response: ServerResponse, body: Record<string, unknown>, path?: string) => void;

export async function fakeEngine(behave: Behaviour): Promise<FakeEngine> {
  const bodies: Record<string, unknown>[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const goneMs: number[] = [];
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.method === 'GET') {
        response.end('{"object":"list","data":[]}');
        return;
      }
      const text = Buffer.concat(parts).toString('latin1');
      const isJson = request.headers['content-type'] === 'application/json';
      const body: Record<string, unknown> = isJson ? JSON.parse(Buffer.concat(parts).toString()) : { raw: text };
      const path = request.url ?? '';
      bodies.push(body);
      paths.push(path);
      headers.push(request.headers);
      response.on('close', () => {
        if (!response.writableEnded) goneMs.push(performance.now());
      });
      behave(response, body, path);
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    bodies,
    headers,
    paths,
    goneMs,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

export function sse(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream' });
}

export function chunk(content: string | null, finish: string | null = null, more: object = {}): string {
  const delta = content === null ? {} : { content };
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'real', choices, ...more })}\n\n`;
}

export const usageChunk = (input: number, output: number): string =>
  `data: ${JSON.stringify({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'real',
    choices: [],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  })}\n\n`;

/** An engine that answers well, JSON or SSE as asked. */
export const wellBehaved: Behaviour = (response, body) => {
  if (body['stream'] === true) {
    sse(response);
    response.write(chunk('Hel', null, { usage: null }));
    response.write(chunk('lo', null, { usage: null }));
    response.write(chunk(null, 'stop', { usage: null }));
    response.write(usageChunk(10, 4));
    response.end('data: [DONE]\n\n');
    return;
  }
  const message = { role: 'assistant', content: 'Hello' };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      id: 'c1',
      object: 'chat.completion',
      created: 1,
      model: 'real',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 },
    }),
  );
};

export interface Rig {
  readonly gateway: Gateway;
  readonly url: string;
  readonly usage: UsageRecord[];
  readonly loads: Load[];
  readonly client: OpenAI;
  client2(apiKey: string): OpenAI;
}

export const simulated: EngineConfig = { kind: 'simulated', id: 'sim', model: 'sim-model', expected };

export function relay(url: string, timeouts: Partial<EngineTimeouts> = {}): OpenAiEngineConfig {
  return { kind: 'openai', id: 'eng', model: 'real', url, timeouts, expected };
}

const open: Gateway[] = [];

/** A gateway on a free port with the given engines; model `chat` is the first, every engine's own id works too. */
export async function rig(configs: readonly EngineConfig[], more: Partial<GatewayOptions> = {}): Promise<Rig> {
  const usage: UsageRecord[] = [];
  const loads: Load[] = [];
  let gateway: Gateway | undefined;
  const order = (id: string): Expected | undefined => gateway?.directives.order(id)?.expected;
  const engines: Engine[] = configs.map((config) => createEngine(config, { expected: order }));
  const models = [
    { name: 'chat', engines: [engines[0]!.id] },
    ...engines.map(({ id }) => ({ name: id, engines: [id] })),
  ];
  gateway = createGateway({
    engines,
    models,
    onUsage: (record) => usage.push(record),
    onLoad: (load) => loads.push(load),
    loadEveryMs: 50,
    ...more,
  });
  open.push(gateway);
  const url = await gateway.listen('127.0.0.1', 0);
  const client2 = (apiKey: string): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  return { gateway, url, usage, loads, client: client2('any'), client2 };
}

/** Closes every gateway that `rig` made. */
export async function closeRigs(): Promise<void> {
  await Promise.all(open.splice(0).map((gateway) => gateway.close(100)));
}

export const hello = (more: object = {}) => ({
  model: 'chat',
  messages: [{ role: 'user' as const, content: 'Hello there' }],
  ...more,
});

/** The error that a promise rejects with, as the client made it. */
export async function rejection(promise: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof OpenAI.APIError) return error;
    throw error;
  }
  throw new Error('it was answered');
}

export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
  path = '/chat/completions',
): Promise<Response> {
  return fetch(`${url}/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Waits until something holds, at most two seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 2_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to hold');
    await new Promise((wake) => setTimeout(wake, 5));
  }
}

/** Everything that a stream gives, in order. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

export interface ErrorShape {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
}

/** The error object of an answer. */
export async function errorOf(answer: Response): Promise<ErrorShape> {
  const body = (await answer.json()) as { error: ErrorShape };
  return body.error;
}

/** The events of a stream, its name and parsed data each; a comment or the end mark is none. */
export function eventsOf(text: string): { readonly name: string; readonly data: unknown }[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith(':') && block !== 'data: [DONE]')
    .map((block) => ({
      name: /^event: (.*)$/m.exec(block)?.[1] ?? '',
      data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'),
    }));
}
