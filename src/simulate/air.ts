import { loadCatalog } from '../catalog/load.ts';
import type { Site } from '../site/site.ts';
import { generateWeather } from '../weather/generate.ts';
import type { WeatherMap } from '../weather/map.ts';
import { readWeather } from '../weather/read.ts';
import type { WeatherYear } from '../weather/year.ts';

/**
 * The weather year of a site: its own source, or a file given instead, with the map of its columns where it is a plain CSV;
 * either file is read with the decomposition of the site. A generated year of another seed is another year of the same climate.
 */
export function weatherOf(site: Site, file?: string, map?: WeatherMap): WeatherYear {
  const { decomposition } = site.parsed.weather;
  const read = (from: string, columns?: WeatherMap) =>
    readWeather(from, site.context, { decomposition, ...(columns === undefined ? {} : { map: columns }) });
  if (file !== undefined) return read(file, map);
  if (site.weather.kind === 'file') return read(site.weather.file, site.weather.map);
  const climate = loadCatalog().climates.get(site.weather.climate);
  if (climate === undefined)
    throw new Error(`climate ${site.weather.climate}: the site check lets no unknown one through`);
  return generateWeather(climate, site.weather.seed);
}
