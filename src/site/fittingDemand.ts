import type { ItUnit } from '../components/unit.ts';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { extent } from '../workload/rate.ts';
import type { Service } from '../workload/service.ts';

/** A plain Monday. */
const MONDAY_MS = Date.UTC(2026, 0, 5);
const STEPS = 40;

/** What demand has to fit into. */
export interface Fit {
  /** Share of the interactive requests within their targets. */
  readonly attainment: number;
  /** Replicas at most. */
  readonly replicas: number;
  /** Days from a plain Monday on whose busiest hour counts. */
  readonly days: number;
}

/**
 * By how much the demand of a deployment's services must be multiplied so that their busiest hour takes so many replicas within
 * the latency targets; batch counts with its mean, because it can wait. Undefined when not even a thousandth of the present
 * demand can be served.
 *
 * @param services those of the deployment
 */
export function fittingFactor(unit: ItUnit, services: readonly Service[], fit: Fit): number | undefined {
  const rates = services.map((s) => extent(s.rate, MONDAY_MS, MONDAY_MS + fit.days * DAY_MS, HOUR_MS));
  const fits = (factor: number): boolean => {
    const offers = services.map(({ profile }, i) => {
      const { meanPerS, peakPerS } = rates[i]!;
      const batch = profile.kind === 'batch';
      return {
        service: profile.id,
        requestsPerS: batch ? 0 : peakPerS * factor,
        batchPerS: batch ? meanPerS * factor : 0,
      };
    });
    const needed = unit.replicasFor(offers, fit.attainment);
    return needed !== undefined && needed <= fit.replicas;
  };
  let [low, high] = [1e-3, 1e3];
  if (!fits(low)) return undefined;
  for (let i = 0; i < STEPS; i++) {
    const middle = Math.sqrt(low * high);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
