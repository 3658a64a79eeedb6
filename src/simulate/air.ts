import { loadCatalog } from '../catalog/load.ts';
import type { Site } from '../site/site.ts';
import { generateWeather } from '../weather/generate.ts';
import type { WeatherMap } from '../weather/map.ts';
import { readWeather } from '../weather/read.ts';
import type { WeatherYear } from '../weather/year.ts';

/**
 * The weather year of a site: its own source, or a file given instead, with the map of its columns where it is a plain CSV. A generated year of another seed is another year of
 * the same climate.
 */
export function weatherOf(site: Site, file?: string, map?: WeatherMap): WeatherYear {
  if (file !== undefined) return readWeather(file, site.context, map === undefined ? {} : { map });
  if (site.weather.kind === 'file') {
    const { file: own, map: ownMap } = site.weather;
    return readWeather(own, site.context, ownMap === undefined ? {} : { map: ownMap });
  }
  const climate = loadCatalog().climates.get(site.weather.climate);
  if (climate === undefined)
    throw new Error(`climate ${site.weather.climate}: the site check lets no unknown one through`);
  return generateWeather(climate, site.weather.seed);
}
