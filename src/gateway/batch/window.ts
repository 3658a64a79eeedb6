import { fail } from '../../errors/error.ts';

const HOUR_MS = 3_600_000;
/** `24h` as in the OpenAI API, and ours. */
const WINDOWS: Readonly<Record<string, number>> = { '1h': 1, '4h': 4, '24h': 24, '72h': 72 };
/** A deadline may lie this far ahead. */
const MOST_AHEAD_MS = 7 * 24 * HOUR_MS;
const ENERGY_POLICIES = ['green', 'now'] as const;

/** Until when a batch must be done, and whether it may wait for its plan. Throws JW_REQUEST_FIELD. */
export function termsOf(
  window: string,
  metadata: Readonly<Record<string, string>> | null,
  nowMs: number,
): { readonly expiresMs: number; readonly waits: boolean } {
  const hours = WINDOWS[window];
  if (hours === undefined) {
    const reason = `is none of ${Object.keys(WINDOWS).join(', ')}`;
    fail('JW_REQUEST_FIELD', { param: 'completion_window', reason }, 'completion_window');
  }
  const policy = metadata?.['energy_policy'] ?? 'green';
  if (!(ENERGY_POLICIES as readonly string[]).includes(policy)) {
    const param = 'metadata.energy_policy';
    fail('JW_REQUEST_FIELD', { param, reason: `is none of ${ENERGY_POLICIES.join(', ')}` }, param);
  }
  const deadline = metadata?.['deadline'];
  const expiresMs = deadline === undefined ? nowMs + hours * HOUR_MS : deadlineOf(deadline, nowMs);
  return { expiresMs, waits: policy === 'green' };
}

function deadlineOf(text: string, nowMs: number): number {
  const param = 'metadata.deadline';
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const ms = isInstant ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) {
    const reason = 'is no instant such as 2027-06-21T18:00:00+05:00';
    return fail('JW_REQUEST_FIELD', { param, reason }, param);
  }
  if (ms <= nowMs) return fail('JW_REQUEST_FIELD', { param, reason: 'is over' }, param);
  if (ms > nowMs + MOST_AHEAD_MS) {
    return fail('JW_REQUEST_FIELD', { param, reason: 'is more than seven days ahead' }, param);
  }
  return ms;
}
