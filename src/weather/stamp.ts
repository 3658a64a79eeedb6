import { type Fault, fault } from '../errors/error.ts';
import { quantile } from '../series/grid.ts';
import { arcOf, highestCosine, meanCosine } from './arc.ts';
import { sunCentre } from './sun.ts';
import { MONTH_START_DAY, type Place, rowMiddleMs, YEAR_HOURS } from './year.ts';

const RAD = Math.PI / 180;

/** Hours by which a day's irradiance is centred after solar noon, and the day's clearness without scale. */
function dayCentre(ghi: Float64Array, day: number, place: Place, utcOffsetH: number) {
  let energy = 0;
  let moment = 0;
  let light = 0;
  for (let row = day * 24; row < day * 24 + 24; row++) {
    const ms = rowMiddleMs(row, utcOffsetH);
    light += meanCosine(arcOf(ms, place.latDeg, place.lonDeg));
    if (ghi[row]! <= 0) continue;
    const angle = sunCentre(ms).greenwichHourAngle + place.lonDeg * RAD + Math.PI;
    const fromNoon = (angle - 2 * Math.PI * Math.floor(angle / (2 * Math.PI)) - Math.PI) * (12 / Math.PI);
    energy += ghi[row]!;
    moment += ghi[row]! * fromNoon;
  }
  return { centreH: moment / energy, clearness: light > 0 && energy > 0 ? energy / light : 0, light };
}

/**
 * How many hours late the irradiance of each month is stamped, 12 values: the median over the clearer third of its days of the
 * energy-weighted middle of the day against solar noon; clear days, because afternoon clouds bend the others. NaN in polar night.
 */
export function monthlyShiftH(ghi: Float64Array, place: Place, utcOffsetH: number): number[] {
  return Array.from({ length: 12 }, (_, month) => {
    const days = [];
    for (let day = MONTH_START_DAY[month]!; day < MONTH_START_DAY[month + 1]!; day++) {
      const centre = dayCentre(ghi, day, place, utcOffsetH);
      if (centre.light > 0.3 && centre.clearness > 0) days.push(centre);
    }
    days.sort((x, y) => y.clearness - x.clearness);
    const clear = days.slice(0, Math.ceil(days.length / 3));
    return clear.length < 3
      ? Number.NaN
      : quantile(
          Float64Array.from(clear, (d) => d.centreH),
          0.5,
        );
  });
}

/** The clock of a file's irradiance. */
export interface Clocked {
  /** Hours by which the irradiance is stamped late all year, in steps of 0.05 h; below 0.1 h counts as none. */
  readonly shiftH: number;
  /** Whole hours by which single months are later than that; 0 for most. */
  readonly monthHours: readonly number[];
  readonly faults: readonly Fault[];
}

/**
 * Finds the time-stamp shift of irradiance. Half an hour either way is a habit of stamping and is corrected; typical years made
 * of months from several sources may change by a whole hour between months, which is corrected too; an hour and more in the
 * year as a whole is a wrong clock and an error, because temperature would be wrong with it.
 */
export function findShift(file: string, ghi: Float64Array, place: Place, utcOffsetH: number): Clocked {
  const months = monthlyShiftH(ghi, place, utcOffsetH);
  const known = Float64Array.from(months.filter((m) => !Number.isNaN(m)));
  const none = { shiftH: 0, monthHours: months.map(() => 0), faults: [] };
  if (known.length === 0) return none;
  // One of the values, not the mean of two: a file of two halves an hour apart has no truth between them.
  const base = known.sort()[Math.floor((known.length - 1) / 2)]!;
  const offset = `${utcOffsetH < 0 ? '-' : '+'}${Math.abs(utcOffsetH)}`;
  const wrong = (shift: number, when: string) =>
    fault(
      'JW_WEATHER_CLOCK',
      { shift: Math.abs(shift).toFixed(1), side: shift > 0 ? 'after' : 'before', when, offset },
      file,
    );
  if (Math.abs(base) > 0.85) return { ...none, faults: [wrong(base, '')] };
  const monthHours = months.map((m) => (Number.isNaN(m) ? 0 : Math.abs(m - base) > 0.75 ? Math.round(m - base) : 0));
  const lost = monthHours.findIndex((hours) => Math.abs(hours) > 1);
  if (lost >= 0) return { ...none, faults: [wrong(months[lost]!, ` in month ${lost + 1}`)] };
  const agreed = Float64Array.from(months.map((m, month) => m - monthHours[month]!).filter((m) => !Number.isNaN(m)));
  const shift = Math.round(quantile(agreed, 0.5) * 20) / 20;
  return { shiftH: Math.abs(shift) < 0.1 ? 0 : shift, monthHours, faults: [] };
}

/** Moves single months by whole hours within the year; rows keep their place where nothing is to move. */
export function moveMonths(values: Float64Array, monthHours: readonly number[]): Float64Array {
  if (monthHours.every((hours) => hours === 0)) return values;
  const moved = Float64Array.from(values);
  for (let month = 0; month < 12; month++) {
    for (let row = MONTH_START_DAY[month]! * 24; row < MONTH_START_DAY[month + 1]! * 24; row++) {
      moved[row] = values[(row + monthHours[month]! + YEAR_HOURS) % YEAR_HOURS]!;
    }
  }
  return moved;
}

/** Irradiance deep in the night: the clock, the place or the order of rows is wrong. Twilight and rough stamps are let pass. */
export function checkNight(
  file: string,
  lines: Int32Array,
  ghi: Float64Array,
  place: Place,
  utcOffsetH: number,
  shiftH: number,
): Fault[] {
  const deep = Math.sin(-8 * RAD);
  let first = -1;
  let depth = 0;
  let count = 0;
  for (let row = 0; row < ghi.length; row++) {
    if (ghi[row]! <= 20) continue;
    const high = highestCosine(arcOf(rowMiddleMs(row, utcOffsetH, shiftH), place.latDeg, place.lonDeg));
    if (high >= deep) continue;
    if (first < 0) {
      first = row;
      depth = Math.round(-Math.asin(Math.max(-1, high)) / RAD);
    }
    count++;
  }
  if (first < 0) return [];
  return [fault('JW_WEATHER_NIGHT', { value: ghi[first]!, depth, count }, `${file}:${lines[first]}`)];
}
