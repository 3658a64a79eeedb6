import type { LocalTime } from '../../series/zone.ts';
import { zoneOf } from '../../series/zone.ts';
import { covers, type Outage, OutageBook } from './outages.ts';
import type { GridSpec } from './spec.ts';
import { dayCode, slotOf, termsOn } from './terms.ts';

/** Random outages by spec; made once per connection and never part of its state, because they follow from the seed. */
const books = new WeakMap<GridSpec, OutageBook>();

function bookOf(spec: GridSpec): OutageBook | undefined {
  if (spec.unannounced === undefined) return undefined;
  let book = books.get(spec);
  if (book === undefined) {
    book = new OutageBook(spec.unannounced);
    books.set(spec, book);
  }
  return book;
}

/** Whether the grid is there at an instant, ms UTC. Knows the outages that nobody announced: not for a planner's eyes. */
export function gridIsUp(spec: GridSpec, ms: number): boolean {
  return !covers(spec.announced, ms) && !covers(spec.replayed, ms) && bookOf(spec)?.isOut(ms) !== true;
}

/** Announced outages that overlap [fromMs, toMs), by their start: all that a planner may see. */
export function announcedOutages(spec: GridSpec, fromMs: number, toMs: number): Outage[] {
  return spec.announced.filter((o) => o.toMs > fromMs && o.fromMs < toMs);
}

/** All outages that overlap [fromMs, toMs), announced first: for reports on what happened. */
export function allOutages(spec: GridSpec, fromMs: number, toMs: number): Outage[] {
  return [
    ...announcedOutages(spec, fromMs, toMs),
    ...spec.replayed.filter((o) => o.toMs > fromMs && o.fromMs < toMs),
    ...(bookOf(spec)?.between(fromMs, toMs) ?? []),
  ];
}

/** Price of the tariff at a local time, before any series, tiers and surcharge. */
export function tariffPrice(spec: GridSpec, local: LocalTime): number {
  const { versions } = spec.prices;
  const terms = versions.length === 1 ? versions[0]! : termsOn(versions, dayCode(local.year, local.month, local.day));
  return terms.perKwh[slotOf(local, terms.holidays)]!;
}

/**
 * Price of a kWh from the grid at a local time, in the site's currency: the tariff's and the series' together, before energy
 * tiers and the surcharge above the contract.
 *
 * @param ms the same time as an instant, ms UTC; found from the local time where it is left out
 */
export function importPrice(spec: GridSpec, local: LocalTime, ms?: number): number {
  const own = tariffPrice(spec, local);
  const series = spec.market?.price;
  if (series === undefined) return own;
  const at = ms ?? zoneOf(spec.zone).instant(local.year, local.month, local.day, local.hour);
  return own + series.at(at) * spec.market!.priceScale;
}

/** Price of import over a step: the tariff's at mid-step, and the mean of the series over the step. */
export function stepPrice(spec: GridSpec, local: LocalTime, startMs: number, dtMs: number): number {
  const own = tariffPrice(spec, local);
  const series = spec.market?.price;
  return series === undefined ? own : own + series.over(startMs, dtMs) * spec.market!.priceScale;
}

/** What a kWh to the grid earns under net billing over a step; 0 under the other rules. */
export function exportPrice(spec: GridSpec, startMs: number, dtMs: number): number {
  if (spec.exportRule !== 'net_billing') return 0;
  const series = spec.market?.exportPrice;
  return series === undefined ? spec.exportPerKwh : series.over(startMs, dtMs) * spec.market!.priceScale;
}

/** CO2 of energy bought over a step, g/kWh. */
export function gridCarbon(spec: GridSpec, startMs: number, dtMs: number): number {
  return spec.market?.carbon?.over(startMs, dtMs) ?? spec.carbonGPerKwh;
}
