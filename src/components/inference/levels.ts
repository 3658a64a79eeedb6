import type { ItSetPoint, Offer } from '../contract.ts';
import { mixStep, slotsOf } from './blend.ts';
import type { Latency } from './latency.ts';
import { mixOf } from './mix.ts';
import { aboveIdleKw, idleKw, runningShare } from './power.ts';
import { STEP_TOKENS } from './replay/scheduling.ts';
import { draw, FULL_LOAD, latencyOver, settle } from './settle.ts';
import type { InferenceSpec } from './spec.ts';

/**
 * Largest power above idle of one replica, kW, whatever the mix: every part of a step at the largest value that any of the
 * services gives it with all slots taken, and the rest of its tokens prompts.
 */
export function mostKw(spec: InferenceSpec): number {
  let roofS = 0;
  let computeS = 0;
  let linkS = 0;
  for (let k = 0; k < spec.services.length; k++) {
    const mix = mixOf(
      spec.services,
      spec.services.map((_, j) => Number(j === k)),
    );
    const slots = slotsOf(spec.replica, mix);
    if (slots < 1) continue;
    for (const batch of [0, slots]) {
      const prompts = mix.promptPerS > 0 ? STEP_TOKENS - batch : 0;
      const step = mixStep(spec.replica, mix, batch, prompts);
      roofS = Math.max(roofS, step.memoryS, step.computeS);
      computeS = Math.max(computeS, step.computeS);
      linkS = Math.max(linkS, step.linkS);
    }
  }
  if (roofS === 0) return 0;
  // More of anything never lowers a share, because only the engine's own time stands beside it.
  const stepS = roofS + linkS + spec.replica.fixedS;
  const computeShare = computeS / (computeS + spec.replica.fixedS);
  const share = runningShare({ stepS: 1, memoryS: (roofS + linkS) / stepS, computeS: computeShare, linkS: 0 });
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
  /** Power above idle, kW, and the part of it that goes to prompts. */
  readonly loadKw: number;
  readonly promptKw: number;
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
  const most = FULL_LOAD * load.capacityPerS;
  return Array.from({ length: count }, (_, k) => {
    const rate = (most * k) / (count - 1);
    const rates = one.map((share) => share * rate);
    const settled = settle(spec, rates, rates, 1);
    const times = latencyOver(spec, load, settled);
    const { loadKw, promptKw } = draw(spec, settled);
    return {
      ...times,
      requestsPerS: rate,
      outputTokensPerS: rate * load.outputTokens,
      utilisation: settled.at.utilisation,
      inService: settled.at.inService,
      ttftS: times.queueS + times.prefillS,
      loadKw,
      promptKw,
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
    if (mixOf(spec.services, rates.interactive).load > FULL_LOAD) return false;
    if (mixOf(spec.services, all).load > 1) return false;
    const settled = settle(spec, rates.interactive, all, replicas);
    return spec.services.every(
      (load, k) => rates.interactive[k]! <= 0 || latencyOver(spec, load, settled).attainment >= attainment,
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
