import { DAY_MS, HOUR_MS } from '../../series/grid.ts';
import { inHours } from './terms.ts';

/** Kinds of day a charge of a formula counts on. */
export type DayWord = 'all' | 'weekdays' | 'weekends';

/** Calendar of a list that begins on 1 January of a year and goes on in equal steps, clocks never changed. */
export interface ListCalendar {
  /** Month of each step, 0 to 11. */
  readonly month: readonly number[];
  /** Whether each step lies in the window. */
  readonly inside: readonly boolean[];
}

/** Months of the steps of a list, and which of them lie in a daily window. */
export function listCalendar(
  count: number,
  year: number,
  stepH: number,
  fromHour: number,
  toHour: number,
  days: DayWord,
): ListCalendar {
  const startMs = Date.UTC(year, 0, 1);
  const month: number[] = [];
  const inside: boolean[] = [];
  for (let i = 0; i < count; i++) {
    // By the middle of the step; rounded, because steps such as 1/3 h have no exact sum.
    const date = new Date(startMs + Math.round((i + 0.5) * stepH * HOUR_MS));
    const weekend = ((Math.floor(date.getTime() / DAY_MS) + 3) % 7) + 1 > 5;
    month.push(date.getUTCMonth());
    inside.push(
      inHours(date.getUTCHours(), [[fromHour, toHour]]) && (days === 'all' || weekend === (days === 'weekends')),
    );
  }
  return { month, inside };
}

/** Sums of values by month, 12. */
export function monthSums(values: readonly number[], month: readonly number[]): number[] {
  const sums = new Array<number>(12).fill(0);
  values.forEach((value, i) => {
    sums[month[i]!]! += value;
  });
  return sums;
}

/** Highest values by month among those inside, 12; 0 where none is. */
export function monthPeaks(values: readonly number[], { month, inside }: ListCalendar): number[] {
  const peaks = new Array<number>(12).fill(0);
  values.forEach((value, i) => {
    if (inside[i] === true && value > peaks[month[i]!]!) peaks[month[i]!] = value;
  });
  return peaks;
}
