import type { Fault } from '../errors/error.ts';
import type {
  AuditRow,
  KeySum,
  ReportAsk,
  ReportLine,
  Retention,
  RowsByTable,
  StoreStats,
  TableName,
  TelemetryRange,
  TenantObject,
  TrailEntry,
  TrailVerdict,
  UsageFilter,
  UsagePage,
  UsageRow,
  UsageTotal,
} from './rows.ts';
import type { Sheet } from './sheet.ts';

/** A row as it crosses to the thread: its JSON is text already, so that later changes cannot reach it. */
type Packed<Row> = { readonly [K in keyof Row]: K extends 'value' | 'detail' ? string : Row[K] };

/** A change as it crosses to the thread. */
export type PackedChange = Omit<Packed<RowsByTable['change']>, 'objects'> & {
  readonly objects: readonly Packed<TenantObject>[];
};

/** Rows of each table as they cross to the thread. */
export interface PackedRows {
  readonly telemetry: readonly RowsByTable['telemetry'][];
  readonly usage: Sheet;
  readonly checkpoint: readonly Packed<RowsByTable['checkpoint']>[];
  readonly audit: readonly Packed<RowsByTable['audit']>[];
  readonly settlement: Sheet;
  readonly account: readonly RowsByTable['account'][];
  readonly change: readonly PackedChange[];
}

/** One call of `append`. */
export type Append = {
  readonly [T in TableName]: {
    readonly kind: 'append';
    readonly id: number;
    readonly table: T;
    readonly rows: PackedRows[T];
  };
}[TableName];

/** Every question that can be put to the thread, and its answer. A question sees all rows appended before it. */
export interface Questions {
  flush: { ask: Record<never, never>; answer: null };
  lastCheckpoint: { ask: { key: string }; answer: { tsMs: number; value: string } | null };
  telemetryRange: {
    ask: { series: readonly string[]; fromMs: number; toMs: number; stepMs: number };
    answer: TelemetryRange;
  };
  usageTotals: { ask: UsageFilter & { by: UsageGrouping | null }; answer: readonly UsageTotal[] };
  usagePage: { ask: UsageFilter & { limit: number; after: string | null }; answer: UsagePage };
  usageOf: { ask: { requestId: string }; answer: UsageRow | null };
  report: { ask: ReportAsk; answer: readonly ReportLine[] };
  /** By local day (whole days from one on), or request by request. */
  keySums: { ask: { sinceMs: number; wholeDays: boolean }; answer: readonly KeySum[] };
  tenants: { ask: Record<never, never>; answer: readonly Packed<TenantObject>[] };
  trail: {
    ask: { beforeSeq: number; limit: number; organisation: string | null };
    answer: readonly Packed<TrailEntry>[];
  };
  verifyTrail: { ask: Record<never, never>; answer: TrailVerdict };
  auditTail: { ask: { count: number }; answer: readonly Packed<AuditRow>[] };
  prune: { ask: { nowMs: number; retention: Retention }; answer: number };
  stats: { ask: Record<never, never>; answer: StoreStats };
  close: { ask: Record<never, never>; answer: null };
}

/** What usage can be summed by. */
export type UsageGrouping = 'organisation' | 'service' | 'engine' | 'class';

export type QuestionName = keyof Questions;

/** A question on its way to the thread. */
export type Question = {
  [Q in QuestionName]: {
    readonly kind: 'ask';
    readonly id: number;
    readonly name: Q;
    readonly ask: Questions[Q]['ask'];
  };
}[QuestionName];

export type ToThread = Append | Question;

/** What the thread says: it is open, the database cannot be opened, calls are durable, a call failed, an answer. */
export type FromThread =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly fault: Fault }
  | { readonly kind: 'durable'; readonly ids: readonly number[] }
  | { readonly kind: 'failed'; readonly ids: readonly number[]; readonly fault: Fault }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown };
