import { type Failure, failure } from '../../engines/failure.ts';
import { isTooDeep, MOST_DEPTH } from '../../engines/json.ts';
import { reasonOf } from '../../errors/error.ts';

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
  if (isTooDeep(value)) return { why: failure('JW_REQUEST_DEEP', { limit: MOST_DEPTH }) };
  // Nearly no body has an escape of this kind, and to look for one is cheaper than to match
  const mayBeBroken = text.includes('\\u') && /\\u[dD][89abABcdefCDEF]/.test(text);
  return { value: mayBeBroken ? wellFormed(value) : value };
}
