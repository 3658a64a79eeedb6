import type { JsonObject } from './contract.ts';

/** True for a plain object (not null, not a list). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number of things, 0 or more; undefined for anything else. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
}

/** Length of a text, 0 for anything else. */
export function length(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}

/** Gives a key its value where it has none of the wanted type; says whether it had to. */
export function put(target: JsonObject, key: string, value: unknown, wanted: 'string' | 'number'): boolean {
  if (typeof target[key] === wanted) return false;
  target[key] = value;
  return true;
}

/** Deepest nesting that is taken; tool schemas in use stay below 30. Much deeper values overflow the stack of what writes them. */
export const MOST_DEPTH = 128;

/** True when a value is nested deeper than `left` levels. */
export function isTooDeep(value: unknown, left: number = MOST_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  if (Array.isArray(value)) {
    for (const one of value) if (isTooDeep(one, left - 1)) return true;
    return false;
  }
  for (const one of Object.values(value)) if (isTooDeep(one, left - 1)) return true;
  return false;
}
