import { closeSync, fsyncSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fail, reasonOf } from '../errors/error.ts';

/** Has the system write what it still holds of a file or a folder. */
export function flushToDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Copies a database to a new file as it is at one moment, also while another program writes it: a reader of the write-ahead
 * log stops nobody. Blocks until it is done. Throws JW_STORE_BACKUP.
 */
export function copyDatabase(from: string, to: string): void {
  try {
    const db = new DatabaseSync(from, { readOnly: true, timeout: 5000 });
    try {
      db.prepare('VACUUM INTO ?').run(to);
    } finally {
      db.close();
    }
    flushToDisk(to);
  } catch (error) {
    fail('JW_STORE_BACKUP', { file: to, reason: reasonOf(error) }, '', error);
  }
}
