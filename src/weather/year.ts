import { pressureAtPa } from '../air/psychrometrics.ts';
import { DAY_MS, HOUR_MS, type Provenance } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';

/** Where a weather year was taken or is used. */
export interface Place {
  /** Degrees north and east, metres above sea level. */
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly elevationM: number;
  /** IANA zone. */
  readonly zone: string;
}

/** Hours of a weather year: 29 February is left out. */
export const YEAR_HOURS = 8760;

/** A year of hourly weather. Row i is the interval [i, i + 1) hours after 1 January 00:00 local standard time. */
export interface WeatherYear {
  /** One line for people: place, kind, period. */
  readonly about: string;
  readonly provenance: Provenance;
  /** File or climate it came from. */
  readonly source: string;
  readonly place: Place;
  /** Local standard time minus UTC, hours. */
  readonly utcOffsetH: number;
  readonly stepH: 1;
  readonly hours: typeof YEAR_HOURS;
  /** Interval means. Dew point is not above the dry bulb; humidity 0..1; irradiance as in conditions; wind at 10 m. */
  readonly tempC: Float64Array;
  readonly dewC: Float64Array;
  readonly rhShare: Float64Array;
  readonly ghiWm2: Float64Array;
  readonly dniWm2: Float64Array;
  readonly dhiWm2: Float64Array;
  readonly windMs: Float64Array;
  readonly pressurePa: Float64Array;
  /** How late the irradiance is stamped: its row i is truly the interval [i - shift, i + 1 - shift). */
  readonly irradianceShiftH: number;
  /** What was made from other columns, in words; told in the warnings too. */
  readonly derived?: readonly string[];
  /** What is odd but not impossible, in words. */
  readonly warnings: readonly string[];
}

/**
 * A year without 29 February, in the middle of the present leap cycle: gives every row an instant for the sun. The sun of any
 * other year is within a quarter of a day of it.
 */
const SUN_YEAR = 2025;
/** Zone rules as of this year count for a zone's standard time. */
const RULES_YEAR = 2026;

/** Standard time of a zone minus UTC in hours, by the rules of 2026: the smaller of its January and July offsets. */
export function standardOffsetH(zone: string): number {
  const at = (month: number) => zoneOf(zone).offsetMs(Date.UTC(RULES_YEAR, month, 1, 12));
  return Math.min(at(0), at(6)) / HOUR_MS;
}

/** Instant (ms UTC) of the middle of row i, `shiftH` hours earlier for irradiance that is stamped late. */
export function rowMiddleMs(row: number, utcOffsetH: number, shiftH = 0): number {
  return Date.UTC(SUN_YEAR, 0, 1) + (row + 0.5 - shiftH - utcOffsetH) * HOUR_MS;
}

/** Days before each month in a year without 29 February. */
export const MONTH_START_DAY: readonly number[] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** Month 0..11 of day 0..364 of a weather year. */
export function monthOfDay(day: number): number {
  let month = Math.min(11, Math.floor(day / 28));
  while (day < MONTH_START_DAY[month]!) month--;
  return month;
}

/** The calendar year of an instant. */
function calendarYear(standardMs: number) {
  const year = new Date(standardMs).getUTCFullYear();
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return { startMs: Date.UTC(year, 0, 1), endMs: Date.UTC(year + 1, 0, 1), leap };
}

/** The year that was asked for last: instants come in order. */
let calendar = calendarYear(0);

/**
 * Hour of the weather year, 0 .. < 8760 with fraction, of an instant given as local standard time (ms as if it were UTC).
 * 29 February reads as 28 February.
 */
export function hourOfYear(standardMs: number): number {
  if (!(standardMs >= calendar.startMs && standardMs < calendar.endMs)) calendar = calendarYear(standardMs);
  const since = standardMs - calendar.startMs;
  return (calendar.leap && since >= MONTH_START_DAY[2]! * DAY_MS ? since - DAY_MS : since) / HOUR_MS;
}

/** Pressure of every hour from the height alone, Pa. */
export function pressureByHeight(elevationM: number): Float64Array {
  return new Float64Array(YEAR_HOURS).fill(pressureAtPa(elevationM));
}

/**
 * The same year with its irradiance times `factor` (0.5..1.2): reanalysis is known to be several percent bright, so that a
 * plan may be made with 0.90 to 1.00.
 */
export function scaleIrradiance(year: WeatherYear, factor: number): WeatherYear {
  if (!(factor >= 0.5 && factor <= 1.2)) throw new RangeError(`irradiance factor ${factor} is outside 0.5..1.2`);
  const scaled = (values: Float64Array) => values.map((v) => v * factor);
  return {
    ...year,
    ghiWm2: scaled(year.ghiWm2),
    dniWm2: scaled(year.dniWm2),
    dhiWm2: scaled(year.dhiWm2),
    warnings: factor === 1 ? year.warnings : [...year.warnings, `irradiance scaled by ${factor}`],
  };
}
