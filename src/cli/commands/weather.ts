import { loadCatalog } from '../../catalog/load.ts';
import { fail } from '../../errors/error.ts';
import { textPairs, textTable } from '../../report/table.ts';
import { mean } from '../../series/grid.ts';
import { formatNumber } from '../../units/quantity.ts';
import { generateWeather } from '../../weather/generate.ts';
import { readWeather } from '../../weather/read.ts';
import { monthOfDay, type Place, type WeatherYear } from '../../weather/year.ts';
import type { Command, Typed } from '../command.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function placeOf(typed: Typed): Place {
  const number = (name: string, standard: number): number => {
    const text = typed.text(name);
    if (text === undefined) return standard;
    const value = Number(text);
    return Number.isFinite(value)
      ? value
      : fail('JW_USAGE', { reason: `--${name} takes a number`, command: 'weather' });
  };
  const climate = loadCatalog().climates.get(typed.text('climate') ?? 'bukhara');
  if (climate === undefined) {
    const known = [...loadCatalog().climates.keys()].join(', ');
    return fail('JW_USAGE', {
      reason: `there is no climate ${typed.text('climate')}; there are ${known}`,
      command: 'weather',
    });
  }
  return {
    latDeg: number('lat', climate.latDeg),
    lonDeg: number('lon', climate.lonDeg),
    elevationM: number('elevation', climate.elevationM),
    zone: typed.text('zone') ?? climate.zone,
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
    const year =
      file === undefined
        ? generateWeather(
            loadCatalog().climates.get(typed.text('climate') ?? 'bukhara')!,
            Number(typed.text('seed') ?? 1),
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
        [
          'clock',
          `UTC${utcOffsetH >= 0 ? '+' : ''}${utcOffsetH}, irradiance stamped ${formatNumber(irradianceShiftH, 2)} h late`,
        ],
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
