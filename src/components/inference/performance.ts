import type { Accelerator, Format, Model } from '../../catalog/catalog.ts';
import { fullAttentionLayers, sequenceBytes } from '../../catalog/model.ts';
import { LEAST_CLOCK, type Parts, shareAt } from './clock.ts';
import type { Engine } from './engine.ts';
import { idleW } from './power.ts';
import { engineConstants } from './predict/constants.ts';
import { rootOf } from './root.ts';

/**
 * Roofline of one replica: a model spread over `accelerators` devices by tensor parallelism, served with continuous batching
 * and chunked prefill. Pure arithmetic on seconds, bytes and tokens.
 *
 * Sources: Williams et al., Roofline, CACM 52(4), 2009; Pope et al., Efficiently Scaling Transformer Inference, MLSys 2023
 * (bytes and FLOPs of a decode step); efficiencies fitted to public measurements (see engine.ts).
 */

/** Achievable share of the published rates of the chips that the constants rest on: 0.8 of memory (AIConfigurator), 0.83 of matmul (H100, measured as in the catalogue). */
const FITTED_MEMORY_SHARE = 0.8;
const FITTED_COMPUTE_SHARE = 0.83;

/** Bytes of one weight; 4-bit formats carry a scale per block (NVFP4: one byte per 16 weights; int4: two per 64). */
export const WEIGHT_BYTES: Readonly<Record<Format, number>> = { fp16: 2, fp8: 1, int8: 1, fp4: 0.5625, int4: 0.53125 };

/** Bytes of a KV-cache element against 16 bit. */
export const KV_SHARE: Readonly<Record<'fp16' | 'fp8' | 'int8', number>> = { fp16: 1, fp8: 0.5, int8: 0.5 };

/** Memory that an engine keeps for activations, graphs and communication, per accelerator (AIConfigurator: 3.5 GiB + 0.37 GiB). */
const RESERVE_BYTES = 3.87 * 2 ** 30;

/** A PCIe 4.0 x16 slot, both directions, GB/s: the link where no scale-up link is published. */
const PCIE_GB_PER_S = 64;

/** Constants of a replica; every rate already has its efficiency in. */
export interface Replica {
  readonly accelerators: number;
  /** Bytes of all weights, once. */
  readonly weightBytes: number;
  /** Bytes that every step reads whatever it computes, and bytes of all experts; as seen by all devices together. */
  readonly sharedBytes: number;
  readonly expertBytes: number;
  /** Chance that a token leaves an expert alone; 1 for dense models. */
  readonly expertMiss: number;
  /** Bytes of KV cache that a token of context costs to read; more than one copy where heads cannot be divided. */
  readonly kvBytesPerToken: number;
  /** Bytes of recurrent state of a sequence, for layers without KV cache. */
  readonly stateBytes: number;
  /** Room for the KV cache after weights and reserve, bytes; negative when the weights do not fit. */
  readonly kvRoomBytes: number;
  readonly maxBatch: number;
  readonly bytesPerS: number;
  /** Compute of a token through the weights, s. */
  readonly tokenS: number;
  /** Compute of a prompt token's attention per token of its prompt, s. */
  readonly attentionS: number;
  /** Collectives of a token's activations, s. */
  readonly linkS: number;
  /** Sampling and handling of a sequence's token on the host, s. */
  readonly sampleS: number;
  /** What a step costs before any work: engine, launches and collectives' latency, s; and the launches, which the core paces. */
  readonly fixedS: number;
  readonly launchS: number;
  /** Tokens that a step is short of full rate by: products of t tokens take as long as t + this at full rate. */
  readonly idleTokens: number;
  /** Part of the shorter of reading and computing that adds to the longer, 0..1. */
  readonly serialShare: number;
  /** Stages of a pipeline: fewer tokens than stages leave stages idle. */
  readonly stages: number;
  /** Clock that is locked, share of the largest; computing and launches take their times at this clock. */
  readonly clock: number;
  /** Power cap and idle power of an accelerator over its board power limit; 1 for no cap below that limit. */
  readonly capShare: number;
  readonly idleShare: number;
  /** Power of boards in steps over what the regression says of them, > 0: what measurements of this configuration add. */
  readonly draw: number;
}

/** What an operator sets on accelerators. */
export interface Knobs {
  /** Locked clock, share of the largest, 0..1. */
  readonly clock: number;
  /** Power cap of one accelerator, W; its board power limit for none. */
  readonly capW: number;
  /** Share of the full rate up to which the router fills a replica before it takes the next one, 0..1; spread evenly when left out. */
  readonly fill?: number;
}

/** What `replicaOf` is asked for. */
export interface ReplicaOptions {
  readonly format: Format;
  readonly kvFormat: keyof typeof KV_SHARE;
  /** Devices of the replica, >= 1. */
  readonly accelerators: number;
  /** Share of the memory that the engine takes, 0..1. */
  readonly memoryUse: number;
  /** Memory that an engine keeps for itself, bytes per accelerator; as AIConfigurator has it when left out. */
  readonly reserveBytes?: number;
  readonly maxBatch: number;
  /** The engine's constants; those of today's vLLM when left out. */
  readonly engine?: Engine;
  /** Ways that products, layers, experts and requests are split; all devices by tensor parallelism when left out. */
  readonly tensorParallel?: number;
  readonly pipelineParallel?: number;
  readonly expertParallel?: number;
  readonly dataParallel?: number;
  /** Clock and cap; the largest clock and no cap when left out. */
  readonly knobs?: Knobs;
  /** Context at which layers with a sliding window are counted, tokens; without it as if all fitted into it. */
  readonly contextTokens?: number;
}

/**
 * Rate at which a chip computes with weights of a format, TFLOP/s: natively, or at 16 bit after unpacking them. Four-bit
 * integers are a format of weights alone (W4A16): they are always unpacked.
 */
export function computeTflops(accelerator: Accelerator, format: Format): number {
  return (format === 'int4' ? undefined : accelerator.tflops[format]) ?? accelerator.tflops.fp16 ?? 0;
}

/** KV cache of a token of context at 16 bit, bytes; layers with a window hold less of a long context. */
function kvPerToken(model: Model, contextTokens: number): number {
  const tokens = Math.max(1, contextTokens);
  return (sequenceBytes(model, tokens) - (model.linear?.stateBytes ?? 0)) / tokens;
}

/**
 * Constants of a replica.
 *
 * Weights in a format that the chip does not compute natively save bytes but run at its 16-bit rate. Where the chip's own
 * achievable share is measured, it scales the fitted efficiency, which belongs to chips that achieve 0.8. KV heads that
 * cannot be divided among the devices are held twice or more; latent attention is held by every device unless requests are
 * spread (data parallel), which in turn makes every device read its own copy of the attention weights.
 */
export function replicaOf(accelerator: Accelerator, model: Model, options: ReplicaOptions): Replica {
  const n = options.accelerators;
  const engine = options.engine ?? engineConstants('vllm');
  const tensor = Math.max(1, options.tensorParallel ?? n);
  const experts = Math.max(1, options.expertParallel ?? 1);
  const data = Math.max(1, options.dataParallel ?? 1);
  const weight = WEIGHT_BYTES[options.format];
  const expertsB = model.moe?.expertParamsB ?? 0;
  const memory = Math.min(
    1,
    engine.memoryShare * ((accelerator.memoryShare ?? FITTED_MEMORY_SHARE) / FITTED_MEMORY_SHARE),
  );
  const compute = Math.min(
    1,
    engine.computeShare * ((accelerator.computeShare ?? FITTED_COMPUTE_SHARE) / FITTED_COMPUTE_SHARE),
  );
  const flops = n * computeTflops(accelerator, options.format) * 1e12 * compute;
  const flops16 = n * computeTflops(accelerator, 'fp16') * 1e12 * engine.attentionShare;
  const link = accelerator.interconnectGbPerS ?? PCIE_GB_PER_S;
  const ways = Math.max(tensor, experts);
  const activeExpertsB = model.moe === undefined ? 0 : (expertsB * model.moe.active) / model.moe.experts;
  const denseB = Math.max(1e-3, model.activeParamsB - activeExpertsB);
  // Embeddings are looked up, not read; they stay in 16 bit, as does the head, which every step reads.
  const embeddingB = ((model.vocab ?? 0) * model.hidden) / 1e9;
  const bodyB = Math.max(0.1 * model.totalParamsB, model.totalParamsB - expertsB - 2 * embeddingB);
  const tokenS = (2 * (denseB + activeExpertsB / engine.expertShare) * 1e9) / flops;
  const kvCopies = model.mla === undefined ? Math.max(1, tensor / model.kvHeads) : data > 1 ? 1 : tensor;
  const kvBytes = kvPerToken(model, options.contextTokens ?? 1) * KV_SHARE[options.kvFormat];
  const launchS = model.layers * (engine.layerS + (model.moe === undefined ? 0 : engine.expertLayerS));
  const reduceBytes = 2 * model.layers * ((2 * (ways - 1)) / ways) * model.hidden * 2;
  const delivered: Replica = {
    accelerators: n,
    weightBytes: model.totalParamsB * 1e9 * weight,
    sharedBytes: (bodyB * weight + embeddingB * 2) * 1e9 * data,
    expertBytes: expertsB * 1e9 * weight,
    expertMiss: model.moe === undefined ? 1 : (1 - model.moe.active / model.moe.experts) ** engine.routingShare,
    kvBytesPerToken: kvBytes * kvCopies,
    stateBytes: model.linear?.stateBytes ?? 0,
    kvRoomBytes:
      n * (accelerator.memoryGb * 1e9 * options.memoryUse - (options.reserveBytes ?? RESERVE_BYTES)) -
      (model.totalParamsB - expertsB) * data * 1e9 * weight -
      expertsB * 1e9 * weight,
    maxBatch: options.maxBatch,
    bytesPerS: n * accelerator.bandwidthGbPerS * 1e9 * memory,
    tokenS,
    // Causal attention: 2 products of 2 x heads x headDim FLOPs per layer with half of the prompt on average.
    attentionS: (2 * fullAttentionLayers(model) * model.heads * model.headDim) / flops16,
    linkS: ways === 1 ? 0 : reduceBytes / data / ((link / 2) * 1e9 * engine.linkShare),
    sampleS: engine.tokenS / data,
    fixedS: engine.stepS + launchS + (ways === 1 ? 0 : 2 * model.layers * engine.reduceS),
    launchS,
    idleTokens: engine.halfTokens,
    serialShare: engine.serialShare,
    stages: Math.max(1, options.pipelineParallel ?? 1),
    clock: 1,
    capShare: 1,
    idleShare: accelerator.tdpW > 0 ? idleW(accelerator) / accelerator.tdpW : 0,
    draw: 1,
  };
  return options.knobs === undefined ? delivered : turned(delivered, accelerator, options.knobs);
}

/** The replica at another clock and cap. */
export function turned(replica: Replica, { tdpW }: Pick<Accelerator, 'tdpW'>, { clock, capW }: Knobs): Replica {
  const slower = replica.clock / clock;
  const launchS = replica.launchS * slower;
  return {
    ...replica,
    tokenS: replica.tokenS * slower,
    attentionS: replica.attentionS * slower,
    launchS,
    fixedS: replica.fixedS + launchS - replica.launchS,
    clock,
    capShare: tdpW > 0 ? Math.min(1, capW / tdpW) : 1,
  };
}

/** Weight bytes a step reads when `tokens` tokens pass: experts that none of them uses are left alone. */
export function touchedBytes(replica: Replica, tokens: number): number {
  if (replica.expertBytes === 0) return replica.sharedBytes;
  return replica.sharedBytes + replica.expertBytes * (1 - replica.expertMiss ** Math.max(1, tokens));
}

/** Compute of one prompt token of a prompt of `promptTokens`, s: weights, attention over half the prompt, all-reduce. */
export function promptTokenS(replica: Replica, promptTokens: number): number {
  return replica.tokenS + replica.attentionS * promptTokens;
}

/** A step: its time and what it consists of, s, and the clock that it ran at. */
export interface Step extends Parts {
  /** Share of the largest clock: the replica's, or less where the power cap binds. */
  readonly clock: number;
}

/** Time of reading and computing side by side, s: the longer, and the part of the shorter that does not overlap. */
export function roofS(replica: Replica, memoryS: number, computeS: number): number {
  return memoryS > computeS ? memoryS + replica.serialShare * computeS : computeS + replica.serialShare * memoryS;
}

/**
 * One engine step with chunked prefill: `batch` sequences each give a token and hold `kvTokens` in all, and `promptTokens`
 * prompt tokens of `promptS` compute each ride along; weights are read once for both. Every part is affine in the tokens
 * (the experts touched aside): step = roof(memory, compute) + link + fixed. Where it would draw more than the cap, the clock
 * goes down and computing takes longer until it does not.
 */
export function stepOf(replica: Replica, batch: number, kvTokens: number, promptTokens: number, promptS: number): Step {
  const tokens = batch + promptTokens;
  const idle = replica.stages > 1 ? replica.stages / Math.min(replica.stages, Math.max(1, tokens)) : 1;
  const memoryS =
    (idle * (touchedBytes(replica, tokens) + kvTokens * replica.kvBytesPerToken + 2 * batch * replica.stateBytes)) /
    replica.bytesPerS;
  const computeS = idle * ((batch + replica.idleTokens) * replica.tokenS + promptTokens * promptS);
  const linkS = tokens * replica.linkS + batch * replica.sampleS;
  const stepS = roofS(replica, memoryS, computeS) + linkS + replica.fixedS;
  const step = { stepS, memoryS, computeS, linkS, clock: replica.clock };
  return replica.capShare < 1 ? underCap(replica, step) : step;
}

/** Time of such a step alone, s: what is asked most, without what it consists of. */
export function stepTimeS(
  replica: Replica,
  batch: number,
  kvTokens: number,
  promptTokens: number,
  promptS: number,
): number {
  if (replica.capShare < 1 || replica.stages > 1) return stepOf(replica, batch, kvTokens, promptTokens, promptS).stepS;
  const tokens = batch + promptTokens;
  const memoryS =
    (touchedBytes(replica, tokens) + kvTokens * replica.kvBytesPerToken + 2 * batch * replica.stateBytes) /
    replica.bytesPerS;
  const computeS = (batch + replica.idleTokens) * replica.tokenS + promptTokens * promptS;
  const linkS = tokens * replica.linkS + batch * replica.sampleS;
  return roofS(replica, memoryS, computeS) + linkS + replica.fixedS;
}

/** The step at the highest clock, up to its own, at which it draws no more than the cap. */
function underCap(replica: Replica, step: Step): Step {
  const at = (clock: number): Step => {
    const slower = replica.clock / clock;
    const computeS = step.computeS * slower;
    const fixedS = replica.fixedS + replica.launchS * (slower - 1);
    const stepS = roofS(replica, step.memoryS, computeS) + step.linkS + fixedS;
    return { ...step, stepS, computeS, clock };
  };
  const over = (clock: number) => shareAt(replica.idleShare, at(clock), clock, replica.draw) - replica.capShare;
  if (over(replica.clock) <= 0) return step;
  return at(over(LEAST_CLOCK) >= 0 ? LEAST_CLOCK : rootOf(over, LEAST_CLOCK, replica.clock));
}

/** Share of its board power limit that an accelerator draws in a step, 0..1. */
export function runningShare(replica: Replica, step: Step): number {
  return Math.min(replica.capShare, shareAt(replica.idleShare, step, step.clock, replica.draw));
}

/** Time to compute `count` prompts of `promptTokens` with nothing else running, s: at least one pass over the weights. */
export function prefillS(replica: Replica, count: number, promptTokens: number): number {
  return stepOf(replica, 0, 0, count * promptTokens, promptTokenS(replica, promptTokens)).stepS;
}
