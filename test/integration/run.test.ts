import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { runSite } from '../../src/server/run.ts';
import { BUKHARA, pause, ROOT, RunningCommand, scratch, snapshots, until } from './running.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function folder(): string {
  const { dir, remove } = scratch();
  cleanups.push(remove);
  return dir;
}

function start(...words: string[]): RunningCommand {
  const site = new RunningCommand([BUKHARA, '--port', '0', ...words]);
  cleanups.push(async () => {
    if (site.child.exitCode === null && site.child.signalCode === null) site.signal('SIGKILL');
    await site.ended;
  });
  return site;
}

/** Processes of a site's group that are still there. */
function left(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'pid=,args=', '-g', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    // ps ends with 1 where nothing matches.
    return '';
  }
}

describe('joulewright run', () => {
  it('serves the API, the control room’s data and metrics, and stops cleanly on Ctrl-C', async () => {
    const site = start('--data', folder());
    const url = await site.url();
    expect(site.out).toContain('curl');
    expect(site.out).toMatch(/data\s+\//);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
    const models = await client.models.list();
    expect(models.data.length).toBeGreaterThan(0);
    const { data: answer, response } = await client.chat.completions
      .create({ model: models.data[0]!.id, messages: [{ role: 'user', content: 'Salom!' }], max_tokens: 16 })
      .withResponse();
    expect(answer.choices[0]!.message.content).toContain('simulated');
    expect(response.headers.get('x-joulewright-simulated')).toBe('true');
    expect(answer.usage).toMatchObject({ energy: { boundary: 'facility', simulated: true } });
    const metrics = await until(async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return text.includes('joulewright_site_power_watts') ? text : undefined;
    });
    expect(metrics).toMatch(/joulewright_site_pue_ratio\{[^}]*\} 1\.\d/);
    const [snapshot] = await snapshots(url);
    expect(snapshot!.flows.itKw).toBeGreaterThan(0);
    expect(snapshot!.pue.now).toBeGreaterThan(1);
    site.signal('SIGINT');
    expect(await site.ended).toBe(0);
    expect(site.out).toContain('stopped');
    expect(left(site.child.pid!)).toBe('');
  });

  it('answers the request of the README as it is printed, and lets a stream end when it is told to stop', async () => {
    const site = start('--data', folder());
    const url = await site.url();
    const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8').replaceAll('\r\n', '\n');
    const [, where, header, body] = /^\$ curl http:\/\/127\.0\.0\.1:8787(\S+) -H '([^']+)' \\\n +-d '([^']+)'$/m.exec(
      readme,
    )!;
    const [name, value] = header!.split(': ');
    const ask = (text: string) => fetch(`${url}${where}`, { method: 'POST', headers: { [name!]: value! }, body: text });
    expect(await (await ask(body!)).json()).toMatchObject({
      object: 'chat.completion',
      usage: { completion_tokens: 40, energy: { boundary: 'facility', state: 'provisional', simulated: true } },
    });
    const long = { ...JSON.parse(body!), max_tokens: 60, stream: true, stream_options: { include_usage: true } };
    const streamed = await ask(JSON.stringify(long));
    site.signal('SIGTERM');
    const text = await streamed.text();
    expect(text).toContain('"completion_tokens":60');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(await site.ended).toBe(0);
    expect(left(site.child.pid!)).toBe('');
  });

  it('goes on where it was after kill -9: battery, usage and the day’s curves', async () => {
    const data = folder();
    const first = start('--data', data, '--speed', '3600');
    const url = await first.url();
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none' });
    await client.chat.completions.create({
      model: 'chat',
      messages: [{ role: 'user', content: 'hello' }],
      max_tokens: 8,
    });
    const before = await until(async () => {
      const [now] = await snapshots(url);
      return now!.gateway.requestsToday === 1 ? now : undefined;
    });
    // Two rounds of the five-second checkpoint.
    await pause(11_000);
    const [last] = await snapshots(url);
    first.signal('SIGKILL');
    await first.ended;
    const second = start('--data', data, '--speed', '3600');
    const [after] = await snapshots(await second.url(), 1);
    // Not later than a second of the clock after, not earlier than a checkpoint before: hours at this speed.
    expect(after!.siteMs).toBeGreaterThan(before.siteMs);
    expect(Math.abs(after!.siteMs - last!.siteMs)).toBeLessThan(16 * 3_600_000);
    expect(after!.gateway.requestsToday).toBe(1);
    expect(after!.events.some((e) => e.text.includes('goes on'))).toBe(true);
    const day = await until(async () => {
      const found = (await (await fetch(`${await second.url()}/api/day`)).json()) as { startMs: number[] };
      return found.startMs.length > 0 ? found : undefined;
    });
    expect(day.startMs[0]).toBeLessThan(last!.siteMs);
  }, 60_000);

  it('says which port is taken and what to do', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const site = start('--data', folder(), '--port', String(port));
    expect(await site.ended).not.toBe(0);
    expect(site.err).toContain('JW_PORT_TAKEN');
    expect(site.err).toContain('--port');
  });

  it('says that the data folder cannot be written', async () => {
    const file = path.join(folder(), 'file');
    writeFileSync(file, '');
    const site = start('--data', path.join(file, 'below'));
    expect(await site.ended).not.toBe(0);
    expect(site.err).toMatch(/JW_STORE_(FOLDER|OPEN)/);
  });

  it('refuses a second site on the same data, and loses nothing', async () => {
    const data = folder();
    const first = start('--data', data);
    await first.url();
    const second = start('--data', data);
    expect(await second.ended).not.toBe(0);
    expect(second.err).toContain('JW_STORE_LOCKED');
    expect((await fetch(`${await first.url()}/healthz`)).status).toBe(200);
  });

  it('starts the gateway again when it dies, at the same address, and goes on without a solver', async () => {
    const site = await runSite({ siteFile: BUKHARA, port: 0, data: folder(), speed: 1 });
    cleanups.push(() => site.stop());
    const before = { pid: site.gateway.pid!, url: site.gateway.url!, seq: site.seq() };
    process.kill(before.pid, 'SIGKILL');
    await until(async () => (site.gateway.pid === before.pid ? undefined : true));
    await until(async () => (site.seq() > before.seq ? true : undefined));
    const directive = await until(async () =>
      site.gateway.up ? ((await (await fetch(`${before.url}/api/directive`)).json()) as { seq: number }) : undefined,
    );
    expect(directive.seq).toBeGreaterThan(before.seq);
    expect(site.gateway.url).toBe(before.url);
    const [snapshot] = await until(async () => (site.gateway.up ? await snapshots(site.gateway.url!) : undefined));
    expect(snapshot!.events.some((e) => e.text.includes('the gateway has ended'))).toBe(true);
    await site.solver.kill();
    const [next] = await until(async () => {
      const found = await snapshots(site.gateway.url!, 2);
      return found[1]!.events.some((e) => e.text.includes('solver')) ? found.slice(1) : undefined;
    });
    expect(next!.flows.itKw).toBeGreaterThan(0);
  }, 60_000);

  it('has a gateway in waiting that takes the place of one that is killed, and another after it, while control goes on', async () => {
    const site = await runSite({ siteFile: BUKHARA, port: 0, data: folder(), speed: 1 });
    cleanups.push(() => site.stop());
    const seen: number[] = [];
    for (let round = 0; round < 2; round++) {
      const spare = await until(async () => site.gateway.sparePid);
      const { url } = site.gateway;
      const seq = site.seq();
      const began = performance.now();
      process.kill(site.gateway.pid!, 'SIGKILL');
      await until(async () => (site.gateway.pid === spare ? true : undefined));
      const first = await until(() => fetch(`${url}/v1/models`).catch(() => undefined), 15_000, 5);
      const backMs = performance.now() - began;
      expect([first.status, site.gateway.url]).toEqual([200, url]);
      // Time is told and not tested; `npm run bench -- restart` measures it
      process.stdout.write(`a killed gateway is back after ${backMs.toFixed(0)} ms\n`);
      // Orders that were given after its end reach the one that took over
      const order = await until(async () => {
        const { seq: found } = (await (await fetch(`${url}/api/directive`)).json()) as { seq: number };
        return found > seq ? found : undefined;
      });
      expect(site.seq()).toBeGreaterThanOrEqual(order);
      seen.push(spare);
    }
    expect(new Set(seen).size).toBe(2);
  }, 60_000);
});
