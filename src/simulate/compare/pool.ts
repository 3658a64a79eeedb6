import { siblingUrl } from '../../units/sibling.ts';
import { onThreads } from '../threads.ts';
import type { CompareOrder } from './order.ts';
import type { ContenderOutcome } from './outcome.ts';

/**
 * Steps a site under every contender on `jobs` threads. Outcomes come in the order of the contenders; after an abort those that were
 * done.
 *
 * @param onProgress share of all the work, 0..1, and of each contender's
 * @param onDone told of every contender as it is done
 * @throws JoulewrightError with the faults of the first contender that failed; the other threads are stopped
 */
export async function compareOn(
  order: CompareOrder,
  jobs: number,
  onProgress: (share: number, shares: Float64Array) => void,
  signal?: AbortSignal,
  onDone?: (outcome: ContenderOutcome) => void,
): Promise<ContenderOutcome[]> {
  const outcomes = await onThreads<ContenderOutcome>({
    thread: siblingUrl(import.meta.url, './thread'),
    order,
    count: order.contenders.length,
    jobs,
    what: 'comparison',
    onProgress: (share, _done, shares) => onProgress(share, shares),
    ...(signal === undefined ? {} : { signal }),
    ...(onDone === undefined ? {} : { onDone: (_, outcome) => onDone(outcome) }),
  });
  return outcomes.filter((outcome) => outcome !== undefined);
}
