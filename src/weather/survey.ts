import { mean } from '../series/grid.ts';
import { MONTH_START_DAY, type WeatherYear } from './year.ts';

/** A month of a weather year. */
export interface MonthRow {
  readonly month: number;
  readonly meanC: number;
  readonly minC: number;
  readonly maxC: number;
  readonly rhShare: number;
  readonly ghiKwhM2Day: number;
  readonly dniKwhM2Day: number;
  readonly dhiKwhM2Day: number;
  readonly windMs: number;
}

/** The twelve months of a year. */
export function monthRows(year: WeatherYear): MonthRow[] {
  return Array.from({ length: 12 }, (_, m) => {
    const part = (values: Float64Array) => values.subarray(MONTH_START_DAY[m]! * 24, MONTH_START_DAY[m + 1]! * 24);
    const perDay = (values: Float64Array) => (mean(part(values)) * 24) / 1000;
    return {
      month: m + 1,
      meanC: mean(part(year.tempC)),
      minC: part(year.tempC).reduce((a, b) => Math.min(a, b)),
      maxC: part(year.tempC).reduce((a, b) => Math.max(a, b)),
      rhShare: mean(part(year.rhShare)),
      ghiKwhM2Day: perDay(year.ghiWm2),
      dniKwhM2Day: perDay(year.dniWm2),
      dhiKwhM2Day: perDay(year.dhiWm2),
      windMs: mean(part(year.windMs)),
    };
  });
}

/** Sums and means of a year. */
export function yearSums(year: WeatherYear) {
  const kwh = (values: Float64Array) => (mean(values) * year.hours) / 1000;
  const count = (values: Float64Array, of: (v: number) => boolean) => values.reduce((n, v) => n + (of(v) ? 1 : 0), 0);
  return {
    ghiKwhM2: kwh(year.ghiWm2),
    dniKwhM2: kwh(year.dniWm2),
    dhiKwhM2: kwh(year.dhiWm2),
    meanC: mean(year.tempC),
    minC: year.tempC.reduce((a, b) => Math.min(a, b)),
    maxC: year.tempC.reduce((a, b) => Math.max(a, b)),
    frostHours: count(year.tempC, (v) => v < 0),
    hoursAbove35C: count(year.tempC, (v) => v > 35),
    windMs: mean(year.windMs),
    calmHours: count(year.windMs, (v) => v < 3),
  };
}

/** Where the irradiance of a row stands in time, in words. */
export function stampWords(shiftH: number): string {
  const minute = Math.round(60 * (0.5 - shiftH));
  if (minute === 30) return 'a row holds the hour that begins at its stamp';
  const side = shiftH > 0 ? 'late' : 'early';
  const amount = `stamped ${Math.round(Math.abs(shiftH) * 60)} min ${side}`;
  if (Math.abs(minute) <= 6)
    return `${amount}: a row is centred on its stamp, as where stamps name the middle of the interval`;
  if (Math.abs(minute - 60) <= 6) return `${amount}: a row is centred on the next stamp`;
  return minute < 0 || minute > 60
    ? `${amount}: a row holds ${minute < 0 ? 'most of the hour before' : 'most of the hour after'}`
    : `${amount}: a row is centred at minute ${minute} of its hour, as where an instant stands for the hour`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function dateOf(row: number): string {
  const day = Math.floor(row / 24);
  const month = MONTH_START_DAY.findIndex((start, m) => day >= start && day < MONTH_START_DAY[m + 1]!);
  return `${day - MONTH_START_DAY[month]! + 1} ${MONTHS[month]}`;
}

/** The longest run of rows over which a column does not change: first row and length. */
function longestRun(values: Float64Array): { from: number; count: number } {
  let best = { from: 0, count: 1 };
  let from = 0;
  for (let i = 1; i <= values.length; i++) {
    if (i < values.length && values[i] === values[i - 1]) continue;
    if (i - from > best.count) best = { from, count: i - from };
    from = i;
  }
  return best;
}

/** A temperature that stands still for this long is a stuck sensor or a filled gap; wind and humidity may be still for longer. */
const STUCK_HOURS = { tempC: 12, windMs: 24, rhShare: 48 } as const;
/** Air does not change faster than this from hour to hour but in a foehn, K. */
const JUMP_K = 15;

/** What looks wrong in a year that could be read: stuck columns, dark days, jumps, air that is too wet or too dry. In words. */
export function findings(year: WeatherYear): string[] {
  const found: string[] = [];
  const names = { tempC: 'temperature', windMs: 'wind', rhShare: 'relative humidity' } as const;
  for (const key of ['tempC', 'windMs', 'rhShare'] as const) {
    const { from, count } = longestRun(year[key]);
    const saturated = key === 'rhShare' && year.rhShare[from]! >= 1;
    if (count >= STUCK_HOURS[key] * (saturated ? 3 : 1))
      found.push(
        `${names[key]} stands still for ${count} hours from ${dateOf(from)}: a stuck sensor, or a gap that was filled`,
      );
  }
  let dark = 0;
  let firstDark = 0;
  const place = Math.abs(year.place.latDeg);
  for (let day = 0; day < 365; day++) {
    const sum = year.ghiWm2.subarray(day * 24, day * 24 + 24).reduce((a, b) => a + b, 0);
    if (sum > 50) continue;
    if (dark === 0) firstDark = day;
    dark++;
  }
  if (dark > 0 && place < 60)
    found.push(`${dark} days without light, the first on ${dateOf(firstDark * 24)}: were gaps filled with zeros?`);
  let jumps = 0;
  let firstJump = 0;
  for (let i = 1; i < year.hours; i++) {
    if (Math.abs(year.tempC[i]! - year.tempC[i - 1]!) <= JUMP_K) continue;
    if (jumps === 0) firstJump = i;
    jumps++;
  }
  if (jumps > 0)
    found.push(
      `${jumps} times the temperature jumps by more than ${JUMP_K} K in an hour, first on ${dateOf(firstJump)}`,
    );
  const wet = year.rhShare.reduce((n, v) => n + (v >= 0.995 ? 1 : 0), 0);
  if (wet > 0.5 * year.hours) found.push(`air is saturated in ${wet} hours of ${year.hours}: is the humidity right?`);
  const dry = year.rhShare.reduce((n, v) => n + (v < 0.02 ? 1 : 0), 0);
  if (dry > 24) found.push(`humidity is below 2 % in ${dry} hours: is the sensor alive?`);
  return found;
}

const BARS = '▁▂▃▄▅▆▇█';

/** Weekly means of a column as one line of bars, lowest to highest; 52 signs. */
export function sparkline(values: Float64Array): string {
  const weeks = Array.from({ length: 52 }, (_, w) => mean(values.subarray(w * 168, w * 168 + 168)));
  const [low, high] = [Math.min(...weeks), Math.max(...weeks)];
  return weeks.map((v) => BARS[high > low ? Math.min(7, Math.floor((8 * (v - low)) / (high - low))) : 3]!).join('');
}
