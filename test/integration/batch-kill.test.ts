import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import OpenAI, { toFile } from 'openai';
import { afterEach, expect, it } from 'vitest';
import type { FromGateway, GatewayConfig } from '../../src/gateway/messages.ts';
import { directive, expected } from './gateway-support.ts';
import { pause, scratch } from './running.ts';

const ENTRY = fileURLToPath(new URL('../../src/gateway/process.ts', import.meta.url));
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
});

async function start(dataDir: string): Promise<{ readonly client: OpenAI; readonly child: ChildProcess }> {
  const child = fork(ENTRY, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  cleanups.push(() => void child.kill('SIGKILL'));
  const config = {
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
  } as unknown as GatewayConfig;
  child.send({ type: 'start', config });
  child.send({ type: 'directive', directive: directive() });
  for (;;) {
    const [message]: FromGateway[] = await once(child, 'message');
    if (message?.type === 'failed') throw new Error(JSON.stringify(message));
    if (message?.type === 'quote') continue;
    if (message?.type === 'ready') {
      child.on('message', (heard: FromGateway) => {
        if (heard.type !== 'quote') return;
        const { id, ask } = heard;
        const known = { greenShare: 0.5, pricePerKwh: 0.04, cost: 1, currency: 'USD', reason: 'sun' };
        const quote = { startMs: ask.atMs, endMs: ask.deadlineMs, ...known, basis: 'forecast' as const };
        child.send({ type: 'quote', id, quote });
      });
      return { client: new OpenAI({ baseURL: `${message.url}/v1`, apiKey: 'any', maxRetries: 0 }), child };
    }
  }
}

it('is brought to its end over kills of the gateway process, with the plan that main gave', async () => {
  const { dir, remove } = scratch();
  cleanups.push(remove);
  const count = 300;
  const ids = Array.from({ length: count }, (_, i) => `r${i}`);
  const text = ids
    .map((id) => {
      const body = { model: 'chat', messages: [{ role: 'user', content: id }], max_tokens: 4 };
      return JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body });
    })
    .join('\n');
  let { client, child } = await start(dir);
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
    child.kill('SIGKILL');
    await once(child, 'exit');
    ({ client, child } = await start(dir));
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
