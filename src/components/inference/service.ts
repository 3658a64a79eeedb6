import type { ServiceProfile } from '../contract.ts';
import { promptTokenS, type Replica } from './performance.ts';

/** Quantiles of the prompt length that the share of requests within the latency target is taken over. */
const QUANTILES = 8;

/** A service's profile boiled down to what a step needs. */
export interface ServiceLoad {
  readonly id: string;
  /** Name of its port and bus, `requests:<id>`. */
  readonly port: string;
  /** Mean tokens of a request. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Mean context of a running sequence over its life, tokens. */
  readonly contextTokens: number;
  /** Compute of a prompt token, s, mean over prompt tokens. */
  readonly promptS: number;
  /** Squared coefficients of variation: arrivals, output length (time in service), prompt compute. */
  readonly arrivalCv2: number;
  readonly outputCv2: number;
  readonly promptCv2: number;
  /** Prompt lengths at equally likely quantiles. */
  readonly promptQuantiles: readonly number[];
  readonly ttftS: number;
  readonly tpotS: number;
}

function moments(values: readonly number[]): { mean: number; square: number; cv2: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  const square = squares / values.length;
  return { mean, square, cv2: mean > 0 ? Math.max(0, square / mean ** 2 - 1) : 0 };
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
  return {
    id: profile.id,
    port: `requests:${profile.id}`,
    inputTokens: input.mean,
    outputTokens: output.mean,
    contextTokens: input.mean + output.square / (2 * output.mean),
    promptS,
    arrivalCv2: profile.arrivalCv2,
    outputCv2: output.cv2,
    promptCv2: moments(profile.inputTokens.map((tokens) => tokens * promptTokenS(replica, tokens))).cv2,
    promptQuantiles: slices(profile.inputTokens, QUANTILES),
    ttftS: profile.ttftS,
    tpotS: profile.tpotS,
  };
}
