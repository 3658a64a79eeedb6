import type { Plant } from '../../twin/plant.ts';
import type { StepRecord } from '../../twin/record.ts';
import type { ForecastBand } from '../contract.ts';
import type { FaultBoard } from './board.ts';
import { figure } from './words.ts';

const UNITS: Readonly<Record<string, string>> = { irradiance: 'W/m²', temperature: '°C', wind: 'm/s' };
/** Means over this long are held against a forecast, which knows no more: ms. */
const MEAN_MS = 5 * 60_000;
/**
 * How far outside its band a mean must lie to count, as a share of the band's width and of the middle: by chance two of ten lie
 * outside, for days on end where a warm or cloudy spell is not known of yet. Our choice.
 */
const BEYOND_BAND = 0.5;
const BEYOND_MIDDLE = 0.1;
/** Differences of weather below these change little of what a plan decides, in the unit of the series. Our choice. */
const LEAST: Readonly<Record<string, number>> = { irradiance: 400, temperature: 12, wind: 8 };

interface Mean {
  sum: number;
  ms: number;
}

/** Holds what is measured against the forecasts that the plan in force was made from. */
export class ForecastWatch {
  readonly #plant: Plant;
  readonly #board: FaultBoard;
  #bands: readonly ForecastBand[] = [];
  readonly #means = new Map<string, Mean>();

  constructor(plant: Plant, board: FaultBoard) {
    this.#plant = plant;
    this.#board = board;
  }

  /** Forecasts of the plan in force; none without one. */
  use(bands: readonly ForecastBand[]): void {
    this.#bands = bands;
  }

  look(record: StepRecord): void {
    const { startMs, dtH, tempC, ghiWm2, windMs } = record.conditions;
    const passedMs = dtH * 3_600_000;
    const nowMs = startMs + passedMs;
    const of = (series: string, value: number): void => {
      const mean = this.#means.get(series) ?? { sum: 0, ms: 0 };
      this.#means.set(series, mean);
      if (Number.isFinite(value)) {
        mean.sum += value * passedMs;
        mean.ms += passedMs;
      }
      if (mean.ms < MEAN_MS) return;
      const measured = mean.sum / mean.ms;
      mean.sum = 0;
      mean.ms = 0;
      this.#board.look('forecast', series, this.#wrong(series, measured, nowMs - 1), nowMs);
    };
    of('temperature', tempC);
    of('irradiance', ghiWm2);
    of('wind', windMs);
    this.#plant.services.forEach(({ id }, s) => {
      of(`requests of ${id}`, record.services[s]!.arrivedPerS);
    });
  }

  #wrong(series: string, measured: number, atMs: number): string | undefined {
    const band = this.#bands.find((b) => b.series === series);
    if (band === undefined) return undefined;
    const { edgesMs, low, middle, high } = band;
    const k = edgesMs.findIndex((ms, i) => atMs >= ms && atMs < (edgesMs[i + 1] ?? Number.NEGATIVE_INFINITY));
    if (k < 0 || k >= middle.length) return undefined;
    const [from, mid, to] = [low[k]!, middle[k]!, high[k]!];
    const beyond = Math.max(BEYOND_BAND * (to - from), BEYOND_MIDDLE * Math.abs(mid), LEAST[series] ?? 0);
    if (measured >= from - beyond && measured <= to + beyond) return undefined;
    const unit = UNITS[series] ?? 'requests/s';
    return `the forecast of ${series} is wrong: ${figure(from, unit)} to ${figure(to, unit)} were expected, ${figure(measured, unit)} is measured`;
  }
}
