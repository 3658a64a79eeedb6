import type { Secured } from '../plan/secure.ts';
import { formatNumber } from '../view/format.ts';
import {
  alternativesHeader,
  alternativesMissing,
  alternativesNotes,
  alternativesRows,
  frontierLines,
  ninesHeader,
  ninesRows,
  reservesHeader,
  reservesRows,
  tornadoHeader,
  tornadoNote,
  tornadoRows,
} from './planAlternatives.ts';
import type { PlannedAlternatives, PlanQuestions } from './planReportInput.ts';
import { textTable } from './table.ts';

const WIDEST = 48;

function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  return textTable(
    headers.map((header, i) => ({ header, align: i === 0 ? 'left' : 'right', maxWidth: WIDEST })),
    rows,
  );
}

/** What was asked beside a plan, for a terminal; one text for each question. */
export function questionTexts(
  { alternatives, tornado }: PlanQuestions,
  secured: Secured | undefined,
  currency: string,
): readonly string[] {
  return [
    ...(secured === undefined ? [] : [securedText(secured, currency)]),
    ...(alternatives === undefined ? [] : [alternativesText(alternatives, currency)]),
    ...(tornado === undefined
      ? []
      : [
          `what moves the cost of a token, ${formatNumber(tornado.base, 3)} ${currency}/Mtoken as given:\n` +
            `${table(tornadoHeader(currency), tornadoRows(tornado))}\n${tornadoNote(tornado, currency)}`,
        ]),
  ];
}

function securedText(secured: Secured, currency: string): string {
  return [
    table(reservesHeader(currency), reservesRows(secured)),
    '',
    table(ninesHeader(currency), ninesRows(secured)),
  ].join('\n');
}

function alternativesText(alternatives: PlannedAlternatives, currency: string): string {
  const told = [...alternativesNotes(alternatives), ...alternativesMissing(alternatives)];
  return [
    table(alternativesHeader(currency), alternativesRows(alternatives)),
    ...frontierLines(alternatives.outcomes, currency),
    ...told.map(([label, what]) => `${label}: ${what}`),
  ].join('\n');
}
