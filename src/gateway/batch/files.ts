import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fail } from '../../errors/error.ts';
import { type Disk, type DiskFile, PART, replaceFile, sweepParts } from './disk.ts';
import { type FileRecord, fileSchema, newId } from './records.ts';

const META = '.json';
const DATA = '.data';
/** Names are ours and known by heart; what a caller sends as an id is looked up, never put into a path. */
const ID = /^file-[0-9a-f]{24}$/;

/** What is known of a file before it is written. */
export type NewFile = Omit<FileRecord, 'id' | 'bytes' | 'lines'> & { readonly id?: string };

/** A file that is being written; nobody sees it before `commit`. */
export interface Draft {
  readonly bytes: number;
  write(data: Uint8Array): Promise<void>;
  /** Makes it a file, on the disk when this resolves. */
  commit(about: NewFile): Promise<FileRecord>;
  discard(): Promise<void>;
}

/**
 * The files of all projects, in one folder: `ID.data` the content, `ID.json` what is known of it. A file is there when its
 * `.json` is: that comes last and goes first.
 */
export class FileStore {
  readonly #folder: string;
  readonly #disk: Disk;
  readonly #files = new Map<string, FileRecord>();

  private constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** Reads what is there, and takes away what a crash has left half done. */
  static async open(folder: string, disk: Disk): Promise<FileStore> {
    await disk.folder(folder);
    await sweepParts(disk, folder);
    const store = new FileStore(folder, disk);
    const names = new Set(await readdir(folder));
    for (const name of names) {
      const id = name.slice(0, name.lastIndexOf('.'));
      if (!ID.test(id)) continue;
      if (name.endsWith(DATA) && !names.has(id + META)) await disk.remove(join(folder, name));
      if (!name.endsWith(META)) continue;
      // A copy that was made while a file came may have the one without the other
      if (names.has(id + DATA)) await store.#load(join(folder, name), id);
      else await disk.remove(join(folder, name));
    }
    return store;
  }

  async #load(path: string, id: string): Promise<void> {
    try {
      const record = fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
      const { size } = await stat(this.pathOf(id));
      if (size !== record.bytes) throw new Error(`it has ${size} bytes in place of ${record.bytes}`);
      this.#files.set(id, record);
    } catch (error) {
      fail(
        'JW_STORE_CORRUPT',
        { file: path, reason: error instanceof Error ? error.message : String(error) },
        '',
        error,
      );
    }
  }

  get(id: string): FileRecord | undefined {
    return this.#files.get(id);
  }

  /** Files of a project, oldest first. */
  of(project: string): FileRecord[] {
    return [...this.#files.values()].filter((file) => file.project === project).sort(byAge);
  }

  /** Bytes that a project has here. */
  bytesOf(project: string): number {
    let sum = 0;
    for (const file of this.#files.values()) if (file.project === project) sum += file.bytes;
    return sum;
  }

  /** Files whose time is over. */
  expired(nowMs: number): FileRecord[] {
    return [...this.#files.values()].filter(({ expiresMs }) => expiresMs !== null && expiresMs <= nowMs);
  }

  /** Where the content of a file of ours lies. */
  pathOf(id: string): string {
    if (!ID.test(id)) throw new Error('not the name of a file');
    return join(this.#folder, id + DATA);
  }

  content(id: string): Readable {
    return createReadStream(this.pathOf(id));
  }

  /** Begins a file. Rejects with what the disk says. */
  async draft(): Promise<Draft> {
    const id = newId('file-');
    const part = join(this.#folder, id + PART);
    const file = await this.#disk.open(part, true);
    return new Writing(file, part, this.#disk, (about, size) => this.#commit({ id, ...about, ...size }, part));
  }

  async #commit(record: FileRecord, part: string): Promise<FileRecord> {
    const data = this.pathOf(record.id);
    await this.#disk.rename(part, data);
    await replaceFile(this.#disk, join(this.#folder, record.id + META), JSON.stringify(record));
    this.#files.set(record.id, record);
    return record;
  }

  /** Takes a file away; it is gone for everybody at once, and from the disk when this resolves. */
  async remove(id: string): Promise<void> {
    if (!this.#files.has(id)) return;
    await this.#disk.remove(join(this.#folder, id + META));
    this.#files.delete(id);
    await this.#disk.remove(this.pathOf(id));
  }
}

export function byAge(a: { createdMs: number; id: string }, b: { createdMs: number; id: string }): number {
  return a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1);
}

const NEWLINE = 10;
type Commit = (about: NewFile, size: Pick<FileRecord, 'bytes' | 'lines'>) => Promise<FileRecord>;

class Writing implements Draft {
  bytes = 0;
  readonly #file: DiskFile;
  readonly #part: string;
  readonly #disk: Disk;
  readonly #commit: Commit;
  #lines = 0;
  #open = true;

  constructor(file: DiskFile, part: string, disk: Disk, commit: Commit) {
    this.#file = file;
    this.#part = part;
    this.#disk = disk;
    this.#commit = commit;
  }

  async write(data: Uint8Array): Promise<void> {
    await this.#file.write(data, this.bytes);
    this.bytes += data.length;
    for (let at = data.indexOf(NEWLINE); at !== -1; at = data.indexOf(NEWLINE, at + 1)) this.#lines += 1;
  }

  async commit(about: NewFile): Promise<FileRecord> {
    await this.#file.sync();
    await this.#close();
    return this.#commit(about, { bytes: this.bytes, lines: this.#lines });
  }

  async discard(): Promise<void> {
    await this.#close();
    await this.#disk.remove(this.#part);
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#file.close();
  }
}
