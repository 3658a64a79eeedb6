import type { Accelerator, Format, Model } from '../../catalog/catalog.ts';

/**
 * Roofline of one replica: a model spread over `accelerators` devices by tensor parallelism, served with continuous batching
 * and chunked prefill. Pure arithmetic on seconds, bytes and tokens.
 *
 * Sources: Williams et al., Roofline, CACM 52(4), 2009; Pope et al., Efficiently Scaling Transformer Inference, MLSys 2023
 * (bytes and FLOPs of a decode step); efficiencies fitted to public measurements (see ENGINE).
 */

/** What a serving engine reaches of the published rates, and what each step costs beside them. */
export interface Engine {
  /** Share of the published memory bandwidth. */
  readonly memoryShare: number;
  /** Share of the published compute rate. */
  readonly computeShare: number;
  /** Scheduling, sampling and kernel launches of a step, s. */
  readonly stepS: number;
}

/**
 * One global fit to public throughput measurements (Argonne LLM-Inference-Bench, ML.ENERGY v2 and v3, AIConfigurator silicon
 * samples, Splitwise; vLLM, SGLang, TensorRT-LLM, DeepSpeed): median error 31 % over 3,212 points of chips and models known
 * by their data sheets alone (accuracy.test.ts). Single points miss by a factor of 2 to 4, mostly small batches of
 * mixture-of-experts models and the engines of 2023, which are slower than predicted.
 */
export const ENGINE: Engine = { memoryShare: 0.7, computeShare: 0.4, stepS: 0.004 };

/** Achievable share of the published rates of the chips that the fit rests on: 0.8 of memory (AIConfigurator), 0.83 of matmul (H100, measured as in the catalogue). */
const FITTED_MEMORY_SHARE = 0.8;
const FITTED_COMPUTE_SHARE = 0.83;

/** Bytes of one weight; 4-bit formats carry a scale per block (NVFP4: one byte per 16 weights; int4: two per 64). */
export const WEIGHT_BYTES: Readonly<Record<Format, number>> = { fp16: 2, fp8: 1, int8: 1, fp4: 0.5625, int4: 0.53125 };

/** Bytes of a KV-cache element against 16 bit. */
export const KV_SHARE: Readonly<Record<'fp16' | 'fp8' | 'int8', number>> = { fp16: 1, fp8: 0.5, int8: 0.5 };

/** Memory that an engine keeps for activations, graphs and communication, per accelerator (AIConfigurator: 3.5 GiB + 0.37 GiB). */
const RESERVE_BYTES = 3.87 * 2 ** 30;

/** Latency of one all-reduce: scale-up link or PCIe (6 us and 25 us; AIConfigurator quotes 2 to 10 us point to point). */
const REDUCE_SCALE_UP_S = 6e-6;
const REDUCE_PCIE_S = 25e-6;
/** A PCIe 4.0 x16 slot, both directions, GB/s: the link where no scale-up link is published. */
const PCIE_GB_PER_S = 64;

/** Constants of a replica; every rate already has its efficiency in. */
export interface Replica {
  readonly accelerators: number;
  /** Bytes that every step reads whatever it computes, and bytes of all experts. */
  readonly sharedBytes: number;
  readonly expertBytes: number;
  /** Chance that a token leaves an expert alone; 1 for dense models. */
  readonly expertMiss: number;
  readonly kvBytesPerToken: number;
  /** Room for the KV cache after weights and reserve, bytes; negative when the weights do not fit. */
  readonly kvRoomBytes: number;
  readonly maxBatch: number;
  readonly bytesPerS: number;
  /** Compute of a token through the weights, s. */
  readonly tokenS: number;
  /** Compute of a prompt token's attention per token of its prompt, s. */
  readonly attentionS: number;
  /** All-reduce of a token's activations, s. */
  readonly linkS: number;
  /** What a step costs before any work: engine and all-reduce latency, s. */
  readonly fixedS: number;
}

/** Rate at which a chip computes with weights of a format, TFLOP/s: natively, or at 16 bit after unpacking them. */
export function computeTflops(accelerator: Accelerator, format: Format): number {
  return accelerator.tflops[format] ?? accelerator.tflops.fp16 ?? 0;
}

/**
 * Constants of a replica.
 *
 * Weights in a format that the chip does not compute natively save bytes but run at its 16-bit rate. Where the chip's own
 * achievable share is measured, it scales the fitted efficiency, which belongs to chips that achieve 0.8 of memory and 0.83 of compute.
 *
 * @param accelerators devices of the replica, >= 1
 * @param memoryUse share of the memory that the engine takes, 0..1
 */
export function replicaOf(
  accelerator: Accelerator,
  model: Model,
  options: {
    readonly format: Format;
    readonly kvFormat: keyof typeof KV_SHARE;
    readonly accelerators: number;
    readonly memoryUse: number;
    readonly maxBatch: number;
    readonly engine?: Engine;
  },
): Replica {
  const n = options.accelerators;
  const engine = options.engine ?? ENGINE;
  const weight = WEIGHT_BYTES[options.format];
  const expertsB = model.moe?.expertParamsB ?? 0;
  const memory = Math.min(
    1,
    engine.memoryShare * ((accelerator.memoryShare ?? FITTED_MEMORY_SHARE) / FITTED_MEMORY_SHARE),
  );
  const reached = (accelerator.computeShare ?? FITTED_COMPUTE_SHARE) / FITTED_COMPUTE_SHARE;
  const compute = Math.min(1, engine.computeShare * reached);
  const flops = n * computeTflops(accelerator, options.format) * 1e12 * compute;
  const flops16 = n * computeTflops(accelerator, 'fp16') * 1e12 * compute;
  const link = accelerator.interconnectGbPerS ?? PCIE_GB_PER_S;
  const reduceS = link > 2 * PCIE_GB_PER_S ? REDUCE_SCALE_UP_S : REDUCE_PCIE_S;
  return {
    accelerators: n,
    sharedBytes: (model.totalParamsB - expertsB) * 1e9 * weight,
    expertBytes: expertsB * 1e9 * weight,
    expertMiss: model.moe === undefined ? 1 : 1 - model.moe.active / model.moe.experts,
    kvBytesPerToken: model.kvBytesPerToken * KV_SHARE[options.kvFormat],
    kvRoomBytes:
      n * (accelerator.memoryGb * 1e9 * options.memoryUse - RESERVE_BYTES) - model.totalParamsB * 1e9 * weight,
    maxBatch: options.maxBatch,
    bytesPerS: n * accelerator.bandwidthGbPerS * 1e9 * memory,
    tokenS: (2 * model.activeParamsB * 1e9) / flops,
    // Causal attention: 2 products of 2 x heads x headDim FLOPs per layer with half of the prompt on average.
    attentionS: (2 * model.layers * model.heads * model.headDim) / flops16,
    linkS: n === 1 ? 0 : (2 * model.layers * ((2 * (n - 1)) / n) * model.hidden * 2) / ((link / 2) * 1e9),
    fixedS: engine.stepS + (n === 1 ? 0 : 2 * model.layers * reduceS),
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

/** A step's time and what it consists of, s. `stepS` = max(memoryS, computeS) + linkS + fixed. */
export interface Step {
  readonly stepS: number;
  readonly memoryS: number;
  readonly computeS: number;
  readonly linkS: number;
}

/**
 * One engine step with chunked prefill: `batch` sequences each give a token and hold `kvTokens` in all, and `promptTokens`
 * prompt tokens of `promptS` compute each ride along; weights are read once for both.
 */
export function stepOf(replica: Replica, batch: number, kvTokens: number, promptTokens: number, promptS: number): Step {
  const tokens = batch + promptTokens;
  const memoryS = (touchedBytes(replica, tokens) + kvTokens * replica.kvBytesPerToken) / replica.bytesPerS;
  const computeS = batch * replica.tokenS + promptTokens * promptS;
  const linkS = tokens * replica.linkS;
  return { stepS: Math.max(memoryS, computeS) + linkS + replica.fixedS, memoryS, computeS, linkS };
}

/** Time to compute `count` prompts of `promptTokens` with nothing else running, s: at least one pass over the weights. */
export function prefillS(replica: Replica, count: number, promptTokens: number): number {
  return stepOf(replica, 0, 0, count * promptTokens, promptTokenS(replica, promptTokens)).stepS;
}
