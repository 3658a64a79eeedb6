/**
 * `npm run validate`: recomputes every reference case and writes docs/validation.md. What needs public data that are too
 * large for a checkout is skipped where they are absent. The exit code is 1 when a case is red without a stated reason.
 */
import { writeFileSync } from 'node:fs';
import { caseRows, casesPart, suitesPart, VALIDATION_PAGE, validationPage } from '../test/validation/page.ts';
import { SUITES } from '../test/validation/suites/index.ts';
import { at } from './tree.ts';

const SHOWN = 20;

const results = SUITES.map((suite) => {
  const start = performance.now();
  const rows = suite.run();
  process.stdout.write(`${suite.title}: ${rows.length} rows in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  return { suite, rows };
});
const rows = [...caseRows(), ...results.flatMap((r) => r.rows)];
writeFileSync(at(VALIDATION_PAGE), validationPage(casesPart(), suitesPart(results), rows));

const red = rows.filter((row) => row.verdict === 'red');
for (const row of red.slice(0, SHOWN)) {
  process.stdout.write(
    `RED ${row.id} ${row.what}: reference ${row.reference}, ours ${row.ours}, ${row.reason ?? row.note ?? 'no reason given'}\n`,
  );
}
process.stdout.write(`${VALIDATION_PAGE}: ${rows.length} rows, ${red.length} red\n`);
process.exitCode = red.some((row) => row.reason === undefined) ? 1 : 0;
