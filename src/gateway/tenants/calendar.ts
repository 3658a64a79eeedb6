import { type Zone, zoneOf } from '../../series/zone.ts';

export const WINDOWS = ['minute', 'day', 'month'] as const;
export type Window = (typeof WINDOWS)[number];

const MINUTE_MS = 60_000;

/**
 * The minute, day and month that an instant lies in, by the clocks of the site. Asked with rising instants it computes anything
 * only when a window has passed; an instant that lies back (a clock that was set) leaves the windows where they are, so that no
 * window is ever counted twice.
 */
export class Calendar {
  readonly #zone: Zone;
  /** Start and end of the current windows, ms UTC, in the order of WINDOWS. */
  readonly startMs = new Float64Array(WINDOWS.length).fill(Number.NEGATIVE_INFINITY);
  readonly endMs = new Float64Array(WINDOWS.length).fill(Number.NEGATIVE_INFINITY);

  constructor(zone: string) {
    this.#zone = zoneOf(zone);
  }

  /** Moves on to the windows of an instant. */
  moveTo(nowMs: number): void {
    if (nowMs < this.endMs[0]!) return;
    this.startMs[0] = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    this.endMs[0] = this.startMs[0] + MINUTE_MS;
    if (nowMs < this.endMs[1]!) return;
    const { year, month, day } = this.#zone.local(nowMs);
    // Not 24 hours on: days on which clocks change have 23 or 25
    this.startMs[1] = this.#zone.instant(year, month, day);
    this.endMs[1] = this.#zone.instant(year, month, day + 1);
    if (nowMs < this.endMs[2]!) return;
    this.startMs[2] = this.#zone.instant(year, month, 1);
    this.endMs[2] = this.#zone.instant(year, month + 1, 1);
  }
}
