import type { Comparison } from '../simulate/compare/comparison.ts';
import type { EventOutcome } from '../simulate/events/outcome.ts';
import { formatNumber } from '../units/quantity.ts';
import { formatEnergy, formatPower, formatShare } from '../view/format.ts';
import { eventTitle } from './event.ts';
import { textTable, wrapText } from './table.ts';

/** What one order of the grid came to under each policy. */
interface EventTable {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** Columns of such a table. */
export const EVENT_HEADER = [
  'policy',
  'baseline',
  'asked',
  'drawn',
  'cut',
  'quarters',
  'interactive SLO',
  'batch deadlines',
  'from batteries',
  'from generators',
  'extra cost',
] as const;

/** Why limits differ from policy to policy. */
export const SAME_ORDER_TEXT =
  'All policies get the same order; what a share of the baseline leaves differs, because each baseline is the policy’s own import of the days before. ' +
  'What batteries and generators gave, and the extra cost, are beside the same run without the order.';

function rowOf(id: string, outcome: EventOutcome, currency: string): string[] {
  const { baselineKw, limitKw, drawnKw, quarters, quartersReached, interactiveHeld, batchDeadlinesHeld } = outcome;
  return [
    id,
    formatPower(baselineKw),
    formatPower(limitKw),
    formatPower(drawnKw),
    baselineKw > 0 ? formatShare(1 - drawnKw / baselineKw) : '–',
    `${quartersReached} of ${quarters.length}`,
    interactiveHeld ? 'held' : 'NOT held',
    batchDeadlinesHeld ? 'held' : 'NOT held',
    formatEnergy(outcome.batteryKwh),
    formatEnergy(outcome.generatorKwh),
    `${formatNumber(outcome.extraMoney, 3)} ${currency}`,
  ];
}

/** A table for every order of the grid that whole policies were given; [] without one. */
export function eventTables({ compared }: Comparison, currency: string, zone: string): EventTable[] {
  const met = compared.flatMap(({ outcome: { contender, events } }) =>
    events === undefined ? [] : [{ id: contender.id, events }],
  );
  const first = met[0];
  if (first === undefined) return [];
  return first.events.map((event, k) => ({
    title: eventTitle(event, zone),
    rows: met.map(({ id, events }) => rowOf(id, events[k]!, currency)),
  }));
}

/** The same on a terminal of `width` cells; '' without an order. */
export function comparisonEventsText(comparison: Comparison, currency: string, zone: string, width: number): string {
  const tables = eventTables(comparison, currency, zone);
  if (tables.length === 0) return '';
  const columns = EVENT_HEADER.map((header, i) => (i === 0 ? { header } : { header, align: 'right' as const }));
  return [
    ...tables.map(({ title, rows }) => `grid event ${title}\n\n${textTable(columns, rows)}`),
    wrapText(SAME_ORDER_TEXT, width).join('\n'),
    '',
  ].join('\n\n');
}
