import { type Replica, type Step, stepOf, touchedBytes } from './performance.ts';
import type { ServiceLoad } from './service.ts';

/**
 * Where a replica settles under a steady mix of requests. Several services share the running batch, so the mix is described
 * by its sums per second; no table per mix is needed because the step time is a function of these few sums.
 */
export interface Mix {
  /** Output tokens per second. */
  readonly outputPerS: number;
  readonly promptPerS: number;
  /** Mean context of a running sequence, tokens. */
  readonly contextTokens: number;
  /** Compute of prompt tokens, s per s. */
  readonly promptLoad: number;
  /** Prompt tokens per output token, and mean compute of one, s. */
  readonly promptRatio: number;
  readonly promptS: number;
}

/** Adds up services at `ratesPerS[k] * scale` requests per second each. */
export function mixOf(services: readonly ServiceLoad[], ratesPerS: ArrayLike<number>, scale = 1): Mix {
  let outputPerS = 0;
  let promptPerS = 0;
  let context = 0;
  let promptLoad = 0;
  for (let k = 0; k < services.length; k++) {
    const service = services[k]!;
    const rate = ratesPerS[k]! * scale;
    const output = rate * service.outputTokens;
    const prompt = rate * service.inputTokens;
    outputPerS += output;
    promptPerS += prompt;
    context += output * service.contextTokens;
    promptLoad += prompt * service.promptS;
  }
  return {
    outputPerS,
    promptPerS,
    contextTokens: outputPerS > 0 ? context / outputPerS : 0,
    promptLoad,
    promptRatio: outputPerS > 0 ? promptPerS / outputPerS : 0,
    promptS: promptPerS > 0 ? promptLoad / promptPerS : 0,
  };
}

/** Sequences of a mix that fit in a replica at once: KV cache room and the engine's own limit. Below 1 nothing can run. */
export function slotsOf(replica: Replica, mix: Mix): number {
  const byMemory = replica.kvRoomBytes / (Math.max(1, mix.contextTokens) * replica.kvBytesPerToken);
  return Math.max(0, Math.min(replica.maxBatch, byMemory));
}

/** A step of a mix with `batch` sequences running: each also brings `promptRatio` prompt tokens per token it gives. */
export function mixStep(replica: Replica, mix: Mix, batch: number): Step {
  return stepOf(replica, batch, batch * mix.contextTokens, batch * mix.promptRatio, mix.promptS);
}

/** Output tokens per second that a replica gives with every slot taken; 0 when not one sequence fits. */
export function capacityPerS(replica: Replica, mix: Mix): number {
  const slots = slotsOf(replica, mix);
  return slots < 1 ? 0 : slots / mixStep(replica, mix, slots).stepS;
}

/** A replica in steady state. */
export interface Operating {
  /** Mean sequences in service. */
  readonly inService: number;
  /** Mean sequences per step while steps run. */
  readonly batch: number;
  /** Share of the time that steps run. */
  readonly busyShare: number;
  /** Output rate over the most this mix could have, 0..1. */
  readonly utilisation: number;
  readonly slots: number;
  readonly step: Step;
}

/** Mean batch while something runs, when the number in service is Poisson with mean `inService` (M/G/infinity). */
function batchWhileBusy(inService: number, slots: number): number {
  if (inService < 1e-9) return 1;
  // Beyond 40 the chance of an empty engine is below the precision of a number.
  return Math.min(slots, inService > 40 ? inService : inService / -Math.expm1(-inService));
}

/**
 * Solves Little's law, inService = outputPerS x step(batch), for a mix whose rate is at most its capacity. The number in
 * service over the step time grows with the batch (every part of a step is at most affine in it), so the root is unique;
 * it is found by false position with the Illinois rule (Dowell and Jarratt 1971) to 1e-10.
 */
export function operate(replica: Replica, mix: Mix): Operating {
  const slots = slotsOf(replica, mix);
  const rate = mix.outputPerS;
  if (rate <= 0 || slots < 1) {
    return { inService: 0, batch: 0, busyShare: 0, utilisation: 0, slots, step: mixStep(replica, mix, 1) };
  }
  const full = slots / mixStep(replica, mix, slots).stepS;
  // The sums of the step as plain numbers: this is evaluated several times in every step of a simulation.
  const kvS = (mix.contextTokens * replica.kvBytesPerToken) / replica.bytesPerS;
  const computeS = replica.tokenS + mix.promptRatio * mix.promptS;
  const linkS = (1 + mix.promptRatio) * replica.linkS;
  const denseS = replica.sharedBytes / replica.bytesPerS;
  const excess = (inService: number) => {
    const batch = batchWhileBusy(inService, slots);
    const weightsS =
      replica.expertBytes === 0 ? denseS : touchedBytes(replica, batch * (1 + mix.promptRatio)) / replica.bytesPerS;
    const stepS = Math.max(weightsS + batch * kvS, batch * computeS) + batch * linkS + replica.fixedS;
    return rate * stepS - inService;
  };
  let low = Math.min(slots, rate * mixStep(replica, mix, 1).stepS);
  let high = slots;
  let root = high;
  if (rate < full) {
    let atLow = excess(low);
    let atHigh = excess(high);
    let side = 0;
    root = low;
    for (let i = 0; i < 60 && high - low > 1e-10 * high && atLow > 0; i++) {
      const was = root;
      root = (low * atHigh - high * atLow) / (atHigh - atLow);
      const at = excess(root);
      if (at > 0) {
        low = root;
        atLow = at;
        if (side === 1) atHigh /= 2;
        side = 1;
      } else {
        high = root;
        atHigh = at;
        if (side === -1) atLow /= 2;
        side = -1;
      }
      if (Math.abs(root - was) < 1e-10 * root || at === 0) break;
    }
  }
  const batch = batchWhileBusy(root, slots);
  return {
    inService: root,
    batch,
    busyShare: Math.min(1, root / batch),
    utilisation: Math.min(1, rate / full),
    slots,
    step: mixStep(replica, mix, batch),
  };
}
