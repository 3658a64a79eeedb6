import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { forkGateway } from '../../src/gateway/testing/child.ts';
import { plainConfig, plainDirective } from '../../src/gateway/testing/standIn.ts';
import { errorOf, fakeEngine, hello, post, wellBehaved } from './gateway-support.ts';
import { pause, scratch, until } from './running.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** All that lies in a folder, as text. */
function contentOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

it('keys, prompts and answers are in no log, error, metric, trail or database', async () => {
  const { dir, remove } = scratch();
  const prompt = 'prompt-of-nobody-else';
  const engine = await fakeEngine((response, body, path) => {
    if (JSON.stringify(body).includes('break')) {
      response.writeHead(500).end('{"error":{"message":"engine trouble"}}');
    } else wellBehaved(response, body, path);
  });
  const engineKey = 'engine-key-5f0c';
  const plain = plainConfig(dir, engine.url);
  const [relayed] = plain.engines;
  const config = {
    ...plain,
    open: false,
    log: 'requests' as const,
    engines: [{ ...relayed, apiKey: engineKey } as typeof relayed & object],
  };
  const gateway = forkGateway(config, plainDirective());
  cleanups.push(remove, engine.close, () => gateway.kill());
  let logged = '';
  gateway.process.stderr!.setEncoding('utf8').on('data', (text: string) => {
    logged += text;
  });
  const url = await gateway.ready;
  const root = gateway.firstKey!;
  const admin = async (where: string, body?: object): Promise<string> => {
    const headers = { authorization: `Bearer ${root}`, 'content-type': 'application/json' };
    const method = body === undefined ? 'GET' : 'POST';
    const send = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await fetch(`${url}/api/admin${where}`, { method, headers, ...send })).text();
  };
  await admin('/organisations', { id: 'shop' });
  await admin('/projects', { id: 'web', organisation: 'shop' });
  const key = String(JSON.parse(await admin('/keys', { name: 'web', project: 'web' })).key);
  expect(key).toMatch(/^jw-[\w-]{43}$/);
  const guess = `jw-${'g'.repeat(43)}`;

  const said = (text: string, more: object = {}) => hello({ messages: [{ role: 'user', content: text }], ...more });
  const bearer = (of: string) => ({ authorization: `Bearer ${of}` });
  expect((await post(url, said(prompt), bearer(key))).status).toBe(200);
  expect(await (await post(url, said(prompt, { stream: true }), bearer(key))).text()).toContain('[DONE]');
  expect(engine.headers[0]?.authorization).toBe(`Bearer ${engineKey}`);
  const refused = await Promise.all([
    post(url, said(prompt), bearer(guess)),
    post(url, said(`${prompt} break`), bearer(key)),
    post(url, said(prompt, { model: 'none' }), bearer(key)),
    post(url, said(prompt, { stream: 'yes' }), bearer(key)),
    post(url, `{"messages": "${prompt}`, bearer(key)),
    post(url, said(prompt), bearer(key), '/nowhere'),
  ]);
  const told: string[] = [];
  for (const answer of refused) {
    expect(answer.status).toBeGreaterThanOrEqual(400);
    told.push(JSON.stringify(await errorOf(answer)), JSON.stringify([...answer.headers]));
  }
  for (const path of ['/metrics', '/healthz', '/api/directive', '/api/day', '/']) {
    told.push(await (await fetch(`${url}${path}`)).text());
  }
  told.push(await admin('/keys'), await admin('/audit'), await admin('/usage?by=key'));
  await until(async () =>
    logged.split('\n').filter((line) => line.includes('"operation"')).length >= 2 ? true : undefined,
  );
  // The row of a request is on the disk within a tenth of a second and a commit
  await pause(400);
  await gateway.kill();

  const places = { logged, told: told.join('\n'), stored: contentOf(dir) };
  expect(places.logged.length).toBeGreaterThan(100);
  expect(places.stored).toContain('shop');
  for (const [where, text] of Object.entries(places)) {
    for (const secret of [root, key, guess, engineKey, prompt, 'Hello']) {
      expect(text.includes(secret), `${secret} is ${where}`).toBe(false);
    }
  }
}, 60_000);
