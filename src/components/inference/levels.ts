import type { ItSetPoint, Offer } from '../contract.ts';
import { type Latency, latency, type Waiting, waiting } from './latency.ts';
import { capacityPerS, type Mix, mixOf, mixStep, type Operating, operate, slotsOf } from './operating.ts';
import { aboveIdleKw, idleKw, runningShare } from './power.ts';
import type { InferenceSpec } from './spec.ts';

/** Interactive requests are admitted up to this share of what they alone could have; beyond it the wait has no bound. */
export const FULL_LOAD = 0.98;

/** Power above idle of a replica at an operating point, kW: what its steps draw, for the share of the time that they run. */
export function loadKw(spec: InferenceSpec, at: Operating): number {
  return at.busyShare * aboveIdleKw(spec.power, spec.replica.accelerators, runningShare(at.step));
}

/** Share of a replica that a mix takes, 0 and up; Infinity where nothing of it fits. */
export function utilisationOf(spec: InferenceSpec, mix: Mix): number {
  if (mix.outputPerS <= 0) return 0;
  const most = capacityPerS(spec.replica, mix);
  return most > 0 ? mix.outputPerS / most : Number.POSITIVE_INFINITY;
}

/**
 * Largest power above idle of one replica, kW, whatever the mix: every part of a step at the largest value that any of the
 * services gives it with all slots taken. Exact for a single service, slightly high for several.
 */
export function mostKw(spec: InferenceSpec): number {
  let batch = 0;
  let memoryS = Number.POSITIVE_INFINITY;
  let longestS = 0;
  let computeS = 0;
  let linkS = Number.POSITIVE_INFINITY;
  let mostLinkS = 0;
  for (let k = 0; k < spec.services.length; k++) {
    const mix = mixOf(
      spec.services,
      spec.services.map((_, j) => Number(j === k)),
    );
    const slots = slotsOf(spec.replica, mix);
    if (slots < 1) continue;
    const step = mixStep(spec.replica, mix, slots);
    batch = Math.max(batch, slots);
    memoryS = Math.min(memoryS, step.memoryS);
    longestS = Math.max(longestS, step.memoryS);
    computeS = Math.max(computeS, step.computeS);
    linkS = Math.min(linkS, step.linkS);
    mostLinkS = Math.max(mostLinkS, step.linkS);
  }
  if (batch === 0) return 0;
  const { fixedS } = spec.replica;
  const roofS = Math.max(longestS, computeS) + mostLinkS;
  // The two shares may be largest in different mixes, so each is bounded by itself.
  const roofShare = roofS / (roofS + fixedS);
  const computeShare = computeS / (Math.max(memoryS, computeS) + linkS + fixedS);
  const share = runningShare({ stepS: 1, memoryS: roofShare, computeS: computeShare, linkS: 0 });
  return aboveIdleKw(spec.power, spec.replica.accelerators, share);
}

/** Least and most power with `replicas` replicas serving, kW. */
export function powerRange(
  spec: InferenceSpec,
  replicas: number,
): { readonly idleKw: number; readonly fullKw: number } {
  const idle = idleKw(spec.power, spec.racking, replicas);
  return { idleKw: idle, fullKw: idle + replicas * mostKw(spec) };
}

/** A steady load of one service on one replica. */
export interface Level extends Latency {
  readonly requestsPerS: number;
  readonly outputTokensPerS: number;
  readonly utilisation: number;
  /** Mean sequences in service. */
  readonly inService: number;
  readonly ttftS: number;
  /** Power above idle, kW. */
  readonly loadKw: number;
}

/**
 * Load levels of one replica serving one service, from nothing to its largest stable rate in `count` equal steps: what a
 * linear model takes as its columns and a report draws. Unknown service: no levels.
 */
export function levels(spec: InferenceSpec, service: string, count = 48): readonly Level[] {
  const index = spec.services.findIndex((load) => load.id === service);
  if (index < 0) return [];
  const load = spec.services[index]!;
  const one = spec.services.map((_, k) => Number(k === index));
  const most = (FULL_LOAD * capacityPerS(spec.replica, mixOf(spec.services, one))) / load.outputTokens;
  return Array.from({ length: count }, (_, k) => {
    const rate = (most * k) / (count - 1);
    const rates = one.map((share) => share * rate);
    const mix = mixOf(spec.services, rates);
    const at = operate(spec.replica, mix);
    const wait = waiting(spec.services, rates, mix, at, at.utilisation, 1);
    const times = latency(spec.replica, load, mix, at, wait, 1);
    return {
      ...times,
      requestsPerS: rate,
      outputTokensPerS: rate * load.outputTokens,
      utilisation: at.utilisation,
      inService: at.inService,
      ttftS: times.queueS + times.prefillS,
      loadKw: loadKw(spec, at),
    };
  });
}

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
export function ratesOf(spec: InferenceSpec, offers: ItSetPoint['offers'], replicas: number): Rates {
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

/** Operating point, own load and wait of the interactive class for rates that fit. */
export function settle(spec: InferenceSpec, interactive: ArrayLike<number>, all: ArrayLike<number>, replicas: number) {
  const mix = mixOf(spec.services, all);
  const at = operate(spec.replica, mix);
  const own = Math.min(FULL_LOAD, utilisationOf(spec, mixOf(spec.services, interactive)));
  const wait: Waiting = waiting(spec.services, interactive, mix, at, own, replicas);
  return { mix, at, wait };
}

/**
 * The smallest number of replicas that serves the offers, spread evenly, with at least `attainment` of each interactive
 * service's requests within their targets; undefined when all installed ones do not suffice. 0 for no offers.
 */
export function replicasFor(spec: InferenceSpec, offers: readonly Offer[], attainment: number): number | undefined {
  if (offers.every((offer) => offeredRate(offer.requestsPerS) + offeredRate(offer.batchPerS) === 0)) return 0;
  if (offers.some((offer) => !spec.services.some((load) => load.id === offer.service))) return undefined;
  const suffices = (replicas: number): boolean => {
    const rates = ratesOf(spec, offers, replicas);
    const all = total(rates, 1, 1);
    if (utilisationOf(spec, mixOf(spec.services, rates.interactive)) > FULL_LOAD) return false;
    if (utilisationOf(spec, mixOf(spec.services, all)) > 1) return false;
    const { mix, at, wait } = settle(spec, rates.interactive, all, replicas);
    return spec.services.every(
      (load, k) =>
        rates.interactive[k]! <= 0 || latency(spec.replica, load, mix, at, wait, replicas).attainment >= attainment,
    );
  };
  let low = 0;
  let high = spec.racking.replicas;
  if (!suffices(high)) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (suffices(middle)) high = middle;
    else low = middle;
  }
  return high;
}
