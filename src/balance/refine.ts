import { type Calendar, type Segments, segmentsOf } from './segments.ts';

/** Where a span is best cut in two, and what is told apart by it: the largest distance of a running sum from an even one. */
function bestCut(series: Float64Array, from: number, to: number): { readonly at: number; readonly gain: number } {
  let sum = 0;
  for (let i = from; i < to; i++) sum += series[i]!;
  const mean = sum / (to - from);
  let [at, gain, run] = [-1, 0, 0];
  for (let i = from; i + 1 < to; i++) {
    run += series[i]! - mean;
    if (Math.abs(run) > gain) [at, gain] = [i + 1, Math.abs(run)];
  }
  return { at, gain };
}

/**
 * Splits segments where a series is least even within them, so that its peaks come to stand by themselves; segments that are split
 * bound no worse from below than before (see segments.ts).
 *
 * @param series by base step
 * @param more segments to add at most
 * @param least gain of a cut, in the unit of the series, below which it is not made
 */
export function refinedSegments(
  { starts, count }: Segments,
  series: Float64Array,
  more: number,
  calendar: Calendar,
  least = 0,
): Segments {
  const spans = Array.from({ length: count }, (_, k) => spanOf(series, starts[k]!, starts[k + 1]!));
  for (let n = 0; n < more; n++) {
    let best = spans[0]!;
    for (const span of spans) if (span.gain > best.gain) best = span;
    if (best.gain <= least) break;
    spans.push(spanOf(series, best.at, best.to));
    Object.assign(best, spanOf(series, best.from, best.at));
  }
  return segmentsOf(
    spans.map((span) => span.from).sort((a, b) => a - b),
    calendar,
  );
}

function spanOf(series: Float64Array, from: number, to: number) {
  return { from, to, ...bestCut(series, from, to) };
}
