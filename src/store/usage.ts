import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { UsageGrouping } from './protocol.ts';
import type { UsageFilter, UsagePage, UsageRow, UsageTotal } from './rows.ts';

type Row = Record<string, unknown>;

function where(filter: UsageFilter): { sql: string; values: Record<string, SQLInputValue> } {
  const values = { from: filter.fromMs, to: filter.toMs };
  if (filter.tenant === undefined) return { sql: 'ts >= :from AND ts < :to', values };
  return { sql: 'tenant = :tenant AND ts >= :from AND ts < :to', values: { ...values, tenant: filter.tenant } };
}

/** Sums per group, by the group's name; one sum over all when `by` is null, also when there was no request. */
export function readTotals(db: DatabaseSync, ask: UsageFilter & { by: UsageGrouping | null }): UsageTotal[] {
  const { sql, values } = where(ask);
  const statement = db.prepare(
    `SELECT ${ask.by === null ? "''" : ask.by} AS name, count(*) AS requests, coalesce(sum(status < 400), 0) AS succeeded,
       coalesce(sum(input_tokens), 0) AS input, coalesce(sum(output_tokens), 0) AS output, total(it_joules) AS it,
       total(facility_joules) AS facility, total(co2_g) AS co2, coalesce(sum(money_micro), 0) AS money
     FROM usage WHERE ${sql} ${ask.by === null ? '' : 'GROUP BY name ORDER BY name'}`,
  );
  statement.setReadBigInts(true);
  return statement.all(values).map((row: Row) => ({
    group: String(row['name']),
    requests: Number(row['requests']),
    succeeded: Number(row['succeeded']),
    inputTokens: Number(row['input']),
    outputTokens: Number(row['output']),
    itJoules: Number(row['it']),
    facilityJoules: Number(row['facility']),
    co2G: Number(row['co2']),
    moneyMicro: BigInt(String(row['money'])),
  }));
}

function toUsageRow(row: Row): UsageRow {
  return {
    requestId: String(row['request']),
    tsMs: Number(row['ts']),
    tenant: String(row['tenant']),
    service: String(row['service']),
    engine: String(row['engine']),
    class: String(row['class']),
    inputTokens: Number(row['input_tokens']),
    outputTokens: Number(row['output_tokens']),
    itJoules: Number(row['it_joules']),
    facilityJoules: Number(row['facility_joules']),
    co2G: Number(row['co2_g']),
    moneyMicro: Number(row['money_micro']),
    status: Number(row['status']),
    simulated: row['simulated'] === 1,
    durationMs: Number(row['duration_ms']),
    ttftMs: row['ttft_ms'] === null ? null : Number(row['ttft_ms']),
  };
}

/** A page of requests, newest first, that continues after the `next` of the page before. */
export function readPage(db: DatabaseSync, ask: UsageFilter & { limit: number; after: string | null }): UsagePage {
  const { sql, values } = where(ask);
  const cut = ask.after?.indexOf(' ') ?? -1;
  const after = cut > 0 ? { afterTs: Number(ask.after!.slice(0, cut)), afterId: ask.after!.slice(cut + 1) } : {};
  const rows = db
    .prepare(
      `SELECT * FROM usage WHERE ${sql} ${cut > 0 ? 'AND (ts, request) < (:afterTs, :afterId)' : ''}
       ORDER BY ts DESC, request DESC LIMIT :limit`,
    )
    .all({ ...values, ...after, limit: ask.limit })
    .map(toUsageRow);
  const last = rows.length === ask.limit ? rows.at(-1) : undefined;
  return { rows, next: last === undefined ? null : `${last.tsMs} ${last.requestId}` };
}
