import type { History } from '../../forecast/index.ts';
import { DAY_MS, HOUR_MS } from '../../series/grid.ts';
import { type LocalTime, zoneOf } from '../../series/zone.ts';
import type { GridEvent } from '../../site/gridEvent.ts';

/**
 * Customer baseline load, "high X of Y": of the last Y days of the event's kind, weekdays or weekends, that had no event and no
 * outage, the X with the highest import in the event's hours; what was imported on them, hour by hour, is the baseline. 5 of 10
 * weekdays and 3 of 5 days of a weekend, as in PG&E's Power Saver Rewards (powersaver.pge.com/faq).
 */
const DAYS = { weekday: { of: 10, high: 5 }, weekend: { of: 5, high: 3 } } as const;
/** How far back days are looked for, days. Our choice: four weeks, which is how long meters are kept. */
const BACK_DAYS = 28;
/**
 * Same-day adjustment: the baseline is shifted by what the site imported more, or less, than on the chosen days in the three hours
 * that end an hour before the event, or when it is announced, so that nobody gains by drawing more once they know. PJM Manual 11
 * has these hours ("three hours before the event, after skipping one hour") and adds, which a site with a baseline of nothing
 * needs; CAISO and Con Edison let it change a baseline by at most a fifth.
 */
const ADJUSTMENT = { hours: 3, skippedH: 1, most: 0.2 } as const;
/** "Meter before / meter after" of NAESB, where no day counts yet: the import of the hour before the announcement. */
const METER_BEFORE_H = 1;

/** Import that a site is taken to have had without an event, by hour of the event. */
export interface Baseline {
  /** Whether it rests on days before, or on the hour before the announcement alone. */
  readonly kind: 'days' | 'meter-before';
  /** ms UTC, kW means; the last hour of an event may be a part of one. */
  readonly hours: readonly { readonly fromMs: number; readonly toMs: number; readonly kw: number }[];
  /** Of days: starts of the event's hours on the days that it is the mean of, oldest first, ms UTC. */
  readonly days: readonly number[];
  /** Days that counted, of which those are the highest, and how many are wanted. */
  readonly counted: number;
  readonly wanted: number;
  /** What the same-day adjustment added to every hour, kW. */
  readonly adjustmentKw: number;
}

/** Mean of a metered record over [fromMs, toMs); NaN where a part of it was not metered. */
export function meanOver({ grid, values }: History, fromMs: number, toMs: number): number {
  const { startMs, stepMs, count } = grid;
  if (!(toMs > fromMs) || fromMs < startMs || toMs > startMs + count * stepMs) return Number.NaN;
  let sum = 0;
  for (let i = Math.floor((fromMs - startMs) / stepMs); startMs + i * stepMs < toMs; i++) {
    const low = Math.max(fromMs, startMs + i * stepMs);
    const high = Math.min(toMs, startMs + (i + 1) * stepMs);
    sum += values[i]! * (high - low);
  }
  return sum / (toMs - fromMs);
}

/** The same time of the clock so many days before. */
function daysBefore(ms: number, days: number, zone: string): number {
  const { year, month, day, hour } = zoneOf(zone).local(ms);
  const then = new Date(Date.UTC(year, month - 1, day - days));
  return zoneOf(zone).instant(then.getUTCFullYear(), then.getUTCMonth() + 1, then.getUTCDate(), hour);
}

const isWeekend = ({ weekday }: LocalTime): boolean => weekday >= 5;

/** Days of the event's kind before it, the latest first: start of its hours on each, and the mean import in them. */
function countedDays(meter: History, event: GridEvent, others: readonly GridEvent[], zone: string) {
  const kind = isWeekend(zoneOf(zone).local(event.startMs)) ? 'weekend' : 'weekday';
  const list: { readonly startMs: number; readonly kw: number }[] = [];
  for (let back = 1; back <= BACK_DAYS && list.length < DAYS[kind].of; back++) {
    const startMs = daysBefore(event.startMs, back, zone);
    const endMs = startMs + event.endMs - event.startMs;
    if (isWeekend(zoneOf(zone).local(startMs)) !== (kind === 'weekend') || endMs > event.announcedMs) continue;
    const midnightMs = startMs - zoneOf(zone).local(startMs).hour * HOUR_MS;
    if (others.some((o) => o !== event && o.endMs > midnightMs && o.startMs < midnightMs + DAY_MS)) continue;
    const kw = meanOver(meter, startMs, endMs);
    if (!Number.isNaN(kw)) list.push({ startMs, kw });
  }
  return { list, ...DAYS[kind] };
}

/**
 * The baseline of an event, from what was metered until it is announced; fixed from then on.
 *
 * @param meter import of the site, kW means; NaN where nothing was metered or the grid was out
 * @param others events whose days do not count
 * @param zone IANA zone of the site, whose days they are
 * @returns undefined where not even the hour before the announcement was metered
 */
export function customerBaseline(
  meter: History,
  event: GridEvent,
  others: readonly GridEvent[],
  zone: string,
): Baseline | undefined {
  const { list, of, high } = countedDays(meter, event, others, zone);
  const hoursOf = (kwOf: (offsetMs: number, lengthMs: number) => number): Baseline['hours'] => {
    const hours: { fromMs: number; toMs: number; kw: number }[] = [];
    for (let fromMs = event.startMs; fromMs < event.endMs; fromMs += HOUR_MS) {
      const toMs = Math.min(fromMs + HOUR_MS, event.endMs);
      hours.push({ fromMs, toMs, kw: kwOf(fromMs - event.startMs, toMs - fromMs) });
    }
    return hours;
  };
  if (list.length === 0) {
    const kw = meanOver(meter, event.announcedMs - METER_BEFORE_H * HOUR_MS, event.announcedMs);
    if (Number.isNaN(kw)) return undefined;
    return { kind: 'meter-before', hours: hoursOf(() => kw), days: [], counted: 0, wanted: of, adjustmentKw: 0 };
  }
  const chosen = [...list].sort((a, b) => b.kw - a.kw).slice(0, high);
  const days = chosen.map(({ startMs }) => startMs).sort((a, b) => a - b);
  const meanOfDays = (offsetMs: number, lengthMs: number): number =>
    days.reduce((sum, ms) => sum + meanOver(meter, ms + offsetMs, ms + offsetMs + lengthMs), 0) / days.length;
  const mean = chosen.reduce((sum, { kw }) => sum + kw, 0) / chosen.length;
  const adjustmentKw = adjustment(meter, event, meanOfDays, ADJUSTMENT.most * mean);
  const hours = hoursOf((offsetMs, lengthMs) => Math.max(0, meanOfDays(offsetMs, lengthMs) + adjustmentKw));
  return { kind: 'days', hours, days, counted: list.length, wanted: of, adjustmentKw };
}

/** kW; 0 where the hours that it compares were not metered on every day. */
function adjustment(
  meter: History,
  { startMs, announcedMs }: GridEvent,
  meanOfDays: (offsetMs: number, lengthMs: number) => number,
  mostKw: number,
): number {
  const lengthMs = ADJUSTMENT.hours * HOUR_MS;
  const fromMs = Math.min(startMs - ADJUSTMENT.skippedH * HOUR_MS, announcedMs) - lengthMs;
  const more = meanOver(meter, fromMs, fromMs + lengthMs) - meanOfDays(fromMs - startMs, lengthMs);
  return Number.isNaN(more) ? 0 : Math.max(-mostKw, Math.min(mostKw, more));
}
