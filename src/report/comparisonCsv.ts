import { csvCell } from '../series/csv.ts';
import type { Comparison } from '../simulate/compare/comparison.ts';
import { comparisonFigures } from './comparisonRows.ts';
import { csvNumber } from './csv.ts';

const DIGITS = 9;

/** A comparison as CSV: a row per figure, a column per contender and for the bound; shares from 0 to 1. */
export function comparisonCsv(comparison: Comparison, currency: string): string {
  const { compared, bound } = comparison;
  const ids = compared.map(({ outcome }) => outcome.contender.id);
  const header = ['figure', 'unit', ...ids, ...(bound === undefined ? [] : ['bound'])];
  const number = (value: number | null | undefined): string => csvNumber(value ?? Number.NaN, DIGITS);
  const rows = comparisonFigures(comparison, currency).map(({ label, unit, of, bound: ofBound }) => [
    csvCell(label),
    unit,
    ...compared.map((c) => number(of(c))),
    ...(bound === undefined ? [] : [number(ofBound?.(bound))]),
  ]);
  return `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`;
}
