import { COLUMNS, PARTS } from '../finance/project.ts';
import { dateText } from '../view/axis.ts';
import { formatCount, formatEnergy, formatNumber, formatShare } from '../view/format.ts';
import { escapeText } from '../view/svg.ts';
import { definitions, figure, figureColumns, type HtmlColumn, htmlPage, htmlTable, section } from './html.ts';
import { lcotHeader, lcotNote, lcotRows } from './lcotRows.ts';
import { manifestRows } from './manifest.ts';
import { cutGrid, type Stretch } from './period.ts';
import { type PlanCurves, planCurves, seasonWeeks } from './planCurves.ts';
import { inputsSection } from './planInputs.ts';
import { moneyText } from './planParts.ts';
import { cashFigure, lcotFigure } from './planPictures.ts';
import { questionSections } from './planQuestionSections.ts';
import type { PlanReport } from './planReportInput.ts';
import { planSummary } from './planSummary.ts';
import { boundsOf, boundText, clockPairs, planLcot, planSizeText } from './planText.ts';
import { flowFigure, monthlyFigure, weekFigure } from './yearFigures.ts';

/**
 * The page of a plan: one self-contained HTML text. The first page of A4 is for whoever decides; then sizes, money, energy, weeks,
 * what was asked beside, and every input with its source. What was not asked is left out.
 */
export function planReportHtml(report: PlanReport): string {
  const { plan, years, manifest, explained, warnings } = report;
  const { site } = plan;
  const curves = planCurves(plan);
  const body = [
    planSummary(report, curves),
    warningsSection(warnings),
    sizesSection(report),
    costSection(report),
    cashSection(report),
    energySection(report, curves),
    weeksSection(report, curves),
    bindsSection(report),
    ...questionSections(report),
    proofSection(report),
    inputsSection(explained),
    section('How to make this again', '', definitions(manifestRows(manifest), true)),
  ];
  return htmlPage({
    title: `A plan: ${site.name}`,
    subtitle: `${site.context.latDeg.toFixed(2)}°, ${site.context.lonDeg.toFixed(2)}°, ${site.context.elevationM} m · weather: ${years.join(', ')}`,
    body: body.join('\n'),
    footer: 'Money is that of the price year of the site file. Every figure follows from the inputs at the end.',
  });
}

function warningsSection(warnings: readonly string[]): string {
  if (warnings.length === 0) return '';
  const items = warnings.map((w) => `<li>${escapeText(w)}</li>`).join('');
  return section('What to keep in mind', '', `<ul class="warnings">${items}</ul>`);
}

function sizesSection({ plan }: PlanReport): string {
  const { currency } = plan.site.money;
  const rows = plan.figures.sizes.map((s) => [
    `${s.unitId}, ${s.key}`,
    planSizeText(s, s.size),
    s.free ? `${planSizeText(s, s.lower)} to ${planSizeText(s, s.upper)}` : '',
    boundText(s),
    formatCount(s.capexMoney),
    formatCount(s.costPerYear),
  ]);
  const columns: HtmlColumn[] = [
    { header: 'Size' },
    { header: 'Planned', kind: 'number' },
    { header: 'Free within', kind: 'range' },
    { header: '' },
    { header: `Capital, ${currency}`, kind: 'number' },
    { header: `${currency} a year`, kind: 'number' },
  ];
  const sources = new Map(plan.figures.sizes.map((s) => [`${s.unitId} ${s.source}`, [s.unitId, s.source] as const]));
  return section(
    'Sizes',
    'What is given and what was chosen; the yearly cost is level over the project, with replacement, upkeep and what is left at the end.',
    `${htmlTable(columns, rows)}<h3>Where prices come from</h3>${definitions([...sources.values()])}`,
    'long',
  );
}

function costSection({ plan }: PlanReport): string {
  const { figures, site } = plan;
  const { currency } = site.money;
  const { yearly } = figures;
  const lcot = planLcot(plan);
  const share = (money: number): string => formatShare(money / yearly.totalMoney, 2);
  const rows = [
    ...PARTS.filter((part) => yearly.owning[part] !== 0).map((part) => [
      `${part}, owned`,
      formatCount(yearly.owning[part]),
      share(yearly.owning[part]),
    ]),
    ['bills, fuel, water and CO2', formatCount(yearly.runningMoney), share(yearly.runningMoney)],
    ['all', formatCount(yearly.totalMoney), ''],
  ];
  return section(
    'Cost of a token',
    lcotNote(lcot),
    figure(lcotFigure(lcot, currency)) +
      htmlTable(figureColumns(lcotHeader(lcot, currency)), lcotRows(lcot)) +
      `<h3>Cost of a year</h3>${htmlTable(figureColumns(['part', `${currency} a year`, 'share']), rows)}`,
  );
}

function cashSection(report: PlanReport): string {
  const { figures, site } = report.plan;
  const { currency } = site.money;
  const { finance } = site;
  const used = COLUMNS.filter((column) => figures.cashFlow.some((y) => y.by[column] !== 0));
  const rows = figures.cashFlow.map((y) => [
    String(y.year),
    ...used.map((column) => (y.by[column] === 0 ? '–' : formatCount(y.by[column]))),
    formatCount(y.netMoney),
    formatCount(y.cumulativeWorthMoney),
  ]);
  const note =
    `${moneyText(figures.lifeCycleMoney, currency)} over ${finance.years} years, discounted at ${formatShare(finance.rateShare)} ` +
    `(${finance.kind} money). Costs are positive in the table; what tokens earn is not in it, since nobody knows their price.`;
  return section(
    'Cash flow',
    note,
    figure(cashFigure(report)) + htmlTable(figureColumns(['year', ...used, 'net', 'sum, present worth']), rows),
    'long',
  );
}

function energySection({ years }: PlanReport, { grid, zone, curves, notTakenKwh }: PlanCurves): string {
  return section(
    'From sun to token',
    `Energy at the site’s electricity bus over the whole period${years.length > 1 ? `, in the first of the weather years, ${years[0]}` : ''}.`,
    figure(flowFigure(grid, curves, notTakenKwh)) + figure(monthlyFigure(grid, zone, curves)),
  );
}

function weeksSection({ plan }: PlanReport, pictures: PlanCurves): string {
  const { grid, zone, curves, loadKw } = pictures;
  const { winter, summer } = seasonWeeks(pictures, plan.site.context.latDeg);
  const weeks: (readonly [string, Stretch | undefined])[] = [
    ['The winter week with the least of sun and wind', winter],
    ['The summer week with the most', summer],
  ];
  const body = weeks.flatMap(([name, week]) => {
    if (week === undefined) return [];
    const from = dateText(cutGrid(grid, week).startMs, zone);
    return [`<div><h3>${name}, from ${from}</h3>${figure(weekFigure(grid, zone, curves, loadKw, week, name))}</div>`];
  });
  if (body.length === 0) return '';
  return section(
    'Two weeks',
    'As planned, hour by hour: supply stacked, what the site draws as a line; charging and export hang below zero.',
    `<div class="pair">${body.join('')}</div>`,
  );
}

const BINDS_SHOWN = 10;
/** Rows that say how a bus, a store, a plant or the weather works are no limits that somebody could lift. */
const NO_LIMIT = /^(B[124]|C2|Z\d|K1|S1|W1)$/;

/** Limits by what one more unit of them would save. */
function bindsSection({ plan }: PlanReport): string {
  const { problem, chosen, site } = plan;
  const stepH = problem.horizon.grid.stepMs / 3_600_000;
  const built = new Set(plan.figures.sizes.filter((s) => s.size > 0).map((s) => s.unitId));
  const known = new Set(plan.figures.sizes.map((s) => s.unitId));
  const isThere = (name: string): boolean => {
    const [unit] = name.split(':');
    return !known.has(unit!) || built.has(unit!);
  };
  const list = chosen.dispatch.binds
    .filter(({ number, name }) => !NO_LIMIT.test(number) && isThere(name))
    .map(({ number, name, worth }) => {
      let [sum, hours] = [0, 0];
      for (const v of worth) {
        sum += v;
        if (v > 1e-9) hours += stepH;
      }
      return { number, name, money: sum / problem.balance.years, hours: hours / problem.balance.years };
    })
    .filter((b) => b.money > 1)
    .sort((a, b) => b.money - a.money)
    .slice(0, BINDS_SHOWN);
  if (list.length === 0) return '';
  const rows = list.map((b) => [b.name, b.number, formatCount(b.hours), formatCount(b.money)]);
  return section(
    'What holds it back',
    'Limits that bind, by what one more unit of each (kW, kWh, replicas, as the limit counts) would save in a year before it is paid for; what is not served counts with its penalty. Their rows stand in the formulation by number.',
    htmlTable(figureColumns(['limit', 'row', 'hours a year', `${site.money.currency} a year`]), rows),
  );
}

function proofSection({ plan }: PlanReport): string {
  const { continuous, figures } = plan;
  const { currency } = plan.site.money;
  const { rounding, settled } = plan;
  const { lowerMoney, upperMoney, gapOfAllShare, continuousLowerMoney } = boundsOf(plan);
  return section(
    'The proof',
    'A model with hours merged is never dearer than the real one: no design can cost less than its optimum. This plan is dispatched in every hour.',
    definitions([
      ['no site costs less than', `${moneyText(lowerMoney, currency)} a year`],
      ['this plan costs', `${moneyText(upperMoney, currency)} a year, with what it counts for what is not served`],
      [
        'not proven',
        `${formatShare(gapOfAllShare, 2)} of all cost, ${formatShare(plan.gapShare, 2)} of what can be decided`,
      ],
      ...(settled === undefined
        ? []
        : [['of it whole replicas', `${formatShare(settled.lossShare, 2)} of what can be decided`] as const]),
      ...(rounding === undefined
        ? []
        : ([
            ['no site costs less, if nothing were whole', `${moneyText(continuousLowerMoney, currency)} a year`],
            ['whole sizes cost', `${formatShare(rounding.lossShare, 2)} of what can be decided`],
            ['choices of whole sizes looked at', formatCount(rounding.tried)],
          ] as const)),
      ['problem', `${formatNumber(continuous.full.columns, 9)} columns, ${formatNumber(continuous.full.rows, 9)} rows`],
      ...clockPairs(plan),
      ['energy of a year', `${formatEnergy(figures.year.suppliedKwh)}, of it IT ${formatEnergy(figures.year.itKwh)}`],
    ]),
  );
}
