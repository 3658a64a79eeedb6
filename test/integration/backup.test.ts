import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { backupSite } from '../../src/server/backup.ts';
import { sha256Of } from '../../src/server/dataFiles.ts';
import { restoreSite } from '../../src/server/restore.ts';
import { TRAIL_KEY } from '../../src/server/state.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { BUKHARA, command, RunningCommand, scratch, snapshots, until } from './running.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function folder(): string {
  const { dir, remove } = scratch();
  cleanups.push(remove);
  return dir;
}

const NOW = Date.UTC(2026, 6, 14);

/** Adds an entry to the trail and notes it apart, as gateway and main process do. */
async function change(site: Store, usage: Store, k: number): Promise<void> {
  await usage.append('change', [
    { tsMs: NOW + k, actor: 'test', action: 'organisation.create', target: `o${k}`, detail: {}, objects: [] },
  ]);
  const [last] = await usage.trail(Number.MAX_SAFE_INTEGER, 1);
  await site.append('checkpoint', [{ key: TRAIL_KEY, tsMs: NOW + k, value: { seq: last!.seq, hash: last!.hash } }]);
}

/** A data folder with a trail of so many entries and a file. */
async function data(entries: number): Promise<string> {
  const dir = folder();
  const [site, usage] = [await openStore(path.join(dir, 'site.db')), await openStore(path.join(dir, 'usage.db'))];
  for (let k = 0; k < entries; k++) await change(site, usage, k);
  await Promise.all([site.close(), usage.close()]);
  mkdirSync(path.join(dir, 'files'));
  writeFileSync(path.join(dir, 'files', 'one.jsonl'), 'a line\n');
  return dir;
}

async function entriesIn(dir: string): Promise<number> {
  const store = await openStore(path.join(dir, 'usage.db'));
  const { entries } = await store.verifyTrail();
  await store.close();
  return entries;
}

const codeOf = (done: Promise<unknown>): Promise<string> =>
  done.then(
    () => 'none',
    (error: { code: string }) => error.code,
  );

describe('joulewright backup and restore', () => {
  it('copy a site that runs, refuse to replace one that runs or is there, and bring it back', async () => {
    const [dir, target] = [folder(), path.join(folder(), 'below', 'b')];
    const start = (): RunningCommand => {
      const site = new RunningCommand([BUKHARA, '--port', '0', '--data', dir]);
      cleanups.push(async () => {
        if (site.child.exitCode === null && site.child.signalCode === null) site.signal('SIGKILL');
        await site.ended;
      });
      return site;
    };
    const first = start();
    const url = await first.url();
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none' });
    const ask = (): Promise<unknown> =>
      client.chat.completions.create({ model: 'chat', messages: [{ role: 'user', content: 'x' }], max_tokens: 2 });
    const counted = (at: string, count: number) =>
      until(async () => ((await snapshots(at))[0]!.gateway.requestsToday === count ? true : undefined));
    await ask();
    await counted(url, 1);
    await until(async () => {
      const db = new DatabaseSync(path.join(dir, 'usage.db'), { readOnly: true });
      const stored = Number(db.prepare('SELECT count(*) AS n FROM usage').get()?.['n']);
      db.close();
      return stored === 1 ? true : undefined;
    });
    const made = await command(['backup', target, '--data', dir]);
    expect(made.err).toBe('');
    expect(made.out).toMatch(/audit trail is whole up to \d+:[0-9a-f]{64}/);
    expect(readdirSync(target).sort()).toEqual(['backup.json', 'site.db', 'usage.db']);
    await ask();
    await counted(url, 2);
    expect((await command(['restore', target, '--data', dir, '--force'])).err).toContain('JW_STORE_LOCKED');
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    expect((await command(['restore', target, '--data', dir])).err).toContain('JW_RESTORE_OCCUPIED');
    const back = await command(['restore', target, '--data', dir, '--force']);
    expect(back).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(/lies in (.*)/.exec(back.out)![1]!)).toContain('usage.db');
    const second = start();
    await counted(await second.url(), 1);
    expect(second.out).not.toContain('admin key');
  }, 120_000);

  it('copies databases that are being written so that they are true to each other', async () => {
    const dir = await data(1);
    const [site, usage] = [await openStore(path.join(dir, 'site.db')), await openStore(path.join(dir, 'usage.db'))];
    let on = true;
    const writing = (async () => {
      for (let k = 1; on; k++) await change(site, usage, k);
    })();
    let last = 0;
    for (let round = 0; round < 5; round++) {
      const { trail } = await backupSite(dir, path.join(folder(), 'b'), NOW);
      expect(trail!.seq).toBeGreaterThan(last);
      last = trail!.seq;
    }
    on = false;
    await writing;
    await Promise.all([site.close(), usage.close()]);
  }, 60_000);

  it('holds every file against its sum and the trail against its hashes before it touches anything', async () => {
    const [dir, good] = [await data(3), path.join(folder(), 'good')];
    const manifest = await backupSite(dir, good, NOW);
    expect(manifest.files.map((file) => file.path)).toEqual(['files/one.jsonl', 'site.db', 'usage.db']);
    const empty = folder();
    expect(await restoreSite(good, path.join(empty, 'new'), { force: false, nowMs: NOW })).toMatchObject({
      aside: null,
    });
    expect(await entriesIn(path.join(empty, 'new'))).toBe(3);
    expect(readFileSync(path.join(empty, 'new', 'files', 'one.jsonl'), 'utf8')).toBe('a line\n');

    const broken = async (spoil: (backup: string) => void | Promise<void>): Promise<void> => {
      const bad = path.join(folder(), 'bad');
      await backupSite(dir, bad, NOW);
      await spoil(bad);
      expect(await codeOf(restoreSite(bad, dir, { force: true, nowMs: NOW }))).toBe('JW_BACKUP_BROKEN');
      expect(existsSync(path.join(dir, '.restore'))).toBe(false);
      expect(await entriesIn(dir)).toBe(3);
    };
    /** A manifest that agrees with what was done to a file. */
    const agree = async (bad: string, name: string): Promise<void> => {
      const at = path.join(bad, 'backup.json');
      const said = JSON.parse(readFileSync(at, 'utf8')) as typeof manifest;
      const sha256 = await sha256Of(path.join(bad, name));
      const files = said.files.map((file) => (file.path === name ? { ...file, sha256 } : file));
      writeFileSync(at, JSON.stringify({ ...said, files }));
    };
    await broken((bad) => appendFileSync(path.join(bad, 'files', 'one.jsonl'), 'more'));
    await broken((bad) => writeFileSync(path.join(bad, 'backup.json'), '{}'));
    await broken((bad) => {
      const at = path.join(bad, 'backup.json');
      writeFileSync(at, readFileSync(at, 'utf8').replace('files/one.jsonl', '../one.jsonl'));
    });
    await broken(async (bad) => {
      const db = new DatabaseSync(path.join(bad, 'usage.db'));
      db.exec("DROP TRIGGER trail_no_update; UPDATE trail SET actor = 'somebody else' WHERE seq = 2");
      db.close();
      await agree(bad, 'usage.db');
    });
    await broken(async (bad) => {
      const db = new DatabaseSync(path.join(bad, 'usage.db'));
      db.exec('DROP TRIGGER trail_no_delete; DELETE FROM trail WHERE seq = 3');
      db.close();
      await agree(bad, 'usage.db');
    });
  }, 60_000);

  it('says that there is nothing to copy, and never writes over a backup', async () => {
    expect(await codeOf(backupSite(folder(), path.join(folder(), 'b'), NOW))).toBe('JW_BACKUP_NOTHING');
    expect(await codeOf(backupSite('/nowhere', path.join(folder(), 'b'), NOW))).toBe('JW_BACKUP_NOTHING');
    expect(await codeOf(backupSite(await data(1), folder(), NOW))).toBe('JW_STORE_BACKUP');
    expect((await command(['backup', 'somewhere'])).err).toContain('JW_USAGE');
  });
});
