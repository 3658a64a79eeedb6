import { createHash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { PackedChange, Questions } from './protocol.ts';
import type { TrailVerdict } from './rows.ts';

/** What the first entry is chained to. */
const SEED = createHash('sha256').update('joulewright trail, format 1').digest('hex');

type Row = Record<string, unknown>;

/** Hash of an entry: over the hash before it and its fields as a JSON list, which keeps the fields apart. */
function hashOf(before: string, seq: number, entry: Omit<PackedChange, 'objects'>): string {
  const fields = JSON.stringify([seq, entry.tsMs, entry.actor, entry.action, entry.target, entry.detail]);
  return createHash('sha256').update(before).update('\n').update(fields).digest('hex');
}

/** Appends changes to the tenants and the trail. Runs inside the caller's transaction, so both are stored or none. */
export class TrailWriter {
  readonly #last: StatementSync;
  readonly #entry: StatementSync;
  readonly #object: StatementSync;

  constructor(db: DatabaseSync) {
    this.#last = db.prepare('SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1');
    this.#entry = db.prepare(
      'INSERT INTO trail (seq, ts, actor, action, target, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#object = db.prepare(
      'INSERT INTO tenant (kind, id, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
  }

  write(change: PackedChange): void {
    const last = this.#last.get();
    const seq = Number(last?.['seq'] ?? 0) + 1;
    const tsMs = Math.round(change.tsMs);
    const hash = hashOf(String(last?.['hash'] ?? SEED), seq, { ...change, tsMs });
    this.#entry.run(seq, tsMs, change.actor, change.action, change.target, change.detail, hash);
    for (const { kind, id, value } of change.objects) this.#object.run(kind, id, value);
  }
}

/** Entries before a number, newest first; those whose detail names an organisation, where one is given. */
export function readTrail(db: DatabaseSync, ask: Questions['trail']['ask']): Questions['trail']['answer'] {
  return db
    .prepare(
      `SELECT seq, ts, actor, action, target, detail, hash FROM trail
       WHERE seq < :before AND (:organisation IS NULL OR json_extract(detail, '$.organisation') = :organisation)
       ORDER BY seq DESC LIMIT :limit`,
    )
    .all({ before: ask.beforeSeq, limit: ask.limit, organisation: ask.organisation })
    .map((row: Row) => ({ seq: Number(row['seq']), ...fieldsOf(row), hash: String(row['hash']) }));
}

function fieldsOf(row: Row): Omit<PackedChange, 'objects'> {
  return {
    tsMs: Number(row['ts']),
    actor: String(row['actor']),
    action: String(row['action']),
    target: String(row['target']),
    detail: String(row['detail']),
  };
}

/** Walks the whole trail and computes every hash anew. */
export function verifyTrail(db: DatabaseSync): TrailVerdict {
  let [entries, lastHash] = [0, SEED];
  const found = (broken: TrailVerdict['broken']): TrailVerdict => ({ entries, lastSeq: entries, lastHash, broken });
  for (const row of db.prepare('SELECT * FROM trail ORDER BY seq').iterate()) {
    const seq = Number(row['seq']);
    if (seq !== entries + 1) return found({ seq: entries + 1, reason: `entry ${entries + 1} is missing` });
    if (hashOf(lastHash, seq, fieldsOf(row)) !== row['hash']) {
      return found({ seq, reason: `entry ${seq} or the one before it was changed` });
    }
    entries = seq;
    lastHash = String(row['hash']);
  }
  return found(null);
}
