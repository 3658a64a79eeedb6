import type { Run } from '../simulate/simulate.ts';
import type { WorstWeek } from '../simulate/worstWeek.ts';
import type { Spread, YearOutcome } from '../simulate/years.ts';
import type { Plant } from '../twin/plant.ts';
import { formatCount, formatNumber } from '../view/format.ts';
import { type Strip, stripPlot } from '../view/plots/strips.ts';
import { escapeText, twice } from '../view/svg.ts';
import type { ColorName } from '../view/tokens.ts';
import { definitions, figure, htmlPage, htmlTable, section } from './html.ts';
import { type Manifest, manifestRows } from './manifest.ts';
import { facilityKw } from './period.ts';
import { reportColumns } from './runColumns.ts';
import { type Curves, REPORT_COLUMNS, type ReportColumn } from './simulateInput.ts';
import { weekFigure } from './yearFigures.ts';

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

/** A figure of a year as people read it, with its unit. */
export function yearFigureText(value: number, unit: string): string {
  if (unit === 'share') return `${formatNumber(value * 100, 3)} %`;
  if (unit === 'h') return `${formatNumber(value, 5)} h`;
  const text = Math.abs(value) >= 1e4 ? formatCount(value) : formatNumber(value, 4);
  return `${text} ${unit}`.trim();
}

/** What made a week the worst, in words. */
export function worstWeekText({ worstWeek: week }: YearOutcome): string {
  const energy = { unserved: week.shortKwh, generator: week.generatorKwh, import: week.importKwh }[week.by];
  const what = { unserved: 'unserved', generator: 'from generators', import: 'bought' }[week.by];
  const soc = week.lowestSoc === null ? '' : `, battery down to ${formatNumber(week.lowestSoc * 100, 2)} %`;
  return (
    `from ${week.date.slice(5)}: ${yearFigureText(energy, 'kWh')} ${what}, ${formatNumber(week.meanC, 3)} °C on average ` +
    `(down to ${formatNumber(week.minC, 3)} °C), sun ${formatNumber(week.ghiKwhM2Day, 3)} kWh/m2 a day${soc}`
  );
}

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

const FOUND_BY = { unserved: 'unserved energy', generator: 'generators', import: 'bought energy' } as const;

/** One row per figure of the worst week and one cell per year. What no year has is left out. */
export function worstWeekColumns(outcomes: readonly YearOutcome[]): string[][] {
  const weeks = outcomes.map((o) => o.worstWeek);
  const row = (label: string, unit: string, of: (week: WorstWeek) => number | null) => {
    const values = weeks.map(of);
    return values.every((v) => v === null) ? [] : [[label, ...values.map((v) => orDash(v, unit))]];
  };
  return [
    ['from', ...weeks.map((week) => week.date.slice(5))],
    ['found by', ...weeks.map((week) => FOUND_BY[week.by])],
    ...row('unserved', 'kWh', (week) => week.shortKwh),
    ...row('from generators', 'kWh', (week) => week.generatorKwh),
    ...row('bought', 'kWh', (week) => week.importKwh),
    ...row('lowest battery charge', 'share', (week) => week.lowestSoc),
    ...row('battery heating', 'kWh', (week) => week.heatingKwh),
    ...row('mean temperature', '°C', (week) => week.meanC),
    ...row('lowest temperature', '°C', (week) => week.minC),
    ...row('sun a day', 'kWh/m2', (week) => week.ghiKwhM2Day),
  ];
}

function orDash(value: number | null, unit: string): string {
  return value === null ? '–' : yearFigureText(value, unit);
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
    ...report.pictures.map((picture) => weekSection(report, picture)),
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

function weekSection(report: YearsReport, picture: YearsReport['pictures'][number]): string {
  const { name, outcome, run } = picture;
  const columns = reportColumns(run, report.plant);
  const curves: Partial<Record<ReportColumn, Float64Array>> = {};
  for (const key of Object.keys(REPORT_COLUMNS) as ReportColumn[]) {
    const column = columns[key];
    if (column !== undefined) curves[key] = column.values;
  }
  const { grid } = run.ledger;
  const load = facilityKw(grid, curves as Curves);
  const title = `${name}: the worst week of ${outcome.name}`;
  return section(
    title,
    worstWeekText(outcome),
    figure(weekFigure(grid, report.zone, curves, load, outcome.worstWeek, title)),
  );
}
