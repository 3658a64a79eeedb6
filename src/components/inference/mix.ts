import type { Pace } from '../../workload/pace.ts';

/** A prompt: tokens at its start that the prefix cache has, the others, and the compute of each of these, s. */
export interface Prompt {
  readonly cachedTokens: number;
  readonly computedTokens: number;
  readonly tokenS: number;
}

/** Prompts alike, by their mean. */
export interface PromptPart extends Prompt {
  /** Compute of the shortest and of the longest of them over that of the mean. */
  readonly least: number;
  readonly most: number;
  /** Themselves, equally likely. */
  readonly prompts: readonly Prompt[];
}

/** A service's profile boiled down to what a step needs. */
export interface ServiceLoad {
  readonly id: string;
  /** Name of its port and bus, `requests:<id>`. */
  readonly port: string;
  /** Mean tokens of a request: its prompt, what is computed of it because no prefix cache has it, and its answer. */
  readonly inputTokens: number;
  readonly computedTokens: number;
  readonly outputTokens: number;
  /** Mean context of a running sequence over its life, tokens. */
  readonly contextTokens: number;
  /** Mean square of what a request holds at half of its answer, tokens^2; and lengths of prompts, equally likely, rising. */
  readonly heldSquare: number;
  readonly promptLengths: readonly number[];
  /** Pieces that a prompt comes in on average: one, or as many as a step's tokens make necessary. */
  readonly promptChunks: number;
  /** Tokens of cached prefixes that are read for each prompt token that is computed. */
  readonly readPerToken: number;
  /** Compute of a prompt token, s, mean over the tokens that are computed. */
  readonly promptS: number;
  /** Squared coefficients of variation: arrivals, output length (time in service), prompt compute. */
  readonly arrivalCv2: number;
  readonly outputCv2: number;
  readonly promptCv2: number;
  /** E[S^3] E[S] / E[S^2]^2 of the compute S of a prompt: 1.5 for exponential times, more where single ones are very long. */
  readonly promptSkew: number;
  readonly pace?: Pace;
  /** Prompts in equally likely parts by what is computed of them, and answers at equally likely quantiles. */
  readonly promptParts: readonly PromptPart[];
  readonly outputQuantiles: readonly number[];
  readonly ttftS: number;
  readonly tpotS: number;
  /** Requests per second that a replica can take of this service alone; 0 when not one fits. */
  readonly capacityPerS: number;
}

/**
 * Where a replica settles under a steady mix of requests. Several services share the running batch, so the mix is described
 * by its sums per second; no table per mix is needed because the step time is a function of these few sums.
 */
export interface Mix {
  readonly requestsPerS: number;
  /** Output tokens per second, and those of them that a decode step gives: the first of each request comes from its prompt. */
  readonly outputPerS: number;
  readonly decodePerS: number;
  /** Prompt tokens that are computed per second, and tokens of cached prefixes that are read for each. */
  readonly promptPerS: number;
  readonly readPerToken: number;
  /** Pieces that prompts come in: one each, or as many as a step's tokens make necessary. */
  readonly chunksPerS: number;
  /** Mean context of a running sequence, tokens. */
  readonly contextTokens: number;
  /** Compute of prompt tokens, s per s. */
  readonly promptLoad: number;
  /** Mean compute of a prompt token, s. */
  readonly promptS: number;
  /** Variance over mean of the counts of arrivals. */
  readonly arrivalCv2: number;
  /** Share of a full replica, 0 and up: the services' own shares add up, since slots and steps fill in proportion. */
  readonly load: number;
}

/** Adds up services at `ratesPerS[k] * scale` requests per second each. */
export function mixOf(services: readonly ServiceLoad[], ratesPerS: ArrayLike<number>, scale = 1): Mix {
  let requestsPerS = 0;
  let outputPerS = 0;
  let decodePerS = 0;
  let promptPerS = 0;
  let heldPerS = 0;
  let read = 0;
  let chunksPerS = 0;
  let context = 0;
  let promptLoad = 0;
  let arrivals = 0;
  let load = 0;
  for (let k = 0; k < services.length; k++) {
    const service = services[k]!;
    const rate = ratesPerS[k]! * scale;
    const decode = rate * (service.outputTokens - 1);
    const prompt = rate * service.computedTokens;
    requestsPerS += rate;
    outputPerS += rate * service.outputTokens;
    decodePerS += decode;
    promptPerS += prompt;
    heldPerS += rate * service.inputTokens;
    read += prompt * service.readPerToken;
    chunksPerS += rate * service.promptChunks;
    context += decode * service.contextTokens;
    promptLoad += prompt * service.promptS;
    arrivals += rate * service.arrivalCv2;
    if (rate > 0) load += rate / service.capacityPerS;
  }
  return {
    requestsPerS,
    outputPerS,
    decodePerS,
    promptPerS,
    readPerToken: promptPerS > 0 ? read / promptPerS : 0,
    chunksPerS,
    contextTokens: decodePerS > 0 ? context / decodePerS : heldPerS / Math.max(requestsPerS, 1e-300),
    promptLoad,
    promptS: promptPerS > 0 ? promptLoad / promptPerS : 0,
    arrivalCv2: requestsPerS > 0 ? arrivals / requestsPerS : 1,
    load,
  };
}

/** The mix with other amounts of work: requests as many as answers. */
export function scaledMix(mix: Mix, output: number, input = output): Mix {
  return {
    ...mix,
    requestsPerS: mix.requestsPerS * output,
    outputPerS: mix.outputPerS * output,
    decodePerS: mix.decodePerS * output,
    promptPerS: mix.promptPerS * input,
    chunksPerS: mix.chunksPerS * input,
    promptLoad: mix.promptLoad * input,
    load: mix.load * output,
  };
}
