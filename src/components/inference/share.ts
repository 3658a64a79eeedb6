import type { LengthWeights, TokenEnergy } from '../contract.ts';
import type { ServiceLoad } from './mix.ts';
import { draw, type Settled, settle } from './settle.ts';
import type { InferenceSpec } from './spec.ts';

/** Parts of a replica's electricity that a service has; over all services they add up to 1. */
export interface Use {
  readonly promptUse: number;
  readonly decodeUse: number;
}

/**
 * Part of `rate` requests/s of a service in what a replica draws: of what goes to prompts by compute and all-reduce; of the rest
 * by tokens for what all tokens share (weights, fixed time) and by context for the KV cache.
 */
export function replicaUse(spec: InferenceSpec, load: ServiceLoad, rate: number, settled: Settled): Use {
  const { replica } = spec;
  const { mix } = settled;
  const { loadKw, promptKw } = draw(spec, settled);
  if (loadKw <= 0) return { promptUse: 0, decodeUse: 0 };
  const work = (perS: number, promptS: number) => perS * (promptS + replica.linkS);
  const allPrompts = mix.promptLoad + mix.promptPerS * replica.linkS;
  const prompts = allPrompts > 0 ? work(rate * load.computedTokens, load.promptS) / allPrompts : 0;
  // Where nobody decodes, what no prompt explains belongs to the prompts too.
  const promptPart = mix.decodePerS > 0 ? promptKw / loadKw : 1;
  const kvShare = kvShareOf(spec, settled);
  const decodes = rate * (load.outputTokens - 1);
  const tokens = mix.decodePerS > 0 ? decodes / mix.decodePerS : 0;
  const context = mix.contextTokens > 0 ? (tokens * load.contextTokens) / mix.contextTokens : tokens;
  return {
    promptUse: promptPart * prompts,
    decodeUse: (1 - promptPart) * ((1 - kvShare) * tokens + kvShare * context),
  };
}

/** Part of a decode step that reading the KV cache takes. */
function kvShareOf({ replica }: InferenceSpec, { mix, at }: Settled): number {
  const kvS = (at.batch * mix.contextTokens * replica.kvBytesPerToken) / replica.bytesPerS;
  return at.plain.stepS > 0 ? Math.min(1, kvS / at.plain.stepS) : 0;
}

/** How the lengths of a service's requests weigh at an operating point: attention in prompts, the KV cache in answers. */
export function lengthWeights(spec: InferenceSpec, load: ServiceLoad, settled: Settled): LengthWeights {
  const { attentionS, tokenS, linkS } = spec.replica;
  const { contextTokens } = settled.mix;
  return {
    promptTokens: attentionS > 0 ? Math.max(0, load.promptS - tokenS) / attentionS : 0,
    promptGrowth: load.promptS > 0 ? attentionS / (load.promptS + linkS) : 0,
    contextTokens,
    contextGrowth: contextTokens > 0 ? kvShareOf(spec, settled) / contextTokens : 0,
  };
}

/** One request in about three hours: too little to meet another one. */
const LONE_PER_S = 1e-4;
const lone = new WeakMap<ServiceLoad, TokenEnergy>();

/**
 * What a first request costs on a replica that nobody uses: what it draws above idle, alone in its steps. Idle power is not
 * its own: it was there before.
 */
export function loneEnergy(spec: InferenceSpec, load: ServiceLoad): TokenEnergy {
  const known = lone.get(load);
  if (known !== undefined) return known;
  // Steady arrivals: a lone request has no burst around it.
  const { pace: _pace, ...steady } = { ...load, arrivalCv2: 1 };
  const alone = { ...spec, services: [steady] };
  const settled = settle(alone, [LONE_PER_S], [LONE_PER_S], 1);
  const { promptUse, decodeUse } = replicaUse(alone, steady, LONE_PER_S, settled);
  const eachJ = (1000 * draw(alone, settled).loadKw) / LONE_PER_S;
  const energy = {
    prefillJPerToken: load.computedTokens > 0 ? (eachJ * promptUse) / load.computedTokens : 0,
    decodeJPerToken: (eachJ * decodeUse) / load.outputTokens,
  };
  lone.set(load, energy);
  return energy;
}
