import { loadKw } from './levels.ts';
import { type Mix, mixOf, type Operating, operate } from './operating.ts';
import type { ServiceLoad } from './service.ts';
import type { InferenceSpec } from './spec.ts';

/** How a service uses a replica, seconds per second. */
export interface Use {
  readonly promptUse: number;
  readonly decodeUse: number;
}

/**
 * Use of a replica by `rate` requests/s of a service in a mix: compute of its prompts; and of the rest of the steps its part,
 * by tokens for what all tokens share (weights, fixed time) and by context for the KV cache.
 */
export function replicaUse(spec: InferenceSpec, load: ServiceLoad, rate: number, mix: Mix, at: Operating): Use {
  const { replica } = spec;
  const promptUse = rate * load.inputTokens * (load.promptS + replica.linkS);
  const allPrompts = mix.promptLoad + mix.promptPerS * replica.linkS;
  const kvS = (at.batch * mix.contextTokens * replica.kvBytesPerToken) / replica.bytesPerS;
  const kvShare = Math.min(1, kvS / at.step.stepS);
  const tokens = (rate * load.outputTokens) / mix.outputPerS;
  const context = (tokens * load.contextTokens) / mix.contextTokens;
  const rest = Math.max(0, at.busyShare - allPrompts);
  return { promptUse, decodeUse: rest * ((1 - kvShare) * tokens + kvShare * context) };
}

/** Joules per input and per output token. */
export interface TokenEnergy {
  readonly prefillJPerToken: number;
  readonly decodeJPerToken: number;
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
  const mix = mixOf([load], [LONE_PER_S]);
  const at = operate(spec.replica, mix);
  const { promptUse, decodeUse } = replicaUse(spec, load, LONE_PER_S, mix, at);
  const perUseW = at.busyShare > 0 ? (loadKw(spec, at) * 1000) / at.busyShare : 0;
  const energy = {
    prefillJPerToken: load.inputTokens > 0 ? (perUseW * promptUse) / (LONE_PER_S * load.inputTokens) : 0,
    decodeJPerToken: (perUseW * decodeUse) / (LONE_PER_S * load.outputTokens),
  };
  lone.set(load, energy);
  return energy;
}
