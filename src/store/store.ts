import { Worker } from 'node:worker_threads';
import { type Fault, fail, fault, JoulewrightError, reasonOf } from '../errors/error.ts';
import { type Clock, systemClock } from '../series/clock.ts';
import { siblingUrl } from '../units/sibling.ts';
import { packRows } from './pack.ts';
import type { Append, FromThread, QuestionName, Questions, ToThread, UsageGrouping } from './protocol.ts';
import type {
  AuditRow,
  Json,
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
import { DEFAULT_RETENTION } from './upkeep.ts';

export interface StoreOptions {
  /** Whose "now" ages the data; the site's clock where the site runs accelerated. */
  readonly clock?: Clock;
  readonly retention?: Partial<Retention>;
  /** How often old data is deleted, ms of wall time; 10 minutes by default. */
  readonly pruneEveryMs?: number;
  /** Told of each append that failed, for callers that do not await their appends. */
  readonly onFailure?: (error: JoulewrightError) => void;
  /** Appends are refused with JW_STORE_BUSY while more rows than this wait for the disk; 500,000 by default. */
  readonly waitingLimit?: number;
}

interface Pending {
  /** Rows of an append; 0 for a question. */
  readonly rows: number;
  resolve(answer: unknown): void;
  reject(error: JoulewrightError): void;
}

/**
 * The site's database. All SQLite work is done on a thread of its own; these methods only send messages, so the caller never
 * waits for a disk unless it awaits. Questions see every row appended before them.
 */
export class Store {
  readonly file: string;
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #retention: Retention;
  readonly #onFailure: (error: JoulewrightError) => void;
  readonly #waitingLimit: number;
  readonly #pending = new Map<number, Pending>();
  #pruning: NodeJS.Timeout | undefined;
  #nextId = 1;
  #waitingRows = 0;
  #failures: Fault[] = [];
  #closed: string | undefined;

  /** Use `openStore`. */
  constructor(file: string, worker: Worker, options: StoreOptions) {
    this.file = file;
    this.#worker = worker;
    this.#clock = options.clock ?? systemClock;
    this.#retention = { ...DEFAULT_RETENTION, ...options.retention };
    this.#onFailure = options.onFailure ?? (() => undefined);
    this.#waitingLimit = options.waitingLimit ?? 500_000;
    worker.on('message', (message: FromThread) => this.#receive(message));
    worker.on('error', (error) => this.#lose(reasonOf(error)));
    worker.on('exit', () => this.#lose('its thread has ended'));
    this.#pruning = setInterval(() => this.#pruneQuietly(), options.pruneEveryMs ?? 600_000);
    this.#pruning.unref();
  }

  /**
   * Adds rows of one table; they are stored together or not at all. The promise resolves when they are on the disk (within
   * about 20 ms) and rejects with JW_STORE_ROW, JW_STORE_FULL, JW_STORE_WRITE, JW_STORE_BUSY or JW_STORE_CLOSED. It need not
   * be awaited: a failure is also reported to `onFailure` and by the next `flush`.
   */
  append<T extends TableName>(table: T, rows: readonly RowsByTable[T][]): Promise<void> {
    const done = this.#append(table, rows);
    done.catch((error: unknown) => {
      if (!(error instanceof JoulewrightError)) throw error;
      if (this.#failures.length < 100) this.#failures.push(...error.faults);
      this.#onFailure(error);
    });
    return done;
  }

  async #append<T extends TableName>(table: T, rows: readonly RowsByTable[T][]): Promise<void> {
    if (rows.length === 0) return;
    if (this.#waitingRows > this.#waitingLimit) {
      fail('JW_STORE_BUSY', { waiting: this.#waitingRows, limit: this.#waitingLimit });
    }
    const packed = packRows(table, rows);
    await this.#send(rows.length, (id) => ({ kind: 'append', id, ...packed }) satisfies Append);
  }

  /** Resolves when all rows appended so far are on the disk; rejects with the failures since the last flush. */
  async flush(): Promise<void> {
    await this.#ask('flush', {});
    const failures = this.#failures;
    this.#failures = [];
    if (failures.length > 0) throw new JoulewrightError(failures);
  }

  /** The latest value kept under a key, and its time; null when there is none. */
  async lastCheckpoint(key: string): Promise<{ tsMs: number; value: Json } | null> {
    const found = await this.#ask('lastCheckpoint', { key });
    return found === null ? null : { tsMs: found.tsMs, value: JSON.parse(found.value) };
  }

  /**
   * Means of series per bucket of `stepMs` (whole ms, at least 1) over [fromMs, toMs), a million buckets at most; else
   * JW_STORE_RANGE. Steps of whole minutes that start on
   * one reach back as far as the kept means do; finer ones only as far as the readings.
   */
  telemetryRange(series: readonly string[], fromMs: number, toMs: number, stepMs: number): Promise<TelemetryRange> {
    return this.#ask('telemetryRange', { series, fromMs, toMs, stepMs });
  }

  /** Sums over [fromMs, toMs): one for all, or one per organisation, service, engine or class. */
  usageTotals(filter: UsageFilter, by: UsageGrouping | null = null): Promise<readonly UsageTotal[]> {
    return this.#ask('usageTotals', { ...filter, by });
  }

  /** Requests of [fromMs, toMs), newest first, `limit` at a time; `after` is the `next` of the page before. */
  usagePage(filter: UsageFilter, limit = 100, after: string | null = null): Promise<UsagePage> {
    return this.#ask('usagePage', { ...filter, limit, after });
  }

  /** One request by its id; null when it is not stored. */
  usageOf(requestId: string): Promise<UsageRow | null> {
    return this.#ask('usageOf', { requestId });
  }

  /** Sums by local day, organisation, project, key or service. */
  report(ask: ReportAsk): Promise<readonly ReportLine[]> {
    return this.#ask('report', ask);
  }

  /** What each key has used by requests that began since an instant; with `wholeDays` the instant is a local midnight. */
  keySums(sinceMs: number, wholeDays: boolean): Promise<readonly KeySum[]> {
    return this.#ask('keySums', { sinceMs, wholeDays });
  }

  /** Everything that changes of the tenants have stored. */
  async tenants(): Promise<readonly TenantObject[]> {
    const objects = await this.#ask('tenants', {});
    return objects.map((object) => ({ ...object, value: JSON.parse(object.value) }));
  }

  /** Entries of the trail before a number, newest first; of one organisation, or all where it is null. */
  async trail(beforeSeq: number, limit: number, organisation: string | null = null): Promise<readonly TrailEntry[]> {
    const rows = await this.#ask('trail', { beforeSeq, limit, organisation });
    return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) }));
  }

  /** Walks the trail from its first entry and computes every hash anew. */
  verifyTrail(): Promise<TrailVerdict> {
    return this.#ask('verifyTrail', {});
  }

  /** The last `count` audit rows, newest first. */
  async auditTail(count: number): Promise<readonly AuditRow[]> {
    const rows = await this.#ask('auditTail', { count });
    return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) }));
  }

  /** Deletes what is too old now; returns the number of rows deleted. Runs by itself from time to time. */
  prune(): Promise<number> {
    return this.#ask('prune', { nowMs: this.#clock.nowMs(), retention: this.#retention });
  }

  stats(): Promise<StoreStats> {
    return this.#ask('stats', {});
  }

  /** Stores what was appended, closes the file and lets go of the lock. A second call does nothing. */
  async close(): Promise<void> {
    if (this.#closed !== undefined) return;
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    const answered = this.#ask('close', {});
    this.#closed = 'it was closed';
    clearInterval(this.#pruning);
    await answered;
    await ended;
  }

  #pruneQuietly(): void {
    this.prune().catch((error: unknown) => {
      if (!(error instanceof JoulewrightError)) throw error;
      this.#onFailure(error);
    });
  }

  #ask<Q extends QuestionName>(name: Q, ask: Questions[Q]['ask']): Promise<Questions[Q]['answer']> {
    return this.#send(0, (id) => ({ kind: 'ask', id, name, ask }) as ToThread) as Promise<Questions[Q]['answer']>;
  }

  async #send(rows: number, message: (id: number) => ToThread): Promise<unknown> {
    if (this.#closed !== undefined) fail('JW_STORE_CLOSED', { file: this.file, reason: this.#closed });
    const id = this.#nextId++;
    this.#waitingRows += rows;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { rows, resolve, reject });
      this.#worker.postMessage(message(id));
    });
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'durable':
        for (const id of message.ids) this.#take(id)?.resolve(undefined);
        break;
      case 'failed':
        for (const id of message.ids) this.#take(id)?.reject(new JoulewrightError([message.fault]));
        break;
      case 'answer':
        this.#take(message.id)?.resolve(message.answer);
        break;
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    this.#waitingRows -= pending?.rows ?? 0;
    return pending;
  }

  /** The thread is gone: whatever has no answer yet will get none. */
  #lose(reason: string): void {
    this.#closed ??= reason;
    clearInterval(this.#pruning);
    for (const id of [...this.#pending.keys()]) {
      this.#take(id)?.reject(new JoulewrightError([fault('JW_STORE_CLOSED', { file: this.file, reason })]));
    }
  }
}

let ahead: Worker | undefined;

/** Starts the thread of the next store that this process opens, so that opening takes less time then. */
export function warmStore(): void {
  ahead ??= new Worker(siblingUrl(import.meta.url, './thread'), { workerData: null });
  ahead.unref();
}

function workerFor(file: string): Worker {
  const worker = ahead;
  ahead = undefined;
  if (worker === undefined) return new Worker(siblingUrl(import.meta.url, './thread'), { workerData: file });
  worker.ref();
  worker.postMessage(file);
  return worker;
}

/**
 * Opens or creates the database `file` (its folder too) and takes it for this process alone. Throws JW_STORE_FOLDER,
 * JW_STORE_OPEN, JW_STORE_FOREIGN, JW_STORE_CORRUPT, JW_STORE_LOCKED, JW_STORE_NEWER or JW_STORE_FULL.
 */
export async function openStore(file: string, options: StoreOptions = {}): Promise<Store> {
  const worker = workerFor(file);
  await new Promise<void>((resolve, reject) => {
    worker.once('message', (message: FromThread) => {
      if (message.kind === 'refused') reject(new JoulewrightError([message.fault]));
      else resolve();
    });
    worker.once('exit', () =>
      reject(new JoulewrightError([fault('JW_STORE_OPEN', { file, reason: 'its thread ended' })])),
    );
    worker.once('error', (error) =>
      reject(new JoulewrightError([fault('JW_STORE_OPEN', { file, reason: reasonOf(error) })])),
    );
  });
  worker.removeAllListeners('error').removeAllListeners('exit');
  return new Store(file, worker, options);
}
