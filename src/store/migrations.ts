/** "JWLT": marks the file as ours, so that somebody else's database is never written to. */
export const APPLICATION_ID = 0x4a574c54;

/**
 * The format of the file, step by step. Entry k brings a file from format k to k + 1 (SQLite's `user_version`). A released
 * entry is never edited: files in the field have run it. A change of format is a new entry at the end.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE telemetry (
    series INTEGER NOT NULL, ts INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (series, ts)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE telemetry_1m (
    series INTEGER NOT NULL, ts INTEGER NOT NULL, n INTEGER NOT NULL, total REAL NOT NULL, PRIMARY KEY (series, ts)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE telemetry_5m (
    series INTEGER NOT NULL, ts INTEGER NOT NULL, n INTEGER NOT NULL, total REAL NOT NULL, PRIMARY KEY (series, ts)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE usage (
    request TEXT PRIMARY KEY, ts INTEGER NOT NULL, tenant TEXT NOT NULL, service TEXT NOT NULL, engine TEXT NOT NULL,
    class TEXT NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, it_joules REAL NOT NULL,
    facility_joules REAL NOT NULL, co2_g REAL NOT NULL, money_micro INTEGER NOT NULL, status INTEGER NOT NULL,
    simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)), duration_ms REAL NOT NULL, ttft_ms REAL
  ) STRICT;
  CREATE INDEX usage_by_time ON usage (ts, request);
  CREATE INDEX usage_by_tenant ON usage (tenant, ts, request);

  CREATE TABLE checkpoint (key TEXT PRIMARY KEY, ts INTEGER NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, actor TEXT NOT NULL, what TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_time ON audit (ts);
  `,
];
