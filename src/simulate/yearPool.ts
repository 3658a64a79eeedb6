import type { PolicyName } from '../policy/policy.ts';
import type { TimeGrid } from '../series/grid.ts';
import { siblingUrl } from '../units/sibling.ts';
import type { DemandText } from './substitutes.ts';
import { onThreads } from './threads.ts';
import type { YearOutcome } from './years.ts';
import type { YearsSource } from './yearsSource.ts';

/** What every thread needs to know. */
export interface YearsOrder {
  readonly siteFile: string;
  readonly source: YearsSource;
  readonly grid: TimeGrid;
  readonly policy: PolicyName;
  readonly demand: DemandText;
}

/**
 * Steps a site through `count` years of a source on `jobs` threads. Outcomes come in the order of the source, the same whatever the
 * number of threads.
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
  const thread = siblingUrl(import.meta.url, './yearThread');
  const outcomes = await onThreads<YearOutcome>({ thread, order, count, jobs, what: 'years', onProgress });
  return outcomes.filter((outcome) => outcome !== undefined);
}
