import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AccountRow, SettlementRow, UsageRow } from './rows.ts';

/** What a row adds to the sums of its day. */
interface Sums {
  requests: number;
  succeeded: number;
  inputTokens: number;
  outputTokens: number;
  itJoules: number;
  facilityJoules: number;
  co2G: number;
  waterL: number;
  moneyMicro: number;
}

/** What tells sums of days apart. */
type DayOf = Pick<UsageRow, 'dayMs' | 'organisation' | 'project' | 'key' | 'service'>;

const isSame = (a: DayOf, b: DayOf): boolean =>
  a.key === b.key &&
  a.service === b.service &&
  a.project === b.project &&
  a.organisation === b.organisation &&
  a.dayMs === b.dayMs;

/** Sums that one call adds to, by day and whose they are. */
class Days {
  readonly #sums = new Map<string, { readonly row: DayOf; readonly sums: Sums }>();
  #last: { readonly row: DayOf; readonly sums: Sums } | undefined;

  of(row: DayOf): Sums {
    // The row before is mostly of the same key
    if (this.#last !== undefined && isSame(this.#last.row, row)) return this.#last.sums;
    const name = `${row.dayMs}\n${row.organisation}\n${row.project}\n${row.key}\n${row.service}`;
    let found = this.#sums.get(name);
    if (found === undefined) {
      const counts = { requests: 0, succeeded: 0, inputTokens: 0, outputTokens: 0 };
      const sums = { ...counts, itJoules: 0, facilityJoules: 0, co2G: 0, waterL: 0, moneyMicro: 0 };
      found = { row, sums };
      this.#sums.set(name, found);
    }
    this.#last = found;
    return found.sums;
  }

  each(write: (row: DayOf, sums: Sums) => void): void {
    for (const { row, sums } of this.#sums.values()) write(row, sums);
  }
}

/** Puts requests and their settlements into `usage`, and what they change into the sums by day, in the same transaction. */
export class UsageWriter {
  readonly #usage: StatementSync;
  readonly #settle: StatementSync;
  readonly #day: StatementSync;

  constructor(db: DatabaseSync) {
    this.#usage = db.prepare(
      `INSERT INTO usage (request, ts, started, day, organisation, project, key, service, engine, class, input_tokens,
         output_tokens, it_joules, facility_joules, co2_g, water_l, method, low, high, settled, currency, cost, money_micro, status,
         simulated, duration_ms, ttft_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#settle = db.prepare(
      `UPDATE usage SET it_joules = ?, facility_joules = ?, co2_g = ?, water_l = ?, cost = ?, money_micro = ?, method = ?, settled = 1
       WHERE request = ? AND settled = 0`,
    );
    this.#day = db.prepare(
      `INSERT INTO usage_day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, succeeded = succeeded + excluded.succeeded,
         input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens,
         it_joules = it_joules + excluded.it_joules, facility_joules = facility_joules + excluded.facility_joules,
         co2_g = co2_g + excluded.co2_g, water_l = water_l + excluded.water_l,
         money_micro = money_micro + excluded.money_micro`,
    );
  }

  /** Rows of one call; one that is stored already is passed over. Sums of a day are written once per call. */
  write(rows: Iterable<UsageRow>): void {
    const days = new Days();
    for (const row of rows) {
      if (!this.#insert(row)) continue;
      const sums = days.of(row);
      sums.requests += 1;
      if (row.status < 400) sums.succeeded += 1;
      sums.inputTokens += row.inputTokens;
      sums.outputTokens += row.outputTokens;
      sums.itJoules += row.itJoules;
      sums.facilityJoules += row.facilityJoules;
      sums.co2G += row.co2G;
      sums.waterL += row.waterL;
      sums.moneyMicro += row.moneyMicro;
    }
    days.each((row, sums) => this.#addDay(row, sums));
  }

  /** The settled energy takes the place of the provisional one, once; the sums of the day change by the difference. */
  settle(rows: Iterable<SettlementRow>): void {
    const days = new Days();
    for (const { row, itJoules, facilityJoules, co2G, waterL, cost, moneyMicro, method } of rows) {
      const { requestId } = row;
      const { changes } = this.#settle.run(itJoules, facilityJoules, co2G, waterL, cost, moneyMicro, method, requestId);
      if (changes === 0) continue;
      const sums = days.of(row);
      sums.itJoules += itJoules - row.itJoules;
      sums.facilityJoules += facilityJoules - row.facilityJoules;
      sums.co2G += co2G - row.co2G;
      sums.waterL += waterL - row.waterL;
      sums.moneyMicro += moneyMicro - row.moneyMicro;
    }
    days.each((row, sums) => this.#addDay(row, sums));
  }

  /** Energy of no request goes into the sums of its day. */
  account(rows: readonly AccountRow[]): void {
    const counts = { requests: 0, succeeded: 0, inputTokens: 0, outputTokens: 0 };
    for (const { dayMs, account, service, ...energy } of rows) {
      this.#addDay({ dayMs, organisation: account, project: account, key: '', service }, { ...counts, ...energy });
    }
  }

  #insert(row: UsageRow): boolean {
    const { changes } = this.#usage.run(
      row.requestId,
      Math.round(row.tsMs),
      Math.round(row.startMs),
      row.dayMs,
      row.organisation,
      row.project,
      row.key,
      row.service,
      row.engine,
      row.class,
      row.inputTokens,
      row.outputTokens,
      row.itJoules,
      row.facilityJoules,
      row.co2G,
      row.waterL,
      row.method,
      row.low,
      row.high,
      row.settled ? 1 : 0,
      row.currency,
      row.cost,
      row.moneyMicro,
      row.status,
      row.simulated ? 1 : 0,
      row.durationMs,
      row.ttftMs,
    );
    return changes !== 0;
  }

  #addDay(at: DayOf, sums: Sums): void {
    this.#day.run(
      at.dayMs,
      at.organisation,
      at.project,
      at.key,
      at.service,
      sums.requests,
      sums.succeeded,
      sums.inputTokens,
      sums.outputTokens,
      sums.itJoules,
      sums.facilityJoules,
      sums.co2G,
      sums.waterL,
      sums.moneyMicro,
    );
  }
}
