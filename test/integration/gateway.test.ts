import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { createGateway } from '../../src/gateway/gateway.ts';
import {
  closeRigs,
  collect,
  directive,
  errorOf,
  expected,
  hello,
  post,
  rejection,
  rig,
  simulated,
  until,
} from './gateway-support.ts';

afterEach(closeRigs);

/** Sends raw bytes and returns what comes back, because fetch tidies paths up. */
function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (part) => {
      answer += part.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('the OpenAI client against the gateway', () => {
  it('lists and retrieves models', async () => {
    const { client } = await rig([simulated]);
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(['chat', 'sim']);
    expect(await client.models.retrieve('sim')).toMatchObject({ id: 'sim', object: 'model', owned_by: 'joulewright' });
    expect(await rejection(client.models.retrieve('nope'))).toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('answers with usage, energy, cost and carbon by the directive', async () => {
    const { client, gateway, usage } = await rig([simulated]);
    gateway.directives.accept(directive());
    const { data, response } = await client.chat.completions
      .create(hello({ max_tokens: 10, service_tier: 'auto' }))
      .withResponse();
    expect(data.choices[0]?.message.content).toMatch(/^\[simulated by Joulewright/);
    expect(data.model).toBe('chat');
    expect(data.service_tier).toBe('default');
    expect(data.system_fingerprint).toBe('joulewright-simulated');
    // 7 input tokens ("Hello there" 3, message 4) x 0.5 J + 10 x 2 J = 23.5 J at IT; x 1.25 = 29.375 J
    const kwh = 29.375 / 3.6e6;
    expect(data.usage).toMatchObject({
      prompt_tokens: 7,
      completion_tokens: 10,
      total_tokens: 17,
      energy: {
        joules: 29.375,
        it_joules: 23.5,
        wh: expect.closeTo(29.375 / 3600, 8),
        co2_g: expect.closeTo(kwh * 400, 8),
        cost: { amount: expect.closeTo(kwh * 0.08, 11), currency: 'USD' },
        method: 'predicted',
        boundary: 'facility',
        simulated: true,
      },
    });
    expect(response.headers.get('x-joulewright-joules')).toBe('29.375');
    expect(response.headers.get('x-joulewright-engine')).toBe('sim');
    expect(response.headers.get('x-joulewright-simulated')).toBe('true');
    expect(response.headers.get('x-request-id')).toMatch(/^req_\w+$/);
    expect(usage).toMatchObject([
      { status: 200, inputTokens: 7, outputTokens: 10, facilityJoules: 29.375, class: 'default' },
    ]);
    expect(usage[0]?.requestId).toBe(response.headers.get('x-request-id'));
  });

  it('streams; usage comes only when asked for', async () => {
    const { client, gateway } = await rig([simulated]);
    gateway.directives.accept(directive());
    const plain = await collect(await client.chat.completions.create({ ...hello({ max_tokens: 30 }), stream: true }));
    expect(plain.every((c) => (c.usage ?? null) === null && c.choices.length === 1)).toBe(true);
    expect(plain.at(-1)?.choices[0]?.finish_reason).toBe('length');
    const text = plain.map((c) => c.choices[0]?.delta.content ?? '').join('');
    expect(text.length).toBe(120);
    const asked = await collect(
      await client.chat.completions.create({
        ...hello({ max_tokens: 30, service_tier: 'priority' }),
        stream: true,
        stream_options: { include_usage: true },
      }),
    );
    expect(asked.slice(0, -1).every((c) => c.usage === null)).toBe(true);
    expect(asked.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 30, energy: { it_joules: 63.5 } } });
    expect(asked.every((c) => c.service_tier === 'priority' && c.model === 'chat')).toBe(true);
    expect(new Set(asked.map((c) => c.id)).size).toBe(1);
  });

  it('keeps the predicted pace on the wall clock', async () => {
    const slow = { ...expected, queueS: 0.15, prefillSPerToken: 0, tpotS: 0.01 };
    const { usage, client, gateway } = await rig([{ ...simulated, expected: slow }]);
    gateway.directives.accept(directive());
    await collect(await client.chat.completions.create({ ...hello({ max_tokens: 31 }), stream: true }));
    expect(usage[0]?.ttftMs).toBeGreaterThan(145);
    expect(usage[0]?.ttftMs).toBeLessThan(300);
    expect(usage[0]?.durationMs).toBeGreaterThan(440);
    expect(usage[0]?.durationMs).toBeLessThan(800);
  });

  it('states no energy while the controller has never spoken', async () => {
    const { client } = await rig([simulated]);
    const { data, response } = await client.chat.completions.create(hello({ max_tokens: 3 })).withResponse();
    expect(data.usage).toEqual({ prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 });
    expect(response.headers.get('x-joulewright-joules')).toBeNull();
  });

  it('asks for keys where it has any, before it reads the body', async () => {
    const { client, client2, url, usage } = await rig([simulated], { apiKeys: [{ key: 'sk-1', name: 'shop' }] });
    const error = await rejection(client.chat.completions.create(hello()));
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ code: 'invalid_api_key', requestID: expect.stringMatching(/^req_/) });
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    expect((await post(url, '{nonsense')).status).toBe(401);
    await client2('sk-1').chat.completions.create(hello({ max_tokens: 1 }));
    expect(usage.map((u) => u.principal.project)).toEqual(['shop']);
  });
});

describe('bad requests', () => {
  it('says which field is wrong', async () => {
    const { url } = await rig([simulated]);
    const user = { role: 'user', content: 'x' };
    const cases: [object, string | null][] = [
      [{ messages: [user] }, 'model'],
      [hello({ model: 3 }), 'model'],
      [{ model: 'chat' }, 'messages'],
      [hello({ messages: 'hi' }), 'messages'],
      [hello({ messages: [] }), 'messages'],
      [hello({ messages: [null] }), 'messages[0]'],
      [hello({ messages: [user, { role: 'wizard', content: 'x' }] }), 'messages[1].role'],
      [hello({ messages: [{ content: 'x' }] }), 'messages[0].role'],
      [hello({ messages: [{ role: 'user' }] }), 'messages[0].content'],
      [hello({ messages: [{ role: 'user', content: null }] }), 'messages[0].content'],
      [hello({ messages: [{ role: 'user', content: [{ text: 'a' }] }] }), 'messages[0].content[0]'],
      [hello({ messages: [{ role: 'user', content: [{ type: 'text' }] }] }), 'messages[0].content[0].text'],
      [hello({ max_tokens: -1 }), 'max_tokens'],
      [hello({ max_tokens: 1.5 }), 'max_tokens'],
      [hello({ max_completion_tokens: '9' }), 'max_completion_tokens'],
      [hello({ temperature: 3 }), 'temperature'],
      [hello({ n: 0 }), 'n'],
      [hello({ n: 2 }), 'n'],
      [hello({ stop: ['a', 'b', 'c', 'd', 'e'] }), 'stop'],
      [hello({ stop: [1] }), 'stop'],
      [hello({ stream: 'yes' }), 'stream'],
      [hello({ stream_options: { include_usage: true } }), 'stream_options'],
      [hello({ stream: true, stream_options: { include_usage: 1 } }), 'stream_options.include_usage'],
      [hello({ service_tier: 'gold' }), 'service_tier'],
      [hello({ service_tier: 'toString' }), 'service_tier'],
      [[], null],
    ];
    for (const [body, param] of cases) {
      const answer = await post(url, body);
      const error = await errorOf(answer);
      expect([answer.status, error.param], JSON.stringify(body)).toEqual([400, param]);
      expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
      expect(error.type).toBe('invalid_request_error');
      expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    }
  });

  it('answers broken, missing, foreign and too large bodies as JSON errors', async () => {
    const { url } = await rig([simulated], { bodyLimit: 2000 });
    const of = async (answer: Response) => [
      answer.status,
      (await errorOf(answer)).code,
      answer.headers.has('x-request-id'),
    ];
    expect(await of(await post(url, '{"model": '))).toEqual([400, 'JW_REQUEST_JSON', true]);
    expect(await of(await post(url, ''))).toEqual([400, 'JW_REQUEST_JSON', true]);
    expect(await of(await post(url, '3'))).toEqual([400, 'JW_REQUEST_JSON', true]);
    expect(await of(await post(url, '{}', { 'content-type': 'text/plain' }))).toEqual([415, 'JW_REQUEST_TYPE', true]);
    expect(await of(await post(url, hello({ pad: 'x'.repeat(3000) })))).toEqual([413, 'JW_REQUEST_TOO_LARGE', true]);
  });

  it('knows its models, routes and methods', async () => {
    const { url, client } = await rig([simulated]);
    const error = await rejection(client.chat.completions.create({ ...hello(), model: 'gpt-9' }));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model' });
    expect(error.message).toContain('chat, sim');
    const missing = await fetch(`${url}/v1/nothing`);
    expect([missing.status, (await errorOf(missing)).code]).toEqual([404, 'JW_ROUTE_UNKNOWN']);
    const wrong = await fetch(`${url}/v1/chat/completions`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await errorOf(wrong)).code).toBe('JW_METHOD');
    const del = await fetch(`${url}/v1/models`, { method: 'DELETE' });
    expect([del.status, del.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('answers what is not HTTP with an error object, and lives on', async () => {
    const { url, client } = await rig([simulated]);
    const answer = await raw(url, 'BLAH \u0000 nonsense\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400/);
    expect(answer).toContain('"code":"JW_REQUEST_BROKEN"');
    await client.chat.completions.create(hello({ max_tokens: 1 }));
  });
});

describe('operations', () => {
  it('prints metrics that a Prometheus parser can read', async () => {
    const { url, client, gateway } = await rig([simulated]);
    gateway.directives.accept(directive({ seq: 7 }));
    await client.chat.completions.create(hello({ max_tokens: 5 }));
    await collect(await client.chat.completions.create({ ...hello({ max_tokens: 5 }), stream: true }));
    await post(url, hello({ model: 'x"y\n' }));
    gateway.publishLive({}, [
      { name: 'joulewright_site_load_watts', help: 'a\nb', value: 12.5, labels: { hall: 'a"\\\n' } },
    ]);
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    const text = await answer.text();
    const line =
      /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z_]+="([^"\\\n]|\\["\\n])*"(,|(?=})))*\})? (-?[\d.e+-]+|[+-]Inf))$/;
    for (const one of text.trimEnd().split('\n')) expect(one).toMatch(line);
    expect(text).toContain('joulewright_requests_total{model="chat",class="default",status="200"} 2\n');
    expect(text).toContain('joulewright_requests_total{model="unknown",class="default",status="404"} 1\n');
    expect(text).toContain('joulewright_output_tokens_total{model="chat",class="default"} 10\n');
    expect(text).toContain('joulewright_it_joules_total{model="chat",class="default"} 27\n');
    const chat =
      'gen_ai_operation_name="chat",gen_ai_provider_name="joulewright",gen_ai_request_model="chat",class="default"';
    expect(text).toContain(`gen_ai_server_time_to_first_token_seconds_count{${chat}} 1\n`);
    expect(text).toContain(`gen_ai_server_time_per_output_token_seconds_count{${chat}} 1\n`);
    expect(text).toContain(`gen_ai_server_request_duration_seconds_count{${chat},error_type=""} 2\n`);
    expect(text).toContain(`gen_ai_client_token_usage_sum{${chat},gen_ai_token_type="output"} 10\n`);
    expect(text).toContain('joulewright_requests_running{engine="sim",class="default"} 0\n');
    expect(text).toContain('joulewright_directive_seq 7\n');
    expect(text).toContain('joulewright_directive_stale 0\n');
    expect(text).toContain('joulewright_site_load_watts{hall="a\\"\\\\\\n"} 12.5\n');
    // cumulative buckets end at the count
    const buckets = [...text.matchAll(/duration_seconds_bucket\{[^}]*\} (\d+)/g)].map((m) => Number(m[1]));
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(buckets.at(-1)).toBe(2);
  });

  it('reports load each interval, and the sums agree with the usage', async () => {
    const { client, gateway, loads } = await rig([simulated]);
    gateway.directives.accept(directive());
    await Promise.all([
      client.chat.completions.create(hello({ max_tokens: 50, service_tier: 'flex' })),
      collect(await client.chat.completions.create({ ...hello({ max_tokens: 100 }), stream: true })),
    ]);
    await gateway.close();
    const sum = (name: string, of: 'requestsPerS' | 'inputTokensPerS' | 'outputTokensPerS') =>
      loads.reduce(
        (a, l) => a + l.intervalS * l.classes.filter((c) => c.class === name).reduce((b, c) => b + c[of], 0),
        0,
      );
    expect(sum('default', 'requestsPerS')).toBeCloseTo(1, 6);
    expect(sum('default', 'inputTokensPerS')).toBeCloseTo(7, 6);
    expect(sum('default', 'outputTokensPerS')).toBeCloseTo(100, 6);
    expect(sum('flex', 'outputTokensPerS')).toBeCloseTo(50, 6);
    expect(loads.some((l) => l.classes.some((c) => c.running === 1))).toBe(true);
    expect(loads.at(-1)?.classes.every((c) => c.running === 0 && c.waiting === 0)).toBe(true);
    expect(loads.map((l) => l.seq)).toEqual(loads.map((_, i) => i + 1));
  });

  it('streams live snapshots and hands out the day and the directive', async () => {
    const { url, gateway } = await rig([simulated]);
    expect((await fetch(`${url}/api/day`)).status).toBe(404);
    expect((await fetch(`${url}/api/directive`)).status).toBe(404);
    gateway.publishLive({ wallMs: 1 });
    gateway.publishDay({ stepMs: 300_000 });
    gateway.directives.accept(directive({ seq: 3 }));
    expect(await (await fetch(`${url}/api/day`)).json()).toEqual({ stepMs: 300_000 });
    expect(await (await fetch(`${url}/api/directive`)).json()).toMatchObject({ seq: 3, stale: false });
    const watcher = await fetch(`${url}/api/live`);
    expect(watcher.headers.get('content-type')).toContain('text/event-stream');
    let seen = '';
    const reading = (async () => {
      for await (const part of watcher.body ?? []) seen += Buffer.from(part).toString();
    })();
    await until(() => seen.includes('"wallMs":1'));
    gateway.publishLive({ wallMs: 2 });
    await until(() => seen.endsWith('data: {"wallMs":2}\n\n'));
    await gateway.close();
    await reading;
  });

  it('is healthy when it can serve', async () => {
    const { url, gateway } = await rig([simulated]);
    const healthy = await fetch(`${url}/healthz`);
    expect(healthy.status).toBe(200);
    expect(await healthy.json()).toMatchObject({ status: 'serving', directive: { seq: 0, age_s: null, stale: true } });
    const off = { id: 'sim', state: 'off' as const, replicas: 0, clock: null, expected };
    gateway.directives.accept(directive({ engines: [off] }));
    expect((await fetch(`${url}/healthz`)).status).toBe(503);
  });

  it('serves only the files of its folder, with types, tags and security headers', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'jw-static-'));
    writeFileSync(join(dir, '..', 'jw-outside.txt'), 'not for you');
    mkdirSync(join(dir, 'assets'));
    writeFileSync(join(dir, 'index.html'), '<!doctype html><title>control room</title>');
    writeFileSync(join(dir, 'assets', 'app-Abc12345.js'), `export const x = "${'y'.repeat(2000)}"`);
    writeFileSync(join(dir, '.secret'), 'hidden');
    const { url } = await rig([simulated], { staticDir: dir });
    const index = await fetch(`${url}/?x=1`);
    expect(await index.text()).toContain('control room');
    expect(index.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(index.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(index.headers.get('x-content-type-options')).toBe('nosniff');
    const etag = index.headers.get('etag') ?? '';
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const script = await fetch(`${url}/assets/app-Abc12345.js`);
    expect(script.headers.get('content-encoding')).toBe('gzip');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect((await script.text()).length).toBeGreaterThan(2000);
    const paths = [
      '/../jw-outside.txt',
      '/..%2fjw-outside.txt',
      '/%2e%2e/jw-outside.txt',
      '/assets/../../jw-outside.txt',
    ];
    paths.push(
      '/..\\jw-outside.txt',
      '//etc/passwd',
      '/.secret',
      '/assets',
      '/assets/',
      '/%00',
      '/%',
      '/assets%2fapp-Abc12345.js',
    );
    for (const path of paths) {
      const answer = await raw(url, `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
      expect(answer, path).toMatch(/^HTTP\/1.1 40[04] /);
      expect(answer).not.toContain('not for you');
      expect(answer).not.toContain('root:');
      expect(answer).toContain('x-request-id: req_');
    }
  });

  it('says how to build a control room that is not there, to people and to programs', async () => {
    const { url } = await rig([simulated]);
    const json = await fetch(url);
    expect(json.status).toBe(200);
    expect(await json.json()).toMatchObject({
      api: '/v1',
      hint: expect.stringContaining('npm run build -- --dashboard'),
    });
    const page = await fetch(url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await page.text()).toContain('<code>npm run build -- --dashboard</code>');
  });

  it('says that a port is taken', async () => {
    const { url } = await rig([simulated]);
    const second = createGateway({ engines: [], models: [] });
    const failed = second.listen('127.0.0.1', Number(new URL(url).port));
    await expect(failed).rejects.toMatchObject({ code: 'JW_PORT_TAKEN', message: expect.stringContaining('--port') });
    await second.close();
  });

  it('refuses a model without engine', () => {
    const make = () => createGateway({ engines: [], models: [{ name: 'a', engines: ['b'] }] });
    expect(make).toThrow(/JW_ENGINE_CONFIG/);
  });

  it('lets streams end when it closes, and breaks off those that take too long', async () => {
    const { client, gateway, usage } = await rig([simulated]);
    gateway.directives.accept(directive());
    const short = await client.chat.completions.create({ ...hello({ max_tokens: 100 }), stream: true });
    const long = await client.chat.completions.create({ ...hello({ max_tokens: 100_000 }), stream: true });
    const shortEnd = collect(short);
    const longEnd = rejection(collect(long));
    await gateway.close(700);
    expect((await shortEnd).at(-1)?.choices[0]?.finish_reason).toBe('length');
    expect(await longEnd).toMatchObject({ code: 'JW_STOPPING' });
    expect(usage.map((u) => u.status)).toEqual([200, 503]);
  });
});
