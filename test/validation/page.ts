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
  const parts = [`${of('ok')} ok`];
  if (of('red') > 0) parts.push(`**${of('red')} red**`);
  if (of('skipped') > 0) parts.push(`${of('skipped')} skipped`);
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
export function suitesPart(results: readonly { readonly suite: Suite; readonly rows: readonly Row[] }[]): string {
  const parts = results.map(
    ({ suite, rows }) =>
      `## ${suite.title}\n\n${suite.about}\n\n${count(rows)}.\n\n${[HEAD, ...rows.map(line)].join('\n')}\n`,
  );
  return parts.join('\n');
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
