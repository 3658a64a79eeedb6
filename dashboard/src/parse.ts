import type { LiveDay, LivePlan, LiveSnapshot } from '../../src/server/api.ts';

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const GROUPS = [
  'site',
  'control',
  'weather',
  'flows',
  'grid',
  'tokens',
  'tokensPerJoule',
  'pue',
  'cooling',
  'gateway',
] as const;

/** Whether a value has the shape that the page reads: a server of another version must show as such, not as a white page. */
export function isSnapshot(value: unknown): value is LiveSnapshot {
  if (!isObject(value)) return false;
  const numbers = ['siteMs', 'wallMs', 'speed'].every((key) => typeof value[key] === 'number');
  const battery = value['battery'] === null || isObject(value['battery']);
  const lists = Array.isArray(value['services']) && Array.isArray(value['events']);
  return numbers && battery && lists && GROUPS.every((key) => isObject(value[key]));
}

/** Whether a value is a day's curves with columns of one length. */
export function isDay(value: unknown): value is LiveDay {
  if (!isObject(value) || !Array.isArray(value['startMs']) || !isObject(value['columns'])) return false;
  const { length } = value['startMs'];
  return Object.values(value['columns']).every((c) => Array.isArray(c) && c.length === length);
}

/** Whether a value is a plan with columns of one length. */
export function isPlan(value: unknown): value is LivePlan {
  if (!isObject(value) || !Array.isArray(value['startMs']) || !isObject(value['columns'])) return false;
  const { length } = value['startMs'];
  const lists = [value['endMs'], value['reasons'], ...Object.values(value['columns'])];
  return lists.every((c) => Array.isArray(c) && c.length === length);
}

/** A snapshot out of an event's text, or undefined when it is none. */
export function parseSnapshot(text: string): LiveSnapshot | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isSnapshot(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
