import { LENGTH_SAMPLES, rescale } from './trace.ts';

/** Token lengths of a service's requests as equally likely samples. */
export interface Lengths {
  readonly inputTokens: readonly number[];
  readonly outputTokens: readonly number[];
  readonly source: string;
}

/** Published percentiles of one length: pairs of share and tokens, and the mean. */
interface Percentiles {
  readonly points: readonly (readonly [share: number, tokens: number])[];
  readonly mean: number;
}

/** Named length mixes, from published percentiles. Input and output are uncorrelated in all of them (|r| < 0.12). */
export const MIXES = {
  'azure-conversation': {
    input: {
      points: [
        [0.1, 207],
        [0.5, 1020],
        [0.9, 2735],
        [0.99, 4142],
      ],
      mean: 1155,
    },
    output: {
      points: [
        [0.1, 54],
        [0.5, 129],
        [0.9, 424],
        [0.99, 601],
      ],
      mean: 211,
    },
    source: 'Azure LLM inference trace 2023, conversation, 19,366 requests (Patel et al., Splitwise, ISCA 2024; CC BY)',
  },
  'azure-code': {
    input: {
      points: [
        [0.1, 147],
        [0.5, 1469],
        [0.9, 5194],
        [0.99, 7436],
      ],
      mean: 2048,
    },
    output: {
      points: [
        [0.1, 7],
        [0.5, 13],
        [0.9, 55],
        [0.99, 252],
      ],
      mean: 28,
    },
    source: 'Azure LLM inference trace 2023, code, 8,819 requests (Patel et al., Splitwise, ISCA 2024; CC BY)',
  },
  reasoning: {
    input: {
      points: [
        [0.1, 18],
        [0.25, 41],
        [0.5, 208],
        [0.75, 482],
        [0.9, 2092],
        [0.95, 6714],
        [0.99, 23423],
      ],
      mean: 1268.2,
    },
    output: {
      points: [
        [0.1, 287],
        [0.25, 427],
        [0.5, 792],
        [0.75, 1499],
        [0.9, 3432],
        [0.95, 5701],
        [0.99, 12607],
      ],
      mean: 1527.4,
    },
    source: 'ServeGen, deepseek-r1 (alibaba/ServeGen, Apache-2.0), percentiles weighted by rate',
  },
} as const satisfies Record<string, { input: Percentiles; output: Percentiles; source: string }>;

/** Name of a built-in length mix. */
export type MixName = keyof typeof MIXES;

/** Names for schemas and messages. */
export const MIX_NAMES = Object.keys(MIXES) as [MixName, ...MixName[]];

/**
 * Spread of the logarithm of the Azure conversation lengths: ln(p90/p10) / (2 x 1.2816), as for a lognormal; input
 * ln(2735/207) and output ln(424/54).
 */
export const AZURE_SIGMA = { input: 1.007, output: 0.804 } as const;

/** Quantile of the standard normal: Acklam's rational approximation (2003), relative error below 1.2e-9. @param p in (0, 1) */
export function normalQuantile(p: number): number {
  const low = 0.02425;
  if (p < low || p > 1 - low) {
    const q = Math.sqrt(-2 * Math.log(p < low ? p : 1 - p));
    const c = [-7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968];
    const d = [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
    const x = (horner(c, q) * q + 2.938163982698783) / horner(d, q);
    return p < low ? x : -x;
  }
  const q = p - 0.5;
  const r = q * q;
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  return ((horner(a, r) * r + 2.506628277459239) * q) / horner(b, r);
}

function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, c) => sum * x + c, 0);
}

function middles(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i + 0.5) / count);
}

/**
 * Equally likely samples of a lognormal length with this mean; `sigma` is the standard deviation of its logarithm, 0 or more.
 * The samples are mid-quantiles scaled to the mean exactly.
 */
export function lognormalSamples(mean: number, sigma: number, count = LENGTH_SAMPLES): readonly number[] {
  const samples = middles(count).map((p) => Math.exp(sigma * normalQuantile(p)));
  return rescale(samples, mean);
}

/** Samples through published percentiles: the logarithm of the length is linear in the normal quantile between two of them. */
function percentileSamples({ points, mean }: Percentiles, count = LENGTH_SAMPLES): readonly number[] {
  const knots = points.map(([share, tokens]) => [normalQuantile(share), Math.log(tokens)] as const);
  const samples = middles(count).map((p) => {
    const z = normalQuantile(p);
    let k = 0;
    while (k < knots.length - 2 && z > knots[k + 1]![0]) k++;
    const [z0, y0] = knots[k]!;
    const [z1, y1] = knots[k + 1]!;
    return Math.exp(y0 + ((y1 - y0) * (z - z0)) / (z1 - z0));
  });
  return rescale(samples, mean);
}

/** A named mix as samples. */
export function mixLengths(name: MixName): Lengths {
  const mix = MIXES[name];
  return { inputTokens: percentileSamples(mix.input), outputTokens: percentileSamples(mix.output), source: mix.source };
}

/** Lengths from two means, tokens > 0, with a lognormal spread. */
export function meanLengths(
  input: number,
  output: number,
  sigma: { readonly input: number; readonly output: number } = AZURE_SIGMA,
): Lengths {
  return {
    inputTokens: lognormalSamples(input, sigma.input),
    outputTokens: lognormalSamples(output, sigma.output),
    source: `means ${input} in, ${output} out; lognormal with sigma ${sigma.input} and ${sigma.output}`,
  };
}
