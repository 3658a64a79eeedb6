import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import type { FromGateway, GatewayConfig } from '../../src/gateway/messages.ts';
import { directive, errorOf, hello, post, rejection, simulated } from './gateway-support.ts';
import { BUKHARA, type Ended, pause, RunningCommand, scratch, command as typed, until } from './running.ts';

const ENTRY = fileURLToPath(new URL('../../src/gateway/process.ts', import.meta.url));
const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function folder(): string {
  const { dir, remove } = scratch();
  cleanups.push(remove);
  return dir;
}

/** A gateway process with tenants, and directives that it gets as from a main process. */
interface Child {
  readonly url: string;
  readonly firstKey: string | null;
  readonly child: ChildProcess;
  direct(seq: number): void;
}

async function start(dataDir: string, more: Partial<GatewayConfig> = {}): Promise<Child> {
  const child = fork(ENTRY, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  cleanups.push(() => void child.kill('SIGKILL'));
  const base = {
    log: 'warnings' as const,
    host: '127.0.0.1',
    port: 0,
    dataDir,
    staticDir: null,
    zone: 'Asia/Samarkand',
    apiKeys: [],
  };
  const what = { engines: [simulated], models: [{ name: 'chat', engines: ['sim'] }] };
  const who = { open: false, hosts: ['site.example.uz'], residency: ['here', 'uz'], currency: 'USD', trail: null };
  child.send({ type: 'start', config: { ...base, ...what, ...who, ...more } satisfies GatewayConfig });
  for (;;) {
    const [message]: FromGateway[] = await once(child, 'message');
    if (message?.type === 'failed') throw new Error(JSON.stringify(message));
    if (message?.type !== 'ready') continue;
    const { url, firstKey } = message;
    const energyBand = { low: 0.5, high: 2 };
    const direct = (seq: number): void => {
      const engines = [
        { id: 'sim', state: 'serving' as const, replicas: 1, clock: null, expected: simulatedExpected, energyBand },
      ];
      child.send({ type: 'directive', directive: directive({ seq, engines }) });
    };
    direct(1);
    return { url, firstKey, child, direct };
  }
}

const simulatedExpected = {
  queueS: 0.01,
  prefillSPerToken: 0,
  tpotS: 0.002,
  prefillJPerToken: 0.5,
  decodeJPerToken: 2,
};

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function admin(site: string, key: string, method: string, where: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${site}/api/admin${where}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** An organisation with a project and the key of a member. */
async function shop(
  site: string,
  key: string,
  more: object = {},
): Promise<{ readonly key: string; readonly id: string }> {
  await admin(site, key, 'POST', '/organisations', { id: 'shop' });
  await admin(site, key, 'POST', '/projects', { id: 'web', organisation: 'shop', ...more });
  const { body } = await admin(site, key, 'POST', '/keys', { name: 'web', project: 'web' });
  return { key: String(body['key']), id: String(body['id']) };
}

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

describe('tenants over HTTP', () => {
  it('keep keys, limits and counters when the gateway is killed, and refuse as OpenAI clients expect', async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    const root = first.firstKey!;
    const { key, id } = await shop(first.url, root);
    const limits = [
      { metric: 'requests', window: 'day', amount: 3 },
      { metric: 'tokens', window: 'month', amount: 1_000_000 },
    ];
    expect((await admin(first.url, root, 'PUT', `/limits/key:${id}`, { limits })).status).toBe(200);
    const client = (url: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    const { response } = await client(first.url)
      .chat.completions.create(hello({ max_tokens: 4 }))
      .withResponse();
    expect(response.headers.get('x-ratelimit-limit-requests')).toBe('3');
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('2');
    expect(response.headers.get('x-ratelimit-reset-requests')).toMatch(/^(\d+h)?(\d+m)?\d+s$/);
    expect(response.headers.get('x-joulewright-joules')).toBe('14.375');
    expect(response.headers.get('x-joulewright-cost')).toMatch(/^[\d.e-]+ USD$/);
    // Its row is on the disk within a tenth of a second and a commit
    await pause(400);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const second = await start(dataDir);
    expect(second.firstKey).toBeNull();
    const standing = await admin(second.url, root, 'GET', `/limits/key:${id}`);
    expect(standing.body['limits']).toMatchObject([
      { used: 1, remaining: 2 },
      { used: 11, remaining: 999_989 },
    ]);
    await client(second.url).chat.completions.create(hello({ max_tokens: 1 }));
    await client(second.url).chat.completions.create(hello({ max_tokens: 1 }));
    const refused = await rejection(client(second.url).chat.completions.create(hello({ max_tokens: 1 })));
    expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
    expect(refused).toMatchObject({ code: 'rate_limit_exceeded' });
    expect(refused.headers?.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(refused.headers?.get('x-should-retry')).toBe('false');
    const budget = [{ metric: 'joules', window: 'month', amount: 1, budget: true, warn: 0.8 }];
    await admin(second.url, root, 'PUT', '/limits/organisation:shop', { limits: budget });
    await admin(second.url, root, 'PUT', `/limits/key:${id}`, { limits: [] });
    const broke = await rejection(client(second.url).chat.completions.create(hello({ max_tokens: 1 })));
    expect(broke).toMatchObject({ code: 'insufficient_quota', type: 'insufficient_quota', status: 429 });
  });

  it('settle the energy of a request, and show it to its project only', async () => {
    const { url, firstKey, direct } = await start(folder());
    const { key } = await shop(url, firstKey!);
    await admin(url, firstKey!, 'POST', '/organisations', { id: 'bank' });
    await admin(url, firstKey!, 'POST', '/projects', { id: 'vault', organisation: 'bank' });
    const bank = String((await admin(url, firstKey!, 'POST', '/keys', { name: 'b', project: 'vault' })).body['key']);
    const answer = await post(url, hello({ max_tokens: 4 }), bearer(key));
    const requestId = answer.headers.get('x-request-id')!;
    const usage = async (of: string) => fetch(`${url}/v1/usage/${requestId}`, { headers: bearer(of) });
    const provisional = (await (await usage(key)).json()) as Record<string, unknown>;
    expect(provisional).toMatchObject({
      organisation: 'shop',
      project: 'web',
      input_tokens: 7,
      output_tokens: 4,
      energy: {
        state: 'provisional',
        method: 'predicted',
        it: { joules: 11.5, interval: { low: 5.75, high: 23, confidence: 0.9 } },
        facility: { joules: 14.375 },
        water_l: expect.closeTo((14.375 / 3.6e6) * 0.5, 10),
      },
      simulated: true,
    });
    // The next directive tells what the seconds of the request were like
    direct(2);
    const settled = await until(async () => {
      const body = (await (await usage(key)).json()) as { energy: { state: string } };
      return body.energy.state === 'settled' ? body : undefined;
    });
    expect(settled).toMatchObject({
      energy: { method: 'interval', it: { joules: 11.5 }, facility: { joules: 14.375 } },
    });
    expect((await usage(firstKey!)).status).toBe(200);
    const other = await usage(bank);
    expect(other.status).toBe(404);
    expect(await errorOf(other)).toMatchObject({ code: 'JW_USAGE_UNKNOWN' });
    expect((await fetch(`${url}/v1/usage/req_nothing`, { headers: bearer(key) })).status).toBe(404);
  });

  it('hold a key to its models, classes and the sites of its data', async () => {
    const { url, firstKey } = await start(folder());
    const { key } = await shop(url, firstKey!, { models: ['other'], classes: ['flex'] });
    const wrongModel = await post(url, hello({ max_tokens: 1 }), bearer(key));
    expect(wrongModel.status).toBe(403);
    expect(await errorOf(wrongModel)).toMatchObject({ type: 'permission_error', param: 'model', code: 'JW_FORBIDDEN' });
    const models = (await (await fetch(`${url}/v1/models`, { headers: bearer(key) })).json()) as { data: object[] };
    expect(models.data).toEqual([]);
    // A model that nobody serves is told without the names of those that are not for this key
    const nowhere = await post(url, { ...hello(), model: 'nowhere' }, bearer(key));
    expect([nowhere.status, await nowhere.text()]).toEqual([404, expect.stringContaining('none for this key')]);
    await admin(url, firstKey!, 'PATCH', '/projects/web', { models: null });
    const wide = await post(url, { ...hello(), model: 'nowhere' }, bearer(key));
    expect(await wide.text()).toContain('models here: chat');
    expect(await errorOf(await post(url, hello({ max_tokens: 1 }), bearer(key)))).toMatchObject({
      param: 'service_tier',
    });
    expect((await post(url, hello({ max_tokens: 1, service_tier: 'flex' }), bearer(key))).status).toBe(200);
    await admin(url, firstKey!, 'PATCH', '/organisations/shop', { residency: ['kz'] });
    const elsewhere = await post(url, hello({ max_tokens: 1, service_tier: 'flex' }), bearer(key));
    expect(elsewhere.status).toBe(403);
    expect(await errorOf(elsewhere)).toMatchObject({ code: 'JW_RESIDENCY' });
  });

  it('ask for a key at the administration also on loopback and an open site, and answer to their own names only', async () => {
    const { url, firstKey } = await start(folder(), { open: true });
    expect((await post(url, hello({ max_tokens: 1 }))).status).toBe(200);
    const write = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"id":"x"}' };
    for (const where of ['/organisations', '/projects', '/keys']) {
      expect((await fetch(`${url}/api/admin${where}`, write)).status).toBe(401);
      expect((await fetch(`${url}/api/admin${where}`)).status).toBe(401);
    }
    expect((await fetch(`${url}/api/admin/nothing`, { headers: bearer(firstKey!) })).status).toBe(404);
    expect((await fetch(`${url}/api/admin/keys`, { headers: bearer('jw-guess') })).status).toBe(401);
    const origin = await fetch(`${url}/v1/models`, { headers: { origin: 'https://evil.example' } });
    expect(origin.status).toBe(403);
    expect((await fetch(`${url}/v1/models`, { headers: { origin: url } })).status).toBe(200);
  });
});

describe('tenants on the command line', () => {
  it('work on a running site and on a stopped one’s data, survive kill -9, and show a trail that was tampered with', async () => {
    const data = folder();
    const site = new RunningCommand([BUKHARA, '--port', '0', '--data', data]);
    cleanups.push(async () => {
      if (site.child.exitCode === null && site.child.signalCode === null) site.signal('SIGKILL');
      await site.ended;
    });
    const url = await site.url();
    const [root] = /jw-[\w-]{43}/.exec(site.out) ?? [];
    expect(site.out).toContain('shown this once only');
    // The first request of the README, as it is printed: without a key
    const [, model] = /"model":"([^"]+)"/.exec(site.out) ?? [];
    expect((await post(url, hello({ model, max_tokens: 4 }))).status).toBe(200);
    process.env['JOULEWRIGHT_KEY'] = root;
    cleanups.push(() => void Reflect.deleteProperty(process.env, 'JOULEWRIGHT_KEY'));
    const remote = (...words: string[]): Promise<Ended> => typed([...words, '--url', url]);
    const local = (...words: string[]): Promise<Ended> => typed([...words, '--site', BUKHARA, '--data', data]);
    expect(await remote('tenants', 'add', 'shop', '--residency', 'uz')).toMatchObject({ code: 0, err: '' });
    expect(await remote('tenants', 'add', 'shop/web')).toMatchObject({ code: 0 });
    const mistyped = await remote('tenants', 'set', 'shop/web', '--models', `${model},gtp`);
    expect(mistyped).toMatchObject({ code: 0, err: expect.stringContaining('no model is called "gtp" here') });
    expect(mistyped.err).not.toContain(`called "${model}"`);
    expect(await remote('tenants', 'set', 'shop/web', '--models', 'none')).toMatchObject({ code: 0, err: '' });
    const made = await remote('keys', 'create', 'web', '--project', 'web', '--expires', '90 d');
    const [key] = /jw-[\w-]{43}/.exec(made.out) ?? [];
    const set = await remote(
      'tenants',
      'limits',
      'shop/web',
      '--limit',
      'tokens/day=1e6',
      '--budget',
      'money/month=50',
    );
    expect(set.out).toMatch(/tokens\s+day\s+1000000/);
    expect((await post(url, hello({ model, max_tokens: 4 }), bearer(key!))).status).toBe(200);
    const refused = await remote('keys', 'create', 'x', '--project', 'nobody');
    expect(refused).toMatchObject({ code: 77, err: expect.stringContaining('[JW_SITE_REFUSED]') });
    expect((await local('keys', 'list')).err).toContain('JW_STORE_LOCKED');
    const csv = await until(async () => {
      const { out } = await remote('usage', '--by', 'project', '--csv');
      return out.includes('web,1,1,') ? out : undefined;
    });
    expect(csv).toContain('anonymous,1,1,');
    expect((await remote('audit', 'verify')).out).toContain('8 entries');
    expect(site.err).not.toMatch(/jw-/);
    // Main notes the newest entry of the trail once a second
    await pause(2500);
    site.signal('SIGKILL');
    await site.ended;

    const listed = await local('keys', 'list');
    expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/web\s+shop\s+web\s+member/) });
    expect((await local('usage', '--by', 'project', '--csv')).out).toContain('web,1,1,');
    const whole = await local('audit', 'verify');
    expect(whole.code).toBe(0);
    const [noted] = /8:[0-9a-f]{64}/.exec(whole.out) ?? [];
    expect((await local('audit', 'verify', '--expect', noted!)).code).toBe(0);
    expect(await local('audit', 'verify', '--expect', `8:${'0'.repeat(64)}`)).toMatchObject({ code: 65 });
    const db = new DatabaseSync(path.join(data, 'usage.db'));
    db.exec('DROP TRIGGER trail_no_delete; DROP TRIGGER trail_no_update; DELETE FROM trail WHERE seq = 8');
    db.close();
    const cut = await local('audit', 'verify');
    expect(cut).toMatchObject({ code: 65, err: expect.stringContaining('broken at entry 8') });
    rmSync(path.join(data, 'site.db'), { force: true });
    const unseen = await local('audit', 'verify');
    expect(unseen.out).toContain('7 entries');
    expect((await local('audit', 'verify', '--expect', noted!)).err).toContain('[JW_TRAIL_BROKEN]');
  }, 240_000);
});
