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
});
