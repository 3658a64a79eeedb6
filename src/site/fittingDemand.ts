import type { ItUnit } from '../components/unit.ts';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { extent } from '../workload/rate.ts';
import type { Site } from './site.ts';

const WEEK_MS = Date.UTC(2026, 0, 5);
const ATTAINMENT = 0.95;
/** Part of the installed replicas that the busiest hour takes (our choice: room for growth and for a node that is out). */
const BUSY_SHARE = 0.8;
const STEPS = 24;

/**
 * By how much the demand of a deployment's services must be multiplied so that their busiest hour takes four fifths of the
 * installed replicas within the latency targets; batch counts with its mean, because it can wait. Undefined when not even a
 * thousandth of the present demand can be served.
 */
export function fittingFactor(site: Site, unit: ItUnit): number | undefined {
  const services = site.services.filter((s) => s.deployment === unit.id);
  const rates = services.map((s) => extent(s.rate, WEEK_MS, WEEK_MS + 7 * DAY_MS, HOUR_MS));
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
    const needed = unit.replicasFor(offers, ATTAINMENT);
    return needed !== undefined && needed <= Math.max(1, Math.floor(BUSY_SHARE * unit.installed));
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
