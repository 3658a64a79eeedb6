import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JoulewrightError } from '../errors/error.ts';
import { T0, usage } from './fixtures/usage.ts';
import { openStore, type Store } from './store.ts';

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'joulewright-commit-'));
  store = await openStore(join(folder, 'site.db'));
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('commits', () => {
  it('commits many calls together', async () => {
    const calls = Array.from({ length: 500 }, (_, k) => store.append('usage', [usage(k)]));
    await Promise.all(calls);
    const stats = await store.stats();
    expect(stats.calls).toBe(500);
    expect(stats.rows).toBe(500);
    expect(stats.commits).toBeGreaterThan(0);
    expect(stats.commits).toBeLessThan(50);
  });

  it('does not hold a lone call back until others come', async () => {
    await store.append('audit', [{ tsMs: T0, actor: 'ops', what: 'x', detail: null }]);
    expect((await store.stats()).commits).toBe(1);
  });

  it('leaves the main thread free while it works', async () => {
    let turns = 0;
    const counter = setInterval(() => turns++, 1);
    const rows = Array.from({ length: 100_000 }, (_, k) => ({ series: `s${k % 50}`, tsMs: T0 + k, value: k }));
    const written = store.append('telemetry', rows);
    const turnsWhenSent = turns;
    await written;
    clearInterval(counter);
    expect(turns - turnsWhenSent).toBeGreaterThan(20);
  });

  it('fails the call with a bad row, alone and whole', async () => {
    const good = store.append('usage', [usage(1)]);
    const bad = store.append('usage', [usage(2), usage(3, { inputTokens: 1.5 })]);
    const alsoGood = store.append('usage', [usage(4)]);
    await expect(bad).rejects.toMatchObject({ code: 'JW_STORE_ROW' });
    await Promise.all([good, alsoGood]);
    const page = await store.usagePage({ fromMs: T0, toMs: T0 + 10 });
    expect(page.rows.map((r) => r.requestId)).toEqual(['r4', 'r1']);
  });

  it('keeps a new series usable after the call that named it first was undone', async () => {
    const bad = store.append('telemetry', [
      { series: 'new', tsMs: T0, value: 1 },
      { series: 'new', tsMs: Number.NaN, value: 1 },
    ]);
    await expect(bad).rejects.toMatchObject({ code: 'JW_STORE_ROW' });
    await store.append('telemetry', [{ series: 'new', tsMs: T0, value: 2 }]);
    expect((await store.telemetryRange(['new'], T0, T0 + 1, 1)).columns[0]![0]).toBe(2);
  });

  it('reports a failure that nobody awaited to onFailure and to the next flush, once', async () => {
    const told: JoulewrightError[] = [];
    const second = await openStore(join(folder, 'second.db'), { onFailure: (error) => told.push(error) });
    void second.append('usage', [usage(1, { outputTokens: 0.5 })]);
    await expect(second.flush()).rejects.toMatchObject({ code: 'JW_STORE_ROW' });
    expect(told.map((e) => e.code)).toEqual(['JW_STORE_ROW']);
    await second.flush();
    await second.close();
  });

  it('refuses more rows than may wait, and recovers', async () => {
    const second = await openStore(join(folder, 'second.db'), { waitingLimit: 10 });
    const rows = Array.from({ length: 11 }, (_, k) => ({ series: 'p', tsMs: T0 + k, value: k }));
    const first = second.append('telemetry', rows);
    await expect(second.append('telemetry', rows)).rejects.toMatchObject({ code: 'JW_STORE_BUSY' });
    await first;
    await second.append('telemetry', rows);
    await second.close();
  });
});
