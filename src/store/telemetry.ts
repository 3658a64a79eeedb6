import type { DatabaseSync } from 'node:sqlite';
import { fail } from '../errors/error.ts';
import type { TelemetryRange } from './rows.ts';

const BUCKET_LIMIT = 1_000_000;

/** Where means of each width are kept, coarsest first. Raw readings count one each. */
const LEVELS = [
  { stepMs: 300_000, from: 'telemetry_5m', sum: 'total', count: 'n' },
  { stepMs: 60_000, from: 'telemetry_1m', sum: 'total', count: 'n' },
  { stepMs: 1, from: 'telemetry', sum: 'value', count: '1' },
] as const;

/**
 * Means per bucket of [fromMs, toMs), read from the coarsest table whose rows fall into the buckets whole: that of 5-minute
 * means for steps of 5 minutes, of 1-minute means for whole minutes, else the readings themselves.
 */
export function readRange(
  db: DatabaseSync,
  ask: { series: readonly string[]; fromMs: number; toMs: number; stepMs: number },
): TelemetryRange {
  const fromMs = Math.round(ask.fromMs);
  const toMs = Math.round(ask.toMs);
  const { series, stepMs } = ask;
  if (!Number.isInteger(stepMs) || stepMs < 1 || !((toMs - fromMs) / stepMs <= BUCKET_LIMIT)) {
    fail('JW_STORE_RANGE', { from: fromMs, to: toMs, step: stepMs, limit: BUCKET_LIMIT });
  }
  const level = LEVELS.find((l) => stepMs % l.stepMs === 0 && fromMs % l.stepMs === 0) ?? LEVELS[2];
  const count = Math.max(0, Math.ceil((toMs - fromMs) / stepMs));
  const startMs = Float64Array.from({ length: count }, (_, k) => fromMs + k * stepMs);
  const statement = db.prepare(
    `SELECT (ts - :from) / :step AS bucket, sum(${level.sum}) / sum(${level.count}) AS mean FROM ${level.from}
     WHERE series = (SELECT id FROM series WHERE name = :name) AND ts >= :from AND ts < :to GROUP BY bucket`,
  );
  // As integers, not as the doubles that plain numbers become: `/` must divide whole numbers.
  const from = BigInt(fromMs);
  const step = BigInt(stepMs);
  const columns = series.map((name) => {
    const column = new Float64Array(count).fill(Number.NaN);
    for (const row of statement.iterate({ name, from, to: toMs, step })) {
      column[Number(row['bucket'])] = Number(row['mean']);
    }
    return column;
  });
  return { stepMs, startMs, columns };
}
