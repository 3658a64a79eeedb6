import { HOUR_MS, stepStartMs } from '../series/grid.ts';
import { eventCurves } from '../simulate/events/curves.ts';
import type { EventOutcome } from '../simulate/events/outcome.ts';
import type { Run } from '../simulate/simulate.ts';
import type { Plant } from '../twin/plant.ts';
import { curvesPlot } from '../view/plots/curves.ts';
import { escapeText } from '../view/svg.ts';
import { baselineText, eventRows, eventTitle, QUARTERS_HEADER, quarterRows } from './event.ts';
import { definitions, figure, htmlTable, section } from './html.ts';

/** Orders of the grid in a run, with the same run without them. */
export interface EventReport {
  readonly outcomes: readonly EventOutcome[];
  readonly run: Run;
  readonly without: Run;
  readonly plant: Plant;
  readonly currency: string;
}

/** Shown before and after an event. */
const AROUND_MS = 3 * HOUR_MS;

/** A section for every order of the grid: import with and without it, quarters, and what it took. */
export function eventSections({ outcomes, run, without, plant, currency }: EventReport, zone: string): string[] {
  const [own, other] = [eventCurves(run, plant), eventCurves(without, plant)];
  return outcomes.map((outcome) => {
    const picture = importPicture(outcome, own, other.importKw, zone);
    const columns = QUARTERS_HEADER.map((header, i) =>
      i === 0 || i === 5 ? { header } : { header, kind: 'number' as const },
    );
    return section(
      'An order of the grid',
      `${escapeText(eventTitle(outcome, zone))}. ${escapeText(baselineText(outcome, zone))}`,
      `${figure(picture)}${htmlTable(columns, quarterRows(outcome, zone))}${definitions(eventRows(outcome, zone, currency))}`,
    );
  });
}

function importPicture(
  { event, quarters }: EventOutcome,
  { grid, importKw }: ReturnType<typeof eventCurves>,
  withoutKw: Float64Array,
  zone: string,
): string {
  const { startMs, stepMs, count } = grid;
  const first = Math.max(0, Math.floor((event.startMs - AROUND_MS - startMs) / stepMs));
  const last = Math.min(count, Math.ceil((event.endMs + AROUND_MS - startMs) / stepMs));
  const shown = { startMs: startMs + first * stepMs, stepMs, count: last - first };
  const asked = Float64Array.from({ length: shown.count }, (_, i) => {
    const ms = stepStartMs(shown, i) + stepMs / 2;
    return quarters.find((q) => ms >= q.startMs && ms < q.endMs)?.limitKw ?? Number.NaN;
  });
  return curvesPlot({
    title: 'Import from the grid',
    desc: 'With and without the event, and the most that was asked, in kW.',
    width: 720,
    height: 220,
    grid: shown,
    zone,
    unit: 'kW',
    curves: [
      { label: 'without the event', color: 'losses', values: withoutKw.subarray(first, last), meanOnly: true },
      { label: 'drawn', color: 'it', values: importKw.subarray(first, last), meanOnly: true },
      { label: 'asked', color: 'alert', values: asked, meanOnly: true },
    ],
  });
}
