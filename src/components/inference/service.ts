import type { ServiceProfile } from '../contract.ts';
import { capacityOf } from './blend.ts';
import { mixOf, type ServiceLoad } from './mix.ts';
import { promptTokenS, type Replica } from './performance.ts';
import { STEP_TOKENS } from './replay/scheduling.ts';

/** Quantiles of the lengths that the share of requests within the latency targets is taken over. */
const PROMPT_QUANTILES = 16;
const OUTPUT_QUANTILES = 8;

function moments(values: readonly number[]): { mean: number; square: number; cv2: number; skew: number } {
  let sum = 0;
  let squares = 0;
  let cubes = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
    cubes += value * value * value;
  }
  const mean = sum / values.length;
  const square = squares / values.length;
  const skew = squares > 0 ? (cubes * sum) / squares ** 2 : 1;
  return { mean, square, cv2: mean > 0 ? Math.max(0, square / mean ** 2 - 1) : 0, skew };
}

/** Mean of each of `count` equal slices of the sorted values. */
function slices(values: readonly number[], count: number): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const parts = Math.min(count, sorted.length);
  return Array.from({ length: parts }, (_, k) => {
    const part = sorted.slice(Math.floor((k * sorted.length) / parts), Math.floor(((k + 1) * sorted.length) / parts));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/**
 * Prepares a profile for a replica. A sequence with prompt i and output o holds i + o/2 tokens on average for a time in
 * proportion to o, so the mean context of what runs is E[i] + E[o^2] / (2 E[o]); i and o are independent.
 */
export function serviceLoad(replica: Replica, profile: ServiceProfile): ServiceLoad {
  const input = moments(profile.inputTokens);
  // An answer has at least its end token.
  const output = moments(profile.outputTokens.map((tokens) => Math.max(1, tokens)));
  // Attention grows with the prompt, so a prompt token costs E[i^2]/E[i] on average over prompt tokens.
  const promptS = promptTokenS(replica, input.mean > 0 ? input.square / input.mean : 0);
  const work = moments(profile.inputTokens.map((tokens) => tokens * promptTokenS(replica, tokens)));
  const promptQuantiles = slices(profile.inputTokens, PROMPT_QUANTILES);
  const load = {
    id: profile.id,
    port: `requests:${profile.id}`,
    inputTokens: input.mean,
    outputTokens: output.mean,
    contextTokens: input.mean + output.square / (2 * output.mean),
    promptChunks: moments(profile.inputTokens.map((tokens) => Math.max(1, tokens / STEP_TOKENS))).mean,
    promptS,
    arrivalCv2: profile.arrivalCv2,
    outputCv2: output.cv2,
    promptCv2: work.cv2,
    promptSkew: work.skew,
    ...(profile.pace === undefined ? {} : { pace: profile.pace }),
    promptQuantiles,
    promptQuantileS: promptQuantiles.map((tokens) => promptTokenS(replica, tokens)),
    outputQuantiles: slices(profile.outputTokens, OUTPUT_QUANTILES),
    ttftS: profile.ttftS,
    tpotS: profile.tpotS,
    capacityPerS: Number.POSITIVE_INFINITY,
  };
  return { ...load, capacityPerS: capacityOf(replica, mixOf([load], [1])) };
}
