import { reasonOf } from '../../errors/error.ts';
import type { Principal } from '../tenants/principal.ts';
import type { Disk, Pieces } from './disk.ts';
import { type Index, readLine } from './inspect.ts';
import { type BatchRecord, NO_USE, plus, type Use } from './records.ts';
import { ResultLog, Sums } from './resultLog.ts';
import { answeredText, judge, unansweredText, usedBy } from './verdict.ts';
import type { Work } from './work.ts';

/** Times that engines may fail at a line. With four times the wait after each, from a second on, they span a restart of an engine. */
const MOST_TRIES = 5;
const WAIT_GROWS = 4;

/** How a job ended: all lines done, its time over, or told to stop (cancelled, or the program ends). */
export type JobEnd = 'done' | 'expired' | 'stopped';

export interface JobParts {
  readonly batch: BatchRecord;
  readonly index: Index;
  readonly inputPath: string;
  readonly logPath: string;
  readonly disk: Disk;
  readonly work: Work;
  /** Told when lines can be asked for again, and whenever counts have changed. */
  readonly onChange: () => void;
  readonly onTrouble: (reason: string) => void;
  /** Wait after an engine first failed at a line, ms. */
  readonly retryMs: number;
}

interface Lane {
  readonly order: readonly number[];
  /** Place of the next line that was not begun. */
  at: number;
  /** Lines to be run again. */
  readonly again: number[];
}

/** A batch whose lines run. Its results are in its log before they count; what is in the log is never run again. */
export class Job {
  readonly batch: BatchRecord;
  readonly sums = new Sums();
  /** Lines at engines, or waiting there. */
  running = 0;
  readonly #parts: JobParts;
  readonly #log: ResultLog;
  readonly #input: Pieces;
  readonly #done: Uint8Array;
  readonly #lanes = new Map<string, Lane>();
  readonly #tries = new Map<number, { count: number; use: Use }>();
  readonly #abort = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #flights = new Set<Promise<unknown>>();
  #reading: Promise<string> = Promise.resolve('');
  #end: JobEnd | null = null;
  #resolve: (end: JobEnd) => void = () => undefined;
  readonly ended: Promise<JobEnd>;

  private constructor(parts: JobParts, log: ResultLog, input: Pieces, done: Uint8Array) {
    this.#parts = parts;
    this.batch = parts.batch;
    this.#log = log;
    this.#input = input;
    this.#done = done;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    for (const { model, order } of parts.index.models) this.#lanes.set(model, { order, at: 0, again: [] });
  }

  /** Opens a batch where it stands. */
  static async open(parts: JobParts): Promise<Job> {
    const done = new Uint8Array(parts.index.count);
    const sums = new Sums();
    const log = await ResultLog.open(
      parts.disk,
      parts.logPath,
      (result) => {
        if (result.line >= done.length) return;
        done[result.line] = 1;
        sums.add(result);
      },
      parts.onTrouble,
    );
    const input = await parts.disk.pieces(parts.inputPath);
    const job = new Job(parts, log, input, done);
    Object.assign(job.sums, sums);
    job.#look();
    return job;
  }

  get models(): Iterable<string> {
    return this.#lanes.keys();
  }

  get left(): number {
    return this.#parts.index.count - this.sums.completed - this.sums.failed;
  }

  /** Takes the next line of a model; undefined where none is to be begun now. */
  take(model: string): number | undefined {
    // While results cannot be written, more of them would only be lost in a crash
    if (this.#end !== null || this.#log.stuck) return undefined;
    const lane = this.#lanes.get(model);
    if (lane === undefined) return undefined;
    const again = lane.again.shift();
    if (again !== undefined) return again;
    while (lane.at < lane.order.length) {
      const line = lane.order[lane.at]!;
      lane.at += 1;
      if (this.#done[line] === 0) return line;
    }
    return undefined;
  }

  /** Runs a line that was taken. Resolves, when its seat is free again, with false where its model had no room. */
  run(line: number, model: string, principal: Principal, requestId: string): Promise<boolean> {
    this.running += 1;
    const flight = this.#run(line, model, principal, requestId).finally(() => {
      this.running -= 1;
      this.#flights.delete(flight);
    });
    this.#flights.add(flight);
    return flight;
  }

  async #run(line: number, model: string, principal: Principal, requestId: string): Promise<boolean> {
    let read: ReturnType<typeof readLine>;
    try {
      read = await this.#read(line);
    } catch (error) {
      this.#parts.onTrouble(reasonOf(error));
      this.#lanes.get(model)!.again.push(line);
      return false;
    }
    if ('code' in read) {
      this.#keep({ line, ok: false, use: NO_USE, text: unansweredText('', read.code, read.message) });
      return true;
    }
    const { customId, url, body } = read;
    const who = { requestId, principal, class: 'batch' as const };
    const answer = await this.#parts.work.execute({ method: 'POST', url, body }, who, this.#abort.signal);
    const tried = this.#tries.get(line) ?? { count: 0, use: NO_USE };
    const count = tried.count + (answer.record === null ? 0 : 1);
    const use = plus(tried.use, usedBy(answer));
    // What we broke off ourselves is no failure of the line
    const verdict = judge(answer, count, this.#end === null ? MOST_TRIES : Number.POSITIVE_INFINITY);
    if (verdict !== 'again') {
      this.#tries.delete(line);
      const ok = verdict === 'done';
      this.#keep({ line, ok, use, text: answeredText(customId, requestId, answer, ok) });
      return true;
    }
    if (this.#end !== null) return true;
    this.#tries.set(line, { count, use });
    const { again } = this.#lanes.get(model)!;
    if (answer.record === null) {
      again.push(line);
      return false;
    }
    // Only this line waits: others may do better
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        again.push(line);
        this.#parts.onChange();
      },
      this.#parts.retryMs * WAIT_GROWS ** (count - 1),
    );
    this.#timers.add(timer);
    return true;
  }

  /** One after another, so that lines come to the engines in the order in which they were taken. */
  #read(line: number): Promise<ReturnType<typeof readLine>> {
    const { offsets, bytes } = this.#parts.index;
    const text = this.#reading.catch(() => '').then(() => this.#input.read(offsets[line]!, bytes[line]!));
    this.#reading = text;
    return text.then((whole) => readLine(whole.trim(), this.batch.endpoint));
  }

  /** The result stays here until it is on the disk, however long that takes; its line is not run again. */
  #keep(result: { line: number; ok: boolean; use: Use; text: string }): void {
    void this.#log.append(result).then(() => {
      this.#done[result.line] = 1;
      this.sums.add(result);
      this.#parts.onChange();
      this.#look();
    });
  }

  #look(): void {
    if (this.left === 0) this.#finish('done');
  }

  #finish(end: JobEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#resolve(end);
  }

  /** Begins no more lines. Those under way go on until `breakOff`. */
  stop(end: 'expired' | 'stopped'): void {
    this.#finish(end);
  }

  /** Breaks off what is under way. */
  breakOff(): void {
    this.#abort.abort();
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#flights.size > 0) await Promise.allSettled(this.#flights);
  }

  /** Tries to write what waits, and lets the files go. */
  async close(): Promise<void> {
    await this.settled();
    await this.#log.close();
    await this.#input.close();
  }
}
