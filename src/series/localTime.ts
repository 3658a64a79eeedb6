import { zoneOf } from './zone.ts';

const LOCAL = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2})?)?)?$/;

/**
 * A local date or time as people write it, "2025-01", "2025-01-15" or "2025-01-15T08:00", as an instant; seconds do not count.
 *
 * @param zone IANA zone whose clocks show it
 * @returns ms UTC; undefined when the calendar has no such time
 */
export function localInstant(text: string, zone: string): number | undefined {
  const match = LOCAL.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day = 1, hour = 0, minute = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const date = new Date(Date.UTC(year!, month! - 1, day));
  if (date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day) return undefined;
  if (minute > 59 || hour + minute / 60 > 24) return undefined;
  return zoneOf(zone).instant(year!, month!, day, hour + minute / 60);
}

/** Whether a text tells the time of a day and not only the day. */
export function hasTime(text: string): boolean {
  return LOCAL.exec(text.trim())?.[4] !== undefined;
}
