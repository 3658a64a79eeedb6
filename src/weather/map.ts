import { fail } from '../errors/error.ts';
import { nearestWord } from '../units/nearest.ts';
import type { Quantity } from './raw.ts';
import { conversionOf, unitsOf } from './units.ts';

/** Keys of a map, what they stand for, and the unit where none is given. */
const KEYS = {
  temp: ['tempC', 'C'],
  dew: ['dewC', 'C'],
  rh: ['rhPct', '%'],
  pressure: ['pressurePa', 'Pa'],
  ghi: ['ghiWm2', 'W/m2'],
  dni: ['dniWm2', 'W/m2'],
  dhi: ['dhiWm2', 'W/m2'],
  wind: ['windMs', 'm/s'],
} as const satisfies Record<string, readonly [Quantity, string]>;

/** Keys of a map in the order in which they are told. */
export const MAP_KEYS = ['time', ...Object.keys(KEYS)] as readonly string[];

/** How the time column is written. */
export interface MapTime {
  readonly column: string;
  /** The clock of stamps that carry no offset of their own. */
  readonly clock: 'utc' | 'local';
  /** Which end of the interval a stamp names. */
  readonly names: 'start' | 'end';
  /** A date in words, or a count since 1970 in UTC. */
  readonly form: 'date' | 's' | 'ms';
}

/** Which column of a plain CSV is what, and in which unit. */
export interface WeatherMap {
  readonly time: MapTime;
  readonly columns: Readonly<Partial<Record<Quantity, { readonly column: string; readonly unit: string }>>>;
}

const EXAMPLE = 'time=stamp:utc,temp=T_air:C,rh=RH:%,ghi=G:W/m2,wind=WS:m/s';

function wrong(reason: string): never {
  return fail('JW_WEATHER_MAP', { reason, example: EXAMPLE });
}

/** Splits "T_air:C" at the last colon; a name with a colon and no unit ends in one. */
function split(text: string): { column: string; unit: string } {
  const at = text.lastIndexOf(':');
  return at < 0
    ? { column: text.trim(), unit: '' }
    : { column: text.slice(0, at).trim(), unit: text.slice(at + 1).trim() };
}

function timeOf(text: string): MapTime {
  const { column, unit } = split(text);
  const words = unit === '' ? [] : unit.toLowerCase().split('+');
  const known = ['utc', 'local', 'start', 'end', 's', 'ms'];
  const odd = words.find((word) => !known.includes(word));
  if (odd !== undefined) wrong(`time: "${odd}" is none of ${known.join(', ')}`);
  const form = words.includes('ms') ? 'ms' : words.includes('s') ? 's' : 'date';
  if (form !== 'date' && words.includes('local')) wrong('time: a count since 1970 is in UTC');
  return {
    column,
    clock: form !== 'date' || words.includes('utc') ? 'utc' : 'local',
    names: words.includes('end') ? 'end' : 'start',
    form,
  };
}

/**
 * Checks a map given as key and text: `{time: 'stamp:utc', temp: 'T_air:C'}`. Units may be left out where they are ours; those of
 * time are words joined by "+": utc or local, start or end of the interval, s or ms since 1970.
 * @throws JW_WEATHER_MAP
 */
export function weatherMap(entries: Readonly<Record<string, string | undefined>>): WeatherMap {
  const columns: Partial<Record<Quantity, { column: string; unit: string }>> = {};
  for (const [key, text] of Object.entries(entries)) {
    if (text === undefined) continue;
    if (!MAP_KEYS.includes(key)) {
      const near = nearestWord(key, [...MAP_KEYS]);
      wrong(
        `there is no "${key}" in weather${near === undefined ? `; there is ${MAP_KEYS.join(', ')}` : `; did you mean ${near}?`}`,
      );
    }
    if (split(text).column === '') wrong(`${key} has no column`);
    if (key === 'time') continue;
    const [quantity, standard] = KEYS[key as keyof typeof KEYS];
    const { column, unit } = split(text);
    if (conversionOf(quantity, unit || standard) === undefined)
      wrong(`${key}: "${unit}" is no unit of it; known are ${unitsOf(quantity)}`);
    columns[quantity] = { column, unit: unit || standard };
  }
  if (entries['time'] === undefined) wrong('it says no column for time');
  for (const key of ['temp', 'ghi', 'wind'] as const)
    if (entries[key] === undefined) wrong(`it says no column for ${key}`);
  if (entries['rh'] === undefined && entries['dew'] === undefined) wrong('it says no column for rh or dew');
  return { time: timeOf(entries['time'] ?? ''), columns };
}

/** Reads a map as typed: `temp=T_air:C,ghi=G:W/m2,time=stamp`. @throws JW_WEATHER_MAP */
export function parseWeatherMap(text: string): WeatherMap {
  const entries: Record<string, string> = {};
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    if (at < 0) wrong(`"${part.trim()}" has no "="`);
    const key = part.slice(0, at).trim();
    if (key in entries) wrong(`${key} stands twice`);
    entries[key] = part.slice(at + 1).trim();
  }
  return weatherMap(entries);
}
