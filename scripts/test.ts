/**
 * `npm test`: types, lint and format, generated files, then all tests. `--quick` leaves out the integration and browser tests.
 * The last line says `N passed, N failed` (and `, N skipped` when there are any); the exit code is 1 when anything failed.
 */
import { allChecks } from './checks.ts';
import { runTests } from './tests.ts';

const quick = process.argv.includes('--quick');
const failures: string[] = [];
let passed = 0;

const checks = allChecks();
for (const [index, check] of checks.entries()) {
  const start = performance.now();
  const { ok, output } = check.run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`[${index + 1}/${checks.length + 1}] ${check.name}: ${ok ? 'ok' : 'FAILED'} (${seconds} s)\n`);
  if (ok) passed += 1;
  else {
    failures.push(check.name);
    process.stdout.write(`${output.trimEnd()}\n`);
  }
}

const scope = quick ? 'tests without integration and browser' : 'tests';
process.stdout.write(`[${checks.length + 1}/${checks.length + 1}] ${scope}\n`);
const tests = runTests(quick);
for (const complaint of tests.complaints) process.stdout.write(`FAILED ${complaint}\n`);
if (failures.length > 0) process.stdout.write(`FAILED checks, shown above: ${failures.join(', ')}\n`);

const failed = failures.length + tests.failed;
const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : '';
process.stdout.write(`${passed + tests.passed} passed, ${failed} failed${skipped}\n`);
process.exitCode = failed > 0 ? 1 : 0;
