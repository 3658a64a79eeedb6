import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  answer,
  answered,
  type Execute,
  idOf,
  line,
  linesIn,
  openOffice,
  order,
  overOf,
  refused,
  shop,
  temporary,
  upload,
  work,
} from './fixtures/office.ts';
import type { BatchOffice } from './office.ts';
import type { Work } from './work.ts';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function office(execute: Execute, more: Partial<Work> = {}, nowMs?: () => number): Promise<BatchOffice> {
  const { folder, remove } = temporary();
  const made = await openOffice(folder, undefined, nowMs === undefined ? undefined : { nowMs });
  made.start(work(execute, more));
  open.push(remove, () => made.close());
  return made;
}

const ids = (lines: readonly Record<string, unknown>[]): unknown[] => lines.map((one) => one['custom_id']);

describe('a batch', () => {
  it('runs to its end, with counts, usage and energy', async () => {
    const made = await office(async ({ body }) => (idOf(body) === 'c' ? refused(400, false) : answered(idOf(body))));
    const batch = await made.create(shop, order(await upload(made, [line('a'), '', line('b'), line('c')].join('\n'))));
    expect(batch).toMatchObject({ status: 'validating', plan: { basis: 'none', greenShare: null } });
    const over = await overOf(made, batch.id);
    expect(over).toMatchObject({ status: 'completed', total: 3, completed: 2, failed: 1, model: 'chat' });
    expect(over.use).toMatchObject({
      inputTokens: 20,
      cachedTokens: 4,
      outputTokens: 8,
      joules: 4,
      co2G: 1,
      cost: 0.25,
    });
    const good = linesIn(made, over.outputFileId);
    expect(ids(good).toSorted()).toEqual(['a', 'b']);
    expect(good[0]).toMatchObject({
      id: expect.stringMatching(/^batch_req_/),
      response: { status_code: 200, request_id: expect.stringMatching(/^req_/), body: { object: 'chat.completion' } },
      error: null,
    });
    expect(linesIn(made, over.errorFileId)).toMatchObject([
      { custom_id: 'c', response: { status_code: 400, body: { error: { code: 'no' } } }, error: null },
    ]);
    const times = [over.createdMs, over.inProgressMs, over.finalizingMs, over.completedMs];
    expect(times.every((ms) => ms !== null)).toBe(true);
    expect([over.failedMs, over.expiredMs, over.cancellingMs, over.cancelledMs]).toEqual([null, null, null, null]);
    // Answers lie in the output file alone
    await sleep(20);
    expect(() => readdirSync(made.batches.logOf(batch.id))).toThrow(/ENOENT/);
  });

  it('has no output file where nothing succeeded, and no error file where all did', async () => {
    const made = await office(answer);
    const good = await overOf(made, (await made.create(shop, order(await upload(made, line('a'))))).id);
    expect([good.outputFileId === null, good.errorFileId]).toEqual([false, null]);
    const bad = await office(async () => refused(404, false));
    const over = await overOf(bad, (await bad.create(shop, order(await upload(bad, line('a'))))).id);
    expect([over.status, over.outputFileId, over.errorFileId === null]).toEqual(['completed', null, false]);
  });

  it('fails with an error per line where its input is wrong', async () => {
    const made = await office(answer);
    const over = await overOf(
      made,
      (
        await made.create(
          shop,
          order(
            await upload(
              made,
              [
                line('a'),
                '{"custom_id": "b", ',
                '[1]',
                line('a'),
                line('c').replace('POST', 'GET'),
                line('d').replace('/v1/chat/completions', '/v1/embeddings'),
                line('e', 'x', 'chat', { stream: true }),
                line('f', 'x', 'unknown'),
                line('').replace('"custom_id":"",', ''),
                '{"custom_id":"g","method":"POST","url":"/v1/chat/completions"}',
              ].join('\n'),
            ),
          ),
        )
      ).id,
    );
    expect(over).toMatchObject({ status: 'failed', total: 0, outputFileId: null, errorFileId: null });
    expect(over.errors!.map(({ code, line: at, param }) => [at, code, param])).toEqual([
      [2, 'invalid_json_line', null],
      [3, 'invalid_json_line', null],
      [4, 'duplicate_custom_id', 'custom_id'],
      [5, 'invalid_method', 'method'],
      [6, 'url_mismatch', 'url'],
      [7, 'invalid_value', 'body.stream'],
      [8, 'model_not_found', 'body.model'],
      [9, 'missing_required_parameter', 'custom_id'],
      [10, 'missing_required_parameter', 'body'],
    ]);
    const empty = await overOf(made, (await made.create(shop, order(await upload(made, '\n\n')))).id);
    expect(empty.errors).toMatchObject([{ code: 'empty_file', line: null }]);
  });

  it('refuses one line too many, without reading on', async () => {
    const made = await office(answer);
    const text = Array.from({ length: 50_001 }, (_, i) => line(`r${i}`)).join('\n');
    const over = await overOf(made, (await made.create(shop, order(await upload(made, text)))).id);
    expect(over.errors).toMatchObject([{ code: 'too_many_tasks', line: null }]);
  });

  it('runs lines of one head after each other, model by model', async () => {
    const seen: Record<string, string> = { one: '', two: '' };
    const made = await office(async ({ body }) => {
      seen[String(body['model'])] += String(Number(idOf(body)) % 3);
      return answered(idOf(body));
    });
    const lines = Array.from({ length: 30 }, (_, i) => {
      const system = { role: 'system', content: 'You are helper '.repeat(30) + String(i % 3) };
      const messages = [system, { role: 'user', content: `x ${i}` }];
      const body = { model: i % 2 === 0 ? 'one' : 'two', messages };
      return JSON.stringify({ custom_id: `l${i}`, method: 'POST', url: '/v1/chat/completions', body });
    });
    await overOf(made, (await made.create(shop, order(await upload(made, lines.join('\n'))))).id);
    expect(seen).toEqual({ one: '000001111122222', two: '000001111122222' });
  });

  it('tries again what found no room for as long as it takes, and what engines failed at a few times', async () => {
    const tries = new Map<string, number>();
    const made = await office(async ({ body }) => {
      const id = idOf(body);
      const count = (tries.get(id) ?? 0) + 1;
      tries.set(id, count);
      if (id === 'full') return count < 3 ? refused(429, false) : answered(id);
      if (id === 'shaky') return count < 3 ? refused(502, true) : answered(id);
      return id === 'hangs' ? refused(504, true) : refused(502, true);
    });
    const file = await upload(made, ['full', 'shaky', 'broken', 'hangs'].map((id) => line(id)).join('\n'));
    const over = await overOf(made, (await made.create(shop, order(file))).id);
    expect(over).toMatchObject({ status: 'completed', completed: 2, failed: 2 });
    expect([...tries]).toEqual([
      ['full', 3],
      ['shaky', 3],
      ['broken', 5],
      ['hangs', 5],
    ]);
    const errors = new Map(linesIn(made, over.errorFileId).map((one) => [one['custom_id'], one]));
    expect(errors.get('broken')).toMatchObject({ response: { status_code: 502 }, error: null });
    expect(errors.get('hangs')).toMatchObject({ response: null, error: { code: 'request_timeout' } });
    // What tries have cost is not forgotten: 3 for shaky, 5 each for those that failed, 1 for full
    expect(over.use.joules).toBe(2 * (3 + 5 + 5 + 1));
  }, 20_000);

  it('keeps what is done when it is cancelled, and says so of the rest', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const made = await office(async ({ body }) => {
      await held;
      return answered(idOf(body));
    });
    const file = await upload(made, Array.from({ length: 100 }, (_, i) => line(`r${i}`)).join('\n'));
    const { id } = await made.create(shop, order(file));
    while (made.batches.get(id)!.status !== 'in_progress') await sleep(2);
    await sleep(20);
    expect(await made.cancel(id)).toMatchObject({ status: 'cancelling' });
    expect(await made.cancel(id)).toMatchObject({ status: 'cancelling' });
    await sleep(20);
    expect(made.batches.get(id)!.status).toBe('cancelling');
    release();
    const over = await overOf(made, id);
    expect(over).toMatchObject({ status: 'cancelled', total: 100, completed: 32, failed: 0 });
    expect(linesIn(made, over.outputFileId).length).toBe(32);
    const rest = linesIn(made, over.errorFileId);
    expect(rest.length).toBe(68);
    expect(rest[0]).toMatchObject({ response: null, error: { code: 'batch_cancelled' } });
    expect(await made.cancel(id)).toMatchObject({ status: 'cancelled' });
  });

  it('expires with what is done, and breaks off what is not', async () => {
    let offsetMs = 0;
    let broken = 0;
    const execute: Execute = async ({ body }, _who, signal) => {
      if (Number(idOf(body).slice(1)) < 10) return answered(idOf(body));
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      broken += 1;
      return refused(499, true);
    };
    const made = await office(execute, {}, () => Date.now() + offsetMs);
    const file = await upload(made, Array.from({ length: 50 }, (_, i) => line(`r${i}`)).join('\n'));
    const deadline = new Date(Date.now() + 300).toISOString();
    const batch = await made.create(shop, order(file, { completionWindow: '1h', metadata: { deadline } }));
    expect(batch.expiresMs).toBe(Date.parse(deadline));
    const over = await overOf(made, batch.id);
    offsetMs = 1;
    expect(over).toMatchObject({ status: 'expired', total: 50, completed: 10, failed: 0 });
    expect(broken).toBe(32);
    const rest = linesIn(made, over.errorFileId);
    expect(rest.length).toBe(40);
    expect(rest.every((one) => (one['error'] as { code: string }).code === 'batch_expired')).toBe(true);
    expect(over.expiredMs).not.toBeNull();
  });

  it('waits for the start of its plan, unless it is told not to', async () => {
    const plan = { greenShare: 0.8, pricePerKwh: 0.01, cost: 0.1, currency: 'USD', reason: 'sun' };
    const quote: Work['quote'] = async ({ atMs, deadlineMs, joules }) => {
      expect(joules).toBeGreaterThan(0);
      return { ...plan, startMs: atMs + 150, endMs: deadlineMs, basis: 'forecast' };
    };
    const guess: Work['guess'] = (_model, input, output) => ({ joules: input + output, watts: 100 });
    let first = 0;
    const made = await office(
      async ({ body }) => {
        first ||= Date.now();
        return answered(idOf(body));
      },
      { quote, guess },
    );
    const waits = await made.create(shop, order(await upload(made, line('a'))));
    expect(waits.plan).toMatchObject({ basis: 'forecast', greenShare: 0.8, startMs: waits.createdMs + 150 });
    await overOf(made, waits.id);
    expect(first).toBeGreaterThanOrEqual(waits.createdMs + 150);
    first = 0;
    const at = await made.create(shop, order(await upload(made, line('b')), { metadata: { energy_policy: 'now' } }));
    await overOf(made, at.id);
    expect(first).toBeGreaterThan(0);
    expect(at.waits).toBe(false);
  });

  it('goes before one whose deadline is later', async () => {
    const seen: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const made = await office(async ({ body }) => {
      const id = idOf(body);
      if (id === 'x') await held;
      else seen.push(id);
      return answered(id);
    });
    const block = Array.from({ length: 32 }, (_, i) => line(`x${i}`, 'x')).join('\n');
    await made.create(shop, order(await upload(made, block)));
    await sleep(30);
    const many = (id: string): string => Array.from({ length: 40 }, (_, i) => line(`${id}${i}`, id)).join('\n');
    const late = await made.create(shop, order(await upload(made, many('late')), { completionWindow: '72h' }));
    const soon = await made.create(shop, order(await upload(made, many('soon')), { completionWindow: '1h' }));
    await sleep(30);
    release();
    await overOf(made, late.id);
    await overOf(made, soon.id);
    // Lines are read from the disk after they were chosen, so that neighbours may change places
    expect([seen[0], seen.at(-1)]).toEqual(['soon', 'late']);
    const meanRank = (id: string): number => seen.reduce((sum, one, rank) => (one === id ? sum + rank : sum), 0) / 40;
    expect(meanRank('soon')).toBeLessThan(meanRank('late'));
  });

  it('is cancelled when its key is revoked', async () => {
    const made = await office(answer, { principalOf: () => undefined });
    const over = await overOf(made, (await made.create(shop, order(await upload(made, line('a'))))).id);
    expect(over.status).toBe('cancelled');
  });

  it('is made once for one idempotency key', async () => {
    const made = await office(answer);
    const file = await upload(made, line('a'));
    const same = order(file, { idempotencyKey: 'k1' });
    const [one, two] = await Promise.all([made.create(shop, same), made.create(shop, same)]);
    expect([two.id, (await made.create(shop, same)).id]).toEqual([one.id, one.id]);
    expect((await made.create(shop, order(file))).id).not.toBe(one.id);
  });
});
