import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../series/clock.ts';
import { openStore } from '../store/store.ts';
import { openBooks } from './books.ts';
import type { UsageRecord } from './contract.ts';
import { plainPrincipal } from './tenants/principal.ts';

const record = (id: number, endMs: number, cost: number): UsageRecord => ({
  requestId: `r${id}`,
  endMs,
  principal: plainPrincipal('shop'),
  operation: 'chat',
  model: 'm',
  engine: 'e',
  class: 'default',
  stream: false,
  status: 200,
  code: '',
  inputTokens: 3,
  cachedTokens: 0,
  deployment: 'e',
  waterL: 0,
  greenJoules: null,
  method: '',
  outputTokens: 2,
  estimated: false,
  itJoules: 1,
  facilityJoules: 1.5,
  co2G: 0.1,
  cost,
  currency: 'USD',
  simulated: true,
  durationMs: 1,
  queuedMs: 0,
  ttftMs: null,
});

describe('UsageBooks', () => {
  it('keeps sums of money true although a request costs less than the smallest unit', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'jw-books-'));
    const clock = new ManualClock(Date.UTC(2026, 6, 1, 12));
    const books = await openBooks(dir, 'Asia/Tashkent', clock, (error) => {
      throw error;
    });
    for (let i = 0; i < 1000; i++) books.add(record(i, clock.nowMs(), 4e-7));
    await books.close();
    const store = await openStore(join(dir, 'usage.db'));
    const [total] = await store.usageTotals({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER });
    await store.close();
    expect(total).toMatchObject({ requests: 1000, inputTokens: 3000, facilityJoules: 1500 });
    expect(total?.moneyMicro).toBe(400n);
  });

  it('counts today from local midnight, over a restart and into the next day', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'jw-books-'));
    // Midnight in Tashkent is 19:00 UTC
    const clock = new ManualClock(Date.UTC(2026, 6, 1, 18, 59));
    const open = () =>
      openBooks(dir, 'Asia/Tashkent', clock, (error) => {
        throw error;
      });
    const first = await open();
    first.add(record(1, clock.nowMs(), 0));
    expect(first.today).toMatchObject({ sinceMs: Date.UTC(2026, 5, 30, 19), requests: 1 });
    clock.advanceMs(2 * 60_000);
    expect(first.today).toEqual({
      sinceMs: Date.UTC(2026, 6, 1, 19),
      requests: 0,
      inputTokens: 0,
      outputTokens: 0,
      joules: 0,
    });
    first.add(record(2, clock.nowMs(), 0));
    await first.close();
    const second = await open();
    expect(second.today).toMatchObject({
      sinceMs: Date.UTC(2026, 6, 1, 19),
      requests: 1,
      outputTokens: 2,
      joules: 1.5,
    });
    await second.close();
  });

  it('has in its sums all that was metered: requests, load past the gateway, and idle', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'jw-books-'));
    const startMs = Date.UTC(2026, 6, 1, 12);
    const clock = new ManualClock(startMs);
    const books = await openBooks(dir, 'Asia/Tashkent', clock, (error) => {
      throw error;
    });
    const expected = { queueS: 0, prefillSPerToken: 0, tpotS: 0.02, prefillJPerToken: 0.1, decodeJPerToken: 1 };
    const tell = (seq: number, watts: number): void => {
      const order = { id: 'e', state: 'serving' as const, replicas: 1, clock: null, expected };
      books.take({
        seq,
        issuedMs: clock.nowMs(),
        validUntilMs: clock.nowMs() + 10_000,
        classes: [],
        engines: [{ ...order, metered: { watts, idleWatts: 300 } }],
        facilityFactor: 1.5,
        carbonGPerKwh: 360,
        waterLPerKwh: 1,
        pricePerKwh: 0.1,
        currency: 'USD',
      });
    };
    tell(1, 0);
    clock.advanceMs(400);
    books.add({ ...record(1, clock.nowMs(), 0.001), method: 'predicted', outputTokens: 20 });
    books.add({
      ...record(2, clock.nowMs(), 0.001),
      method: 'predicted',
      outputTokens: 60,
      principal: plainPrincipal('bank'),
    });
    clock.advanceMs(600);
    tell(2, 700);
    clock.advanceMs(1000);
    tell(3, 350);
    expect(await books.find('r1')).toMatchObject({ pending: false, row: { method: 'interval' } });
    await books.close();
    const store = await openStore(join(dir, 'usage.db'));
    const lines = await store.report({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, by: ['organisation'] });
    await store.close();
    const of = (organisation: string) => lines.find((line) => line.organisation === organisation);
    expect(lines.reduce((sum, { itJoules }) => sum + itJoules, 0)).toBeCloseTo(700 + 350, 6);
    expect(lines.reduce((sum, { facilityJoules }) => sum + facilityJoules, 0)).toBeCloseTo(1.5 * 1050, 6);
    expect(of('(idle)')).toMatchObject({ requests: 0, itJoules: 600 });
    expect(of('(other)')).toMatchObject({ requests: 0, itJoules: 50 });
    // Both prompts took 0.3 J and brought the first tokens; the answers share the rest as 19 to 59
    expect(of('shop')!.itJoules).toBeCloseTo(0.3 + ((400 - 0.6) * 19) / 78, 6);
    expect(of('bank')).toMatchObject({ requests: 1, outputTokens: 60 });
  });
});
