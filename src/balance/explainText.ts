import type { LocalTime } from '../series/zone.ts';
import { formatNumber } from '../units/quantity.ts';
import type { Shortfall } from './explain.ts';

/** Limits named with a shortfall. */
const NAMED = 4;

/** How a time of the horizon is told. @param step base step, whose start is meant */
export type ClockOf = (step: number) => LocalTime;

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

function dayText({ day, month }: LocalTime): string {
  return `${day} ${MONTHS[month - 1]}`;
}

function hourText({ hour }: LocalTime): string {
  const minutes = Math.round(hour * 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** "14 January 18:00-21:00", or "14 January 18:00 to 16 January 03:00". */
export function spanText(from: number, to: number, clock: ClockOf): string {
  const [a, b] = [clock(from), clock(to)];
  const midnight = b.hour === 0;
  const sameDay = a.day === b.day && a.month === b.month;
  const isDay = midnight && clock(to - 1).day === a.day && clock(to - 1).month === a.month;
  if (sameDay || isDay) return `${dayText(a)} ${hourText(a)}-${midnight ? '24:00' : hourText(b)}`;
  return `${dayText(a)} ${hourText(a)} to ${dayText(b)} ${hourText(b)}`;
}

/** "electricity short by 210 kW on 14 January 18:00-21:00: grid import limit and gensets rating bind". */
export function shortfallText(short: Shortfall, clock: ClockOf): string {
  const names = short.binds.slice(0, NAMED).map((name) => name.replace(': ', ' '));
  const last = names.at(-1);
  const listed = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : (last ?? '');
  const why = last === undefined ? '' : `: ${listed} bind${names.length === 1 ? 's' : ''}`;
  const when = short.total ? '' : ` on ${spanText(short.from, short.to, clock)}`;
  const by = / (short|missed)$/.test(short.name) ? ' by' : ':';
  return `${short.name}${by} ${formatNumber(short.most)} ${short.unit}${when}${why}`;
}

/** Shortfalls of one name with the same limits: how often, how long and the worst of them. */
export interface ShortfallKind {
  readonly name: string;
  readonly unit: string;
  readonly binds: readonly string[];
  readonly times: number;
  readonly hours: number;
  readonly sum: number;
  readonly worst: Shortfall;
}

/** Shortfalls by what is short and why, the largest sum first. */
export function shortfallKinds(list: readonly Shortfall[]): ShortfallKind[] {
  const kinds = new Map<string, ShortfallKind>();
  for (const given of list) {
    // Parts of a limit by period are one limit: "cut at peak hours, 2026-01-14, missed".
    const short = given.total ? { ...given, name: given.name.replace(/, [^,]+, missed$/, ' missed') } : given;
    const key = `${short.name}|${[...short.binds].sort().join('|')}`;
    const kind = kinds.get(key);
    kinds.set(
      key,
      kind === undefined
        ? { ...short, times: 1, worst: short }
        : {
            ...kind,
            times: kind.times + 1,
            hours: kind.hours + short.hours,
            sum: kind.sum + short.sum,
            worst: short.most > kind.worst.most ? short : kind.worst,
          },
    );
  }
  return [...kinds.values()].sort((a, b) => b.sum - a.sum);
}

/** A line for each kind: the worst of it, and how often it happens. */
export function shortfallLines(list: readonly Shortfall[], clock: ClockOf): string[] {
  return shortfallKinds(list).map(({ worst, times, hours, sum }) => {
    const line = shortfallText(worst.total ? { ...worst, most: sum } : worst, clock);
    return times === 1 || worst.total ? line : `${line} (the worst of ${times} times, ${formatNumber(hours)} h in all)`;
  });
}
