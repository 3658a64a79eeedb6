/** One reading of one meter or one computed signal. A value that is not finite is "no reading" and is left out. */
export interface TelemetryRow {
  /** Name of the series, unit in the name: `facility.powerKw`. */
  readonly series: string;
  /** Site time, ms UTC. */
  readonly tsMs: number;
  readonly value: number;
}

/** One request that was served, refused or broken off: what it used and what it cost. */
export interface UsageRow {
  /** Unique; a row that is sent twice is stored once, so that a sender may repeat what it has no answer for. */
  readonly requestId: string;
  /** When it ended, site time, ms UTC. */
  readonly tsMs: number;
  /** When it began, ms UTC: limits count it in the windows of this instant. */
  readonly startMs: number;
  /** Local midnight before it began, ms UTC: sums by day are kept under it. */
  readonly dayMs: number;
  /** Ids of whose request it was. */
  readonly organisation: string;
  readonly project: string;
  readonly key: string;
  readonly service: string;
  readonly engine: string;
  readonly class: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly itJoules: number;
  readonly facilityJoules: number;
  readonly co2G: number;
  readonly waterL: number;
  /** How the energy was found; see `RequestEnergy`. */
  readonly method: string;
  /** Bounds of the 90 % interval of the energy, as factors of it; null = not known. */
  readonly low: number | null;
  readonly high: number | null;
  /** False while the energy is provisional. */
  readonly settled: boolean;
  readonly currency: string;
  /** Energy cost, exact. */
  readonly cost: number;
  /** The same in whole micro-units of the currency, so that sums are exact: what rounding leaves is carried to the next request. */
  readonly moneyMicro: number;
  /** HTTP status of the answer. */
  readonly status: number;
  /** True when a simulated engine or the embedded twin stood behind it. */
  readonly simulated: boolean;
  readonly durationMs: number;
  /** Time to the first token; null when there was none. */
  readonly ttftMs: number | null;
}

/** The part of a stored request that its settlement changes, and that tells in which sums it stands. */
export type Provisional = Pick<
  UsageRow,
  | 'requestId'
  | 'dayMs'
  | 'organisation'
  | 'project'
  | 'key'
  | 'service'
  | 'itJoules'
  | 'facilityJoules'
  | 'co2G'
  | 'waterL'
  | 'moneyMicro'
>;

/** The settled energy of a request that is stored already. The first one stands; a repeated one changes nothing. */
export interface SettlementRow {
  /** What was stored of it: only these figures and fields count here. */
  readonly row: Provisional;
  readonly itJoules: number;
  readonly facilityJoules: number;
  readonly co2G: number;
  readonly waterL: number;
  readonly cost: number;
  readonly moneyMicro: number;
  readonly method: string;
}

/** Joules of a day that belong to no request; they stand in the sums by day only, under a name that no organisation can have. */
export interface AccountRow {
  /** Local midnight, ms UTC. */
  readonly dayMs: number;
  readonly account: string;
  readonly service: string;
  readonly itJoules: number;
  readonly facilityJoules: number;
  readonly co2G: number;
  readonly waterL: number;
  readonly moneyMicro: number;
}

/** Anything that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The latest value of a key, such as the twin's state; a new one takes the place of the old. */
export interface CheckpointRow {
  readonly key: string;
  readonly tsMs: number;
  readonly value: Json;
}

/** Who did what, when; never changed, only aged out. */
export interface AuditRow {
  readonly tsMs: number;
  readonly actor: string;
  readonly what: string;
  readonly detail: Json;
}

/** An organisation, project, key or list of limits, as the gateway's tenants know it. */
export interface TenantObject {
  readonly kind: string;
  readonly id: string;
  readonly value: Json;
}

/**
 * A change of the tenants with its entry in the trail: both are stored, or none. `objects` may be empty where the entry alone
 * matters. The entry's number and hash are given by the store.
 */
export interface ChangeRow {
  readonly tsMs: number;
  /** Whose key it was, or `system`. */
  readonly actor: string;
  /** What was done: `key.create`. */
  readonly action: string;
  /** To what: `key key_1f2e`. */
  readonly target: string;
  /** Never a secret. */
  readonly detail: Json;
  readonly objects: readonly TenantObject[];
}

/** An entry of the trail. Each hash covers the entry and the hash of the one before, so that no entry can be changed, left out or slipped in. */
export interface TrailEntry {
  readonly seq: number;
  readonly tsMs: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: Json;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

/** What a walk along the trail found. */
export interface TrailVerdict {
  readonly entries: number;
  /** Number and hash of the last entry; 0 and the seed of an empty trail. */
  readonly lastSeq: number;
  readonly lastHash: string;
  /** The first entry that does not fit; null = all do. */
  readonly broken: { readonly seq: number; readonly reason: string } | null;
}

/** What `append` takes, by table. */
export interface RowsByTable {
  readonly telemetry: TelemetryRow;
  readonly usage: UsageRow;
  readonly checkpoint: CheckpointRow;
  readonly audit: AuditRow;
  readonly settlement: SettlementRow;
  readonly account: AccountRow;
  readonly change: ChangeRow;
}

export type TableName = keyof RowsByTable;

/** Means of series over buckets: `columns[i][k]` is the mean of series i over [startMs[k], startMs[k] + stepMs), NaN where nothing was recorded. */
export interface TelemetryRange {
  readonly stepMs: number;
  readonly startMs: Float64Array;
  readonly columns: readonly Float64Array[];
}

/** Which usage to count or list; times are [fromMs, toMs). */
export interface UsageFilter {
  readonly fromMs: number;
  readonly toMs: number;
  readonly organisation?: string;
  readonly project?: string;
}

/** A table of usage by local day; instants are local midnights, [fromMs, toMs). */
export interface ReportAsk {
  readonly fromMs: number;
  readonly toMs: number;
  readonly organisation?: string;
  readonly project?: string;
  /** Columns to tell apart; none = one line for all. */
  readonly by: readonly ReportColumn[];
}

export const REPORT_COLUMNS = ['day', 'organisation', 'project', 'key', 'service'] as const;
export type ReportColumn = (typeof REPORT_COLUMNS)[number];

/** One line of a report: the sums of a group. Columns that were not asked for are empty; `dayMs` is 0 then. */
export interface ReportLine {
  readonly dayMs: number;
  readonly organisation: string;
  readonly project: string;
  readonly key: string;
  readonly service: string;
  readonly requests: number;
  readonly succeeded: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly itJoules: number;
  readonly facilityJoules: number;
  readonly co2G: number;
  readonly waterL: number;
  readonly moneyMicro: bigint;
}

/** What one key has used since an instant, by the start of its requests. */
export interface KeySum {
  readonly organisation: string;
  readonly project: string;
  readonly key: string;
  readonly requests: number;
  readonly tokens: number;
  readonly facilityJoules: number;
  readonly moneyMicro: number;
}

/** Sums over the requests of one group (or of all, when `group` is ''). */
export interface UsageTotal {
  readonly group: string;
  readonly requests: number;
  /** Those answered with a status below 400. */
  readonly succeeded: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly itJoules: number;
  readonly facilityJoules: number;
  readonly co2G: number;
  /** Exact sum of micro-units; larger than a plain number can hold exactly, in weak currencies. */
  readonly moneyMicro: bigint;
}

/** A page of requests, newest first; `next` fetches the following page, null at the end. */
export interface UsagePage {
  readonly rows: readonly UsageRow[];
  readonly next: string | null;
}

/** How long each kind of data is kept, days of site time. */
export interface Retention {
  readonly rawDays: number;
  readonly minuteDays: number;
  readonly fiveMinuteDays: number;
  /** Single requests. */
  readonly usageDays: number;
  /** Sums of usage by day. */
  readonly sumDays: number;
  readonly auditDays: number;
}

/** What the store has done since it was opened. */
export interface StoreStats {
  readonly commits: number;
  readonly calls: number;
  readonly rows: number;
}
