import { type Forecast, type Forecaster, type History, LEVELS } from './contract.ts';

/**
 * Knows what comes: for `foresight`, and for what is published beforehand (a tariff's prices). All its quantiles are the truth.
 *
 * @param meanOf mean of the quantity over [startMs, endMs)
 */
export function perfectForecaster(meanOf: (startMs: number, endMs: number) => number): Forecaster {
  return {
    forecast(_history: History, _nowMs: number, edgesMs: readonly number[]): Forecast {
      const truth = Float64Array.from({ length: edgesMs.length - 1 }, (_, k) => meanOf(edgesMs[k]!, edgesMs[k + 1]!));
      return {
        edgesMs: [...edgesMs],
        levels: LEVELS,
        quantiles: LEVELS.map(() => truth.slice()),
        methods: Array.from(truth, () => ['known'] as const),
        flags: [],
      };
    },
    save: () => ({ v: 1 }),
  };
}
