import type { ControlPlan } from '../control/contract.ts';
import type { PricedTime } from '../control/quote.ts';

/** Where the site stands: site time and wall clock of the same moment, ms, and site seconds per second. */
export interface SiteNow {
  readonly siteMs: number;
  readonly wallMs: number;
  readonly speed: number;
}

/** Segments of a plan on the wall clock, with what sun and wind give beyond what the site takes at once. */
export function planTimes({ ahead }: ControlPlan, { siteMs, wallMs, speed }: SiteNow): PricedTime[] {
  const wallOf = (ms: number): number => wallMs + (ms - siteMs) / speed;
  const sum = (list: readonly { readonly powerKw: number }[]): number => list.reduce((all, of) => all + of.powerKw, 0);
  return (ahead?.segments ?? []).map(({ startMs, endMs, pricePerKwh, sources, grids, batteries }) => {
    // What is charged or sold while sun and wind run is surplus of them, as far as they give it
    const beyondKw = Math.max(0, -sum(grids)) + Math.max(0, -sum(batteries));
    return {
      startMs: wallOf(startMs),
      endMs: wallOf(endMs),
      pricePerKwh: Math.max(0, pricePerKwh),
      surplusKw: Math.min(beyondKw, sum(sources)),
    };
  });
}
