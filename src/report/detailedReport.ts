import { endMs, type TimeGrid } from '../series/grid.ts';
import type { Compared, ServiceCompared } from '../simulate/detailCompare.ts';
import type { ServiceTotals } from '../simulate/detailTotals.ts';
import type { Run } from '../simulate/simulate.ts';
import { dateText } from '../view/axis.ts';
import { type XyCurve, xyPlot } from '../view/plots/xy.ts';
import { escapeText, twice } from '../view/svg.ts';
import type { ColorName } from '../view/tokens.ts';
import { COMPARED_HEAD, comparedRows, SERVICE_HEAD, serviceRows, servicesComparedRows } from './detailedRows.ts';
import { definitions, figure, figureColumns, htmlPage, htmlTable, section } from './html.ts';
import { type Manifest, manifestRows } from './manifest.ts';

/** All that the page of a detailed simulation tells. */
export interface DetailedReport {
  readonly title: string;
  readonly subtitle: string;
  readonly grid: TimeGrid;
  readonly zone: string;
  readonly fluid: Run;
  readonly detailed: Run;
  /** IT power request by request, mean over beats of equal length, kW. */
  readonly powerKw: Float64Array;
  readonly beatS: number;
  readonly totals: readonly ServiceTotals[];
  readonly site: readonly Compared[];
  readonly services: readonly ServiceCompared[];
  readonly notes: readonly string[];
  readonly manifest: Manifest;
}

const HEIGHT = 260;
const COLORS: readonly ColorName[] = ['it', 'tokens', 'sun', 'battery', 'generator', 'wind'];

/** A curve of equal steps, drawn at their middles. */
function stepped(label: string, color: ColorName, values: Float64Array, stepS: number, perHour: number): XyCurve {
  const x = Float64Array.from(values, (_, i) => ((i + 0.5) * stepS) / perHour);
  return { label, color, x, y: values };
}

/** IT power request by request beside that of the fluid twin. */
function powerFigure({ powerKw, beatS, fluid, grid }: DetailedReport): string {
  const inHours = grid.count * grid.stepMs > 3 * 3_600_000;
  const unitS = inHours ? 3600 : 60;
  const fluidKw = fluid.ledger.get('site.itKw').subarray(0, grid.count);
  return twice((width) =>
    xyPlot({
      width,
      height: HEIGHT,
      title: 'IT power over time',
      desc: 'Electricity at the racks, request by request and as the fluid twin has it.',
      xUnit: inHours ? 'h from the start' : 'min from the start',
      yUnit: 'kW',
      curves: [
        stepped('request by request', 'it', powerKw, beatS, unitS),
        stepped('fluid twin', 'sun', fluidKw, grid.stepMs / 1000, unitS),
      ],
    }),
  );
}

/** Difference of the facility's power, step by step. */
function facilityFigure({ fluid, detailed, grid }: DetailedReport): string {
  const inHours = grid.count * grid.stepMs > 3 * 3_600_000;
  const unitS = inHours ? 3600 : 60;
  const of = (run: Run) => run.ledger.get('site.facilityKw').subarray(0, grid.count);
  return twice((width) =>
    xyPlot({
      width,
      height: HEIGHT,
      title: 'Facility power over time',
      desc: 'IT, cooling and power chain, request by request and as the fluid twin has it.',
      xUnit: inHours ? 'h from the start' : 'min from the start',
      yUnit: 'kW',
      curves: [
        stepped('request by request', 'it', of(detailed), grid.stepMs / 1000, unitS),
        stepped('fluid twin', 'sun', of(fluid), grid.stepMs / 1000, unitS),
      ],
    }),
  );
}

/** Shares of the answered requests whose time is at most so long, a curve for each service; the longest hundredth is left off. */
function distribution(
  totals: readonly ServiceTotals[],
  of: 'ttftS' | 'tpotS',
  title: string,
  unit: 's' | 'ms',
): string {
  const scale = unit === 'ms' ? 1000 : 1;
  const shown = totals.filter((t) => t[of].count > 0);
  const curves = shown.map((t, k): XyCurve => {
    const { x, share } = t[of].curve();
    return {
      label: t.id,
      color: COLORS[k % COLORS.length]!,
      x: x.map((v) => scale * v),
      y: share.map((v) => 100 * v),
    };
  });
  const last = Math.max(...shown.map((t) => t[of].quantile(0.99)), 0);
  const target =
    shown.length === 1 ? shown[0]![of === 'ttftS' ? 'ttftTargetS' : 'tpotTargetS'] : Number.POSITIVE_INFINITY;
  return twice((width) =>
    xyPlot({
      width,
      height: HEIGHT,
      title,
      desc: `Share of the answered requests whose ${title.toLowerCase()} is at most so long.`,
      xUnit: `${title}, ${unit}`,
      yUnit: '% of requests',
      yMax: 100,
      xMax: 1.02 * scale * (Number.isFinite(target) ? Math.max(last, target) : last),
      curves,
      ...(Number.isFinite(target) ? { mark: { x: scale * target, label: 'target' } } : {}),
    }),
  );
}

/** The page of a detailed simulation: self-contained. */
export function detailedReportHtml(report: DetailedReport): string {
  const { grid, zone, totals, manifest, notes } = report;
  const interactive = totals.filter((t) => t.kind === 'interactive');
  const answered = (of: 'ttftS' | 'tpotS') => interactive.some((t) => t[of].count > 0);
  const period = `${dateText(grid.startMs, zone)} to ${dateText(endMs(grid) - 1, zone)}, ${zone}`;
  const body = [
    section(
      'Request by request beside the fluid twin',
      'The same site, weather, demand and policy: once every request followed, once the means that a year is simulated with.',
      htmlTable(figureColumns(COMPARED_HEAD), comparedRows(report.site)),
    ),
    section('IT power over time', '', figure(powerFigure(report))),
    section('Facility power over time', '', figure(facilityFigure(report))),
    answered('ttftS')
      ? section('Time to first token', '', figure(distribution(interactive, 'ttftS', 'Time to first token', 's')))
      : '',
    answered('tpotS')
      ? section('Time per token', '', figure(distribution(interactive, 'tpotS', 'Time per token', 'ms')))
      : '',
    section(
      'The services',
      'Joules are above the power that nodes draw by being on.',
      htmlTable(figureColumns(SERVICE_HEAD), serviceRows(totals)),
    ),
    section(
      'Services beside the fluid twin',
      '',
      htmlTable(figureColumns(COMPARED_HEAD), servicesComparedRows(report.services)),
    ),
    section('Assumptions', '', `<ul>${notes.map((note) => `<li>${escapeText(note)}</li>`).join('')}</ul>`),
    section('How to make this again', '', definitions(manifestRows(manifest), true)),
  ];
  return htmlPage({
    title: report.title,
    subtitle: `${report.subtitle} · ${period}`,
    body: body.filter((part) => part !== '').join('\n'),
    footer: escapeText(
      `${manifest.program} ${manifest.version}, seed ${manifest.seed}. One page, nothing loaded from elsewhere.`,
    ),
  });
}
