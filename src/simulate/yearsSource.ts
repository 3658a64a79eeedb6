import path from 'node:path';
import { loadCatalog } from '../catalog/load.ts';
import type { Site } from '../site/site.ts';
import { readDailyYears } from '../weather/dailyHours.ts';
import { generateWeather } from '../weather/generate.ts';
import type { WeatherYear } from '../weather/year.ts';
import { weatherOf } from './air.ts';

/** Where many weather years come from: the years of a daily series, hourly files, or years of a climate as they may fall. */
export type YearsSource =
  | { readonly kind: 'days'; readonly file: string }
  | { readonly kind: 'files'; readonly files: readonly string[] }
  | { readonly kind: 'generated'; readonly climate: string; readonly seed: number; readonly count: number };

/** One of many weather years; its hours are made or read when asked. */
export interface NamedYear {
  /** "1992", "seed 7", or the name of a file. */
  readonly name: string;
  weather(): WeatherYear;
}

/** The years of a source at a site. @throws what the readers throw; RangeError for a climate that the catalogue lacks */
export function yearsOf(source: YearsSource, site: Site): NamedYear[] {
  if (source.kind === 'days') {
    return readDailyYears(source.file, site.context).map(({ year, weather }) => ({ name: String(year), weather }));
  }
  if (source.kind === 'files') {
    const names = fileNames(source.files);
    return source.files.map((file, i) => ({ name: names[i]!, weather: () => weatherOf(site, file) }));
  }
  const climate = loadCatalog().climates.get(source.climate);
  if (climate === undefined) throw new RangeError(`the catalogue has no climate ${source.climate}`);
  return Array.from({ length: source.count }, (_, i) => ({
    name: `seed ${source.seed + i}`,
    weather: () => generateWeather(climate, source.seed + i, { yearToYear: 1 }),
  }));
}

const ENDING = /\.(csv|epw|json|txt|tmy3?)$/i;

/** Names of weather files as short as tells them apart: without ending, with it, with the folder, or the whole path. The paths must differ. */
export function fileNames(files: readonly string[]): string[] {
  const ways: ((file: string) => string)[] = [
    (file) => path.basename(file).replace(/\.gz$/i, '').replace(ENDING, ''),
    (file) => path.basename(file),
    (file) => path.join(path.basename(path.dirname(file)), path.basename(file)),
  ];
  const named = ways.map((way) => files.map(way)).find((names) => new Set(names).size === names.length);
  return named ?? [...files];
}
