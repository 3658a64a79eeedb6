import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Append } from './protocol.ts';
import type { TelemetryRow } from './rows.ts';
import { TrailWriter } from './trail.ts';
import { settlementRows, usageRows } from './usageSheet.ts';
import { UsageWriter } from './usageWriter.ts';

const MINUTE_MS = 60_000;

function rollUp(db: DatabaseSync, table: string): StatementSync {
  return db.prepare(
    `INSERT INTO ${table} (series, ts, n, total) VALUES (?, ?, 1, ?)
     ON CONFLICT DO UPDATE SET n = n + 1, total = total + excluded.total`,
  );
}

/** Puts rows into their tables. Knows nothing of transactions; the thread groups them. */
export class Writer {
  readonly #seriesIds = new Map<string, number>();
  readonly #addSeries: StatementSync;
  readonly #findSeries: StatementSync;
  readonly #telemetry: StatementSync;
  readonly #minute: StatementSync;
  readonly #fiveMinutes: StatementSync;
  readonly #usage: UsageWriter;
  readonly #trail: TrailWriter;
  readonly #checkpoint: StatementSync;
  readonly #audit: StatementSync;

  constructor(db: DatabaseSync) {
    this.#addSeries = db.prepare('INSERT INTO series (name) VALUES (?) ON CONFLICT DO NOTHING');
    this.#findSeries = db.prepare('SELECT id FROM series WHERE name = ?');
    this.#telemetry = db.prepare('INSERT INTO telemetry (series, ts, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    this.#minute = rollUp(db, 'telemetry_1m');
    this.#fiveMinutes = rollUp(db, 'telemetry_5m');
    this.#usage = new UsageWriter(db);
    this.#trail = new TrailWriter(db);
    this.#checkpoint = db.prepare(
      'INSERT INTO checkpoint (key, ts, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET ts = excluded.ts, value = excluded.value',
    );
    this.#audit = db.prepare('INSERT INTO audit (ts, actor, what, detail) VALUES (?, ?, ?, ?)');
  }

  /** Writes the rows of one call inside the caller's transaction; throws what SQLite throws. */
  write(call: Append): void {
    switch (call.table) {
      case 'telemetry':
        for (const row of call.rows) this.#writeReading(row);
        break;
      case 'usage':
        this.#usage.write(usageRows(call.rows));
        break;
      case 'settlement':
        this.#usage.settle(settlementRows(call.rows));
        break;
      case 'account':
        this.#usage.account(call.rows);
        break;
      case 'change':
        for (const row of call.rows) this.#trail.write(row);
        break;
      case 'checkpoint':
        for (const row of call.rows) this.#checkpoint.run(row.key, row.tsMs, row.value);
        break;
      case 'audit':
        for (const row of call.rows) this.#audit.run(row.tsMs, row.actor, row.what, row.detail);
        break;
    }
  }

  /** Must be called when a call was undone: a series name that it added is no longer in the file. */
  forgetSeries(): void {
    this.#seriesIds.clear();
  }

  /** The first reading for an instant stands, so that a repeated row changes neither it nor the rollups. */
  #writeReading(row: TelemetryRow): void {
    if (!Number.isFinite(row.value)) return;
    const series = this.#seriesId(row.series);
    const tsMs = Math.round(row.tsMs);
    if (this.#telemetry.run(series, tsMs, row.value).changes === 0) return;
    this.#minute.run(series, Math.floor(tsMs / MINUTE_MS) * MINUTE_MS, row.value);
    this.#fiveMinutes.run(series, Math.floor(tsMs / (5 * MINUTE_MS)) * 5 * MINUTE_MS, row.value);
  }

  #seriesId(name: string): number {
    const known = this.#seriesIds.get(name);
    if (known !== undefined) return known;
    this.#addSeries.run(name);
    const id = Number(this.#findSeries.get(name)!['id']);
    this.#seriesIds.set(name, id);
    return id;
  }
}
