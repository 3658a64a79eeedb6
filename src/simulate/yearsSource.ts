import path from 'node:path';
import { loadCatalog } from '../catalog/load.ts';
import type { Site } from '../site/site.ts';
import { readDailyYears } from '../weather/dailyHours.ts';
import { dailyGhi, generatedGhi } from '../weather/darkYear.ts';
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
  /** Daily irradiation, kWh/m2; of days and of generated years without making their hours. */
  ghiKwhM2(): Float64Array;
  weather(): WeatherYear;
}

/** The years of a source at a site. @throws what the readers throw; RangeError for a climate that the catalogue lacks */
export function yearsOf(source: YearsSource, site: Site): NamedYear[] {
  if (source.kind === 'days') {
    return readDailyYears(source.file, site.context).map(({ year, ghiKwhM2, weather }) => ({
      name: String(year),
      ghiKwhM2: () => ghiKwhM2,
      weather,
    }));
  }
  if (source.kind === 'files') {
    const names = fileNames(source.files);
    return source.files.map((file, i) => {
      const weather = () => weatherOf(site, file);
      return { name: names[i]!, ghiKwhM2: () => dailyGhi(weather().ghiWm2), weather };
    });
  }
  const climate = loadCatalog().climates.get(source.climate);
  if (climate === undefined) throw new RangeError(`the catalogue has no climate ${source.climate}`);
  const seeds = Array.from({ length: source.count }, (_, i) => source.seed + i);
  let light: Float64Array[] | undefined;
  return seeds.map((seed, i) => ({
    name: `seed ${seed}`,
    ghiKwhM2: () => {
      light ??= generatedGhi(climate, seeds);
      return light[i]!;
    },
    weather: () => generateWeather(climate, seed, { yearToYear: 1 }),
  }));
}

/** The files that a source reads. */
export function filesOfSource(source: YearsSource): readonly string[] {
  if (source.kind === 'generated') return [];
  return source.kind === 'days' ? [source.file] : source.files;
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
