import type { Run } from '../simulate/simulate.ts';
import type { Spread, YearOutcome } from '../simulate/years.ts';
import type { Plant } from '../twin/plant.ts';
import { formatNumber } from '../view/format.ts';
import { type Strip, stripPlot } from '../view/plots/strips.ts';
import { escapeText, twice } from '../view/svg.ts';
import type { ColorName } from '../view/tokens.ts';
import { definitions, figure, htmlPage, htmlTable, section } from './html.ts';
import { type Manifest, manifestRows } from './manifest.ts';
import { worstWeekPicture } from './weekPicture.ts';
import { worstWeekColumns } from './weekRows.ts';
import { orDash, worstWeekText, yearFigureText } from './yearText.ts';

/** All that a report over many weather years says. */
export interface YearsReport {
  readonly title: string;
  readonly subtitle: string;
  readonly outcomes: readonly YearOutcome[];
  readonly spreads: readonly Spread[];
  /** The worst and an ordinary year, stepped once more for their pictures. */
  readonly pictures: readonly { readonly name: string; readonly outcome: YearOutcome; readonly run: Run }[];
  readonly plant: Plant;
  readonly zone: string;
  readonly assumptions: readonly (readonly [string, string])[];
  readonly manifest: Manifest;
  readonly warnings: readonly string[];
}

const COLORS: Readonly<Record<string, ColorName>> = {
  tokensPerJoule: 'tokens',
  pue: 'cooling',
  unservedKwh: 'alert',
  worstWeekUnservedKwh: 'alert',
  unservedRequests: 'alert',
  generatorHours: 'generator',
  lowestSoc: 'battery',
  batteryHeatingKwh: 'battery',
  liquidChillerHours: 'cooling',
  airChillerHours: 'cooling',
  waterM3: 'wind',
};

/** Most years that stand beside each other on a terminal, a column each. */
export const MOST_COLUMNS = 4;

/** One row per figure and one cell per year, the weather first. */
export function yearColumns(spreads: readonly Spread[], outcomes: readonly YearOutcome[]): string[][] {
  return [
    ['mean temperature', ...outcomes.map((o) => yearFigureText(o.weather.meanC, '°C'))],
    ['lowest temperature', ...outcomes.map((o) => yearFigureText(o.weather.minC, '°C'))],
    ['sun', ...outcomes.map((o) => yearFigureText(o.weather.ghiKwhM2, 'kWh/m2'))],
    ...spreads.map(({ figure: of }) => [of.label, ...outcomes.map((o) => orDash(of.of(o), of.unit))]),
  ];
}

/** The page over many years: one HTML text, self-contained. */
export function yearsReportHtml(report: YearsReport): string {
  const { outcomes, spreads, manifest } = report;
  const body = [
    section(
      `${outcomes.length} weather years`,
      'One dot is one year; the band holds the middle eighty per cent, the line is the median. Every figure has a scale of its own.',
      figure(spreadFigure(spreads, outcomes)) + spreadTable(spreads),
    ),
    report.warnings.length === 0
      ? ''
      : section(
          'What to keep in mind',
          '',
          `<ul class="warnings">${report.warnings.map((w) => `<li>${escapeText(w)}</li>`).join('')}</ul>`,
        ),
    ...report.pictures.map(({ name, outcome, run }) => {
      const title = `${name}: the worst week of ${outcome.name}`;
      return section(
        title,
        worstWeekText(outcome),
        worstWeekPicture(title, outcome.worstWeek, run, report.plant, report.zone),
      );
    }),
    section('Year by year', '', yearTable(spreads, outcomes)),
    section(
      'The worst week of each year',
      'The seven days of the most unserved energy, else of the most from generators, else of the most bought.',
      worstWeekTable(outcomes),
    ),
    section('Assumptions and sources', '', definitions(report.assumptions)),
    section(
      'How to make this again',
      'The same command with the same inputs and the same seed gives the same figures.',
      definitions(manifestRows(manifest), true),
    ),
  ];
  return htmlPage({
    title: report.title,
    subtitle: report.subtitle,
    body: body.filter((part) => part !== '').join('\n'),
    footer: escapeText(`${manifest.program} ${manifest.version}. One page, nothing loaded from elsewhere.`),
  });
}

function spreadFigure(spreads: readonly Spread[], outcomes: readonly YearOutcome[]): string {
  const strips = spreads.map(({ figure: of, p10, median, p90 }): Strip => {
    const values = outcomes.flatMap((o) => {
      const value = of.of(o);
      return value === null ? [] : [{ name: o.name, value, text: yearFigureText(value, of.unit) }];
    });
    return { label: of.label, color: COLORS[of.id] ?? 'it', values, low: p10, middle: median, high: p90 };
  });
  const desc = spreads
    .map((s) => `${s.figure.label} ${yearFigureText(s.min, s.figure.unit)} to ${yearFigureText(s.max, s.figure.unit)}`)
    .join(', ');
  return twice((width) => stripPlot({ width, title: 'Spread over the years', desc, strips }));
}

/** Header and cells of the spread table, for the terminal too. */
export function spreadRows(spreads: readonly Spread[]): string[][] {
  return spreads.map(({ figure: of, min, p10, median, p90, max, minYear, maxYear }) => {
    const text = (value: number) => yearFigureText(value, of.unit);
    const worst = of.worse === 'high' ? maxYear : minYear;
    return [of.label, text(min), text(p10), text(median), text(p90), text(max), min === max ? '–' : worst];
  });
}

/** Names of the columns of spreadRows. */
export const SPREAD_HEADER = ['figure', 'min', 'p10', 'median', 'p90', 'max', 'worst year'] as const;

function spreadTable(spreads: readonly Spread[]): string {
  const columns = SPREAD_HEADER.map((header, i) =>
    i === 0 ? { header } : { header, kind: i < 6 ? ('number' as const) : ('quiet' as const) },
  );
  return htmlTable(columns, spreadRows(spreads), true);
}

function yearTable(spreads: readonly Spread[], outcomes: readonly YearOutcome[]): string {
  const columns = [
    { header: 'year' },
    { header: 'mean °C', kind: 'number' as const },
    { header: 'sun kWh/m2', kind: 'number' as const },
    ...spreads.map(({ figure: of }) => ({ header: of.label, kind: 'number' as const })),
  ];
  const rows = outcomes.map((o) => [
    o.name,
    formatNumber(o.weather.meanC, 3),
    formatNumber(o.weather.ghiKwhM2, 4),
    ...spreads.map(({ figure: of }) => orDash(of.of(o), of.unit)),
  ]);
  return htmlTable(columns, rows, true);
}

/** The figures of the worst weeks, a row per year. */
function worstWeekTable(outcomes: readonly YearOutcome[]): string {
  const figures = worstWeekColumns(outcomes);
  const columns = [
    { header: 'year' },
    ...figures.map(([label]) => ({
      header: label!,
      kind: label === 'found by' ? ('quiet' as const) : ('number' as const),
    })),
  ];
  return htmlTable(
    columns,
    outcomes.map((o, i) => [o.name, ...figures.map((cells) => cells[i + 1]!)]),
    true,
  );
}
