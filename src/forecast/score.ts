import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { clean } from './clean.ts';
import { evenEdges, FARTHEST_H, type Forecaster, type History, LEVELS } from './contract.ts';
import { originAt } from './features.ts';
import { plainErrors } from './fit.ts';
import { LearningForecaster, WINDOW_DAYS } from './forecaster.ts';
import { type PointMethod, Speaker } from './methods.ts';
import { Past } from './past.ts';
import { meanPinball } from './pinball.ts';
import type { Quantity } from './quantity.ts';

/** Mean pinball losses over all leads to 48 h, in the unit of the quantity, and how many values they rest on. */
export interface Score {
  readonly ours: number;
  readonly persistence: number;
  /** The same time of the day before. */
  readonly daily: number;
  /** Share of the values between the lowest and the highest quantile of ours. */
  readonly covered: number;
  readonly values: number;
}

/** Where forecasts are made. */
export interface Origins {
  /** First origin, ms UTC, and from one to the next. */
  readonly fromMs: number;
  readonly everyMs: number;
  /** Time after which ours learns anew; a day when left out, as in use. */
  readonly refitMs?: number;
}

/**
 * Scores a forecaster that learns by itself on a series, with origins that roll through it: at each one only the steps that
 * have ended are handed over, cut off from what follows. Persistence and the day before get quantiles too, from their own errors
 * in the same history (for irradiance both are shares of the clear sky), so that they are as good as they can be.
 */
export function rollingScore(series: History, quantity: Quantity, { fromMs, everyMs, refitMs }: Origins): Score {
  const { grid, values } = series;
  const forecaster: Forecaster = new LearningForecaster(quantity, undefined, refitMs);
  const steps = (FARTHEST_H * HOUR_MS) / grid.stepMs;
  const to = new Float64Array(LEVELS.length);
  let [ours, persistence, daily, covered, count] = [0, 0, 0, 0, 0];
  for (let nowMs = fromMs; nowMs < grid.startMs + (grid.count - 1) * grid.stepMs; nowMs += everyMs) {
    const known = Math.floor((nowMs - grid.startMs) / grid.stepMs + 1e-9);
    const history: History = { grid: { ...grid, count: known }, values: values.slice(0, known) };
    const ahead = Math.min(steps, grid.count - known);
    const first = grid.startMs + known * grid.stepMs;
    const said = forecaster.forecast(history, nowMs, evenEdges(first, grid.stepMs, ahead));
    const past = new Past(clean(history, nowMs, WINDOW_DAYS * DAY_MS, quantity), quantity);
    const speaker = new Speaker(past, originAt(past, past.last), plainErrors(past));
    const plain = (method: PointMethod, step: number, value: number): number => {
      speaker.speak(method, step, to);
      for (let q = 0; q < to.length; q++) to[q] = past.fromZ(step, to[q]!);
      return meanPinball(to, value);
    };
    for (let k = 0; k < ahead; k++) {
      const value = values[known + k]!;
      if (Number.isNaN(value)) continue;
      const step = past.count + k;
      const quantiles = said.quantiles.map((own) => own[k]!);
      ours += meanPinball(quantiles, value);
      persistence += plain('persistence', step, value);
      daily += plain('daily', step, value);
      covered += value >= quantiles[0]! && value <= quantiles[quantiles.length - 1]! ? 1 : 0;
      count++;
    }
  }
  const mean = (sum: number): number => (count > 0 ? sum / count : Number.NaN);
  return {
    ours: mean(ours),
    persistence: mean(persistence),
    daily: mean(daily),
    covered: mean(covered),
    values: count,
  };
}
