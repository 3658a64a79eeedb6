import type { LocalTime } from '../../series/zone.ts';
import { covers, type Outage, OutageBook } from './outages.ts';
import type { GridSpec } from './spec.ts';

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
  return !covers(spec.announced, ms) && bookOf(spec)?.isOut(ms) !== true;
}

/** Announced outages that overlap [fromMs, toMs), by their start: all that a planner may see. */
export function announcedOutages(spec: GridSpec, fromMs: number, toMs: number): Outage[] {
  return spec.announced.filter((o) => o.toMs > fromMs && o.fromMs < toMs);
}

/** All outages that overlap [fromMs, toMs), announced first: for reports on what happened. */
export function allOutages(spec: GridSpec, fromMs: number, toMs: number): Outage[] {
  return [...announcedOutages(spec, fromMs, toMs), ...(bookOf(spec)?.between(fromMs, toMs) ?? [])];
}

/** Price of a kWh from the grid at a local time, in the site's currency. */
export function importPrice(spec: GridSpec, local: LocalTime): number {
  return spec.prices.hourPerKwh[Math.floor(local.hour)]!;
}

/**
 * What a step adds to the demand charge: price x rise of the month's highest mean, so that the sum over a month is
 * price x peak.
 *
 * @param peakKw highest import mean of the month so far
 */
export function demandRise(importKw: number, peakKw: number, perKwMonth: number): number {
  return importKw > peakKw ? (importKw - peakKw) * perKwMonth : 0;
}
