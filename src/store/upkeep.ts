import type { DatabaseSync } from 'node:sqlite';
import type { Retention } from './rows.ts';

const DAY_MS = 86_400_000;

/**
 * A week of readings, a quarter of minutes, requests of a year and a month, so that a month can be held against that of the year
 * before, and ten years of the rest: about 2 GB for a site with 100 series at 1 Hz. Our choice.
 */
export const DEFAULT_RETENTION: Retention = {
  rawDays: 7,
  minuteDays: 92,
  fiveMinuteDays: 3660,
  usageDays: 400,
  sumDays: 3660,
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
  run('DELETE FROM usage_day WHERE day < ?', before(retention.sumDays));
  run('DELETE FROM audit WHERE ts < ?', before(retention.auditDays));
  return deleted;
}
