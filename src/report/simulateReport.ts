import type { Kpi } from '../kpi/kpi.ts';
import { DAY_MS, endMs } from '../series/grid.ts';
import { dateText } from '../view/axis.ts';
import { formatEnergy, formatNumber } from '../view/format.ts';
import { escapeText } from '../view/svg.ts';
import { eventSections } from './eventSection.ts';
import { frontierFigure } from './frontierFigure.ts';
import { definitions, figure, htmlPage, htmlTable, section } from './html.ts';
import { kpiText } from './kpiText.ts';
import { lcotHeader, lcotNote, lcotRows } from './lcotRows.ts';
import { manifestRows } from './manifest.ts';
import { peakCutSection } from './peakCutSection.ts';
import { energyKwh, facilityKw, typicalWeek } from './period.ts';
import { type Curves, curvesOf, type SimulateReport } from './simulateInput.ts';
import { worstWeekPicture } from './weekPicture.ts';
import { winterHeader, winterRows, winterText } from './winter.ts';
import { durationFigure, efficiencyFigure, flowFigure, heatFigure, monthlyFigure, weekFigure } from './yearFigures.ts';
import { worstWeekText } from './yearText.ts';

const LARGE_FIGURES = 6;

/** What a reader asks first; figures without a value give their place to the next. */
const FIRST = [
  'tokensPerJoule',
  'lcot',
  'pue',
  'sloAttainment',
  'renewableShare',
  'unservedEnergy',
  'tokensPerJouleIt',
  'outputTokens',
];

/** What water is worth in power, hall by hall. */
function frontierSections(report: SimulateReport): string[] {
  return (report.frontiers ?? []).map(({ hall, rows }) =>
    section(
      `PUE against WUE, ${hall}`,
      'Every hour at the cheapest safe operating point for one price of water, at the hall’s mean load and in the period’s air.',
      figure(frontierFigure(rows)),
    ),
  );
}

/** The worst week of the year beside that of a dark year, as figures and hour by hour. */
function winterSection(report: SimulateReport): string {
  if (report.winter === undefined) return '';
  const { winter, plant } = report.winter;
  const years = [winter.year, ...(winter.dark === undefined ? [] : [winter.dark])];
  const columns = winterHeader(winter).map((header, i) => (i === 0 ? { header } : { header, kind: 'number' as const }));
  const pictures = years.map(({ outcome, run }, i) => {
    const title = i === 0 ? 'The worst week of the year' : 'The worst week of the dark year';
    const picture = worstWeekPicture(title, outcome.worstWeek, run, plant, report.zone);
    return `<div><h3>${title}, ${escapeText(worstWeekText(outcome))}</h3>${picture}</div>`;
  });
  const note =
    'The seven days of the most unserved energy, else of the most from generators, else of the most bought. ' +
    winterText(winter);
  return section(
    'The winter',
    note,
    `${htmlTable(columns, winterRows(winter))}<div class="pair">${pictures.join('')}</div>`,
  );
}

/** The page of a simulation: one HTML text, self-contained. Parts whose columns were not recorded are left out and named. */
export function simulateReportHtml(report: SimulateReport): string {
  const curves = curvesOf(report);
  const { grid, zone } = report;
  const period = `${dateText(grid.startMs, zone)} to ${dateText(endMs(grid) - 1, zone)}, ${zone}`;
  const whole = grid.count * grid.stepMs > 360 * DAY_MS;
  const body = [
    section(
      whole ? 'The year in figures' : 'The period in figures',
      'Every figure is stated with the boundary it holds for.',
      largeFigures(report),
    ),
    warningList(report.warnings),
    section(
      'From sun to token',
      'Energy at the site’s electricity bus over the whole period.',
      figure(flowFigure(grid, curves)),
    ),
    ...(report.events === undefined ? [] : eventSections(report.events, zone)),
    ...(report.peakCut === undefined ? [] : [peakCutSection(report.peakCut, zone)]),
    winterSection(report),
    ...curveSections(report, curves),
    ...frontierSections(report),
    section('All figures', '', kpiTable(report.kpis)),
    lcotSection(report),
    section('The site', '', definitions(report.site)),
    section('Assumptions and sources', '', definitions(report.assumptions)),
    section(
      'How to make this again',
      'The same command with the same inputs and the same seed gives the same figures.',
      definitions(manifestRows(report.manifest), true),
    ),
  ];
  return htmlPage({
    title: report.title,
    subtitle: report.subtitle === undefined ? period : `${report.subtitle} · ${period}`,
    body: body.filter((part) => part !== '').join('\n'),
    footer: escapeText(
      `${report.manifest.program} ${report.manifest.version}, seed ${report.manifest.seed}. One page, nothing loaded from elsewhere.`,
    ),
  });
}

function curveSections(report: SimulateReport, curves: Curves): string[] {
  const { grid, zone } = report;
  const load = facilityKw(grid, curves);
  const parts: string[] = [
    section(
      'Month by month',
      'Left what the sources gave, right what the facility used.',
      figure(monthlyFigure(grid, zone, curves)),
    ),
    weeks(report, curves, load),
  ];
  if (curves.tokensPerS !== undefined) {
    const note = 'Output tokens over energy delivered to the facility, day by day; higher is better.';
    parts.push(section('Tokens per joule', note, figure(efficiencyFigure(grid, zone, curves.tokensPerS, load))));
  }
  if (curves.socShare !== undefined) {
    const percent = curves.socShare.map((v) => v * 100);
    const words = {
      title: 'State of charge',
      desc: 'By day and hour, in per cent.',
      unit: '%',
      color: 'battery',
      domain: [0, 100],
    } as const;
    parts.push(
      section('Battery', 'State of charge by day and local hour.', figure(heatFigure(grid, zone, percent, words))),
    );
  }
  if (curves.shortKw !== undefined) parts.push(shortage(report, curves.shortKw));
  parts.push(
    section(
      'Load duration',
      'For what share of the time the facility drew at least this much.',
      figure(durationFigure(load)),
    ),
  );
  return parts;
}

function weeks(report: SimulateReport, curves: Curves, load: Float64Array): string {
  const { grid, zone } = report;
  const sun = curves.solarKw ?? load;
  const seasons = [
    ['A summer week', [6, 7, 8]],
    ['A winter week', [12, 1, 2]],
  ] as const;
  const found = seasons.flatMap(([name, months]) => {
    const week = typicalWeek(grid, zone, months, sun);
    return week === undefined ? [] : [{ name, week }];
  });
  if (found.length === 0) {
    const first = { from: 0, count: Math.min(grid.count, Math.round((7 * DAY_MS) / grid.stepMs)) };
    return section('The first days', '', figure(weekFigure(grid, zone, curves, load, first, 'The first days')));
  }
  const body = found.map(
    ({ name, week }) => `<h3>${name}</h3>${figure(weekFigure(grid, zone, curves, load, week, name))}`,
  );
  const note =
    'Of June to August, and of December to February, the week whose solar yield is the median. Charging and export hang below zero.';
  return section('Typical weeks', note, `<div class="pair">${body.map((b) => `<div>${b}</div>`).join('')}</div>`);
}

function shortage(report: SimulateReport, shortKw: Float64Array): string {
  const kwh = energyKwh(report.grid, shortKw);
  if (kwh === 0) return section('Shortages', 'None: everything that was wanted was delivered in every step.', '');
  const hours = (shortKw.reduce((n, v) => n + (v > 0 ? 1 : 0), 0) * report.grid.stepMs) / 3_600_000;
  const note = `${formatEnergy(kwh)} wanted and not delivered, in ${formatNumber(hours)} hours. Each cell shows its worst step.`;
  const words = {
    title: 'Shortages',
    desc: 'By day and hour, the worst step, in kW.',
    unit: 'kW',
    color: 'alert',
    cell: 'max',
  } as const;
  return section('Shortages', note, figure(heatFigure(report.grid, report.zone, shortKw, words)));
}

/** What a million tokens of each service cost, by what they are spent on. */
function lcotSection({ lcot }: SimulateReport): string {
  if (lcot === undefined) return '';
  const columns = lcotHeader(lcot.services, lcot.currency).map((header, i) =>
    i === 0 ? { header } : { header, kind: 'number' as const },
  );
  return section('Cost by service', lcotNote(lcot.services), htmlTable(columns, lcotRows(lcot.services)));
}

function largeFigures(report: SimulateReport): string {
  const asked = report.headline ?? [...FIRST, ...report.kpis.map((k) => k.id).filter((id) => !FIRST.includes(id))];
  const wanted = asked.map((id) => report.kpis.find((k) => k.id === id));
  const shown = wanted.filter((k): k is Kpi => k !== undefined && k.value !== null).slice(0, LARGE_FIGURES);
  const cards = shown.map((k, i) => {
    const place = `${escapeText(k.boundary)} · ${escapeText(k.basis)}`;
    const text = kpiText(k);
    return (
      `<li${i === 0 ? ' class="first"' : ''}><p class="name">${escapeText(capital(k.label))}</p>` +
      `<p class="figure">${escapeText(text.figure)}<small>${escapeText(text.unit)}</small></p><p class="boundary">${place}</p></li>`
    );
  });
  return `<ul class="cards">${cards.join('')}</ul>`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function kpiTable(kpis: readonly Kpi[]): string {
  const rows = kpis.map((k) => {
    const text = kpiText(k);
    const interval = text.interval === '' ? '' : ` (${text.interval})`;
    const basis = [k.boundary, k.basis, k.note ?? ''].filter((t) => t !== '').join(' · ');
    return [capital(k.label), `${text.figure}${interval} ${text.unit}`.trim(), basis];
  });
  return htmlTable(
    [{ header: 'Figure' }, { header: 'Value', kind: 'number' }, { header: 'Boundary and basis', kind: 'quiet' }],
    rows,
    true,
  );
}

function warningList(warnings: readonly string[]): string {
  if (warnings.length === 0) return '';
  const items = warnings.map((w) => `<li>${escapeText(w)}</li>`).join('');
  return section('What to keep in mind', '', `<ul class="warnings">${items}</ul>`);
}
