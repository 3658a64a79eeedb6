import type { Series } from '../series/grid.ts';

/** Levels of the quantiles that every forecast gives: one in ten lies below the first, one in ten above the last. */
export const LEVELS = [0.1, 0.5, 0.9] as const;

/** The farthest that forecasts look, h. */
export const FARTHEST_H = 48;

/**
 * What was measured of a quantity: means over equal steps that divide an hour, NaN where nothing was measured. Steps that end
 * after `now` are never looked at, so that a longer record may be handed in.
 */
export type History = Series;

/** Who made a part of a forecast, from the plainest to the most learnt; `known` is the perfect forecaster. */
export const METHODS = ['persistence', 'daily', 'weekly', 'climatology', 'prior', 'ridge', 'trees', 'known'] as const;
export type Method = (typeof METHODS)[number];

/** Something that whoever uses a forecast should know of its history. */
export interface Flag {
  /**
   * `new`: too little history to learn from. `gap`: steps without a measurement. `stuck`: a meter that stood still where it
   * should not have. `old`: the last good measurement is more than an hour away.
   */
  readonly kind: 'new' | 'gap' | 'stuck' | 'old';
  readonly text: string;
}

/** A forecast of means over segments of any lengths. */
export interface Forecast {
  /** Edges of the segments, ms UTC: segment k is [edgesMs[k], edgesMs[k + 1]). */
  readonly edgesMs: readonly number[];
  /** Levels of the quantiles, rising. */
  readonly levels: readonly number[];
  /** By level, then by segment; rising with the level. */
  readonly quantiles: readonly Float64Array[];
  /** Who spoke at its start, by segment: the mean of these. */
  readonly methods: readonly (readonly Method[])[];
  readonly flags: readonly Flag[];
}

/** Forecasts one quantity. The perfect forecaster of `foresight` stands behind the same interface. */
export interface Forecaster {
  /**
   * Quantiles of the means over segments, from what was known at `nowMs`.
   *
   * @param edgesMs rising, at least two; from the step of `nowMs` on, to at most 48 h after it
   * @throws JW_FORECAST where the edges or the history's steps are not so
   */
  forecast(history: History, nowMs: number, edgesMs: readonly number[]): Forecast;
  /** What must survive a restart, as plain JSON. */
  save(): unknown;
}

/** Edges of `count` equal segments from `startMs` on. */
export function evenEdges(startMs: number, stepMs: number, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, k) => startMs + k * stepMs);
}

/** The middle quantile of a forecast, by segment. */
export function median(forecast: Forecast): Float64Array {
  return forecast.quantiles[forecast.levels.indexOf(0.5)]!;
}
