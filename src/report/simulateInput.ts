import type { Kpi } from '../kpi/kpi.ts';
import type { TimeGrid } from '../series/grid.ts';
import type { RunLcot } from '../simulate/lcot.ts';
import type { PeakCutResult } from '../simulate/peakCut.ts';
import type { Winter } from '../simulate/winter.ts';
import type { Plant } from '../twin/plant.ts';
import type { Column } from './csv.ts';
import type { EventReport } from './eventSection.ts';
import type { FrontierRow } from './frontierFigure.ts';
import type { Manifest } from './manifest.ts';

/** Ledger columns that a report draws, by name; all but `itKw` may be absent. Means over a step, `socShare` at its end. */
export const REPORT_COLUMNS = {
  solarKw: 'used solar power, kW',
  windKw: 'used wind power, kW',
  generatorKw: 'generator, kW',
  gridKw: 'grid, + import, - export, kW',
  batteryKw: 'battery, + discharging, - charging, kW',
  curtailedKw: 'solar and wind that nobody took, kW',
  itKw: 'IT, kW',
  coolingKw: 'cooling, kW',
  lossesKw: 'power chain and other losses, kW',
  shortKw: 'wanted and not delivered, kW',
  socShare: 'state of charge, 0..1',
  tokensPerS: 'output tokens per second',
} as const;

/** The name of a column that a report draws. */
export type ReportColumn = keyof typeof REPORT_COLUMNS;

/** All that a simulation report says. */
export interface SimulateReport {
  readonly title: string;
  readonly subtitle?: string;
  /** What the site is made of, as names and values. */
  readonly site: readonly (readonly [string, string])[];
  readonly kpis: readonly Kpi[];
  /** Cost per token by service, in the site's currency. */
  readonly lcot?: { readonly services: readonly RunLcot[]; readonly currency: string };
  /** Ids of the figures shown large, the headline first; default the first six that have a value. */
  readonly headline?: readonly string[];
  readonly grid: TimeGrid;
  /** IANA zone of the site: days, weeks and months are its civil ones. */
  readonly zone: string;
  readonly columns: Readonly<Partial<Record<ReportColumn, Column>>>;
  /** What was assumed and where figures come from, as names and values. */
  readonly assumptions: readonly (readonly [string, string])[];
  readonly manifest: Manifest;
  /** PUE against WUE of halls at their mean load over the period's air, by hall. */
  readonly frontiers?: readonly { readonly hall: string; readonly rows: readonly FrontierRow[] }[];
  /** The worst week of the year beside that of a dark year. */
  readonly winter?: { readonly winter: Winter; readonly plant: Plant };
  /** Orders of the grid and how they were met. */
  readonly events?: EventReport;
  /** The duty at peak hours, where the site has one. */
  readonly peakCut?: PeakCutResult;
  readonly warnings: readonly string[];
}

/** The columns of a report as plain arrays on its grid; an absent one is `undefined`. */
export type Curves = Readonly<Partial<Record<ReportColumn, Float64Array>>>;

/** Takes the arrays out of the columns; a column shorter than the grid is an error of the caller and is left out whole. */
export function curvesOf(report: SimulateReport): Curves {
  const curves: Partial<Record<ReportColumn, Float64Array>> = {};
  for (const name of Object.keys(REPORT_COLUMNS) as ReportColumn[]) {
    const column = report.columns[name];
    if (column !== undefined && column.values.length === report.grid.count) curves[name] = column.values;
  }
  return curves;
}
