import { type Fault, fault } from '../errors/error.ts';
import { MONTH_START_DAY, YEAR_HOURS } from './year.ts';

/** The quantities that a weather file may hold. */
export type Quantity = 'tempC' | 'dewC' | 'rhPct' | 'pressurePa' | 'ghiWm2' | 'dniWm2' | 'dhiWm2' | 'windMs';

/** A weather file as it stands: a year of rows in order, NaN where a cell is empty or marked missing; nothing checked yet. */
export interface RawYear {
  readonly file: string;
  readonly about: string;
  /** What the file says about itself; absent in tables. */
  readonly station?: { readonly latDeg: number; readonly lonDeg: number; readonly elevationM: number };
  readonly utcOffsetH: number;
  readonly columns: Readonly<Partial<Record<Quantity, Float64Array>>>;
  /** Names of the columns as the file has them. */
  readonly names: Readonly<Partial<Record<Quantity, string>>>;
  /** Line in the file of each row, from 1. */
  readonly lines: Int32Array;
  readonly warnings: readonly string[];
  /** Columns that the reader made itself because the file lacks them, in words. */
  readonly derived?: readonly string[];
}

/** Day of year 1..365 and hour 0..23 of a row, and its line. Day 0 stands for 29 February. */
export interface Stamp {
  readonly day: number;
  readonly hour: number;
  readonly line: number;
}

/** A stamp as a person writes it. */
function spellStamp(day: number, hour: number): string {
  let month = 0;
  while (month < 11 && day > MONTH_START_DAY[month + 1]!) month++;
  const name = new Date(Date.UTC(2025, month, 1)).toLocaleString('en-GB', { month: 'long', timeZone: 'UTC' });
  return `${day - MONTH_START_DAY[month]!} ${name} ${hour}:00`;
}

/** Checks that the stamps are the 8760 hours of a year in order; undefined when they are. */
export function checkStamps(file: string, stamps: readonly Stamp[]): Fault | undefined {
  for (let i = 0; i < Math.min(stamps.length, YEAR_HOURS); i++) {
    const { day, hour, line } = stamps[i]!;
    const wanted = [Math.floor(i / 24) + 1, i % 24] as const;
    if (day === wanted[0] && hour === wanted[1]) continue;
    const found = day >= 1 && day <= 365 && hour >= 0 && hour <= 23 ? spellStamp(day, hour) : `day ${day} hour ${hour}`;
    const reason = `here the hour ${spellStamp(...wanted)} should stand; the row is ${found}`;
    return fault('JW_WEATHER_GAP', { reason }, `${file}:${line}`);
  }
  if (stamps.length === YEAR_HOURS) return undefined;
  const hint = stamps.length > YEAR_HOURS ? 'the rows go on after 31 December' : 'the last rows are missing';
  return fault('JW_WEATHER_ROWS', { file, count: stamps.length, hint });
}
