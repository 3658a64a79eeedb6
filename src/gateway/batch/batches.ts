import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, reasonOf } from '../../errors/error.ts';
import { type Disk, replaceFile, sweepParts } from './disk.ts';
import { byAge } from './files.ts';
import { type BatchRecord, batchSchema, isOver } from './records.ts';

const META = 'batch.json';
const LOG = 'results.log';
const ID = /^batch_[0-9a-f]{24}$/;

/** The batches of all projects, a folder each: `batch.json`, and `results.log` while it runs. */
export class BatchStore {
  readonly #folder: string;
  readonly #disk: Disk;
  readonly #batches = new Map<string, BatchRecord>();
  /** Changes of a batch, one after another. */
  readonly #turns = new Map<string, Promise<unknown>>();

  private constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  static async open(folder: string, disk: Disk): Promise<BatchStore> {
    await disk.folder(folder);
    const store = new BatchStore(folder, disk);
    for (const id of await readdir(folder)) if (ID.test(id)) await store.#load(id);
    return store;
  }

  async #load(id: string): Promise<void> {
    const folder = join(this.#folder, id);
    await sweepParts(this.#disk, folder);
    const names = await readdir(folder);
    // Cut short before it was acknowledged, or while it was taken away
    if (!names.includes(META)) return this.#disk.remove(folder);
    const path = join(folder, META);
    try {
      this.#batches.set(id, batchSchema.parse(JSON.parse(await readFile(path, 'utf8'))));
    } catch (error) {
      fail('JW_STORE_CORRUPT', { file: path, reason: reasonOf(error) }, '', error);
    }
    // Its answers are in its files; they are not to outlive those here
    if (isOver(this.#batches.get(id)!) && names.includes(LOG)) await this.dropLog(id);
  }

  get all(): BatchRecord[] {
    return [...this.#batches.values()];
  }

  get(id: string): BatchRecord | undefined {
    return this.#batches.get(id);
  }

  /** Batches of a project, newest first. */
  of(project: string): BatchRecord[] {
    return this.all.filter((batch) => batch.project === project).sort((a, b) => byAge(b, a));
  }

  logOf(id: string): string {
    if (!ID.test(id)) throw new Error('not the name of a batch');
    return join(this.#folder, id, LOG);
  }

  /** Stores a new batch; it is accepted when this resolves. */
  async create(batch: BatchRecord): Promise<BatchRecord> {
    const folder = join(this.#folder, batch.id);
    await this.#disk.folder(folder);
    await replaceFile(this.#disk, join(folder, META), JSON.stringify(batch));
    this.#batches.set(batch.id, batch);
    return batch;
  }

  /**
   * Changes a batch, on the disk before anybody sees it. `change` is given what holds at its turn, and returns null to leave it.
   * Rejects with what the disk says; then nothing has changed.
   */
  async change(id: string, change: (batch: BatchRecord) => Partial<BatchRecord> | null): Promise<BatchRecord> {
    const before = this.#turns.get(id) ?? Promise.resolve();
    const turn = before
      .catch(() => undefined)
      .then(async () => {
        const batch = this.#batches.get(id);
        if (batch === undefined) throw new Error(`there is no batch ${id}`);
        const part = change(batch);
        if (part === null) return batch;
        const next = { ...batch, ...part };
        await replaceFile(this.#disk, join(this.#folder, id, META), JSON.stringify(next));
        this.#batches.set(id, next);
        return next;
      });
    this.#turns.set(id, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    }
  }

  /** Keeps counts in view while a batch runs; the log has them on the disk. */
  show(id: string, counts: Pick<BatchRecord, 'completed' | 'failed' | 'use'>): void {
    const batch = this.#batches.get(id);
    if (batch !== undefined) this.#batches.set(id, { ...batch, ...counts });
  }

  /** Takes the log of a batch away, once its output files are there. */
  async dropLog(id: string): Promise<void> {
    await this.#disk.remove(this.logOf(id));
  }

  async remove(id: string): Promise<void> {
    this.#batches.delete(id);
    await this.#disk.remove(join(this.#folder, id));
  }
}
