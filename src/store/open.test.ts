import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { APPLICATION_ID, MIGRATIONS } from './migrations.ts';
import { openStore } from './store.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulewright-open-'));
  file = join(folder, 'site.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function version(path: string): unknown {
  const db = new DatabaseSync(path);
  const found = db.prepare('PRAGMA user_version').get()!['user_version'];
  db.close();
  return found;
}

describe('opening', () => {
  it('says which folder cannot be made', async () => {
    writeFileSync(join(folder, 'a-file'), 'x');
    const below = join(folder, 'a-file', 'data', 'site.db');
    await expect(openStore(below)).rejects.toMatchObject({
      code: 'JW_STORE_FOLDER',
      message: expect.stringContaining(join(folder, 'a-file', 'data')),
    });
  });

  it.skipIf(process.platform !== 'linux')('says so on a file system that lets nobody make a folder', async () => {
    await expect(openStore('/proc/joulewright/data/site.db')).rejects.toMatchObject({ code: 'JW_STORE_FOLDER' });
  });

  it('says when the file is a folder', async () => {
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'JW_STORE_OPEN' });
  });

  it('refuses a file that is not a database and leaves it as it was', async () => {
    const text = 'dear diary, '.repeat(1000);
    writeFileSync(file, text);
    await expect(openStore(file)).rejects.toMatchObject({ code: 'JW_STORE_FOREIGN' });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('refuses a database of another program and leaves it as it was', async () => {
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE photos (id INTEGER)');
    db.close();
    const before = readFileSync(file);
    await expect(openStore(file)).rejects.toMatchObject({ code: 'JW_STORE_FOREIGN' });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('refuses a damaged file, says what to do, and deletes nothing', async () => {
    const store = await openStore(file);
    const rows = Array.from({ length: 20_000 }, (_, k) => ({ series: 'p', tsMs: k, value: k }));
    await store.append('telemetry', rows);
    await store.close();
    const bytes = readFileSync(file);
    for (let at = 8192; at + 512 < bytes.length; at += 4096) bytes.fill(0xa5, at, at + 512);
    writeFileSync(file, bytes);
    await expect(openStore(file)).rejects.toMatchObject({
      code: 'JW_STORE_CORRUPT',
      message: expect.stringContaining('backup'),
    });
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('refuses a file of a newer format and names both', async () => {
    const db = new DatabaseSync(file);
    db.exec(`CREATE TABLE future (id INTEGER); PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 99`);
    db.close();
    await expect(openStore(file)).rejects.toMatchObject({
      code: 'JW_STORE_NEWER',
      message: expect.stringMatching(/format 99.*up to \d/),
    });
  });

  it('names the process that has it open, and opens once that one is done', async () => {
    const first = await openStore(file);
    await expect(openStore(file)).rejects.toMatchObject({
      code: 'JW_STORE_LOCKED',
      message: expect.stringContaining(`process ${process.pid} on `),
    });
    await first.close();
    const second = await openStore(file);
    await second.close();
  });
});

describe('migrations', () => {
  it('bring a new file to the newest format', () => {
    const { db, lock } = openDatabase(file);
    db.close();
    lock.release();
    expect(version(file)).toBe(MIGRATIONS.length);
  });

  it('run only the steps that a file has not had, and keep its rows', () => {
    const first = openDatabase(file);
    first.db.exec("INSERT INTO audit (ts, actor, what, detail) VALUES (1, 'ops', 'old', 'null')");
    first.db.close();
    first.lock.release();
    const next = openDatabase(file, [...MIGRATIONS, 'ALTER TABLE audit ADD COLUMN place TEXT']);
    expect(next.db.prepare('SELECT what, place FROM audit').get()).toEqual({ what: 'old', place: null });
    next.db.close();
    next.lock.release();
    expect(version(file)).toBe(MIGRATIONS.length + 1);
    expect(() => openDatabase(file)).toThrow(/JW_STORE_NEWER/);
  });

  it('leave a whole format behind when a step fails, and the lock free', () => {
    expect(() => openDatabase(file, [...MIGRATIONS, 'CREATE TABLE half (id INTEGER); CREATE TABLE half (id)'])).toThrow(
      /JW_STORE_OPEN/,
    );
    expect(version(file)).toBe(MIGRATIONS.length);
    const { db, lock } = openDatabase(file);
    expect(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").get()).toBeUndefined();
    db.close();
    lock.release();
  });
});

describe('a full disk', () => {
  it('fails the group, keeps what was acknowledged, and goes on when there is room again', async () => {
    const { Group } = await import('./group.ts');
    const { db, lock } = openDatabase(file);
    const group = new Group(db, file);
    const call = (id: number, length: number) => {
      const rows = [{ tsMs: id, actor: 'ops', what: 'x', detail: JSON.stringify('y'.repeat(length)) }];
      group.add({ kind: 'append', id, table: 'audit', rows });
      return group.commit();
    };
    expect(call(1, 10).durable).toEqual([1]);
    const pages = Number(db.prepare('PRAGMA page_count').get()!['page_count']);
    db.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const full = call(2, 1_000_000);
    expect(full.durable).toEqual([]);
    expect(full.failed[0]).toMatchObject({ ids: [2], fault: { code: 'JW_STORE_FULL' } });
    db.exec('PRAGMA max_page_count = 1000000');
    expect(call(3, 1_000_000).durable).toEqual([3]);
    expect(db.prepare('SELECT ts FROM audit').all()).toEqual([{ ts: 1 }, { ts: 3 }]);
    db.close();
    lock.release();
  });
});
