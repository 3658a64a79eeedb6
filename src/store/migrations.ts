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
  `
  ALTER TABLE usage RENAME COLUMN tenant TO organisation;
  ALTER TABLE usage ADD COLUMN project TEXT NOT NULL DEFAULT '';
  ALTER TABLE usage ADD COLUMN key TEXT NOT NULL DEFAULT '';
  ALTER TABLE usage ADD COLUMN started INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE usage ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE usage ADD COLUMN water_l REAL NOT NULL DEFAULT 0;
  ALTER TABLE usage ADD COLUMN cost REAL NOT NULL DEFAULT 0;
  ALTER TABLE usage ADD COLUMN currency TEXT NOT NULL DEFAULT '';
  ALTER TABLE usage ADD COLUMN method TEXT NOT NULL DEFAULT 'predicted';
  ALTER TABLE usage ADD COLUMN low REAL;
  ALTER TABLE usage ADD COLUMN high REAL;
  ALTER TABLE usage ADD COLUMN settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1));
  UPDATE usage SET project = organisation, key = organisation, started = ts - CAST(duration_ms AS INTEGER), cost = money_micro / 1e6;

  CREATE TABLE usage_day (
    day INTEGER NOT NULL, organisation TEXT NOT NULL, project TEXT NOT NULL, key TEXT NOT NULL, service TEXT NOT NULL,
    requests INTEGER NOT NULL, succeeded INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
    it_joules REAL NOT NULL, facility_joules REAL NOT NULL, co2_g REAL NOT NULL, water_l REAL NOT NULL,
    money_micro INTEGER NOT NULL, PRIMARY KEY (day, organisation, project, key, service)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE tenant (kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;

  CREATE TABLE trail (
    seq INTEGER PRIMARY KEY, ts INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
    detail TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER trail_no_update BEFORE UPDATE ON trail BEGIN SELECT raise(ABORT, 'the trail is append-only'); END;
  CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail BEGIN SELECT raise(ABORT, 'the trail is append-only'); END;
  `,
];
