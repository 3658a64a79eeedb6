import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { fail, reasonOf } from '../errors/error.ts';
import { makeFolder } from './folder.ts';
import type { Retention } from './rows.ts';

const DAY_MS = 86_400_000;

/** A week of readings, a quarter of minutes, ten years of the rest: about 2 GB for a site with 100 series at 1 Hz. */
export const DEFAULT_RETENTION: Retention = {
  rawDays: 7,
  minuteDays: 92,
  fiveMinuteDays: 3660,
  usageDays: 3660,
  auditDays: 3660,
};

/** Deletes what is older than its age limit; returns the number of rows deleted. Checkpoints do not age. */
export function prune(db: DatabaseSync, nowMs: number, retention: Retention): number {
  const before = (days: number) => Math.floor(nowMs - days * DAY_MS);
  let deleted = 0;
  const run = (sql: string, ...values: number[]) => {
    deleted += Number(db.prepare(sql).run(...values).changes);
  };
  const ages = [
    ['telemetry', before(retention.rawDays)],
    ['telemetry_1m', before(retention.minuteDays)],
    ['telemetry_5m', before(retention.fiveMinuteDays)],
  ] as const;
  // Per series, so that each deletion is a range of the primary key and not a walk through the whole table.
  const series = db.prepare('SELECT id FROM series').all();
  for (const [table, cut] of ages) {
    for (const { id } of series) run(`DELETE FROM ${table} WHERE series = ? AND ts < ?`, Number(id), cut);
  }
  run('DELETE FROM usage WHERE ts < ?', before(retention.usageDays));
  run('DELETE FROM usage_day WHERE day < ?', before(retention.usageDays));
  run('DELETE FROM audit WHERE ts < ?', before(retention.auditDays));
  return deleted;
}

/**
 * Copies the whole database, compacted, to a new file. The copy is whole or absent: it is written beside its name, flushed
 * and renamed, because VACUUM INTO itself does not flush. Throws JW_STORE_BACKUP.
 */
export function backup(db: DatabaseSync, file: string): void {
  const part = `${file}.part`;
  try {
    if (existsSync(file)) throw new Error('it exists already');
    makeFolder(dirname(file));
    rmSync(part, { force: true });
    db.prepare('VACUUM INTO ?').run(part);
    const handle = openSync(part, 'r+');
    fsyncSync(handle);
    closeSync(handle);
    renameSync(part, file);
  } catch (error) {
    fail('JW_STORE_BACKUP', { file, reason: reasonOf(error) }, '', error);
  }
}
