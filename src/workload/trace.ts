import { fail } from '../errors/error.ts';
import { type Pace, paceOf } from './pace.ts';
import { prefixWithin, type ServiceProfile } from './profile.ts';
import { hitTokens, type Recording, readRecording } from './requests.ts';

/** Samples kept of each length. */
export const LENGTH_SAMPLES = 32;
const NEEDED_ROWS = 10;
/** What a recording of requests says about a service: how long its requests are and how unevenly they come. */
export interface Trace {
  readonly file: string;
  readonly requests: number;
  readonly spanS: number;
  readonly meanPerS: number;
  readonly inputMean: number;
  readonly outputMean: number;
  /** Equally likely lengths; their mean is the trace's mean. */
  readonly inputTokens: readonly number[];
  readonly outputTokens: readonly number[];
  /** Tokens at the start of each of these prompts that hit a prefix cache, and their share of all; absent where none do. */
  readonly prefixTokens?: readonly number[];
  readonly prefixHitShare?: number;
  /** Squared coefficient of variation of the time between arrivals. */
  readonly arrivalCv2: number;
  /** True where many requests share a time stamp, so that `arrivalCv2` is the index of dispersion of counts per tick. */
  readonly ticked: boolean;
  /** How the rate comes and goes; undefined where it does not, or the recording is too short to say. */
  readonly pace?: Pace;
}

/** Slices that the lengths of a recording are cut into: so many that the longest, which others wait for, keep their weight. */
const SLICES = 256;

/** Means of equal slices of sorted values, at most 256. */
function sliceMeans(sorted: Float64Array): readonly number[] {
  const count = Math.min(SLICES, sorted.length);
  return Array.from({ length: count }, (_, k) => {
    // A value on an edge belongs to both slices in part, so that all slices are equally wide.
    const [from, to] = [(k * sorted.length) / count, ((k + 1) * sorted.length) / count];
    let sum = 0;
    for (let i = Math.floor(from); i < Math.ceil(to); i++) {
      sum += sorted[i]! * (Math.min(to, i + 1) - Math.max(from, i));
    }
    return sum / (to - from);
  });
}

/** Means of equal slices of the sorted values, at most 256: equally likely lengths with the mean of all. */
export function lengthSlices(values: ArrayLike<number>): readonly number[] {
  return sliceMeans(Float64Array.from(values).sort());
}

/**
 * Prompts as equally likely ones with their prefixes: requests are sorted by what must be computed of them, which is what they
 * take of an engine, so that lengths and prefixes of a slice are those of prompts alike.
 *
 * @param prefix tokens at the start of each prompt that hit, 0 and up; none when left out
 */
export function promptSlices(
  input: ArrayLike<number>,
  prefix?: ArrayLike<number>,
): Pick<ServiceProfile, 'inputTokens' | 'prefixTokens' | 'prefixHitShare'> {
  const within = Float64Array.from(input, (tokens, i) => prefixWithin(tokens, prefix?.[i] ?? 0));
  const hit = within.reduce((a, b) => a + b, 0);
  if (hit === 0) return { inputTokens: lengthSlices(input) };
  const order = within.map((_, i) => i).sort((a, b) => input[a]! - within[a]! - (input[b]! - within[b]!));
  const all = Float64Array.from(input).reduce((a, b) => a + b, 0);
  return {
    inputTokens: sliceMeans(order.map((i) => input[i]!)),
    prefixTokens: sliceMeans(order.map((i) => within[i]!)),
    prefixHitShare: hit / all,
  };
}

/** Multiplies samples so that their mean is `mean`. All zero stays zero. */
export function rescale(samples: readonly number[], mean: number): readonly number[] {
  const now = samples.reduce((a, b) => a + b, 0) / samples.length;
  return now === 0 ? samples : samples.map((s) => (s * mean) / now);
}

/**
 * Squared coefficient of variation of inter-arrival times. Where more than a third of them are zero the stamps are coarse
 * ticks; then the variance-to-mean ratio of the counts per tick stands for it (equal for a renewal process in the long run:
 * Cox and Lewis, The Statistical Analysis of Series of Events, 1966, section 4.5).
 */
function burstiness(times: Float64Array): { readonly cv2: number; readonly ticked: boolean } {
  const n = times.length - 1;
  const counts = [1];
  let tick = Number.POSITIVE_INFINITY;
  let square = 0;
  const mean = (times[n]! - times[0]!) / n;
  for (let i = 1; i <= n; i++) {
    const gap = times[i]! - times[i - 1]!;
    square += (gap - mean) ** 2;
    if (gap === 0) counts[counts.length - 1]! += 1;
    else {
      counts.push(1);
      if (gap < tick) tick = gap;
    }
  }
  const zeros = n + 1 - counts.length;
  if (zeros <= n / 3 || counts.length < 3) return { cv2: mean === 0 ? 0 : square / n / mean ** 2, ticked: false };
  const ticks = Math.round((times[n]! - times[0]!) / tick) + 1;
  const perTick = (n + 1) / ticks;
  const second = counts.reduce((a, c) => a + c * c, 0) / ticks;
  return { cv2: (second - perTick ** 2) / perTick, ticked: true };
}

/**
 * What a recording says.
 *
 * @param cacheTokens room of the prefix cache that its hashes are looked up in
 * @throws JW_TRACE_SHORT below 10 rows
 */
export function traceOf(recording: Recording, cacheTokens = Number.POSITIVE_INFINITY): Trace {
  const { file, timeS, inputTokens, outputTokens } = recording;
  const n = timeS.length;
  if (n < NEEDED_ROWS) fail('JW_TRACE_SHORT', { file, rows: n, needed: NEEDED_ROWS });
  const spanS = timeS[n - 1]! - timeS[0]!;
  const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / n;
  const { cv2, ticked } = burstiness(timeS);
  const hits = hitTokens(recording, cacheTokens);
  // Coarse ticks pile arrivals up that came apart. Tokens that hit are no work.
  const computed =
    hits === undefined ? inputTokens : inputTokens.map((tokens, i) => tokens - prefixWithin(tokens, hits[i]!));
  const pace = ticked ? undefined : paceOf({ timeS, inputTokens: computed, outputTokens });
  return {
    file,
    requests: n,
    spanS,
    meanPerS: spanS > 0 ? (n - 1) / spanS : 0,
    inputMean: mean(inputTokens),
    outputMean: mean(outputTokens),
    ...promptSlices(inputTokens, hits),
    outputTokens: lengthSlices(outputTokens),
    arrivalCv2: cv2,
    ticked,
    ...(pace === undefined ? {} : { pace }),
  };
}

/**
 * Reads a recording of requests (`readRecording` says in which forms) and what it says.
 *
 * @param cacheTokens asked for where hashes stand in the file: room of the prefix cache; no limit when left out
 * @throws as `readRecording`, and JW_TRACE_SHORT
 */
export function readTrace(file: string, cacheTokens?: () => number): Trace {
  const recording = readRecording(file);
  return traceOf(recording, recording.hashes === undefined ? undefined : cacheTokens?.());
}
