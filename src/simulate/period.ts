import { fail, JoulewrightError } from '../errors/error.ts';
import { DAY_MS, type TimeGrid } from '../series/grid.ts';
import { localInstant } from '../series/localTime.ts';
import { zoneOf } from '../series/zone.ts';
import { parseQuantity } from '../units/quantity.ts';

/** A typical year has no date of its own: it is laid on this calendar, whose weekdays and tariffs then hold. */
export const CALENDAR_YEAR = 2026;
export const DEFAULT_STEP = '15m';

/** A local date or date and time, `2026-01`, `2026-01-31` or `2026-01-31T18:00`, as an instant. @throws JW_PERIOD */
export function parseInstant(text: string, zone: string): number {
  const ms = localInstant(text, zone);
  if (ms !== undefined) return ms;
  return fail('JW_PERIOD', {
    reason: `"${text}" is not a local date or time`,
    example: '2026-01-31 or 2026-01-31T18:00',
  });
}

/** What of the period was asked for, as typed. */
export interface PeriodText {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly step?: string | undefined;
  /** Days from the start on, in place of `to`. */
  readonly days?: string | undefined;
}

/** Seconds of a step as typed; NaN when it is no duration. */
function stepOf(text: string): number {
  try {
    return parseQuantity(text, 'duration').value;
  } catch (error) {
    if (error instanceof JoulewrightError) return Number.NaN;
    throw error;
  }
}

/** So many civil days later, at the same hour of the local clock; parts of a day are hours of 60 minutes. */
function laterBy(startMs: number, days: number, zone: string): number {
  const { year, month, day, hour } = zoneOf(zone).local(startMs);
  const date = new Date(Date.UTC(year, month - 1, day + Math.floor(days)));
  const whole = zoneOf(zone).instant(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), hour);
  return whole + (days - Math.floor(days)) * DAY_MS;
}

/**
 * The grid of a simulation: a whole calendar year in the site's zone unless `from` and `to` or `days` say otherwise (`to` is exclusive),
 * in steps of 1 s to 1 h that divide the hour, so that hourly weather and tariffs fall on whole steps.
 *
 * @throws JW_PERIOD
 */
export function periodOf(text: PeriodText, zone: string): TimeGrid {
  const stepS = stepOf(text.step ?? DEFAULT_STEP);
  if (!(stepS >= 1 && stepS <= 3600) || Math.abs(3600 / stepS - Math.round(3600 / stepS)) > 1e-9) {
    fail('JW_PERIOD', {
      reason: `"${text.step}" is not a step: a duration from 1 s to 1 h that divides the hour`,
      example: '--step 15m',
    });
  }
  const startMs = text.from === undefined ? zoneOf(zone).instant(CALENDAR_YEAR, 1, 1) : parseInstant(text.from, zone);
  const days = text.days === undefined ? undefined : Number(text.days);
  if (days !== undefined && (text.to !== undefined || !(days > 0 && days <= 36_600))) {
    fail('JW_PERIOD', {
      reason: text.to === undefined ? `"${text.days}" is not a number of days` : 'give either --to or --days',
      example: '--from 2026-01-31 --days 2',
    });
  }
  const endMs =
    days !== undefined
      ? laterBy(startMs, days, zone)
      : text.to === undefined
        ? zoneOf(zone).instant(zoneOf(zone).local(startMs).year + 1, 1, 1)
        : parseInstant(text.to, zone);
  const stepMs = stepS * 1000;
  const count = Math.floor((endMs - startMs) / stepMs + 1e-9);
  if (count < 1)
    fail('JW_PERIOD', {
      reason: 'the period ends before its first step does',
      example: '--from 2026-01-01 --to 2026-02-01',
    });
  if (count > 32_000_000) fail('JW_PERIOD', { reason: `${count} steps are too many`, example: '--step 15m' });
  return { startMs, stepMs, count };
}
