import type { Accelerator, Model } from '../../catalog/catalog.ts';

/**
 * What a serving engine makes of a chip: shares of the published rates that it reaches, and what a step costs beside the
 * work. One set per engine and generation; a share is of the data sheet's figure, so a set belongs to no chip.
 *
 * Sources of the form: Williams et al., Roofline, CACM 52(4), 2009; Pope et al., Efficiently Scaling Transformer Inference,
 * MLSys 2023; Narayanan et al., Efficient Large-Scale Language Model Training, SC 2021 (collectives). The numbers are a
 * regularised fit to public measurements, see `predict/constants.ts`; docs/validation.md has their error by groups left out.
 */
export interface Engine {
  /** Share of the published memory bandwidth, 0..1. */
  readonly memoryShare: number;
  /** Share of the published compute rate in large products, 0..1. */
  readonly computeShare: number;
  /** Share of the 16-bit rate in attention over prompts, 0..1. */
  readonly attentionShare: number;
  /**
   * Tokens choose alike: as many experts are read as if this share of the tokens chose independently, 0..1.
   */
  readonly routingShare: number;
  /** Rate of expert products over that of dense ones; above 1 where tokens overlap better than assumed. */
  readonly expertShare: number;
  /** Share of the published link rate in collectives, 0..1. */
  readonly linkShare: number;
  /** Scheduling and sampling of a step, s. */
  readonly stepS: number;
  /** Kernel launches of a layer, s. */
  readonly layerS: number;
  /** More of a layer with experts: routing, gathering, scattering, s. */
  readonly expertLayerS: number;
  /** Latency of one collective, s; a layer has two. */
  readonly reduceS: number;
  /** Sampling and handling of the token of one sequence on the host, s. */
  readonly tokenS: number;
  /** Tokens of a step at which products reach half of their rate. */
  readonly halfTokens: number;
  /** Part of the shorter of reading and computing that does not overlap with the longer, 0..1. */
  readonly serialShare: number;
}

/** Engines with constants of their own; `other` is the mean of all. */
export const ENGINES = [
  'vllm',
  'vllm-2024',
  'vllm-2023',
  'sglang',
  'tensorrt-llm',
  'deepspeed',
  'llama.cpp',
  'transformers',
  'other',
] as const;
export type EngineId = (typeof ENGINES)[number];

/** Engine of a free text such as "trtllm 1.2.0rc6" or "vllm (2023)", with the year of the measurement where known. */
export function engineOf(text: string, year?: number): EngineId {
  const name = text.toLowerCase();
  if (name.includes('llama.cpp') || name.includes('ollama')) return 'llama.cpp';
  if (name.includes('sglang')) return 'sglang';
  if (name.includes('vllm')) {
    if (name.includes('2023') || (year !== undefined && year <= 2023)) return 'vllm-2023';
    return year === 2024 ? 'vllm-2024' : 'vllm';
  }
  if (/trt-?llm|tensorrt/.test(name)) return 'tensorrt-llm';
  if (name.includes('deepspeed')) return 'deepspeed';
  if (/transformers|^hf/.test(name)) return 'transformers';
  return 'other';
}

/** Engines that run on the chips of one maker alone (TensorRT-LLM, support matrix: NVIDIA GPUs). */
const MAKERS: Partial<Readonly<Record<EngineId, string>>> = { 'tensorrt-llm': 'NVIDIA' };

/** Engines that may split a model by its layers, so that its heads need not be divided. */
const BY_LAYERS: readonly EngineId[] = ['llama.cpp', 'transformers', 'other'];

/** Why an engine does not run on a catalogue's chip; undefined where it may. */
export function engineAgainst(chip: Pick<Accelerator, 'vendor'>, engine: EngineId): string | undefined {
  const maker = MAKERS[engine];
  return maker === undefined || maker === chip.vendor ? undefined : `${engine} runs on ${maker} chips only`;
}

/**
 * True where a model can be split over so many devices: tensor parallelism divides the attention heads (vLLM and its like refuse
 * anything else); with latent attention requests are spread instead.
 */
export function splits(model: Pick<Model, 'heads' | 'mla'>, engine: EngineId, devices: number): boolean {
  return model.mla !== undefined || BY_LAYERS.includes(engine) || model.heads % devices === 0;
}
