import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { T0 } from './fixtures/usage.ts';
import type { ChangeRow } from './rows.ts';
import { openStore } from './store.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulewright-trail-'));
  file = join(folder, 'usage.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const change = (k: number, over: Partial<ChangeRow> = {}): ChangeRow => ({
  tsMs: T0 + k,
  actor: 'key key_1 (ops)',
  action: 'project.create',
  target: `project p${k}`,
  detail: { organisation: k % 2 === 0 ? 'even' : 'odd' },
  objects: [{ kind: 'project', id: `p${k}`, value: { n: k } }],
  ...over,
});

async function written(count: number): Promise<void> {
  const store = await openStore(file);
  for (let k = 1; k <= count; k++) await store.append('change', [change(k)]);
  await store.close();
}

/** Works on the file as whoever has got hold of it would. */
function tamper(sql: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}

const LAID_OPEN = 'DROP TRIGGER trail_no_update; DROP TRIGGER trail_no_delete;';

async function verdict() {
  const store = await openStore(file);
  const found = await store.verifyTrail();
  await store.close();
  return found;
}

describe('the trail', () => {
  it('is whole over restarts, and keeps the objects of its changes', async () => {
    await written(3);
    const store = await openStore(file);
    await store.append('change', [
      change(1, { action: 'project.change', objects: [{ kind: 'project', id: 'p1', value: 7 }] }),
    ]);
    expect(await store.verifyTrail()).toMatchObject({ entries: 4, lastSeq: 4, broken: null });
    expect(await store.tenants()).toEqual([
      { kind: 'project', id: 'p1', value: 7 },
      { kind: 'project', id: 'p2', value: { n: 2 } },
      { kind: 'project', id: 'p3', value: { n: 3 } },
    ]);
    const page = await store.trail(4, 2);
    expect(page.map(({ seq, target }) => [seq, target])).toEqual([
      [3, 'project p3'],
      [2, 'project p2'],
    ]);
    expect((await store.trail(100, 10, 'even')).map(({ seq }) => seq)).toEqual([2]);
    const { lastHash } = await store.verifyTrail();
    expect((await store.trail(100, 1))[0]!.hash).toBe(lastHash);
    await store.close();
  });

  it('stores a change and its entry together, or neither', async () => {
    const store = await openStore(file);
    const nan = change(1, { objects: [{ kind: 'project', id: 'p1', value: { n: Number.NaN } }] });
    await expect(store.append('change', [nan])).rejects.toMatchObject({ code: 'JW_STORE_ROW' });
    expect(await store.verifyTrail()).toMatchObject({ entries: 0 });
    expect(await store.tenants()).toEqual([]);
    await store.close();
  });

  it('lets nobody change or delete an entry by plain SQL', async () => {
    await written(2);
    expect(() => tamper("UPDATE trail SET actor = 'nobody'")).toThrow('append-only');
    expect(() => tamper('DELETE FROM trail')).toThrow('append-only');
    expect(await verdict()).toMatchObject({ entries: 2, broken: null });
  });

  it('shows at which entry it was changed', async () => {
    for (const [column, value] of [
      ['ts', '1'],
      ['actor', "'nobody'"],
      ['action', "'key.create'"],
      ['target', "'project p9'"],
      ['detail', `'{"organisation":"other"}'`],
      ['hash', `'${'0'.repeat(64)}'`],
    ]) {
      rmSync(file, { force: true });
      await written(5);
      tamper(`${LAID_OPEN} UPDATE trail SET ${column} = ${value} WHERE seq = 3`);
      expect(await verdict(), column).toMatchObject({ entries: 2, broken: { seq: 3 } });
    }
  });

  it('shows an entry that was taken out or slipped in; one that was cut off shows in what was noted before', async () => {
    await written(5);
    const before = await verdict();
    tamper(`${LAID_OPEN} DELETE FROM trail WHERE seq = 2`);
    expect(await verdict()).toMatchObject({ entries: 1, broken: { seq: 2, reason: 'entry 2 is missing' } });
    rmSync(file, { force: true });
    await written(4);
    const after = await verdict();
    expect(after.broken).toBeNull();
    expect(after.lastHash).not.toBe(before.lastHash);
  });
});
