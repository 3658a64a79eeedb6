import { OPENAI_PATHS } from '../paths.ts';
import type { Adapter, MetricNames } from './adapter.ts';

/** The numbers of a version: `0.9.2rc1+cu126` is [0, 9, 2], `b4567-abc` is [4567]. Empty when it has none. */
export function versionNumbers(text: string): readonly number[] {
  const found = /\d+(?:\.\d+)*/.exec(text)?.[0];
  return found === undefined ? [] : found.split('.').map(Number);
}

/** Below 0 when version a comes before b; what is missing counts as zero. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The metric names of an engine's version; those of the newest when the version is not known. Null = it has no metrics. */
export function metricsFor(adapter: Adapter, version: string | null): MetricNames | null {
  const newest = adapter.ranges[0]?.metrics ?? null;
  const numbers = versionNumbers(version ?? '');
  if (numbers.length === 0) return newest;
  const range = adapter.ranges.find(
    ({ from, below }) =>
      compareVersions(numbers, versionNumbers(from)) >= 0 &&
      (below === undefined || compareVersions(numbers, versionNumbers(below)) < 0),
  );
  return range?.metrics ?? newest;
}

/** Whether a version is `from` or later. An unknown one is not, unless all are. */
function since(version: string | null, from: string): boolean {
  const numbers = versionNumbers(version ?? '');
  if (from === '') return true;
  return numbers.length > 0 && compareVersions(numbers, versionNumbers(from)) >= 0;
}

/** Paths below the version that an engine of this version serves itself. */
export function pathsFor({ natively }: Adapter, version: string | null): ReadonlySet<string> {
  const more = natively.filter(({ from }) => since(version, from)).map(({ path }) => path);
  return more.length === 0 ? OPENAI_PATHS : new Set([...OPENAI_PATHS, ...more]);
}
