import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { FromGateway, GatewayConfig, ToGateway } from '../../src/gateway/messages.ts';
import { openStore } from '../../src/store/store.ts';
import { directive, hello, post, simulated, until } from './gateway-support.ts';

const ENTRY = fileURLToPath(new URL('../../src/gateway/process.ts', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Child {
  readonly child: ChildProcess;
  readonly heard: FromGateway[];
  readonly exited: Promise<number | null>;
  tell(message: ToGateway): void;
  ready(): Promise<string>;
}

function start(config: GatewayConfig): Child {
  const child = fork(ENTRY, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  children.push(child);
  const heard: FromGateway[] = [];
  child.on('message', (message: FromGateway) => heard.push(message));
  const tell = (message: ToGateway): void => {
    child.send(message);
  };
  tell({ type: 'start', config });
  const ready = async (): Promise<string> => {
    for (;;) {
      const found = heard.find((m) => m.type === 'ready' || m.type === 'failed');
      if (found?.type === 'ready') return found.url;
      if (found !== undefined) throw new Error(JSON.stringify(found));
      await once(child, 'message');
    }
  };
  return { child, heard, tell, ready, exited: once(child, 'exit').then(([code]: (number | null)[]) => code ?? null) };
}

const folder = (): string => mkdtempSync(join(tmpdir(), 'jw-gateway-'));
const config = (dataDir: string, port = 0): GatewayConfig => ({
  host: '127.0.0.1',
  port,
  dataDir,
  staticDir: null,
  zone: 'Asia/Samarkand',
  engines: [simulated],
  models: [{ name: 'chat', engines: ['sim'] }],
  log: 'warnings',
  apiKeys: [],
  open: true,
  hosts: [],
  residency: ['here'],
  currency: 'USD',
  trail: null,
});

describe('the gateway process', () => {
  it('starts, obeys, reports, stops at a word, and has kept the books', async () => {
    const dataDir = folder();
    const first = start(config(dataDir));
    const url = await first.ready();
    first.tell({ type: 'directive', directive: directive({ seq: 9 }) });
    first.tell({ type: 'live', snapshot: { wallMs: 1 }, gauges: [{ name: 'joulewright_x', help: 'x', value: 1 }] });
    first.tell({ type: 'day', day: { stepMs: 1 } });
    const answer = await post(url, hello({ max_tokens: 4 }));
    expect(answer.headers.get('x-joulewright-joules')).toBe(String((7 * 0.5 + 4 * 2) * 1.25));
    expect(await (await fetch(`${url}/api/day`)).json()).toEqual({ stepMs: 1 });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('joulewright_x 1\n');
    const today = () => first.heard.findLast((m) => m.type === 'usage')?.totals;
    await until(() => today()?.requests === 1);
    expect(today()).toMatchObject({ inputTokens: 7, outputTokens: 4, joules: 14.375 });
    expect(first.heard.some((m) => m.type === 'load' && m.load.classes[0]?.engine === 'sim')).toBe(true);
    first.child.kill('SIGINT');
    await post(url, hello({ max_tokens: 1 }));
    first.tell({ type: 'stop' });
    expect(await first.exited).toBe(0);

    const second = start(config(dataDir));
    await second.ready();
    await until(() => second.heard.some((m) => m.type === 'usage'));
    expect(second.heard.find((m) => m.type === 'usage')?.totals).toMatchObject({ requests: 2, outputTokens: 5 });
    second.tell({ type: 'stop' });
    await second.exited;

    const store = await openStore(join(dataDir, 'usage.db'));
    const { rows } = await store.usagePage({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER });
    await store.close();
    expect(rows).toMatchObject([
      { service: 'chat', engine: 'sim', outputTokens: 1 },
      {
        service: 'chat',
        engine: 'sim',
        class: 'default',
        outputTokens: 4,
        facilityJoules: 14.375,
        status: 200,
        simulated: true,
      },
    ]);
  });

  it('says that its port is taken and ends with the code of the table', async () => {
    const first = start(config(folder()));
    const { port } = new URL(await first.ready());
    const second = start(config(folder(), Number(port)));
    expect(await second.exited).toBe(69);
    expect(second.heard).toMatchObject([{ type: 'failed', faults: [{ code: 'JW_PORT_TAKEN' }], exit: 69 }]);
  });

  it('ends when main is gone', async () => {
    const first = start(config(folder()));
    await first.ready();
    first.child.disconnect();
    expect(await first.exited).toBe(0);
  });
});
