import { fileURLToPath } from 'node:url';
import {
  type History,
  irradianceQuantity,
  priceQuantity,
  type Quantity,
  requestsQuantity,
  rollingScore,
  temperatureQuantity,
  weatherPrior,
  windQuantity,
} from '../../../src/forecast/index.ts';
import { numberColumn, parseCsv, readText } from '../../../src/series/csv.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/series/grid.ts';
import { readWeather } from '../../../src/weather/read.ts';
import type { Place, WeatherYear } from '../../../src/weather/year.ts';
import { atMost, digits, type Row, skipped } from '../row.ts';
import { NO_DATA, type Suite, sharedData } from '../suite.ts';

/** A series with what it is scored as. */
interface Case {
  readonly id: string;
  readonly what: string;
  readonly source: string;
  readonly file: string;
  readonly series: (path: string) => History;
  readonly quantity: () => Quantity;
  /** Day of the series at which the first forecast is made, hours from one to the next, and days after which ours learns anew. */
  readonly firstDay: number;
  readonly everyH: number;
  readonly refitDays: number;
}

const AZURE = 'Azure LLM inference week of May 2024, digitised (CC BY)';
const SERVEGEN = 'ServeGen, two weeks (Apache-2.0)';
const MARKET = '2024, sustain-cluster (MIT): market operators and Open-Meteo';
const YEARS = 'hours derived from NCEP CFSR days; its climate from another year';

/** Means over longer or other steps. */
function resampled(values: Float64Array, stepMs: number, toMs: number): Float64Array {
  const count = Math.floor((values.length * stepMs) / toMs + 1e-9);
  return Float64Array.from({ length: count }, (_, k) => {
    let sum = 0;
    for (let i = Math.floor((k * toMs) / stepMs); i * stepMs < (k + 1) * toMs; i++) {
      sum += values[i]! * (Math.min((i + 1) * stepMs, (k + 1) * toMs) - Math.max(i * stepMs, k * toMs));
    }
    return sum / toMs;
  });
}

function rates(path: string, key: string, name: string, stepMs: number): History {
  const table = parseCsv(readText(path), path);
  const at = table.columns.indexOf(key);
  const all = numberColumn(table, 'rps');
  const own = all.filter((_, i) => table.rows[i]![at] === name);
  const values = resampled(own, 10 * MINUTE_MS, stepMs);
  // A Monday; the weekday only names what the weekend is.
  return { grid: { startMs: Date.UTC(2024, 4, 6), stepMs, count: values.length }, values };
}

function market(path: string, column: string): History {
  const values = numberColumn(parseCsv(readText(path), path), column);
  return { grid: { startMs: Date.UTC(2024, 0, 1), stepMs: HOUR_MS, count: values.length }, values };
}

/** A year: seldom learnt anew, so that it is scored in many places. */
const YEAR = { firstDay: 28, everyH: 31, refitDays: 21 };

const inUtc = { zone: 'UTC' };
const traces = (id: string, source: string, file: string, key: string, name: string, firstDay: number): Case[] =>
  [10, 15, 60].map((minutes) => ({
    id: `${id}-${minutes}`,
    what: `requests/s of ${name}, steps of ${minutes} min`,
    source,
    file: `traces/${file}`,
    series: (path) => rates(path, key, name, minutes * MINUTE_MS),
    quantity: () => requestsQuantity(inUtc),
    firstDay,
    everyH: 5,
    refitDays: 1,
  }));

const prices: Case[] = (
  [
    ['DE-LU', 'Europe/Berlin'],
    ['US-TEX-ERCO', 'America/Chicago'],
    ['SG', 'Asia/Singapore'],
  ] as const
).map(([market_, zone]) => ({
  id: `FC-PRICE-${market_}`,
  what: `price of ${market_}, USD/MWh, hourly`,
  source: MARKET,
  file: `tariffs/market/${market_}_2024.csv.gz`,
  series: (path) => market(path, 'price_usd_mwh'),
  quantity: () => priceQuantity({ zone }),
  ...YEAR,
}));

const WEATHER = [
  ['tempC', 'temperature, °C', 'temp_c'],
  ['windMs', 'wind, m/s', 'wind10_ms'],
  ['ghiWm2', 'irradiance, W/m2', 'ghi_est_wm2'],
] as const;

const year = (file: string, place: Place): WeatherYear => readWeather(fileURLToPath(sharedData(file)!), place);

function weatherQuantity(column: (typeof WEATHER)[number][0], place: Place, climate: string): Quantity {
  const prior = weatherPrior(year(climate, place), column);
  if (column === 'ghiWm2') return irradianceQuantity(place, prior);
  return column === 'tempC'
    ? temperatureQuantity({ zone: place.zone, prior })
    : windQuantity({ zone: place.zone, prior });
}

const DALLAS: Place = { latDeg: 32.85, lonDeg: -96.85, elevationM: 148, zone: 'America/Chicago' };
const dallas: Case[] = WEATHER.map(([column, what, own]) => ({
  id: `FC-DALLAS-${column}`,
  what: `${what}, Dallas 2024, hourly${column === 'ghiWm2' ? ' (from cloud cover)' : ''}`,
  source: `${MARKET}; climate from TMYx 2007-2021`,
  file: 'tariffs/market/US-TEX-ERCO_2024.csv.gz',
  series: (path) => market(path, own),
  quantity: () => weatherQuantity(column, DALLAS, 'weather/us_dallas_hourly_tmyx_2007_2021.csv.gz'),
  ...YEAR,
}));

const uzbek: Case[] = (
  [
    ['bukhara', { latDeg: 39.77, lonDeg: 64.42, elevationM: 225, zone: 'Asia/Samarkand' }, 2003],
    ['tashkent', { latDeg: 41.31, lonDeg: 69.28, elevationM: 455, zone: 'Asia/Tashkent' }, 2005],
  ] as const
).flatMap(([town, place, typical]) =>
  WEATHER.map(
    ([column, what]): Case => ({
      id: `FC-${town.toUpperCase()}-${column}`,
      what: `${what}, ${town} 1992, hourly`,
      source: `${YEARS}, ${typical}`,
      file: `weather/uz_${town}_hourly_darkwinter_1992.csv.gz`,
      series: (path) => {
        const { utcOffsetH, ...own } = readWeather(path, place);
        // Without 29 February, as the file is.
        const startMs = Date.UTC(1993, 0, 1) - utcOffsetH * HOUR_MS;
        return { grid: { startMs, stepMs: HOUR_MS, count: own.hours }, values: own[column] };
      },
      quantity: () => weatherQuantity(column, place, `weather/uz_${town}_hourly_typ_${typical}.csv.gz`),
      ...YEAR,
    }),
  ),
);

const AZURE_FILE = 'azure_llm_2024_week_rate_10min_digitised.csv.gz';
const CASES: readonly Case[] = [
  ...traces('FC-AZURE-CONV', AZURE, AZURE_FILE, 'service', 'conv', 4),
  ...traces('FC-AZURE-CODE', AZURE, AZURE_FILE, 'service', 'code', 4),
  ...['m-large', 'm-mid', 'm-small'].flatMap((name) =>
    traces(`FC-SERVEGEN-${name}`, SERVEGEN, 'servegen_rate_10min.csv.gz', 'model', name, 7),
  ),
  ...prices,
  ...dallas,
  ...uzbek,
];

function rowOf({ id, what, source, file, series, quantity, firstDay, everyH, refitDays }: Case): Row {
  const url = sharedData(file);
  if (url === undefined) return skipped({ id, what, source }, NO_DATA);
  const history = series(fileURLToPath(url));
  const origins = {
    fromMs: history.grid.startMs + firstDay * DAY_MS,
    everyMs: everyH * HOUR_MS,
    refitMs: refitDays * DAY_MS,
  };
  const score = rollingScore(history, quantity(), origins);
  const said = [
    `persistence ${digits(score.persistence, 4)}`,
    `the day before ${digits(score.daily, 4)}`,
    `${Math.round(100 * score.covered)} % of ${score.values} values within the outer quantiles`,
  ];
  const { reference, ours, ...rest } = atMost(
    { id, what, source, note: said.join(', ') },
    Math.min(score.persistence, score.daily),
    score.ours,
  );
  return { ...rest, reference: digits(Math.min(score.persistence, score.daily), 4), ours: digits(score.ours, 4) };
}

export const forecast: Suite = {
  title: 'Forecasts against persistence and the day before',
  about:
    'Mean pinball loss at the levels 0.1, 0.5 and 0.9 over all leads to 48 h, in the unit of the series, with origins that roll through it and nothing of the future at hand; ours learns from at most 28 days, anew each day (in the years every three weeks). Persistence and the day before have quantiles too, from their own errors in the same history (of irradiance as a share of the clear sky). The reference is the better of the two, and ours must not be above it.',
  run: () => CASES.map(rowOf),
};
