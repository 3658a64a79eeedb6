import { fileURLToPath } from 'node:url';
import type { Climate } from '../../../src/catalog/catalog.ts';
import { loadCatalog } from '../../../src/catalog/load.ts';
import { readDailySeries } from '../../../src/weather/dailySeries.ts';
import { generateWeather } from '../../../src/weather/generate.ts';
import { monthOfDay } from '../../../src/weather/year.ts';
import { compare, type Row, skipped } from '../row.ts';
import { NO_DATA, type Suite, sharedData } from '../suite.ts';

const PLACES = ['bukhara', 'tashkent', 'samarkand', 'nukus', 'termez'] as const;
const SOURCE = 'daily series 1979-2014 (NCEP CFSR reanalysis, form of the SWAT global weather data)';
const DAYS = 365;

/** A year by days: middle of highest and lowest temperature, °C; irradiation, kWh/m2. */
interface Year {
  readonly tempC: Float64Array;
  readonly ghiKwhM2: Float64Array;
}

function generated(climate: Climate, seed: number): Year {
  const year = generateWeather(climate, seed, { yearToYear: 1 });
  const day = (d: number, values: Float64Array) => values.subarray(24 * d, 24 * d + 24);
  return {
    tempC: Float64Array.from({ length: DAYS }, (_, d) => {
      const hours = day(d, year.tempC);
      return (Math.max(...hours) + Math.min(...hours)) / 2;
    }),
    ghiKwhM2: Float64Array.from({ length: DAYS }, (_, d) => day(d, year.ghiWm2).reduce((a, b) => a + b, 0) / 1000),
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
function spread(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - centre) ** 2)));
}

/** Means of the twelve months of a year. */
function months(daily: Float64Array): number[] {
  const sums = new Array<number>(12).fill(0);
  const counts = new Array<number>(12).fill(0);
  daily.forEach((v, d) => {
    sums[monthOfDay(d)]! += v;
    counts[monthOfDay(d)]! += 1;
  });
  return sums.map((sum, m) => sum / counts[m]!);
}

/** Longest run of days for which `is` holds, in days; a run does not go on from December to January of the same year. */
function longestRun(daily: Float64Array, is: (value: number, day: number) => boolean): number {
  let longest = 0;
  let run = 0;
  daily.forEach((v, d) => {
    run = is(v, d) ? run + 1 : 0;
    longest = Math.max(longest, run);
  });
  return longest;
}

const isWinter = (day: number): boolean => day < 59 || day >= 334;

/** Correlation of the departures of warmth and light of winter days from what is usual, the light of `lag` days later. */
function warmthAndLight(years: readonly Year[], lag: number): number {
  const departures = (key: keyof Year) => {
    const usual = Float64Array.from({ length: DAYS }, (_, d) => mean(years.map((y) => y[key][d]!)));
    const around = (d: number) => mean(Array.from({ length: 21 }, (_, k) => usual[(d + k - 10 + DAYS) % DAYS]!));
    const smooth = Float64Array.from({ length: DAYS }, (_, d) => around(d));
    return years.map((y) => y[key].map((v, d) => (key === 'ghiKwhM2' ? v / smooth[d]! - 1 : v - smooth[d]!)));
  };
  const [warmth, light] = [departures('tempC'), departures('ghiKwhM2')];
  const pairs = warmth.flatMap((year, i) =>
    [...year].flatMap((v, d) => (isWinter(d) && d + lag < DAYS ? [[v, light[i]![d + lag]!] as const] : [])),
  );
  const [a, b] = [pairs.map((p) => p[0]), pairs.map((p) => p[1])];
  const [ma, mb] = [mean(a), mean(b)];
  return mean(pairs.map(([x, y]) => (x - ma) * (y - mb))) / (spread(a) * spread(b));
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))]!;
}

function place(id: string): readonly Row[] {
  const about = { id: `WEATHER-${id}`, source: SOURCE };
  const url = sharedData(`weather/uz_${id}_daily_1979_2014.csv.gz`);
  const climate = loadCatalog().climates.get(id);
  if (url === undefined || climate === undefined) return [skipped({ ...about, what: 'generated years' }, NO_DATA)];
  const real: Year[] = readDailySeries(fileURLToPath(url)).years.map((y) => ({
    tempC: y.maxC.map((max, d) => (max + y.minC[d]!) / 2),
    ghiKwhM2: y.ghiKwhM2,
  }));
  const ours = real.map((_, i) => generated(climate, i + 1));
  const of = (years: readonly Year[], key: keyof Year) => years.map((y) => months(y[key]));
  const byMonth = (list: readonly number[][], what: (values: number[]) => number) =>
    Array.from({ length: 12 }, (_, m) => what(list.map((y) => y[m]!)));
  const winter = real.flatMap((y) => [...y.ghiKwhM2].filter((_, d) => isWinter(d)));
  const dark = mean(winter) / 2;
  const cold = quantile(
    real.flatMap((y) => [...y.tempC]),
    0.05,
  );
  const darkRuns = (years: readonly Year[]) =>
    years.map((y) => longestRun(y.ghiKwhM2, (v, d) => isWinter(d) && v < dark));
  const coldRuns = (years: readonly Year[]) => years.map((y) => longestRun(y.tempC, (v) => v < cold));
  const [temps, ghis] = [
    { real: of(real, 'tempC'), ours: of(ours, 'tempC') },
    { real: of(real, 'ghiKwhM2'), ours: of(ours, 'ghiKwhM2') },
  ];
  const annual = (list: readonly number[][]) => list.map((y) => mean(y));
  const n = real.length;
  // Two samples of n years each differ by chance: 2.6 standard errors are one case in a hundred.
  const chance = (a: readonly number[], b: readonly number[]) => 2.6 * Math.sqrt((spread(a) ** 2 + spread(b) ** 2) / n);
  const note = `tolerance: 2.6 standard errors of the difference of two samples of ${n} years`;
  const head = (what: string, unit: string) => ({ ...about, what, unit });
  const rows = [
    compare(head('mean temperature of the months', '°C'), byMonth(temps.real, mean), byMonth(temps.ours, mean), {
      abs: 1,
    }),
    compare(head('mean irradiation of the months', 'kWh/m2/d'), byMonth(ghis.real, mean), byMonth(ghis.ours, mean), {
      rel: 0.05,
    }),
    compare(
      head('spread of monthly temperature between years, mean of 12', 'K'),
      mean(byMonth(temps.real, spread)),
      mean(byMonth(temps.ours, spread)),
      { rel: 0.2 },
    ),
    compare(
      head('spread of monthly irradiation between years, mean of 12', 'kWh/m2/d'),
      mean(byMonth(ghis.real, spread)),
      mean(byMonth(ghis.ours, spread)),
      { rel: 0.2 },
    ),
    compare(
      head('spread of the yearly mean temperature', 'K'),
      spread(annual(temps.real)),
      spread(annual(temps.ours)),
      { rel: 0.3 },
    ),
    compare(
      { ...head('longest dark spell of a winter (days below half its mean irradiation), mean', 'days'), note },
      mean(darkRuns(real)),
      mean(darkRuns(ours)),
      { abs: chance(darkRuns(real), darkRuns(ours)) },
    ),
    compare(
      head('longest dark spell of all winters', 'days'),
      Math.max(...darkRuns(real)),
      Math.max(...darkRuns(ours)),
      {
        rel: 0.5,
      },
    ),
    compare(
      { ...head(`longest cold spell of a year (days below ${cold.toFixed(1)} °C), mean`, 'days'), note },
      mean(coldRuns(real)),
      mean(coldRuns(ours)),
      { abs: chance(coldRuns(real), coldRuns(ours)) },
    ),
    compare(head('longest cold spell of all years', 'days'), Math.max(...coldRuns(real)), Math.max(...coldRuns(ours)), {
      rel: 0.5,
    }),
  ];
  const darkShare = (years: readonly Year[]) =>
    mean(years.flatMap((y) => [...y.ghiKwhM2].flatMap((v, d) => (isWinter(d) ? [v < dark ? 1 : 0] : []))));
  rows.push(
    compare(
      head('share of winter days below half the winter’s mean irradiation', ''),
      darkShare(real),
      darkShare(ours),
      {
        rel: 0.2,
      },
    ),
    compare(
      head('correlation of a winter day’s temperature with its light', ''),
      warmthAndLight(real, 0),
      warmthAndLight(ours, 0),
      { abs: 0.15 },
    ),
    compare(
      head('correlation of a winter day’s temperature with the light of the day after', ''),
      warmthAndLight(real, 1),
      warmthAndLight(ours, 1),
      { abs: 0.1 },
    ),
  );
  return rows;
}

export const weatherYears: Suite = {
  title: 'Generated weather years',
  about:
    'As many generated years as the daily series has, with the luck of months left in, against those years of reanalysis: means and spread of months, the longest dark spells of winters and cold spells, and how warmth and light go together. The monthly statistics that the generator starts from were made of the same series; what is tested is what it makes of them.',
  run: () => PLACES.flatMap(place),
};
