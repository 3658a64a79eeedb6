import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { T0, usage } from './fixtures/usage.ts';
import type { ReportAsk, SettlementRow } from './rows.ts';
import { openStore, type Store } from './store.ts';

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'joulewright-usage-'));
  store = await openStore(join(folder, 'usage.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const DAY = 86_400_000;
const all: ReportAsk = { fromMs: T0, toMs: T0 + 10 * DAY, by: [] };

function settlement(k: number): SettlementRow {
  const figures = { itJoules: 55, facilityJoules: 70, co2G: 0.02, waterL: 0.002, cost: 0.002, moneyMicro: 2000 };
  return { row: usage(k), ...figures, method: 'interval' };
}

describe('sums of days', () => {
  it('count every request once, by day and whose it is', async () => {
    await store.append('usage', [usage(1), usage(2), usage(3), usage(3)]);
    await store.append('usage', [usage(3), usage(4, { dayMs: T0 + DAY, status: 500 })]);
    expect(await store.report({ ...all, by: ['day', 'organisation'] })).toMatchObject([
      { dayMs: T0, organisation: 'even', requests: 1, inputTokens: 100 },
      { dayMs: T0, organisation: 'odd', requests: 2, outputTokens: 20, facilityJoules: 120, moneyMicro: 3000n },
      { dayMs: T0 + DAY, organisation: 'even', requests: 1, succeeded: 0 },
    ]);
    expect(await store.report({ ...all, toMs: T0 + DAY, organisation: 'even' })).toMatchObject([
      { requests: 1, key: '' },
    ]);
    expect(await store.report({ ...all, project: 'nobody' })).toMatchObject([{ requests: 0, moneyMicro: 0n }]);
  });

  it('change by the difference when energy is settled, once', async () => {
    await store.append('usage', [usage(1), usage(2)]);
    await store.append('settlement', [settlement(1), settlement(1)]);
    await store.append('settlement', [settlement(1), settlement(99)]);
    const [sum] = await store.report(all);
    expect(sum).toMatchObject({ requests: 2, itJoules: 105, facilityJoules: 130, moneyMicro: 3500n });
    expect(sum!.co2G).toBeCloseTo(0.03, 12);
    expect(sum!.waterL).toBeCloseTo(0.003, 12);
    expect(await store.usageOf('r1')).toMatchObject({ itJoules: 55, method: 'interval', settled: true, cost: 0.002 });
    expect(await store.usageOf('r2')).toMatchObject({ itJoules: 50, method: 'predicted', settled: false });
    expect(await store.usageOf('r99')).toBeNull();
  });

  it('say what each key has used since an instant, by the start of its requests', async () => {
    await store.append('usage', [
      usage(1000, { startMs: T0 - 1, organisation: 'o' }),
      usage(2000, { startMs: T0, organisation: 'o' }),
      usage(3000, { startMs: T0 + 2500, organisation: 'o', key: 'key_2' }),
    ]);
    const key = { organisation: 'o', project: 'p', requests: 1, tokens: 110, facilityJoules: 60, moneyMicro: 1500 };
    expect(await store.keySums(T0, false)).toEqual([
      { ...key, key: 'key_1' },
      { ...key, key: 'key_2' },
    ]);
    expect(await store.keySums(T0, true)).toMatchObject([
      { key: 'key_1', requests: 2 },
      { key: 'key_2', requests: 1 },
    ]);
    expect(await store.keySums(T0 + 1, true)).toEqual([]);
  });
});
