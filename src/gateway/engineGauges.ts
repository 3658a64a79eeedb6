import type { Dispatcher } from './dispatch/dispatcher.ts';
import type { SiteGauge } from './exposition.ts';

/** What engines said of themselves, by the name of its gauge. */
const READINGS = [
  ['running', 'joulewright_engine_running', 'Requests that the engine says it answers.'],
  ['waiting', 'joulewright_engine_waiting', 'Requests that the engine says it lets wait.'],
  ['kvUse', 'joulewright_engine_kv_cache_use_ratio', 'Share of the KV cache in use, as the engine says.'],
  ['prefixHitShare', 'joulewright_engine_prefix_hit_ratio', 'Share of prompt tokens found in the prefix cache lately.'],
  ['promptTokensPerS', 'joulewright_engine_prompt_tokens_per_second', 'Prompt tokens per second, as the engine says.'],
  ['outputTokensPerS', 'joulewright_engine_output_tokens_per_second', 'Output tokens per second, as the engine says.'],
] as const;

/** Gauges of the queue and of each engine for `/metrics`; what an engine does not say is left out. */
export function engineGauges(dispatcher: Dispatcher, nowMs: number): SiteGauge[] {
  const gauges: SiteGauge[] = dispatcher.waiting.map(({ class: name, count }) => ({
    name: 'joulewright_queue_length',
    help: 'Requests that wait here for room or power.',
    value: count,
    labels: { class: name },
  }));
  for (const member of dispatcher.roster.members) {
    const labels = { engine: member.engine.id };
    const { breaker, limit, reading, running } = member;
    const own: readonly (readonly [name: string, help: string, value: number])[] = [
      ['joulewright_engine_seats_taken', 'Requests that this gateway has at the engine.', running],
      ['joulewright_engine_seats', 'Requests that this gateway gives the engine at most, now.', limit.at(nowMs)],
      ['joulewright_engine_breaker_open', '1 while the engine is left alone.', breaker.allows(nowMs) ? 0 : 1],
      ['joulewright_engine_held', '1 while the engine drains, sleeps or wakes.', member.held ? 1 : 0],
    ];
    for (const [name, help, value] of own) gauges.push({ name, help, value, labels });
    for (const [key, name, help] of READINGS) {
      const value = reading?.[key] ?? null;
      if (value !== null) gauges.push({ name, help, value, labels });
    }
  }
  return gauges;
}
