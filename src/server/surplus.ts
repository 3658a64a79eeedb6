import type { Conditions } from '../components/contract.ts';
import type { SurplusHour } from '../control/quote.ts';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import type { Plant } from '../twin/plant.ts';

/** Days before whose same hour is taken for the one to come. */
const DAYS = 5;
/** Hours that are looked ahead at most. */
const MOST_HOURS = 168;

/** Where the site stands. */
export interface SiteNow {
  /** Site time and wall clock of the same moment, ms. */
  readonly siteMs: number;
  readonly wallMs: number;
  /** Site seconds per second. */
  readonly speed: number;
  readonly loadKw: number;
  /** Price of the present mix, currency of the site per kWh. */
  readonly pricePerKwh: number;
}

/**
 * The surplus of sun and wind in the hours until `untilMs` (wall clock), a week of site time at most: what the sources could give, as
 * the mean of the same hour of the five days before, above the load of this moment. It knows nothing of what weather will come;
 * price and load are taken to stay as they are.
 */
export function surplusAhead(
  plant: Plant,
  conditionsAt: (startMs: number, dtH: number) => Conditions,
  { siteMs, wallMs, speed, loadKw, pricePerKwh }: SiteNow,
  untilMs: number,
): SurplusHour[] {
  const sources = plant.dispatch.filter((unit) => unit.mustTake).map((unit) => unit.start());
  const freeKw = (startMs: number): number => {
    let sum = 0;
    for (let day = 1; day <= DAYS; day++) {
      const conditions = conditionsAt(startMs - day * DAY_MS, 1);
      for (const source of sources) sum += source.feasible(conditions).maxKw / DAYS;
    }
    return sum;
  };
  const wallOf = (ms: number): number => wallMs + (ms - siteMs) / speed;
  const hours: SurplusHour[] = [];
  for (let startMs = siteMs; hours.length < MOST_HOURS && wallOf(startMs) < untilMs; startMs += HOUR_MS) {
    const surplusKw = Math.max(0, freeKw(startMs) - loadKw);
    hours.push({ startMs: wallOf(startMs), endMs: wallOf(startMs + HOUR_MS), surplusKw, pricePerKwh });
  }
  return hours;
}
