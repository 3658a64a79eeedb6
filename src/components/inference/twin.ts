import type { Conditions, ItSetPoint, ItStepped, MeterDef, Port, ServiceOutcome } from '../contract.ts';
import { admit } from './admit.ts';
import { offeredRate, ratesOf, total } from './levels.ts';
import { idleKw } from './power.ts';
import { draw, latencyOver, settle } from './settle.ts';
import { loneEnergy, replicaUse, type Use } from './share.ts';
import type { InferenceSpec } from './spec.ts';
import { type InferenceState, pass, switchTo } from './state.ts';

export const meters = {
  replicas: { unit: '', what: 'mean', about: 'replicas that serve' },
  outputTokensPerS: { unit: 'tokens/s', what: 'mean', about: 'tokens given out' },
  inputTokensPerS: { unit: 'tokens/s', what: 'mean', about: 'prompt tokens read' },
  utilisation: {
    unit: '',
    what: 'mean',
    about: 'output over the most that this mix could have on the serving replicas',
  },
  idleKw: { unit: 'kW', what: 'mean', about: 'power that nodes draw just by being on' },
} as const satisfies Record<string, MeterDef>;

const NO_USE: Use = { promptUse: 0, decodeUse: 0 };

/** Electricity in, heat to liquid and air, and served requests per service. */
export function ports(spec: InferenceSpec): readonly Port[] {
  return [
    { name: 'power', carrier: 'electricity', bus: 'critical' },
    { name: 'liquid', carrier: 'heat', bus: 'liquid' },
    { name: 'air', carrier: 'heat', bus: 'air' },
    ...spec.services.map(({ port }): Port => ({ name: port, carrier: 'requests', bus: port })),
  ];
}

/** Replicas that may be on under a power limit: whole nodes go off until idle power fits. */
function underLimit(spec: InferenceSpec, wanted: number, limitKw: number): number {
  if (idleKw(spec.power, spec.racking, wanted) <= limitKw) return wanted;
  let low = 0;
  let high = wanted;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (idleKw(spec.power, spec.racking, middle) <= limitKw) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * One step of a deployment. Interactive requests first, batch fills what is left, the rest is shed; `limitKw` holds always.
 * The queues are taken as steady within the step (a step is minutes, a request seconds). All electricity becomes heat. The
 * electricity of serving replicas, idle power included, is shared among services by their use of the steps, prompts and
 * decoding apart, so that input x prefillJPerToken + output x decodeJPerToken is a service's power; what booting replicas
 * draw belongs to none. A service without requests is told what a lone first one would cost.
 */
export function step(
  spec: InferenceSpec,
  before: InferenceState,
  setPoint: ItSetPoint,
  conditions: Conditions,
): ItStepped<InferenceState> {
  const limitKw = Math.max(0, setPoint.limitKw);
  const wanted = Math.max(0, Math.min(spec.racking.replicas, Math.floor(setPoint.replicas)));
  const on = underLimit(spec, wanted, limitKw);
  const { state, servingMean } = pass(switchTo(before, on, spec.bootS), conditions.dtH * 3600);
  const idle = idleKw(spec.power, spec.racking, on);
  const serves = servingMean > 0;
  const rates = ratesOf(spec, setPoint.offers, serves ? servingMean : 1);
  const admitted = serves
    ? admit(spec, rates, (limitKw - idle) / servingMean, Math.max(1, servingMean))
    : { interactiveShare: 0, batchShare: 0 };
  const interactive = rates.interactive.map((rate) => rate * admitted.interactiveShare);
  const all = total(rates, admitted.interactiveShare, admitted.batchShare);
  const settled = settle(spec, interactive, all, Math.max(1, servingMean));
  const powerKw = Math.min(limitKw, idle + servingMean * draw(spec, settled).loadKw);
  // What nodes draw for replicas that do not serve yet belongs to no service.
  const servingKw = powerKw - (on > 0 ? (idle * (on - servingMean)) / on : 0);
  let inputTokensPerS = 0;
  let outputTokensPerS = 0;
  const served = new Float64Array(spec.services.length);
  const services = setPoint.offers.map((offer): ServiceOutcome => {
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
    const output = rate * load.outputTokens;
    inputTokensPerS += input;
    outputTokensPerS += output;
    const { promptUse, decodeUse } = rate > 0 ? replicaUse(spec, load, rate / servingMean, settled) : NO_USE;
    const energy = rate > 0 ? undefined : loneEnergy(spec, load);
    return {
      service: offer.service,
      servedPerS,
      shedPerS: offered - servedPerS,
      batchServedPerS,
      inputTokensPerS: input,
      outputTokensPerS: output,
      ttftS: times.queueS + times.prefillS,
      tpotS: times.tpotS,
      queueS: times.queueS,
      prefillSPerToken: load.inputTokens > 0 ? times.prefillS / load.inputTokens : 0,
      prefillJPerToken: energy?.prefillJPerToken ?? (input > 0 ? (1000 * servingKw * promptUse) / input : 0),
      decodeJPerToken: energy?.decodeJPerToken ?? (output > 0 ? (1000 * servingKw * decodeUse) / output : 0),
      attainment: times.attainment,
      powerKw: servingKw * (promptUse + decodeUse),
    };
  });
  const liquidKw = spec.liquidShare * powerKw;
  const flows: Record<string, number> = { power: -powerKw, liquid: liquidKw, air: powerKw - liquidKw };
  for (let k = 0; k < served.length; k++) flows[spec.services[k]!.port] = served[k]!;
  return {
    state,
    flows,
    meters: {
      replicas: servingMean,
      outputTokensPerS,
      inputTokensPerS,
      utilisation: settled.at.utilisation,
      idleKw: idle,
    },
    services,
  };
}

function nothing(service: string, shedPerS: number): ServiceOutcome {
  return {
    service,
    servedPerS: 0,
    shedPerS,
    batchServedPerS: 0,
    inputTokensPerS: 0,
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
