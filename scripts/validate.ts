/**
 * `npm run validate`: recomputes every reference case and writes docs/validation.md. What needs public data that are too
 * large for a checkout is skipped where they are absent. The exit code is 1 when a case is red without a stated reason.
 * Words after it choose suites by their titles: `npm run validate -- forecasts` computes those anew and leaves the sections of
 * all others as they stand in the page.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { caseRows, casesPart, pageWith, suitesPart, VALIDATION_PAGE, validationPage } from '../test/validation/page.ts';
import { SUITES } from '../test/validation/suites/index.ts';
import { at } from './tree.ts';

const SHOWN = 20;

const asked = process.argv.slice(2).map((word) => word.toLowerCase());
const chosen = SUITES.filter(
  ({ title }) => asked.length === 0 || asked.some((word) => title.toLowerCase().includes(word)),
);
if (chosen.length === 0) {
  process.stderr.write(`no suite is named so; there are: ${SUITES.map((s) => s.title).join('; ')}\n`);
  process.exit(64);
}
const results = chosen.map((suite) => {
  const start = performance.now();
  const rows = suite.run();
  process.stdout.write(`${suite.title}: ${rows.length} rows in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  return { suite, rows };
});
const all = asked.length === 0;
const rows = [...(all ? caseRows() : []), ...results.flatMap((r) => r.rows)];
const page = all
  ? validationPage(casesPart(), suitesPart(results), rows)
  : pageWith(
      readFileSync(at(VALIDATION_PAGE), 'utf8'),
      results,
      SUITES.map((s) => s.title),
    );
writeFileSync(at(VALIDATION_PAGE), page);

const red = rows.filter((row) => row.verdict === 'red');
for (const row of red.slice(0, SHOWN)) {
  process.stdout.write(
    `RED ${row.id} ${row.what}: reference ${row.reference}, ours ${row.ours}, ${row.reason ?? row.note ?? 'no reason given'}\n`,
  );
}
process.stdout.write(`${VALIDATION_PAGE}: ${rows.length} rows, ${red.length} red\n`);
process.exitCode = red.some((row) => row.reason === undefined) ? 1 : 0;
