import { HOUR_MS } from '../series/grid.ts';
import { hourOfYear, type WeatherYear, YEAR_HOURS } from '../weather/year.ts';
import type { RateSource } from '../workload/rate.ts';
import { LEVELS } from './contract.ts';
import { quantilesInto } from './methods.ts';
import type { Prior } from './quantity.ts';

/** Days on either side whose same hour is taken for the climate of an hour. */
const DAYS = 10;

/** Columns of a weather year that are forecast. */
export type WeatherColumn = 'tempC' | 'ghiWm2' | 'windMs';

/** The climate of a site from its weather year: the same hour of the days around. The year is another than the one that comes. */
export function weatherPrior(year: WeatherYear, column: WeatherColumn): Prior {
  const values = year[column];
  const tables = LEVELS.map(() => new Float64Array(YEAR_HOURS));
  const near = new Float64Array(2 * DAYS + 1);
  const to = new Float64Array(LEVELS.length);
  for (let row = 0; row < YEAR_HOURS; row++) {
    for (let d = -DAYS; d <= DAYS; d++) near[d + DAYS] = values[(row + 24 * d + YEAR_HOURS) % YEAR_HOURS]!;
    quantilesInto(near, to, 0);
    for (let q = 0; q < to.length; q++) tables[q]![row] = to[q]!;
  }
  const shiftH = column === 'ghiWm2' ? year.irradianceShiftH : 0;
  return {
    about: `the same hour of ${2 * DAYS + 1} days of ${year.about}`,
    quantiles(startMs, endMs) {
      const samples = Math.max(1, Math.ceil((endMs - startMs) / HOUR_MS - 1e-9));
      const sums = LEVELS.map(() => 0);
      for (let k = 0; k < samples; k++) {
        const ms = startMs + ((k + 0.5) / samples) * (endMs - startMs);
        const at = hourOfYear(ms + (year.utcOffsetH + shiftH) * HOUR_MS) - 0.5;
        const below = Math.floor(at);
        const [i, j, part] = [(below + YEAR_HOURS) % YEAR_HOURS, (below + 1) % YEAR_HOURS, at - below];
        for (let q = 0; q < sums.length; q++) {
          sums[q]! += ((1 - part) * tables[q]![i]! + part * tables[q]![j]!) / samples;
        }
      }
      return sums;
    },
  };
}

/**
 * How far a service's rate strays from its profile: low and high over the middle. Measured on the two weeks of three services
 * of ServeGen at 10 minutes against the mean of the same time of day over them (the widest of the three); a guess for any other.
 */
const STRAYS = { low: 0.55, high: 1.51 };

/**
 * The demand profile of a site file: what is assumed of a service until it was measured.
 *
 * @param levelOnly whether the profile tells the mean alone
 */
export function demandPrior(rate: RateSource, levelOnly = false): Prior {
  return {
    about: rate.about,
    levelOnly,
    quantiles(startMs, endMs) {
      const middle = rate.ratePerS(startMs, endMs);
      return [STRAYS.low * middle, middle, STRAYS.high * middle];
    },
  };
}

/**
 * How far the mean length of five minutes strays from that of an hour: low and high over the middle, the widest of input and output
 * in three recordings (Azure 2023 conversation and code, Mooncake conversation). Months may differ more.
 */
const LENGTH_STRAYS = { low: 0.68, high: 1.24 };

/** The mean length of a service's requests, tokens, as its site file or recording has it. */
export function lengthPrior(meanTokens: number): Prior {
  const { low, high } = LENGTH_STRAYS;
  return {
    about: `${meanTokens} tokens on average`,
    quantiles: () => [low * meanTokens, meanTokens, high * meanTokens],
  };
}
