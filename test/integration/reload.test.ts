import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runSite } from '../../src/server/run.ts';
import type { RunningSite } from '../../src/server/runningSite.ts';
import { chunk, type FakeEngine, fakeEngine, hello, post, sse, wellBehaved } from './gateway-support.ts';
import { BUKHARA, scratch, snapshots, until } from './running.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const plain = readFileSync(BUKHARA, 'utf8');

/** The site file with a server behind its first deployment and more lines under `gateway`. */
function fileFor(engine: FakeEngine, gateway = ''): string {
  return plain
    .replace('  - id: chat-70b\n', `  - id: chat-70b\n    engine: { kind: openai, url: "${engine.url}" }\n`)
    .replace(/^gateway:\n/m, `gateway:\n${gateway}`);
}

/** Waits for an event of the control room and returns all of them, newest first. */
const eventWith = (site: RunningSite, text: string): Promise<readonly string[]> =>
  until(async () => {
    const [now] = await snapshots(site.url);
    const texts = now!.events.map((event) => event.text);
    return texts.some((found) => found.includes(text)) ? texts : undefined;
  });

const chat = (site: RunningSite, more: object = {}) => post(site.url, { ...hello(more), model: 'chat-70b' });

describe('a site file that changes while the site runs', () => {
  it('is taken over without dropping a stream, and one that is wrong is not', async () => {
    const { dir, remove } = scratch();
    const streams: ServerResponse[] = [];
    const old = await fakeEngine((response) => {
      sse(response);
      response.write(chunk('from the '));
      streams.push(response);
    });
    const other = await fakeEngine(wellBehaved);
    const file = path.join(dir, 'site.yaml');
    writeFileSync(file, fileFor(old));
    const told: string[] = [];
    const onChange = (text: string) => void told.push(text);
    const site = await runSite({ siteFile: file, port: 0, data: path.join(dir, 'data'), speed: 1, onChange });
    cleanups.push(remove, old.close, other.close, () => site.stop());
    const running = await chat(site, { stream: true });
    const { pid } = site.gateway;
    const seq = site.seq();

    writeFileSync(file, fileFor(other, '  models: [{ id: alias, deployment: chat-70b }]\n'));
    await eventWith(site, 'the changed site file is in use');
    expect(await (await chat(site)).json()).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
    expect((await post(site.url, { ...hello(), model: 'alias' })).status).toBe(200);
    const models = (await (await fetch(`${site.url}/v1/models`)).json()) as { data: { id: string }[] };
    expect(models.data.map(({ id }) => id)).toContain('alias');
    expect([old.bodies.length, other.bodies.length]).toEqual([1, 2]);

    writeFileSync(file, fileFor(other, '  nonsense: 1\n'));
    expect((await eventWith(site, 'the changed site file is not used')).join()).toContain('nonsense');
    // Whoever started it reads the same at the terminal
    expect(told).toEqual([
      'the changed site file is in use',
      expect.stringMatching(/^the changed site file is not used: .*nonsense/),
    ]);
    expect((await post(site.url, { ...hello(), model: 'alias' })).status).toBe(200);

    writeFileSync(
      file,
      fileFor(other, '  models: [{ id: third, deployment: chat-70b }]\n').replace('port: 8787', 'port: 9999'),
    );
    expect((await eventWith(site, 'needs a restart')).join()).toContain('gateway.port');
    const gone = await until(async () => {
      const answer = await post(site.url, { ...hello(), model: 'alias' });
      return answer.status === 404 ? answer : undefined;
    });
    expect(await gone.text()).toContain('third');

    writeFileSync(file, fileFor(other).replace(/^id: .*$/m, 'id: another'));
    await eventWith(site, 'needs a restart: id');

    // The stream of the beginning is still there, at its engine
    streams[0]!.end(`${chunk('old one', 'stop')}data: [DONE]\n\n`);
    const text = await running.text();
    expect(text).toContain('from the ');
    expect(text).toContain('old one');
    expect(text).toContain('[DONE]');
    expect(site.gateway.pid).toBe(pid);
    expect(site.seq()).toBeGreaterThan(seq);
  }, 90_000);
});
