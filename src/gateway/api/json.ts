import { type Failure, failure } from '../../engines/failure.ts';
import { reasonOf } from '../../errors/error.ts';

/** Deepest nesting that is taken; tool schemas in use stay below 30. Deeper ones overflow the stack of what parses them next. */
export const MOST_DEPTH = 128;

/** True when a value is nested deeper than `left` levels. */
function isTooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  if (Array.isArray(value)) {
    for (const one of value) if (isTooDeep(one, left - 1)) return true;
    return false;
  }
  for (const one of Object.values(value)) if (isTooDeep(one, left - 1)) return true;
  return false;
}

/** A copy in which halves of surrogate pairs are U+FFFD, keys included. The depth is bounded by the caller. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(wellFormed);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key.toWellFormed(), wellFormed(one)]));
}

/**
 * Parses a request body. Lone surrogates, which only an escape can bring in and which no tokenizer takes, become U+FFFD.
 * Returns the value, or JW_REQUEST_JSON or JW_REQUEST_DEEP.
 */
export function parseJson(text: string): { readonly value: unknown } | { readonly why: Failure } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { why: failure('JW_REQUEST_JSON', { reason: reasonOf(error) }) };
  }
  if (isTooDeep(value, MOST_DEPTH)) return { why: failure('JW_REQUEST_DEEP', { limit: MOST_DEPTH }) };
  return { value: /\\u[dD][89abABcdefCDEF]/.test(text) ? wellFormed(value) : value };
}
