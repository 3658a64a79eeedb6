import { type EndPrice, endPrice } from './corrected.ts';
import type { ContenderOutcome } from './outcome.ts';

/** What contenders do that a lower bound is to hold for. */
export interface BoundTerms {
  /** Least share of each interactive service's requests within its targets. */
  readonly attainment: ReadonlyMap<string, number>;
  /** Batch requests that waited at the start, least and most, and the most energy of the facility that one of them took, kWh. */
  readonly waiting: ReadonlyMap<string, { readonly least: number; readonly most: number; readonly kwh: number }>;
  /** What a kWh in stores is worth at the end. */
  readonly price: EndPrice;
}

/** The terms that all of these contenders keep. @param outcomes at least one; the price is the first one's */
export function boundTerms(outcomes: readonly ContenderOutcome[]): BoundTerms {
  const attainment = new Map<string, number>();
  const waiting = new Map<string, { least: number; most: number; kwh: number }>();
  for (const { services, totals } of outcomes) {
    for (const { id, attainment: share, backlogStart, served, itKwh } of services) {
      if (share !== null) attainment.set(id, Math.min(share, attainment.get(id) ?? 1));
      const pue = totals.itKwh > 0 ? totals.facilityKwh / totals.itKwh : 1;
      const kwh = served > 0 ? (pue * itKwh) / served : 0;
      const so = waiting.get(id) ?? { least: backlogStart, most: backlogStart, kwh };
      waiting.set(id, {
        least: Math.min(so.least, backlogStart),
        most: Math.max(so.most, backlogStart),
        kwh: Math.max(so.kwh, kwh),
      });
    }
  }
  return { attainment, waiting, price: endPrice(outcomes[0]!.totals) };
}
