import type { Comparison } from '../simulate/compare/comparison.ts';
import type { Waterfall } from '../simulate/compare/waterfall.ts';
import { formatNumber } from '../view/format.ts';
import { correctionText } from './comparisonReport.ts';
import { BOUND_TEXT, comparisonHeader, comparisonRows, GAIN_HEADER, gainRows, partText } from './comparisonRows.ts';
import { textTable, wrapText } from './table.ts';

function figuresTable(headers: readonly string[], rows: readonly (readonly string[])[], names: number): string {
  return textTable(
    headers.map((header, i) => (i < names ? { header } : { header, align: 'right' as const })),
    rows,
  );
}

function waterfallText({ label, unit, from, to, parts, rest }: Waterfall): string {
  const share = (gain: number): string => `${formatNumber((100 * gain) / from.value, 3)} %`;
  const row = (name: string, gain: number): string[] => [name, formatNumber(-gain, 3), share(-gain)];
  const rows = [
    [from.id, formatNumber(from.value, 4), ''],
    ...parts.map(({ part, gain }) => row(`  ${partText(part)}`, gain)),
    row('  together', rest),
    [to.id, formatNumber(to.value, 4), share(to.value - from.value)],
  ];
  return figuresTable([label, unit, `of ${from.id}`], rows, 1);
}

/** A comparison on a terminal of so many cells. */
export function comparisonText(comparison: Comparison, currency: string, width: number): string {
  const { gains, waterfalls, bound } = comparison;
  const said = [correctionText(comparison, currency), ...(bound === undefined ? [] : [BOUND_TEXT])];
  return [
    figuresTable(comparisonHeader(comparison), comparisonRows(comparison, currency), 1),
    ...(gains.length === 0 ? [] : [figuresTable(GAIN_HEADER, gainRows(gains), 2)]),
    ...waterfalls.map(waterfallText),
    said.flatMap((text) => wrapText(text, width)).join('\n'),
  ].join('\n\n');
}
