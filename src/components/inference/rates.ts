import type { Offer } from '../contract.ts';
import type { InferenceSpec } from './spec.ts';

/** Rates of a deployment's services per replica, in the order of the spec. */
export interface Rates {
  readonly interactive: readonly number[];
  readonly batch: readonly number[];
}

/** An offered rate, requests/s: what is negative, no number or less than one request in thirty years counts as none. */
export function offeredRate(requestsPerS: number): number {
  return requestsPerS > 1e-9 ? requestsPerS : 0;
}

/** Sorts offers to the spec's services and spreads them over `replicas`. */
export function ratesOf(spec: InferenceSpec, offers: readonly Offer[], replicas: number): Rates {
  const interactive: number[] = [];
  const batch: number[] = [];
  for (let k = 0; k < spec.services.length; k++) {
    interactive.push(0);
    batch.push(0);
  }
  for (const offer of offers) {
    for (let k = 0; k < spec.services.length; k++) {
      if (spec.services[k]!.id !== offer.service) continue;
      interactive[k]! += offeredRate(offer.requestsPerS) / replicas;
      batch[k]! += offeredRate(offer.batchPerS) / replicas;
    }
  }
  return { interactive, batch };
}

/** Interactive and batch together, each scaled. */
export function total(rates: Rates, interactiveShare: number, batchShare: number): number[] {
  const all: number[] = [];
  for (let k = 0; k < rates.interactive.length; k++) {
    all.push(rates.interactive[k]! * interactiveShare + rates.batch[k]! * batchShare);
  }
  return all;
}
