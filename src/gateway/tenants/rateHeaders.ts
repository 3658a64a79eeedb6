import type { Account, Limit } from './account.ts';
import { type Calendar, WINDOWS } from './calendar.ts';

/** "1s", "6m12s": how long until a window is over, as clients of the OpenAI API read it. */
export function resetText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return `${h > 0 ? `${h}h` : ''}${h > 0 || m > 0 ? `${m}m` : ''}${s}s`;
}

const NAMES = (['requests', 'tokens'] as const).map((metric) => ({
  metric,
  limit: `x-ratelimit-limit-${metric}`,
  remaining: `x-ratelimit-remaining-${metric}`,
  reset: `x-ratelimit-reset-${metric}`,
}));

/** The six `x-ratelimit-...` headers, for requests and tokens each of the limit that is nearest to its end; null where there is none. */
export function rateHeaders(
  accounts: readonly Account[],
  calendar: Calendar,
  nowMs: number,
): Record<string, string> | null {
  let headers: Record<string, string> | null = null;
  for (const names of NAMES) {
    let tightest: Limit | null = null;
    let left = Number.POSITIVE_INFINITY;
    for (const account of accounts) {
      for (const limit of account.limits) {
        if (limit.metric !== names.metric) continue;
        const remaining = Math.max(0, limit.amount - account.used(limit, calendar));
        if (remaining >= left) continue;
        left = remaining;
        tightest = limit;
      }
    }
    if (tightest === null) continue;
    headers ??= {};
    headers[names.limit] = String(tightest.amount);
    headers[names.remaining] = String(Math.floor(left));
    const endMs = calendar.endMs[WINDOWS.indexOf(tightest.window)]!;
    headers[names.reset] = resetText(endMs - nowMs);
  }
  return headers;
}
