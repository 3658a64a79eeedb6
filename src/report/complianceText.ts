import type { RuleReading } from '../plan/compliance.ts';
import { formatEnergy, formatNumber, formatPower, formatShare } from '../view/format.ts';
import { textTable } from './table.ts';

function figure(unit: RuleReading['unit'], value: number): string {
  if (unit === 'kW') return formatPower(value);
  return unit === 'kWh' ? formatEnergy(value) : formatShare(value);
}

/** What is left or missing, with its sign; rounding has none. */
function marginText({ unit, margin, asked }: RuleReading): string {
  if (Math.abs(margin) <= 1e-6 * Math.max(1, asked)) return figure(unit, 0);
  return `${margin > 0 ? '+' : '-'}${figure(unit, Math.abs(margin))}`;
}

/** Where a reading is tight: "on 31 of 365 days (217 h), worst 2026-01-14". */
function bindsText({ periods, tightH, reading, margin, asked }: RuleReading): string {
  if (periods === undefined) return Math.abs(margin) <= 1e-6 * Math.max(1, asked) ? 'binds' : '';
  const { count, tight, broken, worst } = periods;
  const of = /every (\w+)$/.exec(reading)?.[1] ?? 'period';
  const named = `${formatNumber(count)} ${of}${count === 1 ? '' : 's'}`;
  if (tight === 0) return `never in ${named}; nearest ${worst}`;
  const missed = broken === 0 ? '' : `, missed in ${broken}`;
  return `${tight} of ${named} (${formatNumber(tightH, 4)} h)${missed}; worst ${worst}`;
}

/** Headers of the table of readings. */
export const COMPLIANCE_HEADER = ['rule', 'reading', 'asked', 'reached', 'margin', '', 'binds'] as const;

/** A row for every rule in every reading: the figure, the margin and where it binds. */
export function complianceRows(readings: readonly RuleReading[]): string[][] {
  return readings.map((r) => [
    r.rule === 'storage' ? 'storage' : 'cut at peak hours',
    `${r.reading}${r.isOwn ? ` (the file's, ${r.whose === 'ours' ? 'our reading' : 'the authority’s'})` : ''}`,
    figure(r.unit, r.asked),
    figure(r.unit, r.reached),
    marginText(r),
    r.ok ? 'met' : 'NOT met',
    bindsText(r),
  ]);
}

/** Every rule in every reading, as a table for a terminal. */
export function complianceText(readings: readonly RuleReading[]): string {
  if (readings.length === 0) return 'the site file has no rules (section `rules`)';
  const columns = COMPLIANCE_HEADER.map((header) => ({
    header,
    align: ['asked', 'reached', 'margin'].includes(header) ? ('right' as const) : ('left' as const),
  }));
  return textTable(columns, complianceRows(readings));
}
