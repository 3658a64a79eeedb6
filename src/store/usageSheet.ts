import type { SettlementRow, UsageRow } from './rows.ts';
import { type Sheet, SheetReader, SheetWriter } from './sheet.ts';

/** Requests as a sheet. */
export function usageSheet(rows: readonly UsageRow[]): Sheet {
  const to = new SheetWriter(rows.length, 18, 9);
  for (const row of rows) {
    to.own(row.requestId);
    to.number(row.tsMs);
    to.number(row.startMs);
    to.number(row.dayMs);
    to.text(row.organisation);
    to.text(row.project);
    to.text(row.key);
    to.text(row.service);
    to.text(row.engine);
    to.text(row.class);
    to.number(row.inputTokens);
    to.number(row.outputTokens);
    to.number(row.itJoules);
    to.number(row.facilityJoules);
    to.number(row.co2G);
    to.number(row.waterL);
    to.text(row.method);
    to.number(row.low);
    to.number(row.high);
    to.number(row.settled ? 1 : 0);
    to.text(row.currency);
    to.number(row.cost);
    to.number(row.moneyMicro);
    to.number(row.status);
    to.number(row.simulated ? 1 : 0);
    to.number(row.durationMs);
    to.number(row.ttftMs);
  }
  return to.sheet;
}

/** The requests of a sheet, one by one. */
export function* usageRows(sheet: Sheet): Generator<UsageRow> {
  const from = new SheetReader(sheet);
  // Fields are read in the order in which they stand here
  for (let i = 0; i < sheet.length; i++) {
    yield {
      requestId: from.text(),
      tsMs: from.number(),
      startMs: from.number(),
      dayMs: from.number(),
      organisation: from.text(),
      project: from.text(),
      key: from.text(),
      service: from.text(),
      engine: from.text(),
      class: from.text(),
      inputTokens: from.number(),
      outputTokens: from.number(),
      itJoules: from.number(),
      facilityJoules: from.number(),
      co2G: from.number(),
      waterL: from.number(),
      method: from.text(),
      low: from.known(),
      high: from.known(),
      settled: from.number() === 1,
      currency: from.text(),
      cost: from.number(),
      moneyMicro: from.number(),
      status: from.number(),
      simulated: from.number() === 1,
      durationMs: from.number(),
      ttftMs: from.known(),
    };
  }
}

/** Settlements as a sheet. */
export function settlementSheet(rows: readonly SettlementRow[]): Sheet {
  const to = new SheetWriter(rows.length, 12, 6);
  for (const { row, itJoules, facilityJoules, co2G, waterL, cost, moneyMicro, method } of rows) {
    to.own(row.requestId);
    to.number(row.dayMs);
    to.text(row.organisation);
    to.text(row.project);
    to.text(row.key);
    to.text(row.service);
    to.number(row.itJoules);
    to.number(row.facilityJoules);
    to.number(row.co2G);
    to.number(row.waterL);
    to.number(row.moneyMicro);
    to.number(itJoules);
    to.number(facilityJoules);
    to.number(co2G);
    to.number(waterL);
    to.number(cost);
    to.number(moneyMicro);
    to.text(method);
  }
  return to.sheet;
}

/** The settlements of a sheet, one by one. */
export function* settlementRows(sheet: Sheet): Generator<SettlementRow> {
  const from = new SheetReader(sheet);
  for (let i = 0; i < sheet.length; i++) {
    yield {
      row: {
        requestId: from.text(),
        dayMs: from.number(),
        organisation: from.text(),
        project: from.text(),
        key: from.text(),
        service: from.text(),
        itJoules: from.number(),
        facilityJoules: from.number(),
        co2G: from.number(),
        waterL: from.number(),
        moneyMicro: from.number(),
      },
      itJoules: from.number(),
      facilityJoules: from.number(),
      co2G: from.number(),
      waterL: from.number(),
      cost: from.number(),
      moneyMicro: from.number(),
      method: from.text(),
    };
  }
}
