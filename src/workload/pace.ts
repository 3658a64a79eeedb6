import type { Recording } from './requests.ts';

/** How the work of a service comes and goes within minutes: what a mean over a quarter of an hour hides. */
export interface Pace {
  readonly windowS: number;
  /** Requests, prompt tokens and answer tokens of each window over their means, in the order of the windows. */
  readonly requests: readonly number[];
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** The same in all windows whose sums vary more than chance would let them, the shortest first: itself among them. */
  readonly all?: readonly Pace[];
}

/** Lengths of windows that are tried, s; arrivals are drawn again in none below a second. */
const WINDOWS_S = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 2, 3, 5, 10, 20, 30, 60, 120] as const;
const LEAST_DRAWN_S = 1;
/** Windows whose sums vary this much more than chance would let them are taken (our choice). */
const CLEAR = 3;
/** Windows that a recording must have before its pace says more than chance. */
const NEEDED_WINDOWS = 20;

/** Sums of what the arrivals bring in equal windows from the first one on; a last window that is cut off is left out. */
function sumsIn(timeS: Float64Array, windowS: number, values?: Float64Array): Float64Array {
  const start = timeS[0]!;
  const sums = new Float64Array(Math.floor((timeS[timeS.length - 1]! - start) / windowS));
  for (let i = 0; i < timeS.length; i++) {
    const k = Math.floor((timeS[i]! - start) / windowS);
    if (k < sums.length) sums[k]! += values === undefined ? 1 : values[i]!;
  }
  return sums;
}

function meanAndVariance(values: Float64Array): { readonly mean: number; readonly variance: number } {
  let sum = 0;
  for (const v of values) sum += v;
  const mean = sum / values.length;
  let squares = 0;
  for (const v of values) squares += (v - mean) ** 2;
  return { mean, variance: squares / values.length };
}

/** Sums over their mean, and how much they vary over what chance makes of independent arrivals: each brings its square. */
function varied(timeS: Float64Array, windowS: number, values?: Float64Array) {
  const sums = sumsIn(timeS, windowS, values);
  const { mean, variance } = meanAndVariance(sums);
  const square = values === undefined ? 1 : meanAndVariance(values.map((v) => v * v)).mean;
  const chance = (timeS.length * square) / Math.max(1, sums.length);
  return { sums, mean, excess: chance > 0 ? variance / chance : 0, each: mean > 0 ? chance / mean : 0 };
}

/**
 * Shares of the mean, without what chance adds to their spread. Roots are drawn towards their mean, because chance scatters the
 * root of a sum alike everywhere (Anscombe 1948): a window without requests stays without.
 */
function shrunk({ sums, mean, each }: ReturnType<typeof varied>): readonly number[] {
  const roots = sums.map(Math.sqrt);
  const { mean: middle, variance } = meanAndVariance(roots);
  const chance = each / 4;
  const part = variance > chance && mean > 0 ? Math.sqrt(1 - chance / variance) : 0;
  const shares = roots.map((root) => (middle + part * (root - middle)) ** 2);
  const all = meanAndVariance(shares).mean;
  return Array.from(shares, (share) => (all > 0 ? share / all : 1));
}

/**
 * The pace of recorded arrivals. Counts and sums of independent (Poisson) arrivals scatter by chance, which is no change of the
 * rate: the window is chosen so long that chance is a small part, and that part is taken off the windows' spread (doubly
 * stochastic arrivals: Cox and Lewis, The Statistical Analysis of Series of Events, 1966). Prompts decide, because they are
 * most of the work of long ones.
 *
 * @returns undefined where nothing varies more than chance would let it, or the recording is too short to say
 */
export function paceOf({ timeS, inputTokens, outputTokens }: Omit<Recording, 'file'>): Pace | undefined {
  if (timeS.length < 2) return undefined;
  const spanS = timeS[timeS.length - 1]! - timeS[0]!;
  const all: Pace[] = [];
  for (const windowS of WINDOWS_S) {
    if (spanS / windowS < NEEDED_WINDOWS) break;
    const input = varied(timeS, windowS, inputTokens);
    if (input.excess < CLEAR) continue;
    const requests = shrunk(varied(timeS, windowS));
    const output = varied(timeS, windowS, outputTokens);
    // Few long answers vary by chance as much as bursts do: where these do not show, answers come as requests do.
    all.push({ windowS, requests, input: shrunk(input), output: output.excess < CLEAR ? requests : shrunk(output) });
  }
  const pace = all.find((p) => p.windowS >= LEAST_DRAWN_S);
  return pace === undefined ? undefined : { ...pace, all };
}

/** The pace in the windows that come closest to a length, by their ratio. @param lengthS > 0 */
export function paceNear(pace: Pace, lengthS: number): Pace {
  const off = (p: Pace) => Math.abs(Math.log(p.windowS / lengthS));
  return (pace.all ?? [pace]).reduce((best, p) => (off(p) < off(best) ? p : best));
}
