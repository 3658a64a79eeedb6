import { fail } from '../errors/error.ts';
import { type Pace, paceOf } from './pace.ts';
import { type Recording, readRecording } from './requests.ts';

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
  /** Squared coefficient of variation of the time between arrivals. */
  readonly arrivalCv2: number;
  /** True where many requests share a time stamp, so that `arrivalCv2` is the index of dispersion of counts per tick. */
  readonly ticked: boolean;
  /** How the rate comes and goes; undefined where it does not, or the recording is too short to say. */
  readonly pace?: Pace;
}

/** Slices that the lengths of a recording are cut into: so many that the longest, which others wait for, keep their weight. */
const SLICES = 256;

/** Means of equal slices of the sorted values, at most 256: equally likely lengths with the mean of all. */
export function lengthSlices(values: ArrayLike<number>): readonly number[] {
  const sorted = Float64Array.from(values).sort();
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

/** What a recording says. @throws JW_TRACE_SHORT below 10 rows */
export function traceOf({ file, timeS, inputTokens, outputTokens }: Recording): Trace {
  const n = timeS.length;
  if (n < NEEDED_ROWS) fail('JW_TRACE_SHORT', { file, rows: n, needed: NEEDED_ROWS });
  const spanS = timeS[n - 1]! - timeS[0]!;
  const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / n;
  const { cv2, ticked } = burstiness(timeS);
  // Coarse ticks pile arrivals up that came apart.
  const pace = ticked ? undefined : paceOf({ timeS, inputTokens, outputTokens });
  return {
    file,
    requests: n,
    spanS,
    meanPerS: spanS > 0 ? (n - 1) / spanS : 0,
    inputMean: mean(inputTokens),
    outputMean: mean(outputTokens),
    inputTokens: lengthSlices(inputTokens),
    outputTokens: lengthSlices(outputTokens),
    arrivalCv2: cv2,
    ticked,
    ...(pace === undefined ? {} : { pace }),
  };
}

/** Reads a recording of requests (`readRecording` says in which forms) and what it says. @throws as that, and JW_TRACE_SHORT */
export function readTrace(file: string): Trace {
  return traceOf(readRecording(file));
}
