import type { Executed } from '../record.ts';
import { NO_USE, newId, type Use } from './records.ts';

/** Statuses after which the same line may well succeed: too much at once, engine down, stopping, broken off. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 499, 500, 502, 503, 504]);

/** What to do about a line that came back. */
export type Verdict = 'done' | 'failed' | 'again';

/**
 * Judges an answer. What never reached an engine for want of room, power or budget comes again for as long as the batch lasts: it
 * costs nothing. What an engine failed at comes again a few times.
 * @param tries how often an engine was reached, this time included
 */
export function judge({ status, record, body }: Executed, tries: number, mostTries: number): Verdict {
  if (status >= 200 && status < 300) {
    // An engine that says 200 and sends no object has failed as well
    if (Object.keys(body).length > 0) return 'done';
    return tries < mostTries ? 'again' : 'failed';
  }
  if (!PASSING.has(status)) return 'failed';
  return record === null || tries < mostTries ? 'again' : 'failed';
}

/** What an answer has used. */
export function usedBy({ record, body }: Executed): Use {
  if (record === null) return NO_USE;
  const { inputTokens, cachedTokens, outputTokens, itJoules, facilityJoules: joules } = record;
  const { co2G, greenJoules, waterL, cost } = record;
  const reasoningTokens = reasoningOf(body);
  return {
    inputTokens,
    cachedTokens,
    outputTokens,
    reasoningTokens,
    itJoules,
    joules,
    co2G,
    greenJoules,
    waterL,
    cost,
  };
}

function reasoningOf(body: Executed['body']): number {
  const usage = body['usage'];
  if (typeof usage !== 'object' || usage === null) return 0;
  for (const details of [
    'completion_tokens_details' in usage ? usage.completion_tokens_details : undefined,
    'output_tokens_details' in usage ? usage.output_tokens_details : undefined,
  ]) {
    if (typeof details !== 'object' || details === null || !('reasoning_tokens' in details)) continue;
    if (typeof details.reasoning_tokens === 'number') return details.reasoning_tokens;
  }
  return 0;
}

/** A line of the output or error file, for a line that was answered. */
export function answeredText(customId: string, requestId: string, { status, body }: Executed, ok: boolean): string {
  if (!ok && status === 504) return unansweredText(customId, 'request_timeout', 'The model did not answer in time.');
  const response = { status_code: status, request_id: requestId, body };
  return JSON.stringify({ id: newId('batch_req_'), custom_id: customId, response, error: null });
}

/** A line of the error file, for a line that has no answer. */
export function unansweredText(customId: string, code: string, message: string): string {
  return JSON.stringify({ id: newId('batch_req_'), custom_id: customId, response: null, error: { code, message } });
}
