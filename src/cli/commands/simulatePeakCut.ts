import { PEAK_CUT_HEADER, peakCutRows, peakCutText } from '../../report/peakCut.ts';
import { textTable, wrapText } from '../../report/table.ts';
import type { PeakCutResult } from '../../simulate/peakCut.ts';

/** The duty at peak hours on a terminal of `width` cells. */
export function peakCutScreen(cut: PeakCutResult, width: number): string {
  const columns = PEAK_CUT_HEADER.map((header, i) =>
    i === 0 || i === 5 ? { header } : { header, align: 'right' as const },
  );
  return `cut at peak hours\n${wrapText(peakCutText(cut), width).join('\n')}\n\n${textTable(columns, peakCutRows(cut))}\n\n`;
}
