import type { Sample, Samples } from '../prometheus.ts';
import type { EngineReading } from '../reading.ts';
import type { Gather, Metric, MetricNames } from './adapter.ts';

/** Counters at one moment; the next reading takes differences from them. */
export interface Counters {
  readonly atMs: number;
  readonly values: ReadonlyMap<keyof MetricNames, readonly [number, number]>;
}

function matching(samples: Samples, name: string, labels: Metric['labels']): readonly Sample[] {
  const all = samples.get(name) ?? [];
  if (labels === undefined) return all;
  return all.filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value));
}

/** The value of a metric over all its series; null where the page does not have it. */
export function gathered(samples: Samples, metric: Metric | undefined, how: Gather, suffix = ''): number | null {
  if (metric === undefined) return null;
  const found = matching(samples, metric.name + suffix, metric.labels);
  if (found.length === 0) return null;
  if (how === 'max') return Math.max(...found.map(({ value }) => value));
  const sum = found.reduce((total, { value }) => total + value, 0);
  return how === 'mean' ? sum / found.length : sum;
}

/** Counters may be scraped with or without `_total`. */
function counter(samples: Samples, metric: Metric | undefined): number | null {
  if (metric === undefined) return null;
  const bare = metric.name.replace(/_total$/, '');
  return gathered(samples, metric, 'sum') ?? gathered(samples, { ...metric, name: bare }, 'sum');
}

const COUNTERS = ['prefixHits', 'prefixLookups', 'promptTokens', 'outputTokens'] as const;
const HISTOGRAMS = ['ttft', 'tpot'] as const;

/** What the counters of a page say now. */
export function countersOf(samples: Samples, names: MetricNames, atMs: number): Counters {
  const values = new Map<keyof MetricNames, readonly [number, number]>();
  for (const name of COUNTERS) {
    const value = counter(samples, names[name]);
    if (value !== null) values.set(name, [value, 0]);
  }
  for (const name of HISTOGRAMS) {
    const sum = gathered(samples, names[name], 'sum', '_sum');
    const count = gathered(samples, names[name], 'sum', '_count');
    if (sum !== null && count !== null) values.set(name, [sum, count]);
  }
  return { atMs, values };
}

const share = (value: number | null): number | null => (value === null ? null : Math.min(1, Math.max(0, value)));

/**
 * A reading from a page of metrics and the counters of the one before. A counter that has fallen (the engine has started
 * anew) gives nothing.
 */
export function readingOf(samples: Samples, names: MetricNames, now: Counters, before: Counters | null): EngineReading {
  const seconds = before === null ? 0 : (now.atMs - before.atMs) / 1000;
  const grown = (name: keyof MetricNames, part: 0 | 1 = 0): number | null => {
    const from = before?.values.get(name);
    const to = now.values.get(name);
    if (from === undefined || to === undefined) return null;
    const difference = to[part] - from[part];
    return difference < 0 ? null : difference;
  };
  const rate = (name: keyof MetricNames): number | null => {
    const difference = grown(name);
    return difference === null || seconds <= 0 ? null : difference / seconds;
  };
  const mean = (name: keyof MetricNames): number | null => {
    const sum = grown(name);
    const count = grown(name, 1);
    return sum === null || count === null || count === 0 ? null : sum / count;
  };
  const hits = grown('prefixHits');
  const lookups = grown('prefixLookups') ?? grown('promptTokens');
  const counted = hits === null || lookups === null || lookups === 0 ? null : hits / lookups;
  return {
    atMs: now.atMs,
    running: gathered(samples, names.running, 'sum'),
    waiting: gathered(samples, names.waiting, 'sum'),
    kvUse: share(gathered(samples, names.kvUse, 'max')),
    prefixHitShare: share(gathered(samples, names.prefixHitShare, 'mean') ?? counted),
    promptTokensPerS: rate('promptTokens'),
    outputTokensPerS: rate('outputTokens'),
    ttftS: mean('ttft'),
    tpotS: mean('tpot'),
  };
}
