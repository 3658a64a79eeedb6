import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { BatchOffice } from '../../src/gateway/batch/office.ts';
import type { GatewayOptions } from '../../src/gateway/contract.ts';
import { silentLog } from '../../src/gateway/log.ts';
import { openTenancy } from '../../src/gateway/tenants/tenancy.ts';
import { systemClock } from '../../src/series/clock.ts';
import { openStore } from '../../src/store/store.ts';
import {
  closeRigs,
  directive,
  type FakeEngine,
  fakeEngine,
  type Rig,
  relay,
  rig,
  simulated,
  wellBehaved,
} from './gateway-support.ts';
import { againstPublished } from './published.ts';
import { pause, scratch } from './running.ts';

const cleanups: (() => void)[] = [];
afterEach(async () => {
  await closeRigs();
  for (const clean of cleanups.splice(0).reverse()) clean();
});

interface Site extends Rig {
  readonly dir: string;
}

const KEYS = [
  { key: 'key-shop', name: 'shop' },
  { key: 'key-other', name: 'other' },
];

async function site(
  engines = [simulated] as Parameters<typeof rig>[0],
  more: Partial<GatewayOptions> = {},
  at?: string,
): Promise<Site> {
  const { dir, remove } = at === undefined ? scratch() : { dir: at, remove: () => undefined };
  cleanups.push(remove);
  const batches = await BatchOffice.open({
    folder: join(dir, 'batch'),
    clock: systemClock,
    log: silentLog,
    retryMs: 20,
  });
  const made = await rig(engines, { batches, apiKeys: KEYS, ...more });
  made.gateway.directives.accept(directive({ greenShare: 0.25 }));
  return { ...made, client: made.client2('key-shop'), dir };
}

const line = (id: string, more: object = {}): string =>
  JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'chat', messages: [{ role: 'user', content: `Hello ${id}` }], max_tokens: 4, ...more },
  });
const lines = (count: number): string => Array.from({ length: count }, (_, i) => line(`r${i}`)).join('\n');

async function upload(client: OpenAI, text: string): Promise<string> {
  const file = await client.files.create({ file: await toFile(Buffer.from(text), 'in.jsonl'), purpose: 'batch' });
  return file.id;
}

async function make(client: OpenAI, text: string, more: object = {}): Promise<OpenAI.Batch> {
  const input = await upload(client, text);
  return client.batches.create({
    input_file_id: input,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
    ...more,
  });
}

async function over(client: OpenAI, id: string): Promise<OpenAI.Batch> {
  for (;;) {
    const batch = await client.batches.retrieve(id);
    if (['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) return batch;
    await pause(10);
  }
}

const read = async (
  client: OpenAI,
  id: string | null | undefined,
): Promise<{ custom_id: string; response: { body: object } }[]> =>
  (await (await client.files.content(id!)).text())
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one));

async function refusal(promise: Promise<unknown>): Promise<[number | undefined, string | null | undefined]> {
  const error = await promise.then(
    () => undefined,
    (why: unknown) => why,
  );
  if (!(error instanceof OpenAI.APIError)) throw new Error(`not refused: ${error}`);
  return [error.status, error.code];
}

describe('batches by the OpenAI client', () => {
  it('leave their making, cancelling and deleting in the audit trail, with the key', async () => {
    const { dir, remove } = scratch();
    cleanups.push(remove);
    const store = await openStore(join(dir, 'usage.db'));
    cleanups.push(() => store.close());
    const tenancy = await openTenancy(store, { zone: 'UTC', currency: 'USD', clock: systemClock, firstKey: true });
    const made = await site([simulated], { tenancy, apiKeys: [] }, dir);
    const client = made.client2(tenancy.firstKey!);
    const batch = await make(client, lines(3));
    await client.batches.cancel(batch.id);
    await over(client, batch.id);
    await client.files.delete(batch.input_file_id);
    await store.flush();
    const entries = (await store.trail(Number.MAX_SAFE_INTEGER, 4)).toReversed();
    expect(entries.map(({ action, target }) => [action, target])).toEqual([
      ['file.create', `file ${batch.input_file_id}`],
      ['batch.create', `batch ${batch.id}`],
      ['batch.cancel', `batch ${batch.id}`],
      ['file.delete', `file ${batch.input_file_id}`],
    ]);
    expect(entries.every(({ actor }) => /^key key_\w+ \(first admin\)$/.test(actor))).toBe(true);
    expect(entries[0]!.detail).toMatchObject({ organisation: 'site', project: 'site', purpose: 'batch' });
  });

  it('are uploaded, run, read and listed', async () => {
    const { client, usage, url } = await site();
    const made = await make(client, lines(40), { metadata: { what: 'night' } });
    expect(made).toMatchObject({
      object: 'batch',
      status: 'validating',
      errors: null,
      metadata: { what: 'night' },
      plan: { basis: 'none', green_share: null, price: { per_kwh: null } },
      energy: null,
    });
    expect(made.expires_at).toBe(made.created_at + 86_400);
    const done = await over(client, made.id);
    expect(done).toMatchObject({
      status: 'completed',
      model: 'chat',
      request_counts: { total: 40, completed: 40, failed: 0 },
      output_file_id: expect.stringMatching(/^file-/),
      energy: { boundary: 'facility', cost: { currency: 'USD' }, green_share: 0.25 },
    });
    expect(done.error_file_id).toBeNull();
    for (const batch of [made, done]) expect(againstPublished('Batch', batch)).toEqual([]);
    const energy = (done as unknown as { energy: { joules: number } }).energy;
    const joules = usage.reduce((sum, record) => sum + record.facilityJoules, 0);
    expect(energy.joules).toBeCloseTo(joules, 2);
    expect(usage.every((record) => record.class === 'batch' && record.principal.project === 'shop')).toBe(true);
    expect(done.usage!.total_tokens).toBe(usage.reduce((sum, r) => sum + r.inputTokens + r.outputTokens, 0));
    const answers = await read(client, done.output_file_id);
    expect(answers.map(({ custom_id: id }) => id).toSorted()).toEqual(
      Array.from({ length: 40 }, (_, i) => `r${i}`).toSorted(),
    );
    expect(answers[0]!.response.body).toMatchObject({
      object: 'chat.completion',
      usage: { energy: { boundary: 'facility', green_share: 0.25 } },
    });
    const output = await client.files.retrieve(done.output_file_id!);
    expect(againstPublished('OpenAIFile', output)).toEqual([]);
    for (const [name, list] of [
      ['ListFilesResponse', '/files'],
      ['ListBatchesResponse', '/batches'],
    ] as const) {
      const answer = await fetch(`${url}/v1${list}`, { headers: { authorization: 'Bearer key-shop' } });
      expect(againstPublished(name, await answer.json())).toEqual([]);
    }
    for (const { response } of answers)
      expect(againstPublished('CreateChatCompletionResponse', response.body)).toEqual([]);
    expect(output).toMatchObject({ purpose: 'batch_output', status: 'processed' });
    expect(output.expires_at! - output.created_at).toBe(2_592_000);
    const second = await make(client, line('x'));
    await over(client, second.id);
    const seen: string[] = [];
    for await (const batch of client.batches.list({ limit: 1 })) seen.push(batch.id);
    expect(seen).toEqual([second.id, made.id]);
  });

  it('fail with the line of each error', async () => {
    const { client } = await site();
    const failed = await over(client, (await make(client, [line('a'), '{', line('a')].join('\n'))).id);
    expect(againstPublished('Batch', failed)).toEqual([]);
    expect(failed).toMatchObject({
      status: 'failed',
      errors: {
        object: 'list',
        data: [
          { code: 'invalid_json_line', line: 2 },
          { code: 'duplicate_custom_id', line: 3, param: 'custom_id' },
        ],
      },
    });
    expect(await refusal(client.batches.cancel(failed.id))).toEqual([409, 'JW_BATCH_OVER']);
  });

  it('are cancelled with what is done', async () => {
    const held: (() => void)[] = [];
    const engine: FakeEngine = await fakeEngine((response, body, path) => {
      if (engine.bodies.length <= 5) wellBehaved(response, body, path);
      else held.push(() => wellBehaved(response, body, path));
    });
    cleanups.push(() => engine.close());
    const { client } = await site([relay(engine.url)]);
    const { id } = await make(client, lines(200));
    while (held.length === 0) await pause(5);
    expect((await client.batches.cancel(id)).status).toBe('cancelling');
    const release = setInterval(() => {
      for (const answer of held.splice(0)) answer();
    }, 10);
    const done = await over(client, id);
    clearInterval(release);
    expect(done.status).toBe('cancelled');
    expect(done.cancelling_at).not.toBeNull();
    const [good, bad] = [await read(client, done.output_file_id), await read(client, done.error_file_id)];
    expect(new Set([...good, ...bad].map((one) => one.custom_id)).size).toBe(200);
    expect(good.length).toBe(done.request_counts!.completed);
    expect(bad.length).toBeGreaterThan(50);
  });

  it('take our windows and deadlines, and refuse what is none', async () => {
    const { client } = await site();
    const input = await upload(client, line('a'));
    const order = { input_file_id: input, endpoint: '/v1/chat/completions', completion_window: '24h' } as const;
    for (const [window, seconds] of Object.entries({ '1h': 3600, '4h': 14_400, '72h': 259_200 })) {
      const made = await client.batches.create({ ...order, completion_window: window as '24h' });
      expect(made.expires_at! - made.created_at).toBe(seconds);
    }
    const at = Math.floor(Date.now() / 1000) + 7200;
    const deadline = new Date(at * 1000).toISOString();
    expect((await client.batches.create({ ...order, metadata: { deadline } })).expires_at).toBe(at);
    const wrong = (more: object) => refusal(client.batches.create({ ...order, ...more }));
    expect(await wrong({ completion_window: '2h' })).toEqual([400, 'JW_REQUEST_FIELD']);
    expect(await wrong({ metadata: { deadline: 'tomorrow' } })).toEqual([400, 'JW_REQUEST_FIELD']);
    expect(await wrong({ metadata: { deadline: '2020-01-01T00:00:00Z' } })).toEqual([400, 'JW_REQUEST_FIELD']);
    expect(await wrong({ metadata: { energy_policy: 'brown' } })).toEqual([400, 'JW_REQUEST_FIELD']);
    expect(await wrong({ endpoint: '/v1/nothing' })).toEqual([400, 'JW_REQUEST_FIELD']);
    expect(await wrong({ endpoint: '/api/admin/keys' })).toEqual([400, 'JW_REQUEST_FIELD']);
    expect(await wrong({ input_file_id: 'file-no' })).toEqual([404, 'JW_FILE_UNKNOWN']);
    expect(await wrong({ output_expires_after: { anchor: 'created_at', seconds: 1 } })).toEqual([
      400,
      'JW_REQUEST_FIELD',
    ]);
  });

  it('obey the watts of their class, and are not failed by waiting for them', async () => {
    const { client, gateway, usage } = await site();
    gateway.directives.accept(directive({ seq: 2, classes: [{ class: 'batch', ratePerS: null, watts: 0 }] }));
    const { id } = await make(client, lines(20));
    await pause(300);
    expect(usage.length).toBe(0);
    expect((await client.batches.retrieve(id)).status).toBe('in_progress');
    gateway.directives.accept(directive({ seq: 3 }));
    expect((await over(client, id)).request_counts).toEqual({ total: 20, completed: 20, failed: 0 });
  });

  it('go on where they were when the gateway starts again', async () => {
    const engine = await fakeEngine((response, body, path) => {
      setTimeout(() => wellBehaved(response, body, path), 20);
    });
    cleanups.push(() => engine.close());
    const first = await site([relay(engine.url)]);
    const { id } = await make(first.client, lines(300));
    while (engine.bodies.length < 100) await pause(5);
    await closeRigs();
    const again = await site([relay(engine.url)], {}, first.dir);
    const done = await over(again.client, id);
    expect(done.request_counts).toEqual({ total: 300, completed: 300, failed: 0 });
    const found = (await read(again.client, done.output_file_id)).map((one) => one.custom_id);
    expect(new Set(found).size).toBe(300);
    // Only what was under way when it stopped may have been asked twice
    expect(engine.bodies.length).toBeLessThanOrEqual(300 + 32);
  });
});

describe('files', () => {
  it('are listed, read and deleted, each project by itself', async () => {
    const { client, client2 } = await site();
    const other = client2('key-other');
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      ids.push(
        (await client.files.create({ file: await toFile(Buffer.from(name), `${name}.txt`), purpose: 'user_data' })).id,
      );
    }
    const listed = async (query: object) => (await client.files.list(query)).data.map(({ id }) => id);
    expect(await listed({ order: 'asc' })).toEqual(ids);
    expect(await listed({ order: 'asc', limit: 1, after: ids[0] })).toEqual([ids[1]]);
    expect(await listed({ purpose: 'batch' })).toEqual([]);
    expect(await (await client.files.content(ids[1]!)).text()).toBe('b');
    expect((await client.files.retrieve(ids[0]!)).expires_at).toBeNull();
    expect((await other.files.list()).data).toEqual([]);
    for (const tried of [
      other.files.retrieve(ids[0]!),
      other.files.content(ids[0]!),
      other.files.delete(ids[0]!),
      other.batches.create({ input_file_id: ids[0]!, endpoint: '/v1/chat/completions', completion_window: '24h' }),
    ]) {
      expect(await refusal(tried)).toEqual([404, 'JW_FILE_UNKNOWN']);
    }
    const { id: batch } = await make(client, line('a'));
    expect(await refusal(other.batches.retrieve(batch))).toEqual([404, 'JW_BATCH_UNKNOWN']);
    expect(await refusal(other.batches.cancel(batch))).toEqual([404, 'JW_BATCH_UNKNOWN']);
    expect((await other.batches.list()).data).toEqual([]);
    expect(await client.files.delete(ids[0]!)).toEqual({ id: ids[0], object: 'file', deleted: true });
    expect(await refusal(client.files.retrieve(ids[0]!))).toEqual([404, 'JW_FILE_UNKNOWN']);
  });

  it('expire when they are told to, and batch input by itself', async () => {
    const { client } = await site();
    const file = await toFile(Buffer.from(line('a')), 'a.jsonl');
    const soon = await client.files.create({
      file,
      purpose: 'batch',
      expires_after: { anchor: 'created_at', seconds: 3600 },
    });
    expect(soon.expires_at! - soon.created_at).toBe(3600);
    const usual = await client.files.create({ file, purpose: 'batch' });
    expect(usual.expires_at! - usual.created_at).toBe(2_592_000);
    const short = client.files.create({ file, purpose: 'batch', expires_after: { anchor: 'created_at', seconds: 60 } });
    expect(await refusal(short)).toEqual([400, 'JW_REQUEST_FIELD']);
    expect(await refusal(client.files.create({ file, purpose: 'batch_output' as 'batch' }))).toEqual([
      400,
      'JW_REQUEST_FIELD',
    ]);
  });

  it('never leave their folder, whatever they are called or asked by', async () => {
    const { client, url, dir } = await site();
    writeFileSync(join(dir, 'secret.txt'), 'secret');
    const names = [
      '../../secret.txt',
      '..\\..\\secret.txt',
      '/etc/passwd',
      'a\u0000b.jsonl',
      '..',
      '.',
      'CON',
      '\u202Etxt.exe',
      'x'.repeat(5000),
    ];
    for (const name of names) {
      const made = await client.files.create({ file: await toFile(Buffer.from('x'), name), purpose: 'user_data' });
      expect(made.filename).not.toMatch(/[/\\\p{Cc}\p{Cf}]|^\.{0,2}$/u);
      expect(made.filename.length).toBeLessThanOrEqual(255);
      const { headers } = await client.files.content(made.id);
      expect(headers.get('content-disposition')).toMatch(
        /^attachment; filename="[\w.-]*"; filename\*=UTF-8''[\w.%~!*'()-]*$/,
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect(readdirSync(dir).toSorted()).toEqual(['batch', 'secret.txt']);
    expect(
      readdirSync(join(dir, 'batch', 'files')).every((name) => /^file-[0-9a-f]{24}\.(data|json)$/.test(name)),
    ).toBe(true);
    const headers = { authorization: 'Bearer key-shop' };
    for (const id of [
      '../../secret.txt',
      '..%2F..%2Fsecret.txt',
      '%2e%2e/%2e%2e/secret.txt',
      'file-%00',
      '__proto__',
      'constructor',
    ]) {
      for (const end of ['', '/content']) {
        const answer = await raw(`${url}/v1/files/${id}${end}`, headers);
        expect(answer.status, id).toBe(404);
        expect(answer.text).not.toContain('"secret"');
      }
    }
    expect(readFileSync(join(dir, 'secret.txt'), 'utf8')).toBe('secret');
  });

  it('are refused when the form is broken, and leave nothing', async () => {
    const { url, dir } = await site();
    const headers = { authorization: 'Bearer key-shop' };
    const send = async (body: FormData | string, type?: string) => {
      const more = type === undefined ? headers : { ...headers, 'content-type': type };
      const answer = await fetch(`${url}/v1/files`, { method: 'POST', headers: more, body });
      return [answer.status, ((await answer.json()) as { error: { code: string } }).error.code];
    };
    const form = (fields: Record<string, string | Blob>): FormData => {
      const made = new FormData();
      for (const [name, value] of Object.entries(fields)) made.append(name, value);
      return made;
    };
    expect(await send(form({ purpose: 'batch' }))).toEqual([400, 'JW_UPLOAD']);
    expect(await send(form({ file: new Blob(['x']) }))).toEqual([400, 'JW_REQUEST_FIELD']);
    expect(await send(form({ purpose: 'batch', data: new Blob(['x']) }))).toEqual([400, 'JW_UPLOAD']);
    expect(await send('{}', 'application/json')).toEqual([415, 'JW_REQUEST_TYPE']);
    expect(await send('no form', 'multipart/form-data')).toEqual([415, 'JW_REQUEST_TYPE']);
    expect(await send('no form', 'multipart/form-data; boundary=xx')).toEqual([400, 'JW_UPLOAD']);
    await brokenUpload(`${url}/v1/files`);
    for (let i = 0; i < 100 && readdirSync(join(dir, 'batch', 'files')).length > 0; i++) await pause(10);
    expect(readdirSync(join(dir, 'batch', 'files'))).toEqual([]);
    expect((await fetch(`${url}/v1/files`, { method: 'POST', body: form({ purpose: 'batch' }) })).status).toBe(401);
  });

  it('may be 200 MB, and no more, without being held in memory', async () => {
    const { client, url, dir } = await site();
    const before = process.memoryUsage().rss;
    expect((await bigUpload(`${url}/v1/files`, 200 * 1024 * 1024 + 1)).status).toBe(413);
    expect(readdirSync(join(dir, 'batch', 'files'))).toEqual([]);
    const { status, text } = await bigUpload(`${url}/v1/files`, 200 * 1024 * 1024);
    expect([status, JSON.parse(text).bytes]).toEqual([200, 200 * 1024 * 1024]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    await client.files.delete(JSON.parse(text).id);
  }, 120_000);
});

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

/** A request whose path is sent as it stands. */
function raw(url: string, headers: Record<string, string>): Promise<Answer> {
  const [, host, port, path] = /^http:\/\/([^:]+):(\d+)(.*)$/.exec(url)!;
  return new Promise((resolve, reject) => {
    request({ host, port, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    })
      .on('error', reject)
      .end();
  });
}

const HEAD =
  '--xx\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--xx\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n';
const FORM = { authorization: 'Bearer key-shop', 'content-type': 'multipart/form-data; boundary=xx' };

/** An upload whose sender goes away half-way. */
async function brokenUpload(url: string): Promise<void> {
  const sent = request(url, { method: 'POST', headers: FORM }).on('error', () => undefined);
  sent.write(`${HEAD}half of it`);
  await pause(50);
  sent.destroy();
}

function bigUpload(url: string, bytes: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: FORM }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    }).on('error', reject);
    sent.write(HEAD);
    const piece = Buffer.alloc(1024 * 1024, 'x\n');
    let left = bytes;
    const more = (): void => {
      while (left > 0) {
        const part = piece.subarray(0, Math.min(left, piece.length));
        left -= part.length;
        if (!sent.write(part)) {
          sent.once('drain', more);
          return;
        }
      }
      sent.end('\r\n--xx--\r\n');
    };
    more();
  });
}
