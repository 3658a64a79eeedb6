import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, ROOT } from './tree.ts';

/** How many passed, failed and were skipped, and what went wrong beside single tests. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly complaints: readonly string[];
}

/** What we read of vitest's JSON report (the format of Jest). */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Counts a run. Beside failed tests it counts as failures: a test file that could not be loaded, a run that ended badly
 * without any failed test (an error outside of tests, a crash), a run without a report, a run without a single test.
 */
export function countReport(report: Report | undefined, exitCode: number | null): Count {
  if (report === undefined) {
    const complaint = `the test runner ended with ${exitCode ?? 'a signal'} and left no report`;
    return { passed: 0, failed: 1, skipped: 0, complaints: [complaint] };
  }
  const complaints: string[] = [];
  for (const file of report.testResults) {
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) {
      complaints.push(`${file.name}: ${file.message ?? 'could not be loaded'}`);
    }
  }
  const skipped = report.numPendingTests + report.numTodoTests;
  if (report.numPassedTests + report.numFailedTests === 0) complaints.push('no test was run');
  if (exitCode !== 0 && report.numFailedTests === 0 && complaints.length === 0) {
    complaints.push(`the test runner ended with ${exitCode ?? 'a signal'} though no test failed`);
  }
  return { passed: report.numPassedTests, failed: report.numFailedTests + complaints.length, skipped, complaints };
}

/** Runs the tests with vitest; `quick` leaves out those of test/integration and test/browser. */
export function runTests(quick: boolean): Count {
  const folder = mkdtempSync(join(tmpdir(), 'joulewright-test-'));
  const file = join(folder, 'report.json');
  const out = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const left = quick ? ['--exclude=test/integration/**', '--exclude=test/browser/**'] : [];
  const ran = spawnSync(process.execPath, [at('node_modules/vitest/vitest.mjs'), 'run', ...out, ...left], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const report: Report | undefined = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  rmSync(folder, { recursive: true, force: true });
  return countReport(report, ran.status);
}
