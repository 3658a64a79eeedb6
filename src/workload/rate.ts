import type { Provenance } from '../series/grid.ts';

/** Requests per second over time. Everything that makes demand is one of these: a shape, a recorded series, a sum of both. */
export interface RateSource {
  /** One line for reports: what it is and how it was scaled. */
  readonly about: string;
  readonly provenance: Provenance;
  /** Mean rate over [startMs, endMs), requests/s, >= 0; the rate at the instant where both are equal. */
  ratePerS(startMs: number, endMs: number): number;
}

/** The same source `factor` times as strong. @param factor >= 0 */
export function scaled(source: RateSource, factor: number): RateSource {
  return {
    about: `${source.about}, times ${factor}`,
    provenance: source.provenance,
    ratePerS: (startMs, endMs) => source.ratePerS(startMs, endMs) * factor,
  };
}

/** Mean and peak rate over a span, looked at in steps: what a check or a report says about a demand. */
export function extent(
  source: RateSource,
  startMs: number,
  endMs: number,
  stepMs: number,
): { readonly meanPerS: number; readonly peakPerS: number } {
  let sum = 0;
  let peak = 0;
  let steps = 0;
  for (let t = startMs; t < endMs; t += stepMs) {
    const rate = source.ratePerS(t, t + stepMs);
    sum += rate;
    steps++;
    if (rate > peak) peak = rate;
  }
  return { meanPerS: steps === 0 ? 0 : sum / steps, peakPerS: peak };
}
