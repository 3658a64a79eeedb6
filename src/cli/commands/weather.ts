import { loadCatalog } from '../../catalog/load.ts';
import { fail } from '../../errors/error.ts';
import { zoneOf } from '../../series/zone.ts';
import { DECOMPOSITIONS } from '../../weather/complete.ts';
import { generateWeather } from '../../weather/generate.ts';
import { parseWeatherMap } from '../../weather/map.ts';
import { type ReadOptions, readWeather } from '../../weather/read.ts';
import type { Place, WeatherYear } from '../../weather/year.ts';
import type { Command, Typed } from '../command.ts';
import { fetchToFile } from './weatherFetch.ts';
import { surveyJson, surveyText } from './weatherShow.ts';

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

/** How a file is to be read, as typed. */
function readingOf(typed: Typed): ReadOptions {
  const [map, year] = [typed.text('map'), typed.text('year')];
  if (year !== undefined && !/^\d{4}$/.test(year)) wrong(`--year takes a year, not "${year}"`);
  const typedSplit = typed.text('decomposition');
  const decomposition = DECOMPOSITIONS.find((name) => name === typedSplit);
  if (typedSplit !== undefined && decomposition === undefined)
    wrong(`--decomposition takes ${DECOMPOSITIONS.join(' or ')}, not "${typedSplit}"`);
  return {
    ...(decomposition === undefined ? {} : { decomposition }),
    ...(map === undefined ? {} : { map: parseWeatherMap(map) }),
    ...(year === undefined ? {} : { year: Number(year) }),
  };
}

/** The year to be shown: of a file, or generated. */
function yearOf(typed: Typed, file: string | undefined): WeatherYear {
  const place = placeOf(typed);
  if (file !== undefined) {
    if (typed.text('seed') !== undefined) wrong('--seed is for a generated year; a FILE has none');
    return readWeather(file, place, readingOf(typed));
  }
  const forFile = ['lat', 'lon', 'elevation', 'zone', 'map', 'year', 'decomposition'].find(
    (name) => typed.text(name) !== undefined,
  );
  if (forFile !== undefined) wrong(`--${forFile} is for a FILE; a generated year has its climate’s place and light`);
  return generateWeather(
    loadCatalog().climates.get(typed.text('climate') ?? 'bukhara')!,
    numberOf(typed, 'seed', 1, 0, Number.MAX_SAFE_INTEGER),
  );
}

export const weather: Command = {
  name: 'weather',
  about: 'show what a weather file or a generated year of a climate holds, or fetch a file',
  details:
    'weather [show] FILE says what is in a file (EPW, TMY3, PVGIS, Open-Meteo, NASA POWER, an hourly table, any CSV by --map), what\n' +
    'was derived, and what looks wrong; without FILE a year is generated. weather fetch SERVICE asks pvgis, open-meteo or\n' +
    'nasa-power over the network and keeps the answer as a file; nothing else ever does.',
  positionals: [
    { name: 'WHAT', about: 'show, fetch, or a FILE to show', required: false },
    { name: 'NAME', about: 'the FILE to show, or the service to fetch from', required: false },
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
    map: { type: 'string', value: 'KEY=COLUMN:UNIT,...', about: 'what the columns of a plain CSV are' },
    year: { type: 'string', value: 'YEAR', about: 'which year of a file with several, or to fetch' },
    decomposition: {
      type: 'string',
      value: 'erbs|disc',
      about: 'what splits global irradiance where the FILE has no beam and diffuse (default erbs)',
    },
    from: { type: 'string', value: 'DATE', about: 'fetch: first day' },
    to: { type: 'string', value: 'DATE', about: 'fetch: last day' },
    out: { type: 'string', value: 'FILE', about: 'fetch: where the answer is kept; .gz packs it' },
    json: { type: 'boolean', about: 'machine-readable output' },
  },
  examples: [
    'joulewright weather show bukhara.csv.gz',
    'joulewright weather --climate nukus',
    'joulewright weather show phoenix.epw --climate phoenix',
    'joulewright weather show station.csv --map time=stamp:utc,temp=T_air,rh=RH,ghi=G,wind=WS:km/h',
    'joulewright weather fetch open-meteo --lat 39.77 --lon 64.42 --year 2023 --out bukhara-2023.json.gz',
  ],
  async run(typed) {
    const [what, name] = typed.positionals;
    if (what === 'fetch') return fetchToFile(typed, placeOf(typed));
    const forFetch = ['from', 'to', 'out'].find((option) => typed.text(option) !== undefined);
    if (forFetch !== undefined) wrong(`--${forFetch} is for \`weather fetch\``);
    if (what !== 'show' && name !== undefined) wrong(`"${name}" is one argument too many`);
    const year = yearOf(typed, what === 'show' ? name : what);
    process.stdout.write(typed.flag('json') ? `${JSON.stringify(surveyJson(year), null, 2)}\n` : surveyText(year));
    return 0;
  },
};
