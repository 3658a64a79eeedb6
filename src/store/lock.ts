import { hostname } from 'node:os';
import { pid } from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { fail } from '../errors/error.ts';
import { isBusy } from './faults.ts';

/** Held for as long as the store is open; the operating system lets go of it when the process dies, however it dies. */
export interface Lock {
  release(): void;
}

/**
 * Makes this the only program that writes `file`. The lock is an open write transaction on the small SQLite file
 * `{file}-lock`, whose one row says who holds it: unlike a plain lock file it cannot be left behind by a killed process, and
 * a process id that was given out again cannot mislead it. The file itself stays; deleting it would be a race.
 * Throws JW_STORE_LOCKED with the holder.
 */
export function takeLock(file: string): Lock {
  const db = new DatabaseSync(`${file}-lock`, { timeout: 0 });
  try {
    db.exec('CREATE TABLE IF NOT EXISTS holder (only INTEGER PRIMARY KEY CHECK (only = 1), pid INTEGER, host TEXT)');
    db.exec('BEGIN IMMEDIATE');
    db.prepare('INSERT OR REPLACE INTO holder VALUES (1, ?, ?)').run(pid, hostname());
    // Committed so that others can read who it is; whoever slips in between becomes the holder, and this one is refused.
    db.exec('COMMIT');
    db.exec('BEGIN IMMEDIATE');
  } catch (error) {
    const holder = isBusy(error) ? readHolder(db) : undefined;
    db.close();
    if (holder === undefined) throw error;
    fail('JW_STORE_LOCKED', { file, holder });
  }
  return {
    release() {
      db.close();
    },
  };
}

function readHolder(db: DatabaseSync): string {
  try {
    const row = db.prepare('SELECT pid, host FROM holder').get();
    return row === undefined ? 'another process' : `process ${row['pid']} on ${row['host']}`;
  } catch (error) {
    if (isBusy(error)) return 'another process that is just starting';
    throw error;
  }
}
