import { afterEach, describe, expect, it } from 'vitest';
import { runSite } from '../../src/server/run.ts';
import type { RunningSite } from '../../src/server/runningSite.ts';
import { BUKHARA, command, pause, RunningCommand, scratch, snapshots, until } from './running.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function folder(): string {
  const { dir, remove } = scratch();
  cleanups.push(remove);
  return dir;
}

async function ask(url: string, key: string | null, method: string, path: string, body?: object) {
  const answer = await fetch(`${url}/api/admin${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, never> & { error?: { code: string } } };
}

async function start(): Promise<{ site: RunningSite; key: string; url: string }> {
  const site = await runSite({ siteFile: BUKHARA, port: 0, data: folder(), speed: 1 });
  cleanups.push(() => site.stop());
  return { site, key: site.firstKey!, url: site.url };
}

const planned = (url: string) =>
  until(async () => {
    const answer = await fetch(`${url}/api/plan`);
    return answer.ok
      ? ((await answer.json()) as {
          issuedMs: number;
          startMs: number[];
          reasons: string[][];
          columns: { batteryKw: number[] };
        })
      : undefined;
  }, 30_000);

describe('levers of a running site', () => {
  it('are shown with their effect, pulled, let go, and stand in the trail', async () => {
    const { key, url } = await start();
    const plan = await planned(url);
    expect(plan.startMs.length).toBeGreaterThan(60);
    expect(plan.reasons).toHaveLength(plan.startMs.length);
    const request = { lever: 'hold-battery', for_s: 7200 };
    const preview = await ask(url, key, 'POST', '/operate/preview', request);
    expect(preview.status).toBe(200);
    expect(preview.body).toMatchObject({ object: 'lever.preview', lever: 'batteries held', currency: 'USD' });
    expect(Object.keys(preview.body['difference']!)).toEqual(
      expect.arrayContaining(['site_kwh', 'import_kwh', 'money', 'co2_kg', 'output_tokens']),
    );
    expect((await snapshots(url))[0]!.control.levers).toEqual([]);

    const pulled = await ask(url, key, 'POST', '/operate', request);
    expect(pulled.status).toBe(201);
    expect(pulled.body).toMatchObject({ object: 'lever', id: 1, lever: 'batteries held' });
    const held = await until(async () => {
      const [now] = await snapshots(url, 1);
      return now!.control.levers.length > 0 && Math.abs(now!.flows.batteryKw) < 1e-6 ? now : undefined;
    });
    expect(held.control.levers[0]!.text).toBe('batteries held');
    // The solver thread has been told: long before the next plan is due there is one that knows of it
    const replanned = await until(async () => {
      const next = (await (await fetch(`${url}/api/plan`)).json()) as typeof plan;
      return next.issuedMs > plan.issuedMs && next.columns.batteryKw[0] === 0 ? next : undefined;
    }, 30_000);
    expect(replanned.issuedMs - plan.issuedMs).toBeLessThan(60_000);
    const released = await ask(url, key, 'DELETE', '/operate/1');
    expect(released.body).toMatchObject({ id: 1 });
    expect((await ask(url, key, 'DELETE', '/operate/1')).body.error!.code).toBe('JW_LEVER');
    const trail = await ask(url, key, 'GET', '/audit?limit=10');
    const actions = (trail.body['data'] as unknown as { action: string; target: string }[]).map(
      ({ action, target }) => `${action} ${target}`,
    );
    expect(actions).toEqual(expect.arrayContaining(['site.pull lever hold-battery', 'site.let-go lever 1']));
  }, 60_000);

  it('are for operators and admins, and only for what the site has', async () => {
    const { key, url } = await start();
    const keyFor = async (role: string): Promise<string> => {
      const made = await ask(url, key, 'POST', '/keys', { name: role, project: 'site', role });
      return String(made.body['key']);
    };
    const [operator, auditor, member] = [await keyFor('operator'), await keyFor('auditor'), await keyFor('member')];
    const pull = { lever: 'mode', mode: 'shadow', for_s: 600 };
    expect((await ask(url, null, 'POST', '/operate', pull)).status).toBe(401);
    expect((await ask(url, member, 'POST', '/operate', pull)).status).toBe(403);
    expect((await ask(url, auditor, 'POST', '/operate', pull)).status).toBe(403);
    expect((await ask(url, auditor, 'GET', '/operate')).status).toBe(403);
    expect((await ask(url, operator, 'GET', '/operate')).status).toBe(200);
    const wrong = await ask(url, operator, 'POST', '/operate', { lever: 'drain', deployment: 'none', for_s: 600 });
    expect(wrong).toMatchObject({ status: 400, body: { error: { code: 'JW_LEVER' } } });
    const odd = await ask(url, operator, 'POST', '/operate', { lever: 'mode', mode: 'god', for_s: 600 });
    expect(odd.body.error!.code).toBe('JW_TENANT_FIELD');
    expect((await ask(url, operator, 'POST', '/operate', pull)).status).toBe(201);
    const shadowed = await until(async () => {
      const [now] = await snapshots(url);
      return now!.mode === 'shadow' && (now!.control.shadow?.hours ?? 0) > 0 ? now : undefined;
    });
    expect(shadowed.control.shadow!.savedKwh).not.toBeNaN();
  }, 60_000);

  it('survive kill -9, and the command line pulls them', async () => {
    const data = folder();
    const launch = () => {
      const run = new RunningCommand([BUKHARA, '--port', '0', '--data', data]);
      cleanups.push(async () => {
        if (run.child.exitCode === null && run.child.signalCode === null) run.signal('SIGKILL');
        await run.ended;
      });
      return run;
    };
    const first = launch();
    const url = await first.url();
    const key = await until(async () => /\b(jw-[\w-]{20,})/.exec(first.out)?.[1]);
    const words = ['operate', 'pull', 'event', '--import-max', '200 kW', '--for', '5 h', '--yes', '--url', url];
    process.env['JOULEWRIGHT_KEY'] = key;
    cleanups.push(() => {
      delete process.env['JOULEWRIGHT_KEY'];
    });
    const pulled = await command(words);
    expect(pulled.err).toBe('');
    expect(pulled.out).toContain('pulled: import below 200 kW');
    const start = new Date(Date.now() + 5 * 3_600_000).toISOString();
    const announced = ['--import-max', '150 kW', '--start', start, '--notice', '1 h', '--for', '2 h'];
    const later = await command(['operate', 'pull', 'event', ...announced, '--yes', '--url', url]);
    expect(later.out).toContain(`pulled: import below 150 kW, ${start} to `);
    first.signal('SIGKILL');
    await first.ended;
    await pause(500);
    const second = launch();
    const [after] = await snapshots(await second.url());
    expect(after!.control.levers.map(({ text }) => text)).toEqual(['import below 200 kW', 'import below 150 kW']);
    const listed = await command(['operate', 'list', '--url', await second.url()]);
    expect(listed.out).toContain('import below 200 kW');
  }, 90_000);
});
