import type { Run } from '../simulate/simulate.ts';
import type { WorstWeek } from '../simulate/worstWeek.ts';
import type { Plant } from '../twin/plant.ts';
import { figure } from './html.ts';
import { facilityKw } from './period.ts';
import { reportColumns } from './runColumns.ts';
import { type Curves, REPORT_COLUMNS, type ReportColumn } from './simulateInput.ts';
import { weekFigure } from './yearFigures.ts';

/** The worst week of a run, hour by hour: supply stacked, the facility's load as a line. */
export function worstWeekPicture(title: string, week: WorstWeek, run: Run, plant: Plant, zone: string): string {
  const columns = reportColumns(run, plant);
  const curves: Partial<Record<ReportColumn, Float64Array>> = {};
  for (const key of Object.keys(REPORT_COLUMNS) as ReportColumn[]) {
    const column = columns[key];
    if (column !== undefined) curves[key] = column.values;
  }
  const drawn: Curves = curves;
  const { grid } = run.ledger;
  return figure(weekFigure(grid, zone, drawn, facilityKw(grid, drawn), week, title));
}
