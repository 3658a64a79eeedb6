import { type EndPrice, endPrice } from './corrected.ts';
import type { ContenderOutcome } from './outcome.ts';

/** What contenders do that a lower bound is to hold for. */
export interface BoundTerms {
  /** Least share of each interactive service's requests within its targets. */
  readonly attainment: ReadonlyMap<string, number>;
  /** What a kWh in stores is worth at the end. */
  readonly price: EndPrice;
}

/** The terms that all of these contenders keep. @param outcomes at least one; the price is the first one's */
export function boundTerms(outcomes: readonly ContenderOutcome[]): BoundTerms {
  const attainment = new Map<string, number>();
  for (const { services } of outcomes) {
    for (const { id, attainment: share } of services) {
      if (share !== null) attainment.set(id, Math.min(share, attainment.get(id) ?? 1));
    }
  }
  return { attainment, price: endPrice(outcomes[0]!.totals) };
}
