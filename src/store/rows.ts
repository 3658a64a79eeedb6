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
  readonly tenant: string;
  readonly service: string;
  readonly engine: string;
  readonly class: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly itJoules: number;
  readonly facilityJoules: number;
  readonly co2G: number;
  /** Price in whole micro-units of the site's currency. */
  readonly moneyMicro: number;
  /** HTTP status of the answer. */
  readonly status: number;
  /** True when a simulated engine or the embedded twin stood behind it. */
  readonly simulated: boolean;
  readonly durationMs: number;
  /** Time to the first token; null when there was none. */
  readonly ttftMs: number | null;
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

/** What `append` takes, by table. */
export interface RowsByTable {
  readonly telemetry: TelemetryRow;
  readonly usage: UsageRow;
  readonly checkpoint: CheckpointRow;
  readonly audit: AuditRow;
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
  readonly tenant?: string;
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
  readonly usageDays: number;
  readonly auditDays: number;
}

/** What the store has done since it was opened. */
export interface StoreStats {
  readonly commits: number;
  readonly calls: number;
  readonly rows: number;
}
