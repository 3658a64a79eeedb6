import { join } from 'node:path';
import { fail, reasonOf } from '../../errors/error.ts';
import type { Clock } from '../../series/clock.ts';
import { requestIds } from '../app.ts';
import type { Log } from '../log.ts';
import type { Principal } from '../tenants/principal.ts';
import { BatchStore } from './batches.ts';
import { Course } from './course.ts';
import { type Disk, realDisk } from './disk.ts';
import { FileStore } from './files.ts';
import { type Amounts, firstModel, planOf } from './plan.ts';
import { type BatchRecord, isOver, NO_USE, newId } from './records.ts';
import { Scheduler } from './scheduler.ts';
import { termsOf } from './window.ts';
import type { Work } from './work.ts';

/** Folder of files and batches in the data folder of a site. */
export const BATCH_FOLDER = 'batch';
/** Largest input of a batch, as in the OpenAI API. */
export const MOST_INPUT_BYTES = 200 * 1024 * 1024;
/** What one project may have here at once; ours, so that one tenant cannot fill the disk of all. */
export const MOST_PROJECT_BYTES = 20 * 1024 * 1024 * 1024;
const MOST_OPEN_BATCHES = 100;
/** Batches are kept this long after their end; ours. */
const KEPT_MS = 90 * 24 * 3_600_000;
const SWEEP_EVERY_MS = 60_000;
const RETRY_MS = 1_000;

export interface OfficeOptions {
  /** Folder of files and batches; made when it is not there. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly disk?: Disk;
  /** Wait before what the disk, an engine or a full queue has refused is tried again, ms; default 1000. */
  readonly retryMs?: number;
}

/** What a caller asks for when it makes a batch; checked for shape already. */
export interface BatchOrder {
  readonly inputFileId: string;
  readonly endpoint: string;
  readonly completionWindow: string;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly outputLifeS: number;
  readonly idempotencyKey: string | null;
}

/** Files and batches of all projects: takes them, keeps them, and sees each batch through to its end over any number of restarts. */
export class BatchOffice {
  readonly files: FileStore;
  readonly batches: BatchStore;
  readonly #options: OfficeOptions;
  readonly #disk: Disk;
  readonly #courses = new Map<string, Course>();
  /** Batches that are just being made, by project and idempotency key. */
  readonly #making = new Map<string, Promise<BatchRecord>>();
  #work: Work | null = null;
  #scheduler: Scheduler | null = null;
  #sweeper: ReturnType<typeof setInterval> | null = null;

  private constructor(options: OfficeOptions, disk: Disk, files: FileStore, batches: BatchStore) {
    this.#options = options;
    this.#disk = disk;
    this.files = files;
    this.batches = batches;
  }

  /** Opens the folder. @throws JW_STORE_FOLDER, JW_STORE_CORRUPT */
  static async open(options: OfficeOptions): Promise<BatchOffice> {
    const { folder, disk = realDisk } = options;
    try {
      await disk.folder(folder);
    } catch (error) {
      fail('JW_STORE_FOLDER', { folder, reason: reasonOf(error) }, '', error);
    }
    const files = await FileStore.open(join(folder, 'files'), disk);
    const batches = await BatchStore.open(join(folder, 'batches'), disk);
    return new BatchOffice(options, disk, files, batches);
  }

  nowMs(): number {
    return this.#options.clock.nowMs();
  }

  /** Goes on with all batches that are not over. */
  start(work: Work): void {
    this.#work = work;
    this.#scheduler = new Scheduler({
      nowMs: () => this.nowMs(),
      requestId: requestIds(),
      waitMs: this.#options.retryMs ?? RETRY_MS,
      principalOf: (keyId) => work.principalOf(keyId),
      onOrphan: (job) => this.#orphaned(job.batch),
    });
    for (const batch of this.batches.all) if (!isOver(batch)) this.#follow(batch.id);
    this.#sweeper = setInterval(() => void this.sweep(), SWEEP_EVERY_MS);
    this.#sweeper.unref();
    void this.sweep();
  }

  /** Begins no more lines; those under way may end. */
  stop(): void {
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.#scheduler?.stop();
    for (const course of this.#courses.values()) course.stop();
  }

  /** Breaks off what is still under way, writes down what has come, and lets the files go. */
  async close(): Promise<void> {
    this.stop();
    for (const course of this.#courses.values()) course.breakOff();
    await Promise.all([...this.#courses.values()].map((course) => course.over));
  }

  /**
   * Takes a batch: it is on the disk when this resolves, with a plan. The same idempotency key of a project gives the same batch.
   * @throws JW_REQUEST_FIELD, JW_FILE_UNKNOWN, JW_BATCH_QUOTA, and what the disk says
   */
  create(principal: Principal, order: BatchOrder): Promise<BatchRecord> {
    const { idempotencyKey } = order;
    if (idempotencyKey === null) return this.#create(principal, order);
    const { project } = principal;
    const made = this.batches.of(project).find((batch) => batch.idempotencyKey === idempotencyKey);
    if (made !== undefined) return Promise.resolve(made);
    const key = `${project}\u0000${idempotencyKey}`;
    const underWay = this.#making.get(key) ?? this.#create(principal, order).finally(() => this.#making.delete(key));
    this.#making.set(key, underWay);
    return underWay;
  }

  async #create(principal: Principal, order: BatchOrder): Promise<BatchRecord> {
    const work = this.#work!;
    const { project, organisation, keyId } = principal;
    const own = this.batches.of(project);
    const { idempotencyKey, inputFileId, endpoint, metadata } = order;
    const nowMs = this.nowMs();
    const file = this.files.get(inputFileId);
    if (file === undefined || file.project !== project)
      fail('JW_FILE_UNKNOWN', { id: inputFileId.slice(0, 80) }, 'input_file_id');
    if (file.purpose !== 'batch') {
      fail('JW_REQUEST_FIELD', { param: 'input_file_id', reason: 'has another purpose than batch' }, 'input_file_id');
    }
    if (!work.takes(endpoint)) {
      fail('JW_REQUEST_FIELD', { param: 'endpoint', reason: 'is no path that batches take' }, 'endpoint');
    }
    if (own.filter((batch) => !isOver(batch)).length >= MOST_OPEN_BATCHES) {
      fail('JW_BATCH_QUOTA', {
        project,
        what: `${MOST_OPEN_BATCHES} unfinished batches`,
        advice: 'wait until one has ended',
      });
    }
    const { expiresMs, waits } = termsOf(order.completionWindow, metadata, nowMs);
    const batch: BatchRecord = {
      v: 1,
      id: newId('batch_'),
      organisation,
      project,
      keyId,
      idempotencyKey,
      endpoint,
      inputFileId,
      completionWindow: order.completionWindow,
      metadata: metadata === null ? null : { ...metadata },
      outputLifeS: order.outputLifeS,
      waits,
      status: 'validating',
      createdMs: nowMs,
      expiresMs,
      ...NEVER,
      errors: null,
      total: 0,
      completed: 0,
      failed: 0,
      model: null,
      use: NO_USE,
      plan: null,
      outputFileId: null,
      errorFileId: null,
    };
    const path = this.files.pathOf(inputFileId);
    const amounts: Amounts = {
      inputTokens: file.bytes / 4,
      outputTokens: endpoint === '/v1/embeddings' ? 0 : Math.max(1, file.lines) * 200,
      shares: new Map([[await firstModel(path, endpoint), 1]]),
    };
    const plan = await planOf({ atMs: nowMs, deadlineMs: expiresMs }, amounts, work);
    const stored = await this.batches.create({ ...batch, plan });
    this.#follow(stored.id);
    return stored;
  }

  /** Asks a batch to end early. Cancelling twice does nothing more. @throws JW_BATCH_OVER where it is over already */
  async cancel(id: string): Promise<BatchRecord> {
    const batch = await this.batches.change(id, (now) => {
      if (now.status === 'cancelling' || now.status === 'cancelled') return null;
      if (isOver(now) || now.status === 'finalizing') fail('JW_BATCH_OVER', { id, status: now.status });
      return { status: 'cancelling', cancellingMs: this.nowMs() };
    });
    this.#courses.get(id)?.cancel();
    return batch;
  }

  /** Whether a batch that is not over reads a file. */
  inUse(fileId: string): boolean {
    return this.batches.all.some((batch) => batch.inputFileId === fileId && !isOver(batch));
  }

  /** Takes away what has had its time: files, and batches long over. */
  async sweep(): Promise<void> {
    try {
      const nowMs = this.nowMs();
      for (const { id } of this.files.expired(nowMs)) if (!this.inUse(id)) await this.files.remove(id);
      for (const batch of this.batches.all) {
        const endMs = batch.completedMs ?? batch.failedMs ?? batch.expiredMs ?? batch.cancelledMs;
        if (isOver(batch) && endMs !== null && endMs + KEPT_MS <= nowMs) await this.batches.remove(batch.id);
      }
    } catch (error) {
      this.#options.log.warn('files that have had their time were not taken away', { reason: reasonOf(error) });
    }
  }

  #follow(id: string): void {
    const { log, retryMs = RETRY_MS } = this.#options;
    const course = new Course({
      id,
      files: this.files,
      batches: this.batches,
      disk: this.#disk,
      work: this.#work!,
      scheduler: this.#scheduler!,
      nowMs: () => this.nowMs(),
      retryMs,
      onTrouble: (reason) => log.warn('a batch waits for the disk', { batch: id, reason }),
    });
    this.#courses.set(id, course);
    void course.over.then(() => this.#courses.delete(id));
  }

  #orphaned({ id }: BatchRecord): void {
    this.#options.log.warn('the key of a batch is no longer good; the batch is cancelled', { batch: id });
    this.cancel(id).catch((error: unknown) => {
      this.#options.log.warn('a batch was not cancelled', { batch: id, reason: reasonOf(error) });
    });
  }
}

const NEVER = {
  inProgressMs: null,
  finalizingMs: null,
  completedMs: null,
  failedMs: null,
  expiredMs: null,
  cancellingMs: null,
  cancelledMs: null,
};
