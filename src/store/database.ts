import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fail, JoulewrightError, reasonOf } from '../errors/error.ts';
import { storeFault } from './faults.ts';
import { makeFolder } from './folder.ts';
import { type Lock, takeLock } from './lock.ts';
import { APPLICATION_ID, MIGRATIONS } from './migrations.ts';

/** An open, checked, up-to-date database that this process alone writes. */
export interface Opened {
  readonly db: DatabaseSync;
  readonly lock: Lock;
}

function pragma(db: DatabaseSync, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return Number(Object.values(row ?? {})[0]);
}

function isEmpty(db: DatabaseSync): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

/** A file up to this size is checked whenever it is opened: a second or so. */
const ALWAYS_CHECKED_BYTES = 256 * 1024 * 1024;

/** A large file is checked only when it was not closed in order, which a left write-ahead log tells. */
function mustCheck(file: string): boolean {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return bytes <= ALWAYS_CHECKED_BYTES || existsSync(`${file}-wal`);
}

/** Refuses files that are somebody else's, damaged, or of a format from the future; changes nothing. */
function inspect(db: DatabaseSync, file: string, known: number, needsCheck: boolean): void {
  if (!isEmpty(db) && pragma(db, 'application_id') !== APPLICATION_ID) fail('JW_STORE_FOREIGN', { file });
  const found = pragma(db, 'user_version');
  if (found > known) fail('JW_STORE_NEWER', { file, found, known });
  if (!needsCheck) return;
  const verdict = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
  if (verdict !== 'ok') fail('JW_STORE_CORRUPT', { file, reason: String(verdict) });
}

/** Brings the file to the newest format, each step in a transaction of its own, so that a crash leaves a whole format. */
export function migrate(db: DatabaseSync, migrations: readonly string[]): void {
  for (let version = pragma(db, 'user_version'); version < migrations.length; version++) {
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      db.exec(migrations[version]!);
      db.exec(`PRAGMA user_version = ${version + 1}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

/**
 * Opens or creates the database. Blocks while it works, so only the store's thread calls it. Throws JW_STORE_FOLDER,
 * JW_STORE_OPEN, JW_STORE_FOREIGN, JW_STORE_CORRUPT, JW_STORE_LOCKED, JW_STORE_NEWER, JW_STORE_FULL.
 */
export function openDatabase(file: string, migrations: readonly string[] = MIGRATIONS): Opened {
  const folder = dirname(file);
  try {
    makeFolder(folder);
  } catch (error) {
    fail('JW_STORE_FOLDER', { folder, reason: reasonOf(error) }, '', error);
  }
  let lock: Lock | undefined;
  let db: DatabaseSync | undefined;
  try {
    lock = takeLock(file);
    const needsCheck = mustCheck(file);
    db = new DatabaseSync(file, { timeout: 5000 });
    inspect(db, file, migrations.length, needsCheck);
    // FULL: a commit is on the disk before it is acknowledged. WAL: readers and backups do not stop the writer.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864');
    db.exec('PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON');
    migrate(db, migrations);
    return { db, lock };
  } catch (error) {
    db?.close();
    lock?.release();
    throw new JoulewrightError([storeFault(error, file, 'open')], { cause: error });
  }
}
