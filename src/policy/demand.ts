import { mean, quantile } from '../series/grid.ts';
import type { PlantService } from '../twin/plant.ts';
import type { DemandSummary } from './policy.ts';

/**
 * What a fixed size must bear. Interactive: the 99.9th percentile of the step means. Batch: the highest mean over any window
 * as long as the deadline, since work may wait that long (first in, first out, a server that keeps up with every such window
 * is never late).
 *
 * @param perS mean rate of every step, requests/s
 * @param stepS length of a step
 */
export function summarise(service: PlantService, perS: Float64Array, stepS: number): DemandSummary {
  const highPerS =
    service.kind === 'interactive'
      ? quantile(perS, 0.999)
      : highestMean(perS, Math.max(1, Math.round(service.deadlineS / stepS)));
  return { service: service.id, meanPerS: mean(perS), highPerS };
}

/** Highest mean over `count` steps in a row; over all of them where there are fewer. */
function highestMean(values: Float64Array, count: number): number {
  const window = Math.min(count, values.length);
  let sum = 0;
  for (let i = 0; i < window; i++) sum += values[i]!;
  let highest = sum;
  for (let i = window; i < values.length; i++) {
    sum += values[i]! - values[i - window]!;
    highest = Math.max(highest, sum);
  }
  return window === 0 ? 0 : highest / window;
}
