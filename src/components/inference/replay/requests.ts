import type { Random } from '../../../series/random.ts';

/** Requests in order of arrival, one place per request in every column. */
export interface Requests {
  readonly count: number;
  /** s, from the start of the replay; never falls. */
  readonly arrivalS: Float64Array;
  /** Tokens of the prompt, >= 1. */
  readonly input: Int32Array;
  /** Tokens of the answer, >= 1. */
  readonly output: Int32Array;
  /** Tokens at the start of the prompt whose KV cache is there already (a shared prefix); none when left out. */
  readonly cached?: Int32Array;
  /** Which service each is of, counted from 0; all of the first when left out. */
  readonly service?: Uint8Array;
  /** 1 for those that let all others in first (batch); none when left out. */
  readonly yields?: Uint8Array;
}

/** Columns as they come from anywhere, made fit: whole tokens, at least one of each, at least one prompt token left to compute. */
export function requestsOf(
  arrivalS: Float64Array,
  input: ArrayLike<number>,
  output: ArrayLike<number>,
  cached?: ArrayLike<number>,
): Requests {
  const count = arrivalS.length;
  const whole = (values: ArrayLike<number>) => Int32Array.from(values, (v) => Math.max(1, Math.round(v)));
  const prompt = whole(input);
  const base = { count, arrivalS, input: prompt, output: whole(output) };
  if (cached === undefined) return base;
  // The last token of a prompt is always computed, because the first answer token comes from it.
  return { ...base, cached: Int32Array.from(cached, (v, i) => Math.max(0, Math.min(Math.floor(v), prompt[i]! - 1))) };
}

/**
 * Arrivals whose recorded stamps are coarse ticks, spread evenly at random over the tick: where more than a third share a stamp
 * with the one before, the smallest gap is the tick. Other arrivals are left as they are.
 */
export function spreadTicks(arrivalS: Float64Array, draw: Random): { arrivalS: Float64Array; tickS: number } {
  let shared = 0;
  let tickS = Number.POSITIVE_INFINITY;
  for (let i = 1; i < arrivalS.length; i++) {
    const gap = arrivalS[i]! - arrivalS[i - 1]!;
    if (gap === 0) shared++;
    else if (gap < tickS) tickS = gap;
  }
  if (shared * 3 <= arrivalS.length || !Number.isFinite(tickS)) return { arrivalS, tickS: 0 };
  const spread = arrivalS.map((t) => t + tickS * draw.next()).sort();
  const first = spread[0]!;
  return { arrivalS: spread.map((t) => t - first), tickS };
}

/** The same requests `factor` times as fast: gaps between arrivals shrink, lengths stay. @param factor > 0 */
export function faster(requests: Requests, factor: number): Requests {
  return { ...requests, arrivalS: requests.arrivalS.map((t) => t / factor) };
}

/** Requests of a mix drawn at random: arrivals by a gamma renewal process, lengths from samples, input and output independent. */
export interface Draw {
  readonly ratePerS: number;
  /** Squared coefficient of variation of the time between arrivals; 1 = Poisson. */
  readonly arrivalCv2: number;
  readonly inputTokens: ArrayLike<number>;
  readonly outputTokens: ArrayLike<number>;
}

/** Gamma variate with this shape and mean 1 (Marsaglia and Tsang 2000; below shape 1 by their boost). @param shape > 0 */
export function gamma(draw: Random, shape: number): number {
  if (shape < 1) return (gamma(draw, shape + 1) * (shape + 1) * (1 - draw.next()) ** (1 / shape)) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = draw.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - draw.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v) / shape;
  }
}

/** Draws `count` requests, the first after one gap. Burstiness of 0 gives equal gaps. */
export function drawRequests(draw: Random, count: number, mix: Draw): Requests {
  const arrivalS = new Float64Array(count);
  const input = new Float64Array(count);
  const output = new Float64Array(count);
  let now = 0;
  const pick = (values: ArrayLike<number>) => values[Math.floor(draw.next() * values.length)]!;
  for (let i = 0; i < count; i++) {
    const gap = mix.arrivalCv2 === 1 ? draw.exponential() : mix.arrivalCv2 > 0 ? gamma(draw, 1 / mix.arrivalCv2) : 1;
    now += gap / mix.ratePerS;
    arrivalS[i] = now;
    input[i] = pick(mix.inputTokens);
    output[i] = pick(mix.outputTokens);
  }
  return requestsOf(arrivalS, input, output);
}
