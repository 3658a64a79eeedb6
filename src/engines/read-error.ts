import type { UpstreamError } from './failure.ts';
import { isObject } from './json.ts';

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/**
 * Reads an engine's error body in any of the shapes met in practice: OpenAI's `{error: {...}}`, `{error: "text"}`, the bare
 * `{message, type, code}` and `{detail}` of Python servers, or plain text. Numeric codes say no more than the status and are
 * dropped; missing parts become null. At most 500 characters of the message are kept.
 */
export function readError(body: string, fallback: string): UpstreamError {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    const plain = body.trim();
    const readable = plain !== '' && !plain.startsWith('<');
    return { message: readable ? plain.slice(0, 500) : fallback, type: null, param: null, code: null };
  }
  const outer = isObject(parsed) ? parsed : {};
  const inner = isObject(outer['error']) ? outer['error'] : outer;
  const message = text(inner['message']) ?? text(outer['error']) ?? text(outer['detail']) ?? fallback;
  return {
    message: message.slice(0, 500),
    type: text(inner['type']),
    param: text(inner['param']),
    code: text(inner['code']),
  };
}
