import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../series/clock.ts';
import { copyDatabase } from './copy.ts';
import { T0, usage } from './fixtures/usage.ts';
import type { UsageRow } from './rows.ts';
import { openStore, type Store } from './store.ts';

const DAY_MS = 86_400_000;

let folder: string;
let store: Store;
const clock = new ManualClock(T0);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'joulewright-store-'));
  store = await openStore(join(folder, 'data', 'site.db'), { clock });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('telemetry', () => {
  it('gives means per bucket, NaN where nothing was recorded, columns in the order asked', async () => {
    void store.append('telemetry', [
      { series: 'a', tsMs: T0, value: 1 },
      { series: 'a', tsMs: T0 + 500, value: 3 },
      { series: 'a', tsMs: T0 + 2000, value: 7 },
      { series: 'b', tsMs: T0 + 1000, value: -5 },
      { series: 'b', tsMs: T0 + 3000, value: 99 },
    ]);
    const range = await store.telemetryRange(['b', 'a', 'unknown'], T0, T0 + 3000, 1000);
    expect([...range.startMs]).toEqual([T0, T0 + 1000, T0 + 2000]);
    expect(range.columns.map((c) => [...c])).toEqual([
      [Number.NaN, -5, Number.NaN],
      [2, Number.NaN, 7],
      [Number.NaN, Number.NaN, Number.NaN],
    ]);
  });

  it('answers the same from readings, minute means and five-minute means', async () => {
    const rows = Array.from({ length: 1800 }, (_, k) => ({ series: 'p', tsMs: T0 + k * 1000, value: Math.sin(k) * k }));
    await store.append('telemetry', rows);
    const mean = (from: number, to: number) => rows.slice(from, to).reduce((s, r) => s + r.value, 0) / (to - from);
    const fine = await store.telemetryRange(['p'], T0 + 1000, T0 + 61_000, 60_000);
    expect(fine.columns[0]![0]).toBeCloseTo(mean(1, 61), 9);
    const minutes = await store.telemetryRange(['p'], T0, T0 + 1_800_000, 60_000);
    expect(minutes.columns[0]![7]).toBeCloseTo(mean(420, 480), 9);
    const fives = await store.telemetryRange(['p'], T0, T0 + 1_800_000, 600_000);
    expect(fives.columns[0]).toHaveLength(3);
    expect(fives.columns[0]![2]).toBeCloseTo(mean(1200, 1800), 9);
  });

  it('keeps the first reading of an instant, in the readings and in the means', async () => {
    await store.append('telemetry', [{ series: 'p', tsMs: T0, value: 4 }]);
    await store.append('telemetry', [{ series: 'p', tsMs: T0, value: 400 }]);
    for (const step of [1000, 60_000, 300_000]) {
      expect((await store.telemetryRange(['p'], T0, T0 + step, step)).columns[0]![0]).toBe(4);
    }
  });

  it('leaves out values that are not finite', async () => {
    await store.append('telemetry', [
      { series: 'p', tsMs: T0, value: Number.NaN },
      { series: 'p', tsMs: T0 + 1, value: Number.POSITIVE_INFINITY },
      { series: 'p', tsMs: T0 + 2, value: 6 },
    ]);
    expect((await store.telemetryRange(['p'], T0, T0 + 1000, 1000)).columns[0]![0]).toBe(6);
  });

  it.each([
    [0, 0],
    [0.5, 0],
    [Number.NaN, 0],
    [1, 2e6],
  ])('refuses a step of %s ms over %s ms', async (step, span) => {
    await expect(store.telemetryRange(['p'], T0, T0 + span, step)).rejects.toMatchObject({ code: 'JW_STORE_RANGE' });
  });
});

describe('usage', () => {
  it('sums exactly, by group and over all', async () => {
    const rows = Array.from({ length: 10 }, (_, k) => usage(k, { status: k === 3 ? 429 : 200 }));
    await store.append('usage', rows);
    const all = await store.usageTotals({ fromMs: T0, toMs: T0 + 10 });
    expect(all).toEqual([
      {
        group: '',
        requests: 10,
        succeeded: 9,
        inputTokens: 1000,
        outputTokens: 100,
        itJoules: 500,
        facilityJoules: 600,
        co2G: expect.closeTo(0.1, 12),
        moneyMicro: 15_000n,
      },
    ]);
    const byOrganisation = await store.usageTotals({ fromMs: T0 + 1, toMs: T0 + 10 }, 'organisation');
    expect(byOrganisation.map((t) => [t.group, t.requests])).toEqual([
      ['even', 4],
      ['odd', 5],
    ]);
    const nothing = await store.usageTotals({ fromMs: T0 - 10, toMs: T0 });
    expect(nothing[0]).toMatchObject({ requests: 0, moneyMicro: 0n, itJoules: 0 });
  });

  it('sums money beyond what a plain number holds exactly', async () => {
    const large = Number.MAX_SAFE_INTEGER;
    await store.append('usage', [usage(1, { moneyMicro: large }), usage(2, { moneyMicro: large }), usage(3)]);
    const [total] = await store.usageTotals({ fromMs: T0, toMs: T0 + 10 });
    expect(total!.moneyMicro).toBe(2n * BigInt(large) + 1500n);
  });

  it('stores a repeated request once', async () => {
    await Promise.all([store.append('usage', [usage(1)]), store.append('usage', [usage(1), usage(2)])]);
    expect((await store.usageTotals({ fromMs: T0, toMs: T0 + 10 }))[0]!.requests).toBe(2);
  });

  it('pages newest first without loss or repetition, also among equal times', async () => {
    const rows = Array.from({ length: 25 }, (_, k) => usage(k, { tsMs: T0 + Math.floor(k / 10), ttftMs: null }));
    await store.append('usage', rows);
    const seen: UsageRow[] = [];
    let after: string | null = null;
    do {
      const page = await store.usagePage({ fromMs: T0, toMs: T0 + 10 }, 10, after);
      seen.push(...page.rows);
      after = page.next;
    } while (after !== null);
    expect(seen).toHaveLength(25);
    expect(new Set(seen.map((r) => r.requestId)).size).toBe(25);
    expect(seen.map((r) => r.tsMs)).toEqual(seen.map((r) => r.tsMs).sort((a, b) => b - a));
    expect(seen.find((r) => r.requestId === 'r7')).toEqual(rows[7]);
    const odd = await store.usagePage({ fromMs: T0, toMs: T0 + 10, organisation: 'odd' });
    expect(odd.rows.every((r) => r.organisation === 'odd')).toBe(true);
    expect(odd.rows).toHaveLength(12);
    expect(odd.next).toBeNull();
  });
});

describe('checkpoint and audit', () => {
  it('keeps the latest value of a key, as it was when it was appended', async () => {
    expect(await store.lastCheckpoint('twin')).toBeNull();
    const state = { soc: 0.5, units: [1, 2] };
    void store.append('checkpoint', [{ key: 'twin', tsMs: T0, value: state }]);
    void store.append('checkpoint', [{ key: 'twin', tsMs: T0 + 5, value: { ...state, soc: 0.4 } }]);
    state.units.push(3);
    expect(await store.lastCheckpoint('twin')).toEqual({ tsMs: T0 + 5, value: { soc: 0.4, units: [1, 2] } });
  });

  it('refuses a checkpoint that JSON cannot carry', async () => {
    const value = { soc: Number.NaN };
    await expect(store.append('checkpoint', [{ key: 'twin', tsMs: T0, value }])).rejects.toMatchObject({
      code: 'JW_STORE_ROW',
      message: expect.stringContaining('soc is NaN'),
    });
  });

  it('lists the last audit rows, newest first', async () => {
    for (const what of ['a', 'b', 'c'])
      void store.append('audit', [{ tsMs: T0, actor: 'ops', what, detail: { what } }]);
    const tail = await store.auditTail(2);
    expect(tail).toEqual([
      { tsMs: T0, actor: 'ops', what: 'c', detail: { what: 'c' } },
      { tsMs: T0, actor: 'ops', what: 'b', detail: { what: 'b' } },
    ]);
  });
});

describe('retention', () => {
  it('deletes readings, minutes, five minutes, usage and audit each at its age', async () => {
    const times = [0, 8, 100, 4000].map((days) => T0 - days * DAY_MS);
    for (const [k, tsMs] of times.entries()) {
      void store.append('telemetry', [{ series: 'p', tsMs, value: k }]);
      void store.append('usage', [usage(k, { tsMs })]);
      void store.append('audit', [{ tsMs, actor: 'ops', what: String(k), detail: null }]);
    }
    // 1 reading and 1 usage row and 1 audit row of the last age; by age: 3 readings, 2 minutes, 1 five minutes.
    expect(await store.prune()).toBe(3 + 2 + 1 + 1 + 1);
    const at = async (tsMs: number, step: number) =>
      (await store.telemetryRange(['p'], tsMs, tsMs + step, step)).columns[0]![0]!;
    expect(await Promise.all(times.map((t) => at(t, 1)))).toEqual([0, Number.NaN, Number.NaN, Number.NaN]);
    expect(await Promise.all(times.map((t) => at(t, 60_000)))).toEqual([0, 1, Number.NaN, Number.NaN]);
    expect(await Promise.all(times.map((t) => at(t, 300_000)))).toEqual([0, 1, 2, Number.NaN]);
    expect((await store.usageTotals({ fromMs: 0, toMs: T0 + 1 }))[0]!.requests).toBe(3);
    expect((await store.auditTail(10)).map((r) => r.what)).toEqual(['2', '1', '0']);
    expect(await store.prune()).toBe(0);
  });

  it('keeps the sums of days when the requests behind them are gone, as long as the settings say', async () => {
    const file = join(folder, 'kept.db');
    const at = (days: number): number => T0 - days * DAY_MS;
    const short = await openStore(file, { clock, retention: { usageDays: 30, sumDays: 90 } });
    const rows = [10, 60, 100].map((days, k) => usage(k, { tsMs: at(days), startMs: at(days), dayMs: at(days) }));
    await short.append('usage', rows);
    const sums = () => short.report({ fromMs: 0, toMs: T0 + 1, by: ['day'] });
    const before = await sums();
    expect(before).toHaveLength(3);
    // Two requests are older than 30 days, one sum older than 90
    expect(await short.prune()).toBe(2 + 1);
    expect((await short.usagePage({ fromMs: 0, toMs: T0 + 1 })).rows).toHaveLength(1);
    expect(await sums()).toEqual(before.filter(({ dayMs }) => dayMs >= at(90)));
    await short.close();
  });
});

describe('life cycle', () => {
  it('keeps everything over close and open', async () => {
    void store.append('telemetry', [{ series: 'p', tsMs: T0, value: 4 }]);
    await store.close();
    await store.close();
    store = await openStore(store.file);
    expect((await store.telemetryRange(['p'], T0, T0 + 1, 1)).columns[0]![0]).toBe(4);
  });

  it('answers with JW_STORE_CLOSED after close', async () => {
    await store.close();
    await expect(store.auditTail(1)).rejects.toMatchObject({ code: 'JW_STORE_CLOSED' });
    await expect(store.append('usage', [usage(1)])).rejects.toMatchObject({ code: 'JW_STORE_CLOSED' });
  });

  it('is copied while it is open to a new file that opens as a store, and refuses to overwrite', async () => {
    void store.append('audit', [{ tsMs: T0, actor: 'ops', what: 'kept', detail: null }]);
    const copy = join(folder, 'backups', 'one.db');
    await store.flush();
    mkdirSync(join(folder, 'backups'));
    copyDatabase(store.file, copy);
    const second = await openStore(copy);
    expect((await second.auditTail(1))[0]!.what).toBe('kept');
    await second.close();
    for (const to of [copy, join(copy, 'below-a-file.db')]) {
      expect(() => copyDatabase(store.file, to)).toThrow(expect.objectContaining({ code: 'JW_STORE_BACKUP' }));
    }
  });
});
