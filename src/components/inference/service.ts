import { prefixTokensAt } from '../../workload/profile.ts';
import type { ServiceProfile } from '../contract.ts';
import { capacityOf } from './blend.ts';
import { mixOf, type Prompt, type PromptPart, type ServiceLoad } from './mix.ts';
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

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Values in order, cut into so many slices of equally many, or as many as there are values. */
function cut<T>(sorted: readonly T[], count: number): (readonly T[])[] {
  const parts = Math.min(count, sorted.length);
  const edge = (k: number) => Math.floor((k * sorted.length) / parts);
  return Array.from({ length: parts }, (_, k) => sorted.slice(edge(k), edge(k + 1)));
}

/** Length of the prompt without a prefix whose tokens cost as much on average: a token attends to all before it. */
const asLong = (cachedTokens: number, computedTokens: number): number => computedTokens + 2 * cachedTokens;

const workS = ({ computedTokens, tokenS }: Prompt): number => computedTokens * tokenS;

/** Prompts in parts of equally many alike, by what is computed of them. */
function partsOf(replica: Replica, prompts: readonly Prompt[]): readonly PromptPart[] {
  const sorted = [...prompts].sort((a, b) => a.computedTokens - b.computedTokens);
  return cut(sorted, PROMPT_QUANTILES).map((own): PromptPart => {
    const computedTokens = meanOf(own.map((p) => p.computedTokens));
    const cachedTokens = meanOf(own.map((p) => p.cachedTokens));
    const tokenS = promptTokenS(replica, asLong(cachedTokens, computedTokens));
    const times = own.map((p) => workS(p) / Math.max(workS({ cachedTokens, computedTokens, tokenS }), 1e-300));
    const [least, most] = [Math.min(1, ...times), Math.max(1, ...times)];
    return { cachedTokens, computedTokens, tokenS, least, most, prompts: own };
  });
}

/**
 * Prepares a profile for a replica. A sequence with prompt i and output o holds i + o/2 tokens on average for a time in
 * proportion to o, so the mean context of what runs is E[i] + E[o^2] / (2 E[o]); i and o are independent. What the prefix cache
 * has of a prompt is attended to, read for each of its pieces and holds room like the rest; it is not computed. Each sequence
 * holds its own copy, as in the replay.
 */
export function serviceLoad(replica: Replica, profile: ServiceProfile): ServiceLoad {
  const input = moments(profile.inputTokens);
  // An answer has at least its end token.
  const output = moments(profile.outputTokens.map((tokens) => Math.max(1, tokens)));
  const prompts = profile.inputTokens.map((tokens, k): Prompt => {
    const cachedTokens = prefixTokensAt(profile, k);
    const computedTokens = tokens - cachedTokens;
    return { cachedTokens, computedTokens, tokenS: promptTokenS(replica, asLong(cachedTokens, computedTokens)) };
  });
  const computed = moments(prompts.map((p) => p.computedTokens));
  // Attention grows with the prompt, so without prefixes a prompt token costs E[i^2]/E[i] on average over prompt tokens.
  const attended = meanOf(prompts.map((p) => p.computedTokens * asLong(p.cachedTokens, p.computedTokens)));
  const promptS = promptTokenS(replica, computed.mean > 0 ? attended / computed.mean : 0);
  const work = moments(prompts.map(workS));
  const pieces = prompts.map((p) => Math.max(1, p.computedTokens / STEP_TOKENS));
  const read = meanOf(prompts.map((p, k) => pieces[k]! * p.cachedTokens));
  const load = {
    id: profile.id,
    port: `requests:${profile.id}`,
    inputTokens: input.mean,
    computedTokens: computed.mean,
    outputTokens: output.mean,
    heldSquare: input.square + input.mean * output.mean + output.square / 4,
    promptLengths: [...profile.inputTokens].sort((a, b) => a - b),
    contextTokens: input.mean + output.square / (2 * output.mean),
    promptChunks: meanOf(pieces),
    readPerToken: computed.mean > 0 ? read / computed.mean : 0,
    promptS,
    arrivalCv2: profile.arrivalCv2,
    outputCv2: output.cv2,
    promptCv2: work.cv2,
    promptSkew: work.skew,
    ...(profile.pace === undefined ? {} : { pace: profile.pace }),
    promptParts: partsOf(replica, prompts),
    outputQuantiles: cut(
      [...profile.outputTokens].sort((a, b) => a - b),
      OUTPUT_QUANTILES,
    ).map(meanOf),
    ttftS: profile.ttftS,
    tpotS: profile.tpotS,
    capacityPerS: Number.POSITIVE_INFINITY,
  };
  return { ...load, capacityPerS: capacityOf(replica, mixOf([load], [1])) };
}
