import type { PlanSurvival } from '../plan/survival.ts';
import { DAY_MS } from '../series/grid.ts';
import { dateText } from '../view/axis.ts';
import { formatCount, formatEnergy, formatNumber, formatPower, formatShare } from '../view/format.ts';
import { escapeText } from '../view/svg.ts';
import { definitions, type HtmlColumn, htmlTable } from './html.ts';
import { cutGrid, energyKwh } from './period.ts';
import { extremeWeek, type PlanCurves } from './planCurves.ts';
import { inputMark, inputsOf } from './planInputs.ts';
import { buildLines, landM2, moneyText } from './planParts.ts';
import type { PlanReport } from './planReportInput.ts';
import { boundsOf, planLcot } from './planText.ts';

/** The first page: what to build, what a token costs, what it takes, what can go wrong, how sure it is. One page of A4. */
export function planSummary(report: PlanReport, curves: PlanCurves): string {
  return (
    `<section class="summary">${cards(report)}` +
    `<h2>What to build</h2>${whatToBuild(report)}` +
    `<h2>What a million tokens costs</h2>${prices(report)}` +
    `<div class="halves"><div><h2>What it takes</h2>${definitions(needs(report, curves))}</div>` +
    `<div><h2>When it gets hard</h2>${list(hardTimes(report, curves))}` +
    `<h2>How sure this is</h2>${list(proofWords(report))}</div></div></section>`
  );
}

const list = (items: readonly string[]): string =>
  `<ul class="plain">${items.map((i) => `<li>${escapeText(i)}</li>`).join('')}</ul>`;

function card(name: string, value: string, unit: string, note: string, first = false): string {
  return (
    `<li${first ? ' class="first"' : ''}><p class="name">${escapeText(name)}</p><p class="figure">${escapeText(value)}` +
    `<small>${escapeText(unit)}</small></p><p class="boundary">${escapeText(note)}</p></li>`
  );
}

function cards({ plan }: PlanReport): string {
  const { figures, site } = plan;
  const { currency, priceYear } = { currency: site.money.currency, priceYear: site.parsed.money.price_year };
  const { years } = site.finance;
  const lcot = figures.lcotPerMtoken;
  return `<ul class="cards">${[
    card(
      'A million output tokens',
      lcot === undefined ? '–' : formatNumber(lcot, 3),
      currency,
      `everything paid over ${years} years, over all tokens; money of ${priceYear}`,
      true,
    ),
    card('To begin with', formatCount(figures.capexMoney), currency, 'purchase of all that is listed'),
    card('Every year', formatCount(figures.yearly.totalMoney), currency, `level over ${years} years, purchase within`),
  ].join('')}</ul>`;
}

function whatToBuild({ plan }: PlanReport): string {
  const { currency } = plan.site.money;
  return htmlTable(
    [
      { header: 'Part', kind: 'name' },
      { header: 'Size' },
      { header: 'How', kind: 'quiet' },
      { header: currency, kind: 'number' },
    ],
    buildLines(plan).map((line) => [
      line.what,
      line.size,
      line.how,
      line.capexMoney > 0 ? formatCount(line.capexMoney) : '–',
    ]),
  );
}

function prices({ plan }: PlanReport): string {
  const { currency } = plan.site.money;
  const tokensOf = (id: string): number =>
    (plan.chosen.dispatch.accounts.get(`output of ${id}`) ?? 0) / plan.problem.balance.years;
  const lcot = planLcot(plan);
  const hasMarket = lcot.some((s) => s.markets.length > 0);
  const rows = lcot.map((s) => {
    const market = s.markets.map((m) => m.perMtoken);
    const beside = [market.map((m) => formatNumber(m, 3)).join(', ') || '–', verdict(s.perMtoken, market)];
    return [
      s.id,
      formatCount(tokensOf(s.id)),
      s.perMtoken === undefined ? '–' : formatNumber(s.perMtoken, 3),
      ...(hasMarket ? beside : []),
    ];
  });
  const columns: HtmlColumn[] = [
    { header: 'Service', kind: 'name' },
    { header: 'Tokens a year', kind: 'number' },
    { header: `Here, ${currency}`, kind: 'number' },
    ...(hasMarket
      ? [{ header: `Market, ${currency}`, kind: 'number' } as const, { header: '', kind: 'quiet' } as const]
      : []),
  ];
  const note = hasMarket
    ? ''
    : '<p class="small">The site file names no market prices to compare with (finance.market).</p>';
  return htmlTable(columns, rows) + note;
}

/** A cost beside the range of market prices. */
function verdict(own: number | undefined, market: readonly number[]): string {
  if (own === undefined || market.length === 0) return '';
  const [low, high] = [Math.min(...market), Math.max(...market)];
  if (own < low) return `${formatShare(1 - own / low, 2)} below the market`;
  if (own > high) return `${formatNumber(own / high, 2)} times the market`;
  return 'within the market';
}

function needs({ plan }: PlanReport, { curves, loadKw }: PlanCurves): (readonly [string, string])[] {
  const { year, capexMoney, yearly } = plan.figures;
  const { currency } = plan.site.money;
  const most = (values: Float64Array | undefined): number =>
    (values ?? new Float64Array()).reduce((a, b) => Math.max(a, b), 0);
  const land = landM2(plan);
  const hectares = `${formatNumber(land / 10_000, 3)} ha for sun and wind`;
  return [
    [
      'Money',
      `${moneyText(capexMoney, currency)} at once; ${moneyText(yearly.runningMoney, currency)} a year for bills, fuel, water and CO2`,
    ],
    [
      'Power',
      `${formatPower(most(loadKw))} at most; ${formatEnergy(year.suppliedKwh)} a year, of it ${formatShare(year.renewableShare, 3)} sun and wind`,
    ],
    ['From the grid', `${formatPower(most(curves.gridKw))} at most; ${formatEnergy(year.importKwh)} a year`],
    ['Water', year.waterL < 1 ? 'none' : `${formatCount(year.waterL / 1000)} m3 a year`],
    ['Land', land > 0 ? hectares : 'that of the halls'],
    ['CO2', `${formatCount(year.co2Kg / 1000)} t a year`],
  ];
}

/** What happens in the worst week, and when the grid goes. */
function hardTimes(report: PlanReport, pictures: PlanCurves): string[] {
  const { plan } = report;
  const { figures } = plan;
  const items = [worstWeekWords(report, pictures)];
  const { unservedRequests: lost, arrivedRequests: all } = figures.year;
  items.push(
    lost < 1
      ? 'Every request of the year is served.'
      : `${formatCount(lost)} of ${formatCount(all)} requests a year (${formatShare(lost / all, 2)}) are not served: to serve them would cost more.`,
  );
  if (report.proof !== undefined) items.push(...survivalWords(report.proof.survival));
  return items;
}

function worstWeekWords({ plan }: PlanReport, { grid, zone, curves, loadKw }: PlanCurves): string {
  const zero = new Float64Array(grid.count);
  const [generator, network] = [curves.generatorKw ?? zero, curves.gridKw ?? zero];
  const short = plan.chosen.dispatch.columns.get('electricity short')?.values ?? zero;
  // As a simulation picks it: the most unserved, else the most from generators, else the most bought.
  const weight = loadKw.map((_, i) => 1e6 * short[i]! + 1e3 * generator[i]! + Math.max(0, network[i]!));
  const week = extremeWeek(grid, zone, weight, 'most');
  if (week === undefined) return 'Less than a week was looked at.';
  const cut = (values: Float64Array): Float64Array => values.subarray(week.from, week.from + week.count);
  const g = cutGrid(grid, week);
  const kwh = (values: Float64Array | undefined): number => (values === undefined ? 0 : energyKwh(g, cut(values)));
  const load = kwh(loadKw);
  const of = (energy: number): string => formatShare(load > 0 ? energy / load : 0, 2);
  const parts = [
    `sun and wind bring ${of(kwh(curves.solarKw) + kwh(curves.windKw))} of what is needed`,
    `the grid ${of(kwh(network))}`,
    ...(curves.generatorKw === undefined ? [] : [`generators ${of(kwh(generator))}`]),
  ];
  const missing = kwh(short);
  return (
    `The worst week, ${dateText(g.startMs, zone)} to ${dateText(g.startMs + 7 * DAY_MS - 1, zone)}: ${parts.join(', ')}; ` +
    `${missing > 1 ? `${formatEnergy(missing)} are missing.` : 'nothing is missing.'}`
  );
}

const HOURS_TOLD = [1, 4, 24];

/** How outages are carried, in words. */
export function survivalWords({ survival, hours, loadShare, risk, outages }: PlanSurvival): string[] {
  const told = [...new Set([...HOURS_TOLD.filter((h) => h < hours), hours])];
  const carried = told.map((h) => `${h} h in ${formatShare(survival.mean[h - 1]!, 3)}`).join(', ');
  const load = loadShare === 1 ? 'the load' : `${formatShare(loadShare, 2)} of the load`;
  const items = [`If the grid fails without notice, ${load} goes on for ${carried} of all cases.`];
  if (risk !== undefined && outages !== undefined && outages.perYear > 0) {
    items.push(
      `With ${formatNumber(outages.perYear, 3)} outages a year of ${formatNumber(outages.meanH, 3)} h: ` +
        `${formatNumber(risk.loleHPerYear, 2)} h a year without supply, available ${formatShare(risk.availabilityShare, 5)} of the time.`,
    );
  }
  return items;
}

function proofWords({ plan, proof, explained }: PlanReport): string[] {
  const { currency } = plan.site.money;
  const { lowerMoney, upperMoney, gapOfAllShare, reached } = boundsOf(plan);
  const inputs = inputsOf(explained);
  const assumed = inputs.filter((e) => inputMark(e) !== '').length;
  const items = [
    `No design of these parts, at these prices and in this weather, can cost less than ${moneyText(lowerMoney, currency)} a year. ` +
      `This one costs ${moneyText(upperMoney, currency)}: at most ${formatShare(gapOfAllShare, 2)} more, which is proven.` +
      (reached ? '' : ' The search was ended early.'),
  ];
  const worst = proof?.replay.figures.filter((f) => Number.isFinite(f.differenceShare) && TWIN.includes(f.name));
  if (worst !== undefined && worst.length > 0) {
    const parts = worst.map((f) => `${f.name} ${signed(f.differenceShare)}`);
    items.push(`The physics of the devices, stepped through the plan: ${parts.join(', ')} against the plan.`);
  }
  items.push(
    `Of ${inputs.length} inputs ${assumed} are assumed or our choice; all stand at the end with their sources, these marked.`,
  );
  return items;
}

const TWIN = ['energy into IT', 'output tokens', 'running cost'];

/** A share with its sign. */
export function signed(share: number): string {
  return `${share < 0 ? '-' : '+'}${formatShare(Math.abs(share), 2)}`;
}
