import { existsSync } from 'node:fs';
import type { Row } from './row.ts';

/** A validation that is more than a formula: a chain over a year, a generator of weather, a set of measurements. */
export interface Suite {
  readonly title: string;
  /** What is compared, in a sentence or two, with the law or the data it is held against. */
  readonly about: string;
  readonly run: () => readonly Row[];
}

const SHARED = new URL('../../../shared/data/', import.meta.url);

/** Public data that are too large for a checkout; undefined where they are absent. */
export function sharedData(path: string): URL | undefined {
  const url = new URL(path, SHARED);
  return existsSync(url) ? url : undefined;
}

/** The note of rows that cannot be computed for want of the data. */
export const NO_DATA = 'skipped: no ../shared';
