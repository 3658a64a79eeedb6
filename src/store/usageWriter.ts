import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SettlementRow, UsageRow } from './rows.ts';

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

/** Puts requests and their settlements into `usage`, and what they change into the sums by day, in the same transaction. */
export class UsageWriter {
  readonly #usage: StatementSync;
  readonly #find: StatementSync;
  readonly #settle: StatementSync;
  readonly #day: StatementSync;

  constructor(db: DatabaseSync) {
    this.#usage = db.prepare(
      `INSERT INTO usage (request, ts, started, day, organisation, project, key, service, engine, class, input_tokens,
         output_tokens, it_joules, facility_joules, co2_g, water_l, method, low, high, settled, currency, cost, money_micro, status,
         simulated, duration_ms, ttft_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#find = db.prepare('SELECT * FROM usage WHERE request = ? AND settled = 0');
    this.#settle = db.prepare(
      `UPDATE usage SET it_joules = ?, facility_joules = ?, co2_g = ?, water_l = ?, cost = ?, money_micro = ?, method = ?, settled = 1
       WHERE request = ?`,
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
  write(rows: readonly UsageRow[]): void {
    const days = new Map<string, { row: UsageRow; sums: Sums }>();
    for (const row of rows) {
      if (!this.#insert(row)) continue;
      const name = `${row.dayMs}\n${row.organisation}\n${row.project}\n${row.key}\n${row.service}`;
      const day = days.get(name);
      if (day === undefined) days.set(name, { row, sums: sumsOf(row) });
      else add(day.sums, row);
    }
    for (const { row, sums } of days.values()) this.#addDay(row, sums);
  }

  /** The settled energy takes the place of the provisional one; the sums of the day change by the difference. */
  settle(rows: readonly SettlementRow[]): void {
    for (const row of rows) {
      const found = this.#find.get(row.requestId);
      if (found === undefined) continue;
      const { itJoules, facilityJoules, co2G, waterL, cost, moneyMicro, method } = row;
      this.#settle.run(itJoules, facilityJoules, co2G, waterL, cost, moneyMicro, method, row.requestId);
      const was = (column: string) => Number(found[column]);
      const text = (column: string) => String(found[column]);
      const at = { dayMs: was('day'), organisation: text('organisation'), project: text('project') };
      this.#addDay(
        { ...at, key: text('key'), service: text('service') },
        {
          requests: 0,
          succeeded: 0,
          inputTokens: 0,
          outputTokens: 0,
          itJoules: itJoules - was('it_joules'),
          facilityJoules: facilityJoules - was('facility_joules'),
          co2G: co2G - was('co2_g'),
          waterL: waterL - was('water_l'),
          moneyMicro: moneyMicro - was('money_micro'),
        },
      );
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

  #addDay(at: Pick<UsageRow, 'dayMs' | 'organisation' | 'project' | 'key' | 'service'>, sums: Sums): void {
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

function sumsOf(row: UsageRow): Sums {
  const { inputTokens, outputTokens, itJoules, facilityJoules, co2G, waterL, moneyMicro } = row;
  const succeeded = row.status < 400 ? 1 : 0;
  return { requests: 1, succeeded, inputTokens, outputTokens, itJoules, facilityJoules, co2G, waterL, moneyMicro };
}

function add(sums: Sums, row: UsageRow): void {
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
