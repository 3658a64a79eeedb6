import { type Highs, highs } from '../balance/highs.ts';
import type { Climate } from '../catalog/catalog.ts';
import { loadCatalog } from '../catalog/load.ts';
import { looksAhead } from '../policy/index.ts';
import type { PolicyName, Surroundings } from '../policy/policy.ts';
import type { Site } from '../site/site.ts';
import { generateWeather } from '../weather/generate.ts';
import type { WeatherYear } from '../weather/year.ts';
import type { Service } from '../workload/service.ts';

/** Seed of the year that stands for the climate: far from those that sites and sets of years take. */
const CLIMATE_SEED = 7919;

/** The solver, where one of these policies needs it. */
export async function solverFor(policies: readonly PolicyName[]): Promise<Highs | undefined> {
  return policies.some(looksAhead) ? highs() : undefined;
}

/**
 * What a policy that looks ahead knows beside the plant. Its climate is a generated year of another seed: of the site's own climate, or
 * of the nearest in the catalogue where the weather comes from a file.
 */
export function aroundOf(
  site: Site,
  services: readonly Service[],
  weather: WeatherYear,
  solver: Highs | undefined,
): { readonly around?: Surroundings } {
  if (solver === undefined) return {};
  return { around: { site, services, climate: climateYear(site), truth: weather, solver } };
}

/** A year that stands for the climate of a site, not the one that it has: what is known before anything was measured. */
export function climateYear(site: Site): WeatherYear {
  const { climates } = loadCatalog();
  const own = site.weather.kind === 'climate' ? climates.get(site.weather.climate) : undefined;
  return generateWeather(own ?? nearest([...climates.values()], site.context), CLIMATE_SEED);
}

function nearest(climates: readonly Climate[], { latDeg, lonDeg }: Site['context']): Climate {
  const shrink = Math.cos((latDeg * Math.PI) / 180);
  const away = (c: Climate): number => Math.hypot(c.latDeg - latDeg, (c.lonDeg - lonDeg) * shrink);
  return climates.reduce((best, c) => (away(c) < away(best) ? c : best));
}
