import { HOUR_MS } from '../series/grid.ts';
import { haurwitzWm2 } from '../weather/clearSky.ts';
import { sunAt } from '../weather/sun.ts';
import type { Place } from '../weather/year.ts';

/** What is known of a quantity before anything was measured: a weather file, the demand profile of a site file. */
export interface Prior {
  readonly about: string;
  /** It knows the level and nothing of the days: two days of history say more. */
  readonly levelOnly?: boolean;
  /** Quantiles of the mean over [startMs, endMs) at the levels of the contract. */
  quantiles(startMs: number, endMs: number): readonly number[];
}

/** A kind of series: how it is brought to a scale on which errors are alike everywhere, and where it cannot be. */
export interface Quantity {
  readonly about: string;
  /** Zone whose clocks and weekdays people follow. */
  readonly zone: string;
  /** Onto the scale on which it is learnt, and back; rising. `scale` is the typical size of the values, > 0. */
  readonly to: (value: number, scale: number) => number;
  readonly from: (z: number, scale: number) => number;
  /** No value lies below. */
  readonly least: number;
  /** Values are shares of this where given (clear sky), and 0 where it is 0. */
  readonly envelope?: (startMs: number, endMs: number) => number;
  /** A meter that shows the same value for longer than this stands still, h; zeros do not count. Infinity: it may. */
  readonly stuckH: number;
  readonly prior?: Prior;
}

type Options = Pick<Quantity, 'zone'> & { readonly prior?: Prior };

const same = (value: number): number => value;
/** Part of the typical size that is added before the logarithm, so that small rates weigh little. */
const LOG_FLOOR = 0.2;

/** Requests per second of a service, >= 0. */
export function requestsQuantity(options: Options): Quantity {
  return { about: 'requests/s', ...logarithmic, stuckH: 6, ...options };
}

/** Mean tokens of a request, > 0. */
export function lengthQuantity(options: Options): Quantity {
  return { about: 'tokens per request', ...logarithmic, stuckH: 24, ...options };
}

const logarithmic = {
  to: (value: number, scale: number) => Math.log(LOG_FLOOR + Math.max(0, value) / scale),
  from: (z: number, scale: number) => Math.max(0, scale * (Math.exp(z) - LOG_FLOOR)),
  least: 0,
};

/** Global irradiance on the horizontal, W/m2, as a share of that under a clear sky. */
export function irradianceQuantity(place: Place, prior?: Prior): Quantity {
  return {
    about: 'irradiance, W/m2',
    zone: place.zone,
    to: same,
    from: same,
    least: 0,
    envelope: (startMs, endMs) => clearSkyMean(place, startMs, endMs),
    stuckH: 3,
    ...(prior === undefined ? {} : { prior }),
  };
}

/** Mean of the clear sky over an interval, W/m2, from samples a quarter of an hour apart at most. */
function clearSkyMean(place: Place, startMs: number, endMs: number): number {
  const samples = Math.max(1, Math.ceil((endMs - startMs) / (HOUR_MS / 4)));
  let sum = 0;
  for (let k = 0; k < samples; k++) {
    const ms = startMs + ((k + 0.5) / samples) * (endMs - startMs);
    sum += haurwitzWm2(sunAt(ms, place.latDeg, place.lonDeg).zenithDeg);
  }
  return sum / samples;
}

/** Wind at 10 m, m/s, >= 0. */
export function windQuantity(options: Options): Quantity {
  return {
    about: 'wind, m/s',
    to: (value) => Math.sqrt(Math.max(0, value)),
    from: (z) => Math.max(0, z) ** 2,
    least: 0,
    stuckH: 12,
    ...options,
  };
}

/** Dry bulb, °C. */
export function temperatureQuantity(options: Options): Quantity {
  return { about: 'temperature, °C', to: same, from: same, least: Number.NEGATIVE_INFINITY, stuckH: 6, ...options };
}

/** Market price, money per energy; may be below 0. Rare peaks are drawn in by the inverse hyperbolic sine. */
export function priceQuantity(options: Options): Quantity {
  return {
    about: 'price',
    to: (value, scale) => Math.asinh(value / scale),
    from: (z, scale) => scale * Math.sinh(z),
    least: Number.NEGATIVE_INFINITY,
    stuckH: Number.POSITIVE_INFINITY,
    ...options,
  };
}

/** Electric power of a load, kW, >= 0. */
export function loadQuantity(options: Options): Quantity {
  return { about: 'load, kW', to: same, from: same, least: 0, stuckH: 24, ...options };
}
