import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SettlementRow, UsageRow } from './rows.ts';
import { settlementRows, settlementSheet, usageRows, usageSheet } from './usageSheet.ts';

const text = fc.string({ maxLength: 12 });
const number = fc.double({ noNaN: true });
const unknown = fc.option(number, { nil: null });

const usage: fc.Arbitrary<UsageRow> = fc.record({
  requestId: text,
  tsMs: number,
  startMs: number,
  dayMs: number,
  organisation: text,
  project: text,
  key: text,
  service: text,
  engine: text,
  class: text,
  inputTokens: number,
  outputTokens: number,
  itJoules: number,
  facilityJoules: number,
  co2G: number,
  waterL: number,
  method: text,
  low: unknown,
  high: unknown,
  settled: fc.boolean(),
  currency: text,
  cost: number,
  moneyMicro: number,
  status: number,
  simulated: fc.boolean(),
  durationMs: number,
  ttftMs: unknown,
});

const settlement: fc.Arbitrary<SettlementRow> = fc.record({
  row: fc.record({
    requestId: text,
    dayMs: number,
    organisation: text,
    project: text,
    key: text,
    service: text,
    itJoules: number,
    facilityJoules: number,
    co2G: number,
    waterL: number,
    moneyMicro: number,
  }),
  itJoules: number,
  facilityJoules: number,
  co2G: number,
  waterL: number,
  cost: number,
  moneyMicro: number,
  method: text,
});

describe('sheets', () => {
  it('give every request back as it was, after they have crossed to a thread', () => {
    fc.assert(
      fc.property(fc.array(usage, { maxLength: 8 }), (rows) => {
        expect([...usageRows(structuredClone(usageSheet(rows)))]).toEqual(rows);
      }),
      { seed: 1 },
    );
  });

  it('give every settlement back as it was', () => {
    fc.assert(
      fc.property(fc.array(settlement, { maxLength: 8 }), (rows) => {
        expect([...settlementRows(structuredClone(settlementSheet(rows)))]).toEqual(rows);
      }),
      { seed: 2 },
    );
  });

  it('carry a text that rows share once', () => {
    const [one] = fc.sample(usage, { numRuns: 1, seed: 3 });
    const rows = Array.from({ length: 50 }, (_, i) => ({ ...one!, requestId: `req_${i}` }));
    expect(usageSheet(rows).texts.length).toBeLessThanOrEqual(50 + 8);
  });
});
