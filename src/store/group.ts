import type { DatabaseSync } from 'node:sqlite';
import { type Fault, fault, reasonOf } from '../errors/error.ts';
import { isRowFault, storeFault } from './faults.ts';
import type { Append } from './protocol.ts';
import type { StoreStats } from './rows.ts';
import { Writer } from './writer.ts';

/** What became of the calls of a group. */
export interface Outcome {
  readonly durable: readonly number[];
  readonly failed: readonly { readonly ids: readonly number[]; readonly fault: Fault }[];
}

const NOTHING: Outcome = { durable: [], failed: [] };

/** Calls that wait for one commit together: one disk flush pays for all of them. */
export class Group {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #writer: Writer;
  #waiting: Append[] = [];
  #commits = 0;
  #calls = 0;
  #rows = 0;

  constructor(db: DatabaseSync, file: string) {
    this.#db = db;
    this.#file = file;
    this.#writer = new Writer(db);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get stats(): StoreStats {
    return { commits: this.#commits, calls: this.#calls, rows: this.#rows };
  }

  add(call: Append): void {
    this.#waiting.push(call);
  }

  /**
   * Writes and commits all that waits. A call with a row that cannot be stored is undone alone and fails alone; when the disk
   * fails, the whole group is undone and fails.
   */
  commit(): Outcome {
    if (this.isEmpty) return NOTHING;
    const calls = this.#waiting;
    this.#waiting = [];
    const written: Append[] = [];
    const failed: { ids: number[]; fault: Fault }[] = [];
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const call of calls) {
        const complaint = this.#writeOne(call);
        if (complaint === undefined) written.push(call);
        else failed.push({ ids: [call.id], fault: complaint });
      }
      this.#db.exec('COMMIT');
    } catch (error) {
      // SQLite has undone the transaction itself after some faults, such as a full disk.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#writer.forgetSeries();
      return { durable: [], failed: [{ ids: calls.map((c) => c.id), fault: storeFault(error, this.#file, 'write') }] };
    }
    this.#commits += 1;
    this.#calls += written.length;
    for (const call of written) this.#rows += call.rows.length;
    return { durable: written.map((c) => c.id), failed };
  }

  #writeOne(call: Append): Fault | undefined {
    this.#db.exec('SAVEPOINT call');
    try {
      this.#writer.write(call);
      this.#db.exec('RELEASE call');
      return undefined;
    } catch (error) {
      if (!isRowFault(error)) throw error;
      this.#db.exec('ROLLBACK TO call; RELEASE call');
      this.#writer.forgetSeries();
      return fault('JW_STORE_ROW', { table: call.table, reason: reasonOf(error) });
    }
  }
}
