import { J_PER_KWH } from '../kpi/kpi.ts';
import type { TimeGrid } from '../series/grid.ts';
import { endMs } from '../series/grid.ts';
import type { Comparison } from '../simulate/compare/comparison.ts';
import type { Waterfall } from '../simulate/compare/waterfall.ts';
import { dateText } from '../view/axis.ts';
import { formatNumber } from '../view/format.ts';
import { type BarRow, barTable } from '../view/plots/bars.ts';
import { waterfallPlot } from '../view/plots/waterfall.ts';
import { xyPlot } from '../view/plots/xy.ts';
import { escapeText, twice } from '../view/svg.ts';
import type { ColorName } from '../view/tokens.ts';
import { EVENT_HEADER, eventTables, SAME_ORDER_TEXT } from './comparisonEvents.ts';
import { BOUND_TEXT, comparisonHeader, comparisonRows, GAIN_HEADER, gainRows, partText } from './comparisonRows.ts';
import { definitions, figure, figureColumns, htmlPage, htmlTable, section } from './html.ts';
import { type Manifest, manifestRows } from './manifest.ts';

/** All that a page of a comparison says. */
export interface ComparisonReport {
  readonly title: string;
  readonly comparison: Comparison;
  readonly currency: string;
  readonly grid: TimeGrid;
  readonly zone: string;
  readonly site: readonly (readonly [string, string])[];
  readonly assumptions: readonly (readonly [string, string])[];
  readonly manifest: Manifest;
  readonly warnings: readonly string[];
}

const COLORS: Readonly<Record<string, ColorName>> = {
  siloed: 'losses',
  'tuned-silos': 'grid',
  joint: 'it',
  foresight: 'tokens',
};
const BOUND: ColorName = 'battery';
const colorOf = (id: string): ColorName => COLORS[id] ?? 'wind';

/** What final states are corrected by, in a sentence. */
export function correctionText({ price }: Comparison, currency: string): string {
  return (
    'Final states are made equal: batch work that waits at the end counts as done at the energy per request that its service took, and what stores hold more or less than at the start ' +
    `counts as bought or saved, at ${formatNumber(price.moneyPerKwh, 3)} ${currency} and ${formatNumber(1000 * price.co2KgPerKwh, 3)} g of CO2 a kWh, the first policy’s mean.`
  );
}

function boundaryFigures({ compared, bound }: Comparison): string {
  const boundaries = [
    ['joulesPerToken', 'facility: into the halls’ power chains'],
    ['joulesPerTokenIt', 'IT: at the racks'],
    ['joulesPerTokenSource', 'source: bought, sun, wind and fuel'],
  ] as const;
  return boundaries
    .map(([id, caption]) => {
      const rows = compared.map(({ kpis, outcome }): BarRow => {
        const value = kpis.find((k) => k.id === id)?.value ?? Number.NaN;
        const { id: name } = outcome.contender;
        return { label: name, value, text: `${formatNumber(value, 3)} J`, color: colorOf(name) };
      });
      const least = bound === undefined ? Number.NaN : (bound.facilityKwh * J_PER_KWH) / bound.outputTokens;
      if (id === 'joulesPerToken' && Number.isFinite(least))
        rows.push({ label: 'bound', value: least, text: `${formatNumber(least, 3)} J`, color: BOUND });
      const desc = rows.map((r) => `${r.label} ${r.text}`).join(', ');
      return figure(
        twice((width) => barTable({ width, title: `Joules per output token, ${caption}`, desc, rows })),
        caption,
      );
    })
    .join('');
}

/** A change of a figure with its sign. */
function changeText(value: number): string {
  return `${value > 0 ? '+' : ''}${formatNumber(value, 2)}`;
}

/** The rows of a waterfall: down is what is gained. */
function waterfallFigure({ label, unit, from, to, parts, rest }: Waterfall): string {
  const rows = [
    { label: from.id, kind: 'level', value: from.value, text: `${formatNumber(from.value, 3)} ${unit}` },
    ...parts.map(
      ({ part, gain }) => ({ label: partText(part), kind: 'step', value: -gain, text: changeText(-gain) }) as const,
    ),
    { label: 'together', kind: 'rest', value: -rest, text: changeText(-rest) },
    { label: to.id, kind: 'level', value: to.value, text: `${formatNumber(to.value, 3)} ${unit}` },
  ] as const;
  const desc = rows.map((r) => `${r.label} ${r.text}`).join(', ');
  return figure(
    twice((width) => waterfallPlot({ width, title: label, desc, rows })),
    `${label}, ${unit}`,
  );
}

function dayFigures({ compared }: Comparison): string {
  const hours = Array.from({ length: 24 }, (_, h) => h + 0.5);
  const shapes = [
    ['facilityKw', 'facility'],
    ['importKw', 'bought'],
  ] as const;
  return shapes
    .map(([key, name]) => {
      const curves = compared.map(({ outcome }) => ({
        label: outcome.contender.id,
        color: colorOf(outcome.contender.id),
        x: hours,
        y: outcome.day[key],
      }));
      const desc = curves
        .map((c) => `${c.label} ${formatNumber(Math.min(...c.y), 3)} to ${formatNumber(Math.max(...c.y), 3)} kW`)
        .join(', ');
      const draw = (width: number) =>
        xyPlot({
          width,
          height: 240,
          title: `A mean day, ${name}`,
          desc,
          xUnit: 'hour of the day',
          yUnit: 'kW',
          xMax: 24,
          curves,
        });
      return figure(twice(draw), `${name}, mean over all days`);
    })
    .join('');
}

function reasons({ compared }: Comparison, zone: string): string {
  return compared
    .filter(({ outcome }) => outcome.notes.length > 0)
    .map(({ outcome: { contender, notes, noteCount } }) => {
      const shown = notes.slice(0, 8).map((n): [string, string] => [dateText(n.startMs, zone), n.text]);
      return `<h3>${escapeText(contender.id)}: the first of ${noteCount} reasons</h3>${definitions(shown)}`;
    })
    .join('');
}

/** The page of a comparison: one HTML text, self-contained. */
export function comparisonReportHtml(report: ComparisonReport): string {
  const { comparison, currency, grid, zone, manifest, warnings } = report;
  const { bound } = comparison;
  const said = [correctionText(comparison, currency), ...(bound === undefined ? [] : [BOUND_TEXT])].join(' ');
  const told = reasons(comparison, zone);
  const body = [
    section(
      'Energy per token',
      'Joules per output token at three boundaries. Input tokens are never counted.',
      boundaryFigures(comparison),
    ),
    warnings.length === 0
      ? ''
      : section(
          'What to keep in mind',
          '',
          `<ul class="warnings">${warnings.map((w) => `<li>${escapeText(w)}</li>`).join('')}</ul>`,
        ),
    section(
      'Side by side',
      `The same demand, weather, chips and latency targets. ${said}`,
      htmlTable(figureColumns(comparisonHeader(comparison)), comparisonRows(comparison, currency)),
      'long',
    ),
    comparison.gains.length === 0
      ? ''
      : section(
          'Against the baselines',
          'Change per output token; minus is less of it. "Served as well": no service is within its targets 0.1 points less often, nothing more is lost or late.',
          htmlTable(
            GAIN_HEADER.map((header, i) =>
              i < 2
                ? { header, kind: 'name' as const }
                : i < GAIN_HEADER.length - 1
                  ? { header, kind: 'number' as const }
                  : { header },
            ),
            gainRows(comparison.gains),
          ),
        ),
    comparison.waterfalls.length === 0
      ? ''
      : section(
          'Where the gain comes from',
          'Each part is measured by switching it off while all others are on. What only several parts together gain, or what two parts both could, stands as "together".',
          comparison.waterfalls.map(waterfallFigure).join(''),
        ),
    ...eventTables(comparison, currency, zone).map(({ title, rows }) =>
      section(
        'An order of the grid',
        `${title}. ${SAME_ORDER_TEXT}`,
        htmlTable(
          EVENT_HEADER.map((header, i) => ({ header, kind: i === 0 ? 'name' : 'number' }) as const),
          rows,
        ),
        'long',
      ),
    ),
    section('A mean day', 'By the hour of the site’s clock.', dayFigures(comparison)),
    told === '' ? '' : section('What was decided, and why', '', told, 'long'),
    section('The site', '', definitions(report.site)),
    section('Assumptions and sources', '', definitions(report.assumptions)),
    section(
      'How to make this again',
      'The same command with the same inputs and the same seed gives the same figures.',
      definitions(manifestRows(manifest), true),
    ),
  ];
  return htmlPage({
    title: report.title,
    subtitle: `${dateText(grid.startMs, zone)} to ${dateText(endMs(grid) - 1, zone)}, ${zone}`,
    body: body.filter((part) => part !== '').join('\n'),
    footer: escapeText(`${manifest.program} ${manifest.version}. One page, nothing loaded from elsewhere.`),
  });
}
