import { calendarLeftShare, calendarRate, calendarTableShare, closeCycles, cycleLossShare } from './ageing.ts';
import type { BatterySpec } from './spec.ts';
import type { Calendar } from './tables.ts';

/** What the cells have gone through. */
export interface Ageing {
  /** Capacity left over nameplate, 0..1. */
  readonly healthShare: number;
  /** By the root of time: sum of k^2 days; by a table: days. */
  readonly calendar: number;
  /** Capacity lost to cycles, 0..1. */
  readonly cycleLoss: number;
  /** Cycles closed so far. */
  readonly cycles: number;
  /** Turning points of the depth of discharge that have not closed a cycle yet. */
  readonly peaks: readonly number[];
  /** Direction of the last movement: 1 charging, -1 discharging, 0 none yet. */
  readonly going: -1 | 0 | 1;
}

/** Cells that have done nothing yet. */
export const NEW_CELLS: Ageing = { healthShare: 1, calendar: 0, cycleLoss: 0, cycles: 0, peaks: [], going: 0 };

/** Open turning points kept at most; beyond it the smallest range counts as closed. Real residues hold a few dozen. */
const MOST_PEAKS = 100;
/** Cells never count as less than this. */
const LEAST_HEALTH = 0.01;

const KELVIN = 273.15;

function calendarLoss(calendar: Calendar, sum: number): number {
  if (calendar.by === 'root') return Math.max(0, 1 - calendarLeftShare(calendar.model, sum));
  return calendar.by === 'table' ? 1 - calendarTableShare(calendar.table, sum) : 0;
}

function calendarSum(calendar: Calendar, sum: number, socShare: number, cellC: number, days: number): number {
  if (calendar.by === 'none') return 0;
  if (calendar.by === 'table') return sum + days;
  const k = calendarRate(calendar.model, cellC + KELVIN, socShare);
  return sum + k * k * days;
}

/**
 * Age of the cells after a step: calendar ageing at this warmth and charge, and, where the direction turned, the cycles that
 * its turning point closes. The two losses add up (ssc takes the larger of the two, which flatters a battery that does both).
 *
 * @param socShare charge at the start over the capacity left
 * @param changeKwh energy into the cells, kWh
 */
export function age(
  spec: BatterySpec,
  was: Ageing,
  socShare: number,
  changeKwh: number,
  cellC: number,
  days: number,
): Ageing {
  const calendar = calendarSum(spec.calendar, was.calendar, Math.min(1, socShare), cellC, days);
  const going = changeKwh > 0 ? 1 : changeKwh < 0 ? -1 : was.going;
  let { cycleLoss, cycles, peaks } = was;
  if (going !== was.going) {
    const next = [...peaks, Math.min(1, Math.max(0, 1 - socShare))];
    const count = (range: number) => {
      cycles++;
      cycleLoss = Math.min(1, cycleLoss + cycleLossShare(spec.cycleTable, range, 1 - cycleLoss));
    };
    closeCycles(next, count);
    if (next.length > MOST_PEAKS) {
      count(Math.abs(next[next.length - 1]! - next[next.length - 2]!));
      next.length -= 2;
    }
    peaks = next;
  }
  const healthShare = Math.max(LEAST_HEALTH, 1 - calendarLoss(spec.calendar, calendar) - cycleLoss);
  return { healthShare, calendar, cycleLoss, cycles, peaks, going };
}

/** True where cells are so old that the site replaces them. */
export function aged(spec: BatterySpec, { healthShare }: Ageing): boolean {
  return healthShare <= spec.replaceAtShare;
}
