import { loadCatalog } from '../../catalog/load.ts';
import { fail } from '../../errors/error.ts';
import { textPairs, textTable } from '../../report/table.ts';
import { mean } from '../../series/grid.ts';
import { zoneOf } from '../../series/zone.ts';
import { formatNumber } from '../../units/quantity.ts';
import { generateWeather } from '../../weather/generate.ts';
import { readWeather } from '../../weather/read.ts';
import { monthOfDay, type Place, type WeatherYear } from '../../weather/year.ts';
import type { Command, Typed } from '../command.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function wrong(reason: string): never {
  return fail('JW_USAGE', { reason, command: 'weather' });
}

function numberOf(typed: Typed, name: string, standard: number, low: number, high: number): number {
  const text = typed.text(name);
  if (text === undefined) return standard;
  const value = Number(text);
  return value >= low && value <= high
    ? value
    : wrong(`--${name} takes a number from ${low} to ${high}, not "${text}"`);
}

/** IANA zone as typed. @throws JW_USAGE */
function zoneName(zone: string): string {
  try {
    zoneOf(zone);
    return zone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return wrong(`there is no time zone "${zone}"`);
  }
}

/** Place that a file's irradiance is for: the climate's, or as given. */
function placeOf(typed: Typed): Place {
  const climate = loadCatalog().climates.get(typed.text('climate') ?? 'bukhara');
  if (climate === undefined) {
    const known = [...loadCatalog().climates.keys()].join(', ');
    return wrong(`there is no climate "${typed.text('climate')}"; there are ${known}`);
  }
  return {
    latDeg: numberOf(typed, 'lat', climate.latDeg, -90, 90),
    lonDeg: numberOf(typed, 'lon', climate.lonDeg, -180, 180),
    elevationM: numberOf(typed, 'elevation', climate.elevationM, -450, 9000),
    zone: zoneName(typed.text('zone') ?? climate.zone),
  };
}

function monthly(year: WeatherYear): string {
  const rows = MONTHS.map((name, month) => {
    const hours: number[] = [];
    for (let h = 0; h < year.hours; h++) if (monthOfDay(Math.floor(h / 24)) === month) hours.push(h);
    const pick = (values: Float64Array) => Float64Array.from(hours, (h) => values[h]!);
    const temp = pick(year.tempC);
    const perDay = (mean(pick(year.ghiWm2)) * 24) / 1000;
    return [
      name,
      formatNumber(mean(temp), 3),
      formatNumber(Math.min(...temp), 3),
      formatNumber(Math.max(...temp), 3),
      formatNumber(mean(pick(year.rhShare)) * 100, 2),
      formatNumber(perDay, 3),
      formatNumber(mean(pick(year.windMs)), 2),
    ];
  });
  const header = ['month', 'mean °C', 'min °C', 'max °C', 'RH %', 'GHI kWh/m2/d', 'wind m/s'];
  return textTable(
    header.map((h, i) => ({ header: h, align: i === 0 ? 'left' : 'right' })),
    rows,
  );
}

function stampText(shiftH: number): string {
  if (shiftH === 0) return 'at the true time';
  return `${formatNumber(Math.abs(shiftH), 2)} h ${shiftH > 0 ? 'late' : 'early'}`;
}

export const weather: Command = {
  name: 'weather',
  about: 'show what a weather file or a generated year of a climate holds',
  positionals: [
    { name: 'FILE', about: 'EPW or hourly CSV, may be .gz; without it a year is generated', required: false },
  ],
  options: {
    climate: {
      type: 'string',
      value: 'NAME',
      about: 'climate of the catalogue: its place is used for the sun (default bukhara)',
    },
    seed: { type: 'string', value: 'N', about: 'seed of a generated year (default 1)' },
    lat: { type: 'string', value: 'DEG', about: 'latitude of the file’s place' },
    lon: { type: 'string', value: 'DEG', about: 'longitude, east positive' },
    elevation: { type: 'string', value: 'M', about: 'height above the sea' },
    zone: { type: 'string', value: 'ZONE', about: 'IANA zone, Asia/Samarkand' },
    json: { type: 'boolean', about: 'machine-readable output' },
  },
  examples: [
    'joulewright weather --climate nukus',
    'joulewright weather bukhara.csv.gz',
    'joulewright weather phoenix.epw --climate phoenix',
  ],
  async run(typed) {
    const file = typed.positionals[0];
    const place = placeOf(typed);
    const moved = ['lat', 'lon', 'elevation', 'zone'].find((name) => typed.text(name) !== undefined);
    if (file === undefined && moved !== undefined)
      wrong(`--${moved} is for a FILE; a generated year has its climate’s place`);
    if (file !== undefined && typed.text('seed') !== undefined)
      wrong('--seed is for a generated year; a FILE has none');
    const year =
      file === undefined
        ? generateWeather(
            loadCatalog().climates.get(typed.text('climate') ?? 'bukhara')!,
            numberOf(typed, 'seed', 1, 0, Number.MAX_SAFE_INTEGER),
          )
        : readWeather(file, place);
    const { about, provenance, source, irradianceShiftH, warnings, utcOffsetH } = year;
    if (typed.flag('json')) {
      const ghiKwhM2 = (mean(year.ghiWm2) * 8760) / 1000;
      process.stdout.write(
        `${JSON.stringify({ about, provenance, source, place: year.place, utcOffsetH, irradianceShiftH, ghiKwhM2, meanC: mean(year.tempC), warnings }, null, 2)}\n`,
      );
      return 0;
    }
    process.stdout.write(
      `${textPairs([
        ['what', about],
        ['provenance', provenance],
        ['source', source],
        ['clock', `UTC${utcOffsetH >= 0 ? '+' : ''}${utcOffsetH}, irradiance stamped ${stampText(irradianceShiftH)}`],
        [
          'year',
          `GHI ${formatNumber((mean(year.ghiWm2) * 8760) / 1000, 4)} kWh/m2, mean ${formatNumber(mean(year.tempC), 3)} °C, wind ${formatNumber(mean(year.windMs), 2)} m/s`,
        ],
      ])}\n\n${monthly(year)}\n`,
    );
    for (const text of warnings) process.stderr.write(`warning ${text}\n`);
    return 0;
  },
};
