import type { TimeGrid } from '../../series/grid.ts';
import type { GridEvent } from '../../site/gridEvent.ts';
import { loadSite } from '../../site/load.ts';
import { parseWeatherMap } from '../../weather/map.ts';
import type { WeatherYear } from '../../weather/year.ts';
import { weatherOf } from '../air.ts';
import { type DemandText, substitute } from '../substitutes.ts';
import { type YearsSource, yearsOf } from '../yearsSource.ts';
import type { Contender } from './contender.ts';

/** The air of a comparison: the site's own, a file with the map of its columns, or one of many years. */
export type WeatherChoice =
  | { readonly kind: 'own' }
  | { readonly kind: 'file'; readonly file: string; readonly map?: string }
  | { readonly kind: 'year'; readonly source: YearsSource; readonly name: string };

/** What is the same for all contenders, as every thread makes it anew. */
export interface SceneOrder {
  readonly siteFile: string;
  readonly grid: TimeGrid;
  readonly weather: WeatherChoice;
  readonly demand: DemandText;
  /** Steps before the grid in which policies gather a record, counted in no total; none when left out. */
  readonly warmUp?: number;
  /** Orders of the grid, which every contender gets; none when left out. */
  readonly events?: readonly GridEvent[];
}

/** All that the threads of a comparison need to know. */
export interface CompareOrder extends SceneOrder {
  readonly contenders: readonly Contender[];
}

function weatherIn(site: ReturnType<typeof loadSite>, choice: WeatherChoice): WeatherYear {
  if (choice.kind === 'own') return weatherOf(site);
  if (choice.kind === 'file')
    return weatherOf(site, choice.file, choice.map === undefined ? undefined : parseWeatherMap(choice.map));
  const year = yearsOf(choice.source, site).find(({ name }) => name === choice.name);
  if (year === undefined) throw new RangeError(`there is no weather year ${choice.name}`);
  return year.weather();
}

/** The site, its demand and its air. @throws what the readers of site, demand and weather throw */
export function sceneOf({ siteFile, grid, weather, demand, warmUp = 0, events = [] }: SceneOrder) {
  const site = loadSite(siteFile);
  return { site, grid, warmUp, events, ...substitute(site, demand), weather: weatherIn(site, weather) };
}

/** What all contenders see alike. */
export type Scene = ReturnType<typeof sceneOf>;
