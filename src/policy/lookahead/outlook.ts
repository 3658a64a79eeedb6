import { relativeHumidity, vapourPressureOfRhPa, wetBulbOfRhC } from '../../air/psychrometrics.ts';
import type { Conditions } from '../../components/contract.ts';
import type { Forecast, Forecaster, History } from '../../forecast/index.ts';
import type { SeriesName } from '../../forecast/siteForecasts.ts';
import { HOUR_MS, MINUTE_MS, stepStartMs, type TimeGrid } from '../../series/grid.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import { clearBeamWm2, cosZenith, splitGlobal } from '../../weather/irradiance.ts';
import type { Place, WeatherYear } from '../../weather/year.ts';
import type { Service } from '../../workload/service.ts';
import type { Outlook } from './looking.ts';
import { aheadGrid } from './shape.ts';

/** What is foreseen from. */
export interface ForeseenFrom {
  readonly place: Place;
  /** The year that says what is not forecast: pressure, moisture of the air, and the wind's height. */
  readonly weather: WeatherYear;
  readonly services: readonly Service[];
  /** Forecasters by series, as `SiteForecasts.of` gives them, or perfect ones. */
  readonly forecaster: (series: SeriesName) => Forecaster;
  /** What was measured of a series; undefined for nothing yet. */
  readonly history: (series: SeriesName) => History | undefined;
}

/**
 * Interactive requests are foreseen at this level for so long, h: replicas for more than expected cannot be had at once. Later, and for
 * everything else, the middle speaks, since what it decides can still be decided anew.
 */
export const SURE = { level: 0.9, hours: 1 } as const;

/** How to look. */
export interface ForeseeOptions {
  /** Length of a base step; five minutes when left out. */
  readonly stepMs?: number;
  /** For how long interactive requests are foreseen surely, h; `SURE.hours` when left out. */
  readonly sureH?: number;
}

/** Forecasts are asked for in quarters: none knows more. */
const ASKED_MS = 15 * MINUTE_MS;

/**
 * What is foreseen of the 48 hours from an instant on: requests of every service, temperature, wind and irradiance from their forecasts,
 * the rest of the air from the weather year, moisture as that year has it as far as the air can hold it.
 *
 * @throws JW_FORECAST
 */
export function foreseen(from: ForeseenFrom, nowMs: number, options: ForeseeOptions = {}): Outlook {
  const { place, weather, services } = from;
  const { sureH = SURE.hours, stepMs } = options;
  const grid = aheadGrid(nowMs, stepMs);
  const edges = edgesOf(grid);
  const forecast = (series: SeriesName): Forecast =>
    from
      .forecaster(series)
      .forecast(
        from.history(series) ?? { grid: { ...grid, count: 0 }, values: new Float64Array(0) },
        grid.startMs,
        edges,
      );
  const middle = (series: SeriesName): Float64Array => onSteps(forecast(series), 0.5, grid);
  const [tempC, windMs, ghiWm2] = [middle('temperature'), middle('wind'), middle('irradiance')];
  const base = conditionsOn(weather, place, grid);
  const air = Array.from({ length: grid.count }, (_, i) =>
    withForecast(base(i), { tempC: tempC[i]!, windMs: windMs[i]!, ghiWm2: ghiWm2[i]! }, place.elevationM),
  );
  const arrivals = new Map<string, Float64Array>();
  const expected = new Map<string, Float64Array>();
  for (const { profile } of services) {
    const told = forecast(`requests of ${profile.id}`);
    const values = onSteps(told, 0.5, grid);
    expected.set(profile.id, values);
    if (profile.kind === 'interactive') {
      const sure = onSteps(told, SURE.level, grid);
      const served = values.slice();
      served.set(sure.subarray(0, Math.round((sureH * HOUR_MS) / grid.stepMs)));
      arrivals.set(profile.id, served);
    } else arrivals.set(profile.id, values);
  }
  return { grid, conditions: (i) => air[i]!, arrivals, expected };
}

/** Edges on the clock's own quarters, and both ends. */
function edgesOf(grid: TimeGrid): number[] {
  const endMs = stepStartMs(grid, grid.count);
  const edges = [grid.startMs];
  for (let ms = (Math.floor(grid.startMs / ASKED_MS) + 1) * ASKED_MS; ms < endMs; ms += ASKED_MS) edges.push(ms);
  return [...edges, endMs];
}

/** A quantile of a forecast by base step. */
function onSteps({ edgesMs, levels, quantiles }: Forecast, level: number, grid: TimeGrid): Float64Array {
  const values = quantiles[levels.indexOf(level)]!;
  let k = 0;
  return Float64Array.from({ length: grid.count }, (_, i) => {
    const ms = stepStartMs(grid, i);
    while (edgesMs[k + 1]! <= ms) k++;
    return values[k]!;
  });
}

/** The same step with what was forecast of it. */
function withForecast(
  base: Conditions,
  { tempC, windMs, ghiWm2 }: Pick<Conditions, 'tempC' | 'windMs' | 'ghiWm2'>,
  elevationM: number,
): Conditions {
  const rhShare = Math.min(1, relativeHumidity(tempC, vapourPressureOfRhPa(base.tempC, base.rhShare)));
  const { sunZenithDeg: zenithDeg, extraterrestrialWm2 } = base;
  const cosZ = cosZenith(zenithDeg);
  const ceiling = cosZ > 0 ? clearBeamWm2(extraterrestrialWm2, zenithDeg, elevationM) : 0;
  const light = splitGlobal(ghiWm2, cosZ, extraterrestrialWm2, ceiling);
  return { ...base, tempC, windMs, rhShare, wetBulbC: wetBulbOfRhC(tempC, rhShare, base.pressurePa), ghiWm2, ...light };
}
