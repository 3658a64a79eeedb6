import { describe, expect, it } from 'vitest';
import { SUITES } from './suites/index.ts';

/** Leaving out groups of measurements in turn takes minutes. */
const PATIENCE_MS = 1_200_000;

describe('suites', () => {
  it.each(SUITES.map((suite) => [suite.title, suite] as const))(
    '%s',
    (_, suite) => {
      const rows = suite.run();
      expect(rows.length).toBeGreaterThan(0);
      // A red row must say why; without the shared data a row is skipped and says so.
      expect(rows.filter((row) => row.verdict === 'red' && row.reason === undefined)).toEqual([]);
    },
    PATIENCE_MS,
  );
});
