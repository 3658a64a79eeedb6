import type { Offer, ServiceOutcome } from '../contract.ts';
import { admit } from './admit.ts';
import { offeredRate, ratesOf, total } from './rates.ts';
import { draw, latencyOver, type Settled, settle } from './settle.ts';
import { loneEnergy, replicaUse, type Use } from './share.ts';
import type { InferenceSpec } from './spec.ts';

const NO_USE: Use = { promptUse: 0, decodeUse: 0 };

/** What replicas make of what is offered. */
export interface Served {
  /** All electricity, kW. */
  readonly powerKw: number;
  readonly inputTokensPerS: number;
  /** Input tokens that were computed: those that no prefix cache had. */
  readonly computedTokensPerS: number;
  readonly outputTokensPerS: number;
  /** Requests served of each service of the spec, per second. */
  readonly servedPerS: Float64Array;
  readonly settled: Settled;
  /** One for each offer, in their order. */
  readonly services: readonly ServiceOutcome[];
}

/** Replicas over a step: those that are on, those that serve (a mean over time), and what being on draws. */
export interface Pool {
  readonly on: number;
  readonly serving: number;
  readonly idleKw: number;
  /** Those that sleep, that boot or wake, and what being on draws for them; none where left out. */
  readonly rest?: { readonly asleep: number; readonly starting: number; readonly kw: number };
}

/**
 * Serves offers with a pool. Interactive requests first, batch fills what is left, the rest is shed; `limitKw` holds always.
 * The electricity of serving replicas, idle power included, is shared among services by their use of the steps, prompts and
 * decoding apart, so that computed x prefillJPerToken + output x decodeJPerToken is a service's power; what replicas draw that boot
 * or sleep belongs to none. A service without requests is told what a lone first one would cost.
 */
export function serveOffers(spec: InferenceSpec, offers: readonly Offer[], pool: Pool, limitKw: number): Served {
  const { serving: servingMean, idleKw: idle } = pool;
  const serves = servingMean > 0;
  const rates = ratesOf(spec, offers, serves ? servingMean : 1);
  const admitted = serves
    ? admit(spec, rates, (limitKw - idle) / servingMean, Math.max(1, servingMean))
    : { interactiveShare: 0, batchShare: 0 };
  const interactive = rates.interactive.map((rate) => rate * admitted.interactiveShare);
  const all = total(rates, admitted.interactiveShare, admitted.batchShare);
  const settled = settle(spec, interactive, all, Math.max(1, servingMean));
  const powerKw = Math.min(limitKw, idle + servingMean * draw(spec, settled).loadKw);
  const servingKw = Math.max(0, powerKw - (pool.rest?.kw ?? 0));
  let inputTokensPerS = 0;
  let computedTokensPerS = 0;
  let outputTokensPerS = 0;
  const served = new Float64Array(spec.services.length);
  const services = offers.map((offer): ServiceOutcome => {
    const k = spec.services.findIndex((load) => load.id === offer.service);
    const offered = offeredRate(offer.requestsPerS);
    if (k < 0 || !serves) return nothing(offer.service, offered);
    const load = spec.services[k]!;
    const servedPerS = offered * admitted.interactiveShare;
    const batchServedPerS = offeredRate(offer.batchPerS) * admitted.batchShare;
    const rate = servedPerS + batchServedPerS;
    served[k]! += rate;
    const times = latencyOver(spec, load, settled);
    const input = rate * load.inputTokens;
    const computed = rate * load.computedTokens;
    const output = rate * load.outputTokens;
    inputTokensPerS += input;
    computedTokensPerS += computed;
    outputTokensPerS += output;
    const { promptUse, decodeUse } = rate > 0 ? replicaUse(spec, load, rate / servingMean, settled) : NO_USE;
    const energy = rate > 0 ? undefined : loneEnergy(spec, load);
    return {
      service: offer.service,
      servedPerS,
      shedPerS: offered - servedPerS,
      batchServedPerS,
      inputTokensPerS: input,
      computedTokensPerS: computed,
      outputTokensPerS: output,
      ttftS: times.queueS + times.prefillS,
      tpotS: times.tpotS,
      queueS: times.queueS,
      prefillSPerToken: load.inputTokens > 0 ? times.prefillS / load.inputTokens : 0,
      prefillJPerToken: energy?.prefillJPerToken ?? (computed > 0 ? (1000 * servingKw * promptUse) / computed : 0),
      decodeJPerToken: energy?.decodeJPerToken ?? (output > 0 ? (1000 * servingKw * decodeUse) / output : 0),
      attainment: times.attainment,
      powerKw: servingKw * (promptUse + decodeUse),
    };
  });
  return { powerKw, inputTokensPerS, computedTokensPerS, outputTokensPerS, servedPerS: served, settled, services };
}

function nothing(service: string, shedPerS: number): ServiceOutcome {
  return {
    service,
    servedPerS: 0,
    shedPerS,
    batchServedPerS: 0,
    inputTokensPerS: 0,
    computedTokensPerS: 0,
    outputTokensPerS: 0,
    ttftS: 0,
    tpotS: 0,
    queueS: 0,
    prefillSPerToken: 0,
    prefillJPerToken: 0,
    decodeJPerToken: 0,
    attainment: 1,
    powerKw: 0,
  };
}
