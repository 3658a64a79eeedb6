import { DAY_MS, HOUR_MS } from './grid.ts';

/** Local civil time of an instant. */
export interface LocalTime {
  readonly year: number;
  /** 1..12 */
  readonly month: number;
  /** 1..31 */
  readonly day: number;
  /** 0 = Monday .. 6 = Sunday */
  readonly weekday: number;
  /** 0 .. < 24, with fraction */
  readonly hour: number;
  /** 1 .. 366 */
  readonly dayOfYear: number;
}

/**
 * A time zone by its IANA name. Offsets come from the platform's zone database and are cached per UTC day, with days that
 * contain a change resolved to the hour, so that a year of steps costs hundreds of look-ups, not tens of thousands.
 */
export class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #days = new Map<number, number | null>();
  readonly #hours = new Map<number, number>();

  /** @throws RangeError when the name is not in the zone database. */
  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Local time minus UTC in ms at an instant. Changes of offset are resolved to the hour. */
  offsetMs(ms: number): number {
    const day = Math.floor(ms / DAY_MS);
    let offset = this.#days.get(day);
    if (offset === undefined) {
      const first = this.#ask(day * DAY_MS);
      offset = first === this.#ask((day + 1) * DAY_MS - 1) ? first : null;
      this.#days.set(day, offset);
    }
    if (offset !== null) return offset;
    const hour = Math.floor(ms / HOUR_MS);
    let exact = this.#hours.get(hour);
    if (exact === undefined) {
      exact = this.#ask(hour * HOUR_MS);
      this.#hours.set(hour, exact);
    }
    return exact;
  }

  #ask(ms: number): number {
    const parts: Record<string, number> = {};
    for (const part of this.#format.formatToParts(ms)) parts[part.type] = Number(part.value);
    const local = Date.UTC(
      parts['year']!,
      parts['month']! - 1,
      parts['day']!,
      parts['hour']!,
      parts['minute']!,
      parts['second']!,
    );
    return local - Math.floor(ms / 1000) * 1000;
  }

  /** Local civil time of an instant. */
  local(ms: number): LocalTime {
    const shifted = ms + this.offsetMs(ms);
    const date = new Date(shifted);
    const year = date.getUTCFullYear();
    const dayStart = Math.floor(shifted / DAY_MS);
    return {
      year,
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      weekday: (((dayStart + 3) % 7) + 7) % 7,
      hour: (shifted - dayStart * DAY_MS) / HOUR_MS,
      dayOfYear: dayStart - Math.floor(Date.UTC(year, 0, 1) / DAY_MS) + 1,
    };
  }

  /** The instant at which the zone's clocks show this local time (the earlier one where clocks go back). */
  instant(year: number, month: number, day: number, hour = 0): number {
    const wall = Date.UTC(year, month - 1, day) + hour * HOUR_MS;
    const guess = wall - this.offsetMs(wall);
    const refined = wall - this.offsetMs(guess);
    return wall - this.offsetMs(refined) === refined ? refined : guess;
  }
}

const zones = new Map<string, Zone>();

/** The zone of a name, made once per process. @throws RangeError for an unknown name. */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = new Zone(name);
    zones.set(name, zone);
  }
  return zone;
}
