import { ENGINES } from '../engine.ts';
import { computeTflops, WEIGHT_BYTES } from '../performance.ts';
import type { Estimate } from './estimate.ts';
import { MODES, type Point } from './point.ts';

const LIMITS = ['none', 'server', 'interactive'] as const;
const FORMATS = ['fp16', 'fp8', 'int8', 'fp4', 'int4'] as const;
const VENDORS = ['NVIDIA', 'AMD', 'Intel', 'Apple'];

const flag = (yes: boolean) => (yes ? 1 : 0);

/**
 * What the corrections may look at, each a number: mostly what the roofline says of the point (where its time goes, how full
 * it is), little of what the chip and the model are called, so that what is learnt on one carries over to its relatives.
 */
const FEATURES: Readonly<Record<string, (point: Point, at: Estimate) => number>> = {
  memoryShare: (_, at) => at.memoryShare,
  computeShare: (_, at) => at.computeShare,
  linkShare: (_, at) => at.linkShare,
  bandwidthShare: (_, at) => Math.sqrt(at.bandwidthShare),
  rateShare: (_, at) => Math.sqrt(at.rateShare),
  fixedShare: (_, at) => at.fixedShare,
  prefillShare: (_, at) => at.prefillShare,
  promptLoad: (_, at) => Math.log(at.promptLoad + 0.05),
  stepS: (_, at) => Math.log(at.tpotS),
  ttftS: (_, at) => Math.log(at.ttftS),
  batch: (_, at) => Math.log(at.batch),
  batchPerDevice: (p, at) => Math.log(at.batch / p.decodeDevices),
  fullness: (_, at) => Math.log(at.batch / at.slots),
  input: (p) => Math.log(p.inputTokens),
  output: (p) => Math.log(p.outputTokens),
  ratio: (p) => Math.log(p.inputTokens / p.outputTokens),
  devices: (p) => Math.log2(p.devices),
  tensorParallel: (p) => Math.log2(p.tensorParallel),
  dataParallel: (p) => Math.log2(p.dataParallel),
  expertParallel: (p) => Math.log2(p.expertParallel),
  pipelineParallel: (p) => Math.log2(p.pipelineParallel),
  prefillDevices: (p) => p.prefillDevices / p.devices,
  weightsShare: (p) => Math.log((p.model.totalParamsB * WEIGHT_BYTES[p.format]) / (p.decodeDevices * p.chip.memoryGb)),
  sparsity: (p) => (p.model.moe === undefined ? 1 : p.model.moe.active / p.model.moe.experts),
  tokensPerExpert: (p, at) =>
    p.model.moe === undefined ? 10 : Math.log((at.batch * p.model.moe.active) / p.model.moe.experts),
  latent: (p) => flag(p.model.mla !== undefined),
  kvHeads: (p) => p.model.heads / p.model.kvHeads,
  activeParams: (p) => Math.log(p.model.activeParamsB),
  intensity: (p) => Math.log((Math.max(1, computeTflops(p.chip, p.format)) * 1000) / p.chip.bandwidthGbPerS),
  native: (p) => flag(p.chip.tflops[p.format] !== undefined),
  bandwidth: (p) => Math.log(p.chip.bandwidthGbPerS),
  link: (p) => Math.log(p.chip.interconnectGbPerS ?? 64),
  vendor: (p) => {
    const k = VENDORS.indexOf(p.chip.vendor);
    return k < 0 ? VENDORS.length : k;
  },
  engine: (p) => ENGINES.indexOf(p.engine),
  format: (p) => FORMATS.indexOf(p.format),
  mode: (p) => MODES.indexOf(p.mode),
  limits: (p) => LIMITS.indexOf(p.limits),
  year: (p) => p.year,
  total: (p) => flag(p.kind === 'total'),
  inferredBatch: (p) => flag(p.inferred.includes('batch')),
  inferredInput: (p) => flag(p.inferred.includes('input')),
};

const FUNCTIONS = Object.values(FEATURES);

/** Names of the features, in the order of `featuresOf`. */
export const FEATURE_NAMES: readonly string[] = Object.keys(FEATURES);

/** Features that tell models apart rather than what their steps consist of. */
export const OF_MODELS: ReadonlySet<string> = new Set([
  'activeParams',
  'kvHeads',
  'sparsity',
  'weightsShare',
  'latent',
]);

/** Features of a point, in the order of `FEATURE_NAMES`. */
export function featuresOf(point: Point, at: Estimate): Float64Array {
  const row = new Float64Array(FUNCTIONS.length);
  for (let k = 0; k < row.length; k++) row[k] = FUNCTIONS[k]!(point, at);
  return row;
}
