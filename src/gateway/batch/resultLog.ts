import { existsSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { reasonOf } from '../../errors/error.ts';
import type { Disk, DiskFile } from './disk.ts';
import { linesOf } from './lines.ts';
import { NO_USE, plus, type Use, useSchema } from './records.ts';

/** What became of a line. */
export interface Result {
  /** Place of the line in the index, from 0. */
  readonly line: number;
  readonly ok: boolean;
  readonly use: Use;
  /** The line of the output or error file, JSON without newline. */
  readonly text: string;
}

/** Longest record that is read back: an answer of a model, with room. */
const MOST_RECORD_BYTES = 256 * 1024 * 1024;
/** Wait before a write that failed is tried again, ms. */
const RETRY_MS = 1_000;

/** `CRC of the rest, line, 0 or 1, use` and the text, parted by tabs: none of them has a raw tab or newline. */
function print({ line, ok, use, text }: Result): string {
  const rest = `${line}\t${ok ? 1 : 0}\t${JSON.stringify(Object.values(use))}\t${text}`;
  return `${crc32(rest).toString(16).padStart(8, '0')}\t${rest}\n`;
}

const USE_KEYS = Object.keys(NO_USE) as (keyof Use)[];

/** Null for what a crash or the disk has spoilt. */
function parse(data: Buffer): Result | null {
  const text = data.toString();
  const rest = text.slice(9);
  if (text[8] !== '\t' || Number.parseInt(text.slice(0, 8), 16) !== crc32(rest)) return null;
  const [line, ok, use] = rest.split('\t', 3) as [string, string, string];
  const values: unknown = JSON.parse(use);
  if (!Array.isArray(values)) return null;
  return {
    line: Number(line),
    ok: ok === '1',
    use: useSchema.parse(Object.fromEntries(USE_KEYS.map((key, i) => [key, values[i]]))),
    text: rest.slice(line.length + ok.length + use.length + 3),
  };
}

/** The whole results of a log, in order, the first of each line only; none where there is no log, because no line was begun. */
export async function* resultsOf(path: string): AsyncGenerator<Result> {
  if (!existsSync(path)) return;
  const seen = new Set<number>();
  for await (const { data, ended } of linesOf(path, MOST_RECORD_BYTES)) {
    if (data === null || !ended) continue;
    const result = parse(data);
    if (result === null || seen.has(result.line)) continue;
    seen.add(result.line);
    yield result;
  }
}

interface Waiting {
  readonly data: Buffer;
  readonly done: () => void;
}

/**
 * The results of one batch, appended as they come and on the disk before they count. What waits is written together with one
 * sync. A write that fails is undone and tried again until it succeeds: a result that was paid for is never thrown away.
 */
export class ResultLog {
  readonly #file: DiskFile;
  readonly #onTrouble: (reason: string) => void;
  #bytes: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  #closing = false;
  #retry: { timer: NodeJS.Timeout; now: () => void } | null = null;

  private constructor(file: DiskFile, bytes: number, onTrouble: (reason: string) => void) {
    this.#file = file;
    this.#bytes = bytes;
    this.#onTrouble = onTrouble;
  }

  /** Opens the log of a batch; a record that was cut short is cut off. `found` is told of each result. */
  static async open(
    disk: Disk,
    path: string,
    found: (result: Result) => void,
    onTrouble: (reason: string) => void,
  ): Promise<ResultLog> {
    const file = await disk.open(path, false);
    let whole = 0;
    for await (const { offset, bytes, ended } of linesOf(path, MOST_RECORD_BYTES))
      if (ended) whole = offset + bytes + 1;
    await file.truncate(whole);
    await file.sync();
    for await (const result of resultsOf(path)) found(result);
    return new ResultLog(file, whole, onTrouble);
  }

  /** Results that are not on the disk yet. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** Whether the last write failed and waits to be tried again. */
  get stuck(): boolean {
    return this.#retry !== null;
  }

  /** Resolves when the result is on the disk; never where the log is closed before. */
  append(result: Result): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ data: Buffer.from(print(result)), done });
      this.#writing ??= this.#write();
    });
  }

  async #write(): Promise<void> {
    // Whatever comes in this turn goes along
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      // A copy: more may come while this is written
      const group = [...this.#waiting];
      const data = Buffer.concat(group.map((one) => one.data));
      try {
        await this.#file.write(data, this.#bytes);
        await this.#file.sync();
      } catch (error) {
        this.#onTrouble(reasonOf(error));
        // What was written of it must not stand before what comes next
        await this.#file.truncate(this.#bytes).catch(() => undefined);
        if (this.#closing) break;
        await this.#pause();
        continue;
      }
      this.#bytes += data.length;
      this.#waiting = this.#waiting.slice(group.length);
      for (const { done } of group) done();
    }
    this.#writing = null;
  }

  #pause(): Promise<void> {
    return new Promise((wake) => {
      const now = (): void => {
        this.#retry = null;
        wake();
      };
      this.#retry = { timer: setTimeout(now, RETRY_MS), now };
    });
  }

  /** Tries once more to write what waits, and closes. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#retry !== null) {
      clearTimeout(this.#retry.timer);
      this.#retry.now();
    }
    await this.#writing;
    await this.#file.close().catch(() => undefined);
  }
}

/** The sum of the results of a batch. */
export class Sums {
  completed = 0;
  failed = 0;
  use: Use = NO_USE;

  add({ ok, use }: Pick<Result, 'ok' | 'use'>): void {
    if (ok) this.completed += 1;
    else this.failed += 1;
    this.use = plus(this.use, use);
  }
}
