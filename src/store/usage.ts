import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { UsageGrouping } from './protocol.ts';
import type { KeySum, ReportAsk, ReportLine, UsageFilter, UsagePage, UsageRow, UsageTotal } from './rows.ts';

type Row = Record<string, unknown>;

function where(filter: UsageFilter, column = 'ts'): { sql: string; values: Record<string, SQLInputValue> } {
  const values: Record<string, SQLInputValue> = { from: filter.fromMs, to: filter.toMs };
  let sql = `${column} >= :from AND ${column} < :to`;
  for (const name of ['organisation', 'project'] as const) {
    const value = filter[name];
    if (value === undefined) continue;
    sql = `${name} = :${name} AND ${sql}`;
    values[name] = value;
  }
  return { sql, values };
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
    startMs: Number(row['started']),
    dayMs: Number(row['day']),
    organisation: String(row['organisation']),
    project: String(row['project']),
    key: String(row['key']),
    service: String(row['service']),
    engine: String(row['engine']),
    class: String(row['class']),
    inputTokens: Number(row['input_tokens']),
    outputTokens: Number(row['output_tokens']),
    itJoules: Number(row['it_joules']),
    facilityJoules: Number(row['facility_joules']),
    co2G: Number(row['co2_g']),
    waterL: Number(row['water_l']),
    method: String(row['method']),
    low: row['low'] === null ? null : Number(row['low']),
    high: row['high'] === null ? null : Number(row['high']),
    settled: row['settled'] === 1,
    currency: String(row['currency']),
    cost: Number(row['cost']),
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

/** One request by its id; null when it is not stored (any more). */
export function readOne(db: DatabaseSync, requestId: string): UsageRow | null {
  const row = db.prepare('SELECT * FROM usage WHERE request = ?').get(requestId);
  return row === undefined ? null : toUsageRow(row);
}

/** Sums of local days, told apart by the columns asked for, in their order. */
export function readReport(db: DatabaseSync, ask: ReportAsk): ReportLine[] {
  const { sql, values } = where(ask, 'day');
  const by = ask.by.join(', ');
  const statement = db.prepare(
    `SELECT ${by === '' ? '' : `${by},`} coalesce(sum(requests), 0) AS requests, coalesce(sum(succeeded), 0) AS succeeded,
       coalesce(sum(input_tokens), 0) AS input, coalesce(sum(output_tokens), 0) AS output, total(it_joules) AS it,
       total(facility_joules) AS facility, total(co2_g) AS co2, total(water_l) AS water,
       coalesce(sum(money_micro), 0) AS money
     FROM usage_day WHERE ${sql} ${by === '' ? '' : `GROUP BY ${by} ORDER BY ${by}`}`,
  );
  statement.setReadBigInts(true);
  return statement.all(values).map((row: Row) => ({
    dayMs: Number(row['day'] ?? 0),
    organisation: String(row['organisation'] ?? ''),
    project: String(row['project'] ?? ''),
    key: String(row['key'] ?? ''),
    service: String(row['service'] ?? ''),
    requests: Number(row['requests']),
    succeeded: Number(row['succeeded']),
    inputTokens: Number(row['input']),
    outputTokens: Number(row['output']),
    itJoules: Number(row['it']),
    facilityJoules: Number(row['facility']),
    co2G: Number(row['co2']),
    waterL: Number(row['water']),
    moneyMicro: BigInt(String(row['money'])),
  }));
}

/** What each key has used since an instant. Whole days come from the sums of days, so that a month costs no walk through its requests. */
export function readKeySums(db: DatabaseSync, ask: { sinceMs: number; wholeDays: boolean }): KeySum[] {
  const requests = ask.wholeDays ? 'sum(requests)' : 'count(*)';
  // A request ends after it began, so the index by end finds all that began since
  const from = ask.wholeDays ? 'usage_day WHERE day >= :since' : 'usage WHERE ts >= :since AND started >= :since';
  return db
    .prepare(
      `SELECT organisation, project, key, ${requests} AS requests, sum(input_tokens + output_tokens) AS tokens,
         total(facility_joules) AS joules, total(money_micro) AS money FROM ${from} GROUP BY organisation, project, key`,
    )
    .all({ since: ask.sinceMs })
    .map((row: Row) => ({
      organisation: String(row['organisation']),
      project: String(row['project']),
      key: String(row['key']),
      requests: Number(row['requests']),
      tokens: Number(row['tokens']),
      facilityJoules: Number(row['joules']),
      moneyMicro: Number(row['money']),
    }));
}
