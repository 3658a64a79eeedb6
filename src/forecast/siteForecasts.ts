import type { Place, WeatherYear } from '../weather/year.ts';
import { meanTokens, type Service } from '../workload/service.ts';
import type { Forecaster } from './contract.ts';
import { LearningForecaster } from './forecaster.ts';
import { demandPrior, lengthPrior, weatherPrior } from './prior.ts';
import {
  irradianceQuantity,
  lengthQuantity,
  priceQuantity,
  requestsQuantity,
  temperatureQuantity,
  windQuantity,
} from './quantity.ts';

/** What a site's forecasters are made for. */
export interface ForecastSite {
  readonly place: Place;
  /** Its weather file or generated year: the climate until there are measurements. */
  readonly weather: WeatherYear;
  readonly services: readonly Service[];
  /** What `save()` returned; what cannot be read is learnt anew. */
  readonly saved?: unknown;
  /** Whether the services' demand tells its mean alone. */
  readonly levelOnly?: boolean;
  /** Time after which a series is learnt anew; a day when left out. */
  readonly refitMs?: number;
}

/** Series of a site that can be forecast, by name; those of services by their id. */
export type SeriesName =
  | 'irradiance'
  | 'wind'
  | 'temperature'
  | 'price'
  | `requests of ${string}`
  | `input of ${string}`
  | `output of ${string}`;

/**
 * The forecasters of a site: irradiance, wind, temperature and price; requests, input and output tokens per request of each
 * service. A price has no prior: where a tariff publishes it, use a perfect forecaster instead.
 */
export class SiteForecasts {
  readonly #all: ReadonlyMap<SeriesName, Forecaster>;

  constructor({ place, weather, services, saved, levelOnly, refitMs }: ForecastSite) {
    const known: Readonly<Record<string, unknown>> = typeof saved === 'object' && saved !== null ? { ...saved } : {};
    const { zone } = place;
    const all = new Map<SeriesName, Forecaster>();
    const add = (name: SeriesName, quantity: ConstructorParameters<typeof LearningForecaster>[0]): void => {
      all.set(name, new LearningForecaster(quantity, known[name], refitMs));
    };
    add('irradiance', irradianceQuantity(place, weatherPrior(weather, 'ghiWm2')));
    add('wind', windQuantity({ zone, prior: weatherPrior(weather, 'windMs') }));
    add('temperature', temperatureQuantity({ zone, prior: weatherPrior(weather, 'tempC') }));
    add('price', priceQuantity({ zone }));
    for (const { profile, rate } of services) {
      const { input, output } = meanTokens(profile);
      add(`requests of ${profile.id}`, requestsQuantity({ zone, prior: demandPrior(rate, levelOnly) }));
      add(`input of ${profile.id}`, lengthQuantity({ zone, prior: lengthPrior(input) }));
      add(`output of ${profile.id}`, lengthQuantity({ zone, prior: lengthPrior(output) }));
    }
    this.#all = all;
  }

  get names(): readonly SeriesName[] {
    return [...this.#all.keys()];
  }

  /** @throws RangeError for a series that the site does not have: an error of the program */
  of(name: SeriesName): Forecaster {
    const found = this.#all.get(name);
    if (found === undefined) throw new RangeError(`the site has no series ${name}`);
    return found;
  }

  /** Everything that must survive a restart, as plain JSON. */
  save(): unknown {
    return Object.fromEntries([...this.#all].map(([name, forecaster]) => [name, forecaster.save()]));
  }
}
