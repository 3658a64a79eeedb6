import { Worker } from 'node:worker_threads';
import { type Fault, fault, JoulewrightError, reasonOf } from '../errors/error.ts';
import type { PolicyName } from '../policy/policy.ts';
import type { TimeGrid } from '../series/grid.ts';
import { siblingUrl } from '../units/sibling.ts';
import type { YearOutcome } from './years.ts';
import type { YearsSource } from './yearsSource.ts';

/** What every thread needs to know. */
export interface YearsOrder {
  readonly siteFile: string;
  readonly source: YearsSource;
  readonly grid: TimeGrid;
  readonly policy: PolicyName;
  /** As typed: see substitute. */
  readonly demand: readonly string[];
  readonly lengths: readonly string[];
}

/** One year of the source, by its place. */
export interface YearOrder {
  readonly index: number;
}

/** What a thread says. */
export type FromYearThread =
  | { readonly kind: 'progress'; readonly index: number; readonly share: number }
  | { readonly kind: 'done'; readonly index: number; readonly outcome: YearOutcome }
  | { readonly kind: 'failed'; readonly faults: readonly Fault[] };

/**
 * Steps a site through `count` years of a source on `jobs` threads; each thread takes the next year when it is done with one.
 * Outcomes come in the order of the source, the same whatever the number of threads.
 *
 * @param onProgress share of all the work, 0..1, and the number of years done
 * @throws JoulewrightError with the faults of the first year that failed; the other threads are stopped
 */
export async function simulateYears(
  order: YearsOrder,
  count: number,
  jobs: number,
  onProgress: (share: number, done: number) => void,
): Promise<YearOutcome[]> {
  const outcomes: YearOutcome[] = [];
  const shares = new Float64Array(count);
  let next = 0;
  let done = 0;
  const workers: Worker[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const lost = (reason: string) =>
        reject(new JoulewrightError([fault('JW_INTERNAL', { reason: `a thread of the years has ended: ${reason}` })]));
      const ask = (worker: Worker) => {
        if (next < count) worker.postMessage({ index: next++ } satisfies YearOrder);
      };
      const hear = (worker: Worker, message: FromYearThread) => {
        if (message.kind === 'failed') return reject(new JoulewrightError(message.faults));
        shares[message.index] = message.kind === 'done' ? 1 : message.share;
        if (message.kind === 'done') {
          outcomes[message.index] = message.outcome;
          done++;
        }
        onProgress(shares.reduce((a, b) => a + b, 0) / count, done);
        if (done === count) resolve();
        else if (message.kind === 'done') ask(worker);
      };
      for (let k = 0; k < Math.min(jobs, count); k++) {
        const worker = new Worker(siblingUrl(import.meta.url, './yearThread'), { workerData: order });
        workers.push(worker);
        worker.on('message', (message: FromYearThread) => hear(worker, message));
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
