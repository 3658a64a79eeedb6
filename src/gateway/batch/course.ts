import { reasonOf } from '../../errors/error.ts';
import { assemble, type Ending } from './assemble.ts';
import type { BatchStore } from './batches.ts';
import type { Disk } from './disk.ts';
import type { FileStore } from './files.ts';
import { type Index, inspect } from './inspect.ts';
import { Job } from './job.ts';
import { planOf } from './plan.ts';
import { type BatchRecord, isOver, newId } from './records.ts';
import type { Scheduler } from './scheduler.ts';
import type { Work } from './work.ts';

/** How long lines under way may go on after a batch was cancelled, ms; as in the OpenAI API. */
const CANCEL_GRACE_MS = 600_000;

export interface CourseParts {
  readonly id: string;
  readonly files: FileStore;
  readonly batches: BatchStore;
  readonly disk: Disk;
  readonly work: Work;
  readonly scheduler: Scheduler;
  readonly nowMs: () => number;
  /** Wait after the disk has refused something, or an engine has failed at a line for the first time, ms. */
  readonly retryMs: number;
  readonly onTrouble: (reason: string) => void;
}

/**
 * The course of one batch from where it stands to its end. Each step changes the record on the disk before the next one begins, and
 * may be done again after a crash at any place of it. What the disk refuses is tried again until it takes it.
 */
export class Course {
  readonly over: Promise<void>;
  readonly #parts: CourseParts;
  #stopped = false;
  #job: Job | null = null;
  #index: Index | null = null;
  #wake: (() => void) | null = null;

  constructor(parts: CourseParts) {
    this.#parts = parts;
    this.over = this.#run();
  }

  /** The record says that it is to be cancelled. */
  cancel(): void {
    this.#job?.stop('stopped');
  }

  /** The program ends; the batch goes on with the next start. */
  stop(): void {
    this.#stopped = true;
    this.#job?.stop('stopped');
    this.#wake?.();
  }

  /** Nothing may be under way any more. */
  breakOff(): void {
    this.#job?.breakOff();
  }

  get #batch(): BatchRecord {
    return this.#parts.batches.get(this.#parts.id)!;
  }

  async #run(): Promise<void> {
    // The record is stored; whoever made it goes first
    await Promise.resolve();
    while (!this.#stopped && !isOver(this.#batch)) {
      try {
        await this.#step();
      } catch (error) {
        if (this.#stopped) return;
        this.#parts.onTrouble(reasonOf(error));
        await this.#pause(this.#parts.retryMs);
      }
    }
    if (isOver(this.#batch)) await this.#parts.batches.dropLog(this.#parts.id).catch(() => undefined);
  }

  #step(): Promise<void> {
    const batch = this.#batch;
    // Without it nothing can be run, and what is missing cannot be named: a restored copy may lack it
    if (this.#parts.files.get(batch.inputFileId) === undefined) return this.#fail(batch.id);
    switch (batch.status) {
      case 'validating':
        return this.#validate(batch);
      case 'in_progress':
        return this.#work(batch);
      case 'cancelling':
        return this.#finalise(batch, 'cancelled');
      default:
        return this.#finalise(batch, batch.completed + batch.failed < batch.total ? 'expired' : 'completed');
    }
  }

  async #fail(id: string): Promise<void> {
    const error = { code: 'file_not_found', message: 'The input file is gone.', param: 'input_file_id', line: null };
    const { batches, nowMs } = this.#parts;
    await batches.change(id, () => ({ status: 'failed', failedMs: nowMs(), errors: [error] }));
  }

  async #validate(batch: BatchRecord): Promise<void> {
    const { files, batches, work, nowMs } = this.#parts;
    const { id, endpoint, expiresMs } = batch;
    const found = await inspect(files.pathOf(batch.inputFileId), endpoint, (model) => work.serves(model));
    if ('errors' in found) {
      const errors = [...found.errors];
      await batches.change(id, ({ status }) =>
        status === 'validating' ? { status: 'failed', failedMs: nowMs(), errors } : null,
      );
      return;
    }
    const { index } = found;
    this.#index = index;
    const shares = new Map(index.models.map(({ model, order }) => [model, order.length / index.count]));
    const plan = await planOf({ atMs: batch.createdMs, deadlineMs: expiresMs }, { ...index, shares }, work);
    const model = index.models.length === 1 ? index.models[0]!.model : null;
    await batches.change(id, ({ status }) => {
      const known = { total: index.count, model, plan };
      return status === 'validating' ? { ...known, status: 'in_progress', inProgressMs: nowMs() } : known;
    });
  }

  async #work(batch: BatchRecord): Promise<void> {
    const { files, batches, disk, work, scheduler, nowMs, onTrouble } = this.#parts;
    const { id, waits, plan, expiresMs } = batch;
    const index = this.#index ?? (await this.#inspectAgain(batch));
    this.#index = null;
    const show = (job: Job): void => {
      batches.show(id, { completed: job.sums.completed, failed: job.sums.failed, use: job.sums.use });
    };
    const job: Job = await Job.open({
      batch,
      index,
      inputPath: files.pathOf(batch.inputFileId),
      logPath: batches.logOf(id),
      disk,
      work,
      onChange: () => {
        show(job);
        scheduler.pump();
      },
      onTrouble,
      retryMs: this.#parts.retryMs,
    });
    show(job);
    this.#job = job;
    const leftMs = expiresMs - nowMs();
    const timer = setTimeout(() => job.stop('expired'), leftMs);
    if (leftMs <= 0) job.stop('expired');
    if (this.#stopped || this.#batch.status !== 'in_progress') job.stop('stopped');
    scheduler.add(job, waits && plan?.basis === 'forecast' ? plan.startMs : 0);
    const end = await job.ended;
    clearTimeout(timer);
    scheduler.remove(job);
    await this.#wind(job, end === 'expired');
    await job.close();
    this.#job = null;
    show(job);
    if (this.#stopped && job.left > 0) return;
    const { completed, failed, use } = job.sums;
    await batches.change(id, ({ status }) =>
      status === 'in_progress' ? { status: 'finalizing', finalizingMs: nowMs(), completed, failed, use } : null,
    );
  }

  /** Lets lines under way end, or breaks them off: at once when the time of the batch is over. */
  async #wind(job: Job, atOnce: boolean): Promise<void> {
    if (atOnce) job.breakOff();
    const timer = setTimeout(() => job.breakOff(), CANCEL_GRACE_MS);
    await job.settled();
    clearTimeout(timer);
  }

  /** What is run was checked before; that a model is no longer served shows line by line. */
  async #inspectAgain({ inputFileId, endpoint }: BatchRecord): Promise<Index> {
    const found = await inspect(this.#parts.files.pathOf(inputFileId), endpoint, () => true);
    if ('errors' in found) throw new Error('the input file is not what it was');
    return found.index;
  }

  async #finalise(batch: BatchRecord, ending: Ending): Promise<void> {
    const { files, batches, nowMs } = this.#parts;
    let { id, outputFileId, errorFileId, total } = batch;
    // Cancelled before its lines were counted
    if (total === 0) {
      const found = await inspect(files.pathOf(batch.inputFileId), batch.endpoint, () => true);
      total = 'index' in found ? found.index.count : 0;
    }
    if (outputFileId === null || errorFileId === null || total !== batch.total) {
      outputFileId ??= newId('file-');
      errorFileId ??= newId('file-');
      batch = await batches.change(id, () => ({ total, outputFileId, errorFileId }));
    }
    const sums = await assemble(batch, ending, files, batches.logOf(id), nowMs());
    const at = nowMs();
    await batches.change(id, () => ({
      status: ending,
      completed: sums.completed,
      failed: sums.failed,
      use: sums.use,
      outputFileId: sums.hasOutput ? outputFileId : null,
      errorFileId: sums.hasErrors ? errorFileId : null,
      ...(ending === 'completed'
        ? { completedMs: at }
        : ending === 'expired'
          ? { expiredMs: at }
          : { cancelledMs: at }),
    }));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
