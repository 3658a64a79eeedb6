import OpenAI, { toFile } from 'openai';
import { afterEach, expect, it } from 'vitest';
import type { GatewayConfig } from '../../src/gateway/messages.ts';
import { batchDrill } from '../../src/gateway/testing/batchDrill.ts';
import { forkGateway } from '../../src/gateway/testing/child.ts';
import { largeBatch } from '../../src/gateway/testing/largeBatch.ts';
import { directive, expected } from './gateway-support.ts';
import { pause, scratch } from './running.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
});

function folder(): string {
  const { dir, remove } = scratch();
  cleanups.push(remove);
  return dir;
}

async function start(dataDir: string): Promise<{ readonly client: OpenAI; readonly kill: () => Promise<void> }> {
  const config: GatewayConfig = {
    host: '127.0.0.1',
    port: 0,
    dataDir,
    staticDir: null,
    zone: 'Asia/Samarkand',
    engines: [{ kind: 'simulated', id: 'sim', model: 'sim-model', expected: { ...expected, queueS: 0.1 } }],
    models: [{ name: 'chat', engines: ['sim'] }],
    log: 'warnings',
    apiKeys: [],
    open: true,
    hosts: [],
    residency: ['here'],
    currency: 'USD',
    trail: null,
  };
  const gateway = forkGateway(config, directive(), ({ atMs, deadlineMs }) => ({
    startMs: atMs,
    endMs: deadlineMs,
    greenShare: 0.5,
    pricePerKwh: 0.04,
    cost: 1,
    currency: 'USD',
    reason: 'sun',
    basis: 'forecast',
  }));
  cleanups.push(() => void gateway.kill());
  const client = new OpenAI({ baseURL: `${await gateway.ready}/v1`, apiKey: 'any', maxRetries: 0 });
  return { client, kill: () => gateway.kill() };
}

it('is brought to its end over kills of the gateway process, with the plan that main gave', async () => {
  const dir = folder();
  const count = 300;
  const ids = Array.from({ length: count }, (_, i) => `r${i}`);
  const text = ids
    .map((id) => {
      const body = { model: 'chat', messages: [{ role: 'user', content: id }], max_tokens: 4 };
      return JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body });
    })
    .join('\n');
  let { client, kill } = await start(dir);
  const file = await client.files.create({ file: await toFile(Buffer.from(text), 'a.jsonl'), purpose: 'batch' });
  const made = await client.batches.create({
    input_file_id: file.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  expect(made).toMatchObject({ plan: { basis: 'forecast', green_share: 0.5, price: { per_kwh: 0.04 } } });
  // Accepted means durable: the first kill comes at once
  for (const waitMs of [0, 150, 300]) {
    await pause(waitMs);
    await kill();
    ({ client, kill } = await start(dir));
  }
  let done = await client.batches.retrieve(made.id);
  while (done.status !== 'completed') {
    await pause(20);
    done = await client.batches.retrieve(made.id);
  }
  const answers = (await (await client.files.content(done.output_file_id!)).text()).trim().split('\n');
  expect(answers.map((one) => JSON.parse(one).custom_id).toSorted()).toEqual(ids.toSorted());
  expect(done.request_counts).toEqual({ total: count, completed: count, failed: 0 });
  expect(done.usage!.output_tokens).toBe(4 * count);
}, 60_000);

it('loses nothing and pays for nothing that it has, over kills at random moments before an engine that fails', async () => {
  const report = await batchDrill({ folder: folder(), seed: 3, kills: 15 });
  expect(report.failures).toEqual([]);
  expect(report.kills).toBe(15);
  expect(report.batches).toBeGreaterThan(3);
  expect(report.outputLines + report.errorLines).toBe(report.lines);
  // What it was killed over is paid for again, and hardly more than what was at the engine
  expect(report.engineFailures).toBeGreaterThan(50);
  expect(report.paidAgain).toBeLessThanOrEqual(15 * 64);
}, 240_000);

it('takes 50,000 lines in a file of 200 MB to their end, without holding them in memory', async () => {
  const report = await largeBatch(folder(), 4_185);
  expect(report).toMatchObject({ lines: 50_000, outputLines: 50_000, errorLines: 0, paidAgain: 0, failures: [] });
  expect(report.fileBytes).toBeGreaterThan(199 * 1024 * 1024);
  expect(report.fileBytes).toBeLessThanOrEqual(200 * 1024 * 1024);
  // A process that has served a few requests has 200 MB; a file that is held would add its size
  if (!Number.isNaN(report.peakMb)) expect(report.peakMb).toBeLessThan(500);
  process.stdout.write(`50,000 lines took ${report.seconds.toFixed(0)} s, ${report.peakMb.toFixed(0)} MB at most\n`);
}, 240_000);
