import { fail, JoulewrightError } from '../errors/error.ts';
import { parseQuantity } from '../units/quantity.ts';
import type { Weekday } from './series.ts';

/** `--demand SERVICE=FILE,...`: a recorded rate for one service. */
export interface DemandOption {
  readonly service: string;
  readonly file: string;
  readonly series?: string;
  readonly shiftH?: number;
  readonly scale?: number;
  readonly meanPerS?: number;
  readonly peakPerS?: number;
  readonly startWeekday?: Weekday;
  readonly clock?: 'utc' | 'local';
}

/** `--lengths SERVICE=FILE`: a recording of requests for one service. */
export interface LengthsOption {
  readonly service: string;
  readonly file: string;
}

const DEMAND = 'chat=week.csv.gz,series=conv,shift=5h,scale=0.3';
const LENGTHS = 'chat=requests.csv.gz';
const KEYS = ['series', 'shift', 'scale', 'mean', 'peak', 'start', 'clock'];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Monday = 0, from "mon", "Monday". undefined for anything else. */
export function weekdayOf(word: string): Weekday | undefined {
  const full = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  const lower = word.toLowerCase();
  const index = Math.max(WEEKDAYS.indexOf(lower), full.indexOf(lower));
  return index < 0 ? undefined : (index as Weekday);
}

function head(text: string, part: string, example: string): LengthsOption {
  const match = /^([A-Za-z][A-Za-z0-9_-]*)=(.+)$/.exec(part.trim());
  if (match === null)
    return fail('JW_DEMAND_OPTION', { text, reason: 'a service id, "=" and a file are needed', example });
  return { service: match[1]!, file: match[2]! };
}

/**
 * Reads `chat=FILE,series=conv,shift=5h,scale=0.3,mean=2 req/s,peak=9 req/s,start=fri,clock=local`. `shift` moves everything
 * later; `mean` and `peak` exclude each other; file names with a comma are not possible here.
 *
 * @throws JW_DEMAND_OPTION
 */
export function parseDemandOption(text: string): DemandOption {
  const wrong = (reason: string): never => fail('JW_DEMAND_OPTION', { text, reason, example: DEMAND });
  const [first, ...rest] = text.split(',');
  const { service, file } = head(text, first!, DEMAND);
  const given = new Map<string, string>();
  for (const part of rest) {
    const at = part.indexOf('=');
    const key = (at < 0 ? part : part.slice(0, at)).trim();
    if (!KEYS.includes(key)) wrong(`"${key}" is not known here; there are ${KEYS.join(', ')}`);
    if (at < 0 || part.slice(at + 1).trim() === '') wrong(`${key} has no value`);
    if (given.has(key)) wrong(`${key} is given twice`);
    given.set(key, part.slice(at + 1).trim());
  }
  const number = (key: string, dimension: 'duration' | 'rate' | 'share', min: number): number | undefined => {
    const value = given.get(key);
    if (value === undefined) return undefined;
    try {
      const parsed = parseQuantity(value, dimension).value;
      return parsed >= min ? parsed : wrong(`${key} is below ${min}`);
    } catch (error) {
      if (!(error instanceof JoulewrightError) || error.code !== 'JW_QUANTITY') throw error;
      return wrong(`${key}: ${error.faults[0]!.message}, ${error.faults[0]!.hint}`);
    }
  };
  const shiftS = number('shift', 'duration', Number.NEGATIVE_INFINITY);
  const [scale, meanPerS, peakPerS] = [
    number('scale', 'share', 0),
    number('mean', 'rate', 0),
    number('peak', 'rate', 0),
  ];
  if (meanPerS !== undefined && peakPerS !== undefined) wrong('mean and peak exclude each other');
  const start = given.get('start');
  const startWeekday = start === undefined ? undefined : weekdayOf(start);
  if (start !== undefined && startWeekday === undefined) wrong(`start is not a weekday (${WEEKDAYS.join(', ')})`);
  const clock = given.get('clock');
  if (clock !== undefined && clock !== 'utc' && clock !== 'local') return wrong('clock is utc or local');
  const series = given.get('series');
  return {
    service,
    file,
    ...(series === undefined ? {} : { series }),
    ...(shiftS === undefined ? {} : { shiftH: shiftS / 3600 }),
    ...(scale === undefined ? {} : { scale }),
    ...(meanPerS === undefined ? {} : { meanPerS }),
    ...(peakPerS === undefined ? {} : { peakPerS }),
    ...(startWeekday === undefined ? {} : { startWeekday }),
    ...(clock === undefined ? {} : { clock }),
  };
}

/** Reads `chat=FILE`. @throws JW_DEMAND_OPTION */
export function parseLengthsOption(text: string): LengthsOption {
  return head(text, text, LENGTHS);
}
