import { describe, expect, it } from 'vitest';
import { countReport, type Report } from '../scripts/tests.ts';

const OK: Report = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] }],
};

describe('counting a test run', () => {
  it('counts tests', () => {
    expect(countReport(OK, 0)).toEqual({ passed: 3, failed: 0, skipped: 0, complaints: [] });
    const mixed = { ...OK, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 };
    expect(countReport(mixed, 1)).toMatchObject({ passed: 3, failed: 2, skipped: 2 });
  });

  it('fails a run that left no report', () => {
    expect(countReport(undefined, 0).failed).toBe(1);
    expect(countReport(undefined, null).complaints[0]).toContain('a signal');
  });

  it('fails a run without a test', () => {
    expect(countReport({ ...OK, numPassedTests: 0, testResults: [] }, 0)).toMatchObject({ failed: 1 });
    expect(countReport({ ...OK, numPassedTests: 0, numPendingTests: 9 }, 0)).toMatchObject({ failed: 1, skipped: 9 });
  });

  it('fails a file that could not be loaded', () => {
    const broken = { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] };
    const count = countReport({ ...OK, testResults: [...OK.testResults, broken] }, 1);
    expect(count).toMatchObject({ failed: 1, complaints: ['b.test.ts: no such module'] });
  });

  it('fails a run that ended badly though no test failed', () => {
    expect(countReport(OK, 1)).toMatchObject({ passed: 3, failed: 1 });
    expect(countReport(OK, null)).toMatchObject({ failed: 1 });
  });
});
