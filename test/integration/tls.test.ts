import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../src/gateway/fixtures/selfSigned.ts';
import type { LiveSnapshot } from '../../src/server/api.ts';
import { runSite } from '../../src/server/run.ts';
import type { RunningSite } from '../../src/server/runningSite.ts';
import { chunk, fakeEngine, hello, sse } from './gateway-support.ts';
import { BUKHARA, scratch, until } from './running.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const bukhara = readFileSync(BUKHARA, 'utf8');

/** A site with certificate and key in files, before an engine whose streams wait in `streams`. */
async function siteFiles() {
  const { dir, remove } = scratch();
  const streams: ServerResponse[] = [];
  const engine = await fakeEngine((response) => {
    sse(response);
    response.write(chunk('from the '));
    streams.push(response);
  });
  cleanups.push(remove, engine.close);
  const siteFile = path.join(dir, 'site.yaml');
  writeFileSync(
    siteFile,
    bukhara
      .replace('  - id: chat-70b\n', `  - id: chat-70b\n    engine: { kind: openai, url: "${engine.url}" }\n`)
      .replace(/^gateway:\n/m, 'gateway:\n  tls: { cert: site.crt, key: site.key }\n'),
  );
  const put = (name: 'crt' | 'key', text: string) => writeFileSync(path.join(dir, `site.${name}`), text);
  const start = () => runSite({ siteFile, port: 0, data: path.join(dir, 'data'), speed: 1 });
  return { streams, put, start };
}

/** Asks with a connection of its own, which believes one certificate only. */
function asker(cert: string): Agent {
  const agent = new Agent({ connect: { ca: cert } });
  cleanups.push(() => agent.destroy());
  return agent;
}

async function events(site: RunningSite, dispatcher: Agent): Promise<readonly string[]> {
  const { body } = await request(`${site.url}/api/live`, { dispatcher });
  let text = '';
  for await (const part of body) {
    text += part;
    if (text.includes('\n\n')) break;
  }
  const [, data = '{"events":[]}'] = /^data: (.*)$/m.exec(text) ?? [];
  const snapshot: Pick<LiveSnapshot, 'events'> = JSON.parse(data);
  return snapshot.events.map((event) => event.text);
}

const eventWith = (site: RunningSite, dispatcher: Agent, wanted: string): Promise<string> =>
  until(async () => (await events(site, dispatcher)).find((text) => text.includes(wanted)));

describe('a site with a certificate', () => {
  it('speaks TLS, takes a renewed certificate over without dropping a stream, and no broken one', async () => {
    const { streams, put, start } = await siteFiles();
    const [old, renewed] = [selfSigned(['127.0.0.1']), selfSigned(['127.0.0.1'])];
    put('crt', old.cert);
    put('key', old.key);
    const site = await start();
    cleanups.push(() => site.stop());
    expect(site.url).toMatch(/^https:/);
    expect(site.certificate).toMatchObject({ names: 'IP Address:127.0.0.1' });
    const before = asker(old.cert);
    const answer = await request(`${site.url}/v1/models`, { dispatcher: before });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d{7,}$/);
    await answer.body.dump();
    const running = await request(`${site.url}/v1/chat/completions`, {
      dispatcher: before,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...hello({ stream: true }), model: 'chat-70b' }),
    });
    expect(running.headers['strict-transport-security']).toBeDefined();
    const { pid } = site.gateway;

    // A key without its certificate: both files are never there at once
    put('key', renewed.key);
    expect(await eventWith(site, before, 'the changed certificate is not used')).toContain('site.crt');
    await expect(request(`${site.url}/healthz`, { dispatcher: asker(renewed.cert) })).rejects.toThrow();
    expect((await request(`${site.url}/healthz`, { dispatcher: asker(old.cert) })).statusCode).toBe(200);

    put('crt', renewed.cert);
    const after = asker(renewed.cert);
    await until(() =>
      request(`${site.url}/healthz`, { dispatcher: after }).then(
        ({ statusCode }) => statusCode,
        () => undefined,
      ),
    );
    await eventWith(site, after, 'the changed certificate is in use');
    await expect(request(`${site.url}/healthz`, { dispatcher: asker(old.cert) })).rejects.toThrow();

    streams[0]!.end(`${chunk('old one', 'stop')}data: [DONE]\n\n`);
    expect(await running.body.text()).toContain('old one');
    expect(site.gateway.pid).toBe(pid);
  }, 90_000);

  it('does not start with an expired certificate, and says when it ended', async () => {
    const { put, start } = await siteFiles();
    const { cert, key } = selfSigned(['127.0.0.1'], Date.UTC(2020, 0, 1), Date.UTC(2020, 2, 31));
    put('crt', cert);
    await expect(start()).rejects.toMatchObject({ code: 'JW_TLS_FILE' });
    put('key', key);
    await expect(start()).rejects.toMatchObject({
      code: 'JW_TLS_EXPIRED',
      message: expect.stringContaining('2020-03-31'),
    });
  }, 30_000);

  it('goes on after callers that speak no TLS', async () => {
    const { put, start } = await siteFiles();
    const { cert, key } = selfSigned(['127.0.0.1']);
    put('crt', cert);
    put('key', key);
    const site = await start();
    cleanups.push(() => site.stop());
    const socket = connect(Number(new URL(site.url).port), '127.0.0.1');
    const heard = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (part) => {
        text += part.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
      socket.write('GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    });
    expect(heard).not.toContain('HTTP/1.1 200');
    expect((await request(`${site.url}/healthz`, { dispatcher: asker(cert) })).statusCode).toBe(200);
  }, 30_000);
});
