import { DAY_MS } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import type { PeakCutResult } from '../simulate/peakCut.ts';
import { curvesPlot } from '../view/plots/curves.ts';
import { figure, htmlTable, section } from './html.ts';
import { PEAK_CUT_HEADER, peakCutRows, peakCutText } from './peakCut.ts';

/** Fewer days are read in the table. */
const DRAWN_DAYS = 7;

/** The duty at peak hours: what was drawn against what was allowed, day by day, and a table of months. */
export function peakCutSection(cut: PeakCutResult, zone: string): string {
  const columns = PEAK_CUT_HEADER.map((header, i) =>
    i === 0 || i === 5 ? { header } : { header, kind: 'number' as const },
  );
  const picture = cut.rule.period === 'day' && cut.periods.length >= DRAWN_DAYS ? figure(daysPicture(cut, zone)) : '';
  return section('The cut at peak hours', peakCutText(cut), `${picture}${htmlTable(columns, peakCutRows(cut))}`);
}

function daysPicture({ periods }: PeakCutResult, zone: string): string {
  const [year, month, day] = periods[0]!.name.split('-').map(Number) as [number, number, number];
  return curvesPlot({
    title: 'Peak hours, day by day',
    desc: 'Mean power at peak hours against the most that the duty allowed, in kW.',
    width: 720,
    height: 220,
    grid: { startMs: zoneOf(zone).instant(year, month, day), stepMs: DAY_MS, count: periods.length },
    zone,
    unit: 'kW',
    curves: [
      { label: 'drawn at peak hours', color: 'it', values: periods.map((p) => p.peakKw), meanOnly: true },
      { label: 'allowed', color: 'alert', values: periods.map((p) => p.peakKw + p.marginKw), meanOnly: true },
    ],
  });
}
