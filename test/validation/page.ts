import { type CaseFile, readCases, recompute } from './cases.ts';
import type { Row } from './row.ts';
import type { Suite } from './suite.ts';

/** Where the page lies in the checkout. */
export const VALIDATION_PAGE = 'docs/validation.md';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
const MARKS = { ok: 'ok', red: '**RED**', skipped: 'skipped' } as const;

function line(row: Row): string {
  const words = [row.note, row.reason === undefined ? undefined : `red because ${row.reason}`].filter(
    (w) => w !== undefined,
  );
  const note = words.length === 0 ? '' : ` (${words.join('; ')})`;
  const cells = [row.id, row.what, row.source + note, row.reference, row.ours, row.difference, row.tolerance];
  return `| ${cells.map(cell).join(' | ')} | ${MARKS[row.verdict]} |`;
}

const HEAD = `| case | what | source | reference | ours | difference | tolerance | verdict |
|---|---|---|---:|---:|---:|---:|---|`;

function count(rows: readonly Row[]): string {
  const of = (verdict: Row['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  return countText({ ok: of('ok'), red: of('red'), skipped: of('skipped') });
}

function countText({ ok, red, skipped }: Readonly<Record<Row['verdict'], number>>): string {
  const parts = [`${ok} ok`];
  if (red > 0) parts.push(`**${red} red**`);
  if (skipped > 0) parts.push(`${skipped} skipped`);
  return parts.join(', ');
}

const NAMES: Readonly<Record<string, string>> = { air: 'Moist air', 'power-chain': 'Power chain' };

function title(room: string): string {
  return NAMES[room] ?? `${room.slice(0, 1).toUpperCase()}${room.slice(1)}`.replaceAll('-', ' ');
}

/** The section of one room's formulas. */
function section({ room, cases }: CaseFile): string {
  const rows = cases.flatMap(recompute);
  return `## ${title(room)}\n\n${count(rows)}. The cases lie in \`test/validation/${room}.json\`.\n\n${[HEAD, ...rows.map(line)].join('\n')}\n`;
}

/** Sections of all rooms: what can be recomputed anywhere. */
export function casesPart(): string {
  return readCases().map(section).join('\n');
}

/** Sections of what is more than a formula. */
export function suitesPart(results: readonly Result[]): string {
  return results.map(suiteSection).join('\n');
}

/** A suite and what came of it. */
export interface Result {
  readonly suite: Suite;
  readonly rows: readonly Row[];
}

function suiteSection({ suite, rows }: Result): string {
  return `## ${suite.title}\n\n${suite.about}\n\n${count(rows)}.\n\n${[HEAD, ...rows.map(line)].join('\n')}\n`;
}

const VERDICT = / \| (ok|\*\*RED\*\*|skipped) \|$/gm;

/** The page with the sections of some suites put in, each at its place among `titles`, and the sum at the top counted anew. */
export function pageWith(page: string, results: readonly Result[], titles: readonly string[]): string {
  const [head, ...sections] = page.replaceAll('\r\n', '\n').split(/^(?=## )/m);
  const titleOf = (text: string): string => text.slice(3, text.indexOf('\n'));
  for (const result of results) {
    const text = `${suiteSection(result)}\n`;
    const at = sections.findIndex((s) => titleOf(s) === result.suite.title);
    if (at >= 0) {
      sections[at] = text;
      continue;
    }
    const later = titles.slice(titles.indexOf(result.suite.title) + 1);
    const next = sections.findIndex((s) => later.includes(titleOf(s)));
    sections.splice(next < 0 ? sections.length : next, 0, text);
  }
  const body = sections.map((s) => `${s.trimEnd()}\n`).join('\n');
  const counts = { ok: 0, red: 0, skipped: 0 };
  for (const [, mark] of body.matchAll(VERDICT))
    counts[mark === '**RED**' ? 'red' : mark === 'ok' ? 'ok' : 'skipped']++;
  return `${head!.replace(/^All together: .*$/m, `All together: ${countText(counts)}.`)}${body}`;
}

const INTRO = `# Validation

Every case below is recomputed by \`npm run validate\`, which writes this page: the value that somebody else published, measured or computed, ours, how
far they are apart, and how far they may be. Tolerances are those of the source, or its printed digits; none was widened to pass. A case that fails stays
red, with the reason. \`npm test\` recomputes the cases too and fails on one that is red without a reason.

Formulas are named as in \`joulewright calc\`, so that anybody can compute a case again ([Calc](guide/calc.md)). What no table shows (the balance, queueing,
what nobody has measured) is in the [notes on validation](validation-notes.md).
`;

/** The whole page. */
export function validationPage(cases: string, suites: string, rows: readonly Row[]): string {
  return `${INTRO}
All together: ${count(rows)}.

${cases}
${suites}`;
}

/** All rows of the case files. */
export function caseRows(): readonly Row[] {
  return readCases().flatMap(({ cases }) => cases.flatMap(recompute));
}
