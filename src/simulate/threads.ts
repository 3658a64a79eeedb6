import { parentPort, Worker } from 'node:worker_threads';
import { type Fault, fault, JoulewrightError, reasonOf } from '../errors/error.ts';

/** What a thread says of the piece that it does. */
export type FromThread<T> =
  | { readonly kind: 'progress'; readonly index: number; readonly share: number }
  | { readonly kind: 'done'; readonly index: number; readonly outcome: T }
  | { readonly kind: 'failed'; readonly faults: readonly Fault[] };

interface Piece {
  readonly index: number;
}

/** Work in pieces that do not depend on each other. */
export interface Pieces<T> {
  /** Module of a thread: it calls `workOff`. */
  readonly thread: URL;
  /** Told to every thread when it begins, as `workerData`. */
  readonly order: unknown;
  readonly count: number;
  /** Threads at most. */
  readonly jobs: number;
  /** What is done, for an error: "years". */
  readonly what: string;
  /** Share of all the work, 0..1, the number of pieces done, and the share of each piece. */
  readonly onProgress?: (share: number, done: number, shares: Float64Array) => void;
  /** Told of every piece as it is done. */
  readonly onDone?: (index: number, outcome: T) => void;
  /** Ends all threads; pieces that are not done are undefined. */
  readonly signal?: AbortSignal;
}

/**
 * Does pieces of work on threads; each thread takes the next when it is done with one. Outcomes come in the order of the pieces,
 * the same whatever the number of threads.
 *
 * @throws JoulewrightError with the faults of the first piece that failed; the other threads are stopped
 */
export async function onThreads<T>(pieces: Pieces<T>): Promise<(T | undefined)[]> {
  const { thread, order, count, jobs, what, onProgress, onDone, signal } = pieces;
  const outcomes = Array.from({ length: count }, (): T | undefined => undefined);
  const shares = new Float64Array(count);
  let next = 0;
  let done = 0;
  const workers: Worker[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      if (signal?.aborted === true || count === 0) return resolve();
      signal?.addEventListener('abort', () => resolve(), { once: true });
      const lost = (reason: string) =>
        reject(
          new JoulewrightError([fault('JW_INTERNAL', { reason: `a thread of the ${what} has ended: ${reason}` })]),
        );
      const ask = (worker: Worker) => {
        if (next < count) worker.postMessage({ index: next++ } satisfies Piece);
      };
      const hear = (worker: Worker, message: FromThread<T>) => {
        if (message.kind === 'failed') return reject(new JoulewrightError(message.faults));
        shares[message.index] = message.kind === 'done' ? 1 : message.share;
        if (message.kind === 'done') {
          outcomes[message.index] = message.outcome;
          done++;
          onDone?.(message.index, message.outcome);
        }
        onProgress?.(shares.reduce((a, b) => a + b, 0) / count, done, shares);
        if (done === count) resolve();
        else if (message.kind === 'done') ask(worker);
      };
      for (let k = 0; k < Math.min(jobs, count); k++) {
        const worker = new Worker(thread, { workerData: order });
        workers.push(worker);
        worker.on('message', (message: FromThread<T>) => hear(worker, message));
        worker.on('error', (error) => lost(reasonOf(error)));
        worker.on('exit', (code) => lost(`exit ${code}`));
        ask(worker);
      }
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return outcomes;
}

/** The side of a thread: does the pieces that it is asked for, one after the other. */
export function workOff<T>(work: (index: number, onProgress: (share: number) => void) => T | Promise<T>): void {
  const say = (message: FromThread<T>): void => parentPort?.postMessage(message);
  parentPort?.on('message', async ({ index }: Piece) => {
    try {
      const outcome = await work(index, (share) => say({ kind: 'progress', index, share }));
      say({ kind: 'done', index, outcome });
    } catch (error) {
      const faults =
        error instanceof JoulewrightError ? error.faults : [fault('JW_INTERNAL', { reason: reasonOf(error) })];
      say({ kind: 'failed', faults });
    }
  });
}
