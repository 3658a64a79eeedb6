import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runSite } from '../../src/server/run.ts';
import type { RunningSite } from '../../src/server/runningSite.ts';
import { type Behaviour, chunk, type FakeEngine, fakeEngine, sse, wellBehaved } from './gateway-support.ts';
import { BUKHARA, scratch } from './running.ts';

/** The site of the example with real engines by URL: one that a test directs, and one where nobody listens. */
function siteFile(folder: string, url: string, nobody: string): string {
  const text = readFileSync(BUKHARA, 'utf8')
    .replace(
      '  - id: chat-70b\n',
      `  - id: chat-70b\n    engine: { kind: openai, url: "${url}", model: real, api_key: { env: JOULEWRIGHT_TEST_KEY }, first_byte: 600 ms, answer: 700 ms, idle: 600 ms }\n`,
    )
    .replace('  - id: code-32b\n', `  - id: code-32b\n    engine: { kind: openai, url: "${nobody}" }\n`);
  const file = path.join(folder, 'site.yaml');
  writeFileSync(file, text);
  return file;
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 1;
}

const { dir, remove } = scratch();
let behave: Behaviour = wellBehaved;
let engine: FakeEngine;
let site: RunningSite;
let client: OpenAI;

beforeAll(async () => {
  engine = await fakeEngine((response, body) => behave(response, body));
  process.env['JOULEWRIGHT_TEST_KEY'] = 'sk-of-the-engine';
  const nobody = `http://127.0.0.1:${await freePort()}/v1`;
  site = await runSite({
    siteFile: siteFile(dir, engine.url, nobody),
    port: 0,
    data: path.join(dir, 'data'),
    speed: 1,
  });
  client = new OpenAI({ baseURL: `${site.url}/v1`, apiKey: 'none', maxRetries: 0 });
}, 30_000);

afterAll(async () => {
  await site?.stop();
  engine?.close();
  delete process.env['JOULEWRIGHT_TEST_KEY'];
  remove();
});

const ask = (model: string, stream = false): Promise<Response> =>
  fetch(`${site.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Salom!' }], max_tokens: 8 }),
  });

async function refusal(answer: Response): Promise<{ status: number; code: string; message: string }> {
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  return { status: answer.status, code: error.code, message: error.message };
}

/** A good answer: an engine that failed several times in a row would be left alone for a while. */
beforeEach(async () => {
  behave = wellBehaved;
  let status = 0;
  for (let i = 0; i < 5 && status !== 200; i++) status = (await ask('chat')).status;
  expect(status).toBe(200);
});

describe('a site whose engines are real, by URL', () => {
  it('passes the answer on, with the energy of the request and the key from the environment', async () => {
    behave = wellBehaved;
    const { data, response } = await client.chat.completions
      .create({ model: 'chat', messages: [{ role: 'user', content: 'Salom!' }], max_tokens: 8 })
      .withResponse();
    expect(data.choices[0]!.message.content).toBe('Hello');
    expect(data.usage).toMatchObject({ prompt_tokens: 10, energy: { boundary: 'facility', simulated: false } });
    expect(response.headers.get('x-joulewright-simulated')).not.toBe('true');
    expect(engine.bodies.at(-1)).toMatchObject({ model: 'real' });
    expect(engine.headers.at(-1)!.authorization).toBe('Bearer sk-of-the-engine');
  });

  it('passes a stream on, with the energy in its usage chunk', async () => {
    behave = wellBehaved;
    const stream = await client.chat.completions.create({
      model: 'llama-3.3-70b-instruct',
      messages: [{ role: 'user', content: 'Salom!' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage: unknown;
    for await (const part of stream) {
      text += part.choices[0]?.delta.content ?? '';
      usage = part.usage ?? usage;
    }
    expect(text).toBe('Hello');
    expect(usage).toMatchObject({ completion_tokens: 4, energy: { joules: expect.any(Number) } });
  });

  it('answers 503 for an engine that is down, and goes on serving the others', async () => {
    const down = await ask('code');
    expect(down.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await refusal(down)).toMatchObject({
      status: 503,
      code: 'JW_ENGINE_DOWN',
      message: expect.stringContaining('code-32b'),
    });
    behave = wellBehaved;
    expect((await ask('chat')).status).toBe(200);
  });

  it.each<[string, Behaviour]>([
    ['a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>')],
    ['half an object', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":')],
    [
      'another object',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
    ],
  ])('answers 502 for an engine that sends %s', async (_, garbage) => {
    behave = garbage;
    expect(await refusal(await ask('chat'))).toMatchObject({ status: 502, code: 'JW_ENGINE_GARBAGE' });
  });

  it.each([
    [false, '0.7 s'],
    [true, '0.6 s'],
  ])('answers 504 for an engine that never begins (stream: %s)', async (stream, waited) => {
    behave = () => undefined;
    const said = await refusal(await ask('chat', stream));
    expect(said).toMatchObject({ status: 504, code: 'JW_ENGINE_FIRST_BYTE' });
    expect(said.message).toContain(waited);
  });

  it('ends a stream that stalls with an error that says so', async () => {
    behave = (response) => sse(response).write(chunk('Hel'));
    const text = await (await ask('chat', true)).text();
    expect(text).toContain('Hel');
    expect(text).toContain('JW_ENGINE_STALLED');
    expect(text).not.toContain('[DONE]');
  });

  it('tells health and the books of all that', async () => {
    const health = (await (await fetch(`${site.url}/healthz`)).json()) as { engines: { id: string; up: boolean }[] };
    expect(health.engines.find((e) => e.id === 'chat-70b')).toMatchObject({ up: true, simulated: false });
    expect(health.engines.find((e) => e.id === 'code-32b')).toMatchObject({ up: false });
    const metrics = await (await fetch(`${site.url}/metrics`)).text();
    for (const status of [200, 502, 503, 504]) expect(metrics).toContain(`status="${status}"`);
  });
});
