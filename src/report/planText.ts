import { marketPerMtoken } from '../finance/lcot.ts';
import { PARTS } from '../finance/project.ts';
import { unproven } from '../plan/certified.ts';
import { explainPlan } from '../plan/explain.ts';
import type { PlannedSize } from '../plan/figures.ts';
import type { Plan } from '../plan/plan.ts';
import { reserveName, type Secured } from '../plan/secure.ts';
import type { RunLcot } from '../simulate/lcot.ts';
import { formatCount, formatEnergy, formatNumber, formatPower, formatShare } from '../view/format.ts';
import { lcotHeader, lcotNote, lcotRows } from './lcotRows.ts';
import { textPairs, textTable } from './table.ts';

/** A size of the balance with its unit. */
export function planSizeText({ unit }: Pick<PlannedSize, 'unit'>, size: number): string {
  if (unit === 'kW') return formatPower(size);
  return unit === 'kWh' ? formatEnergy(size) : formatNumber(size, 4);
}

/** Near a bound, a share of it. */
const NEAR = 1e-4;

/** Whether something keeps a free size from being smaller or larger: its own bounds, or the balance of costs between them. */
export function boundText({ free, size, lower, upper }: PlannedSize): string {
  if (!free) return 'given';
  if (size >= upper * (1 - NEAR)) return 'at its most';
  if (size <= lower + NEAR * upper) return size <= NEAR * upper ? 'not built' : 'at its least';
  return 'between';
}

function sizesTable({ figures, site }: Plan): string {
  const { currency } = site.money;
  const rows = figures.sizes.map((s) => [
    s.unitId,
    s.key,
    s.free ? planSizeText(s, s.lower) : '',
    s.free ? planSizeText(s, s.upper) : '',
    planSizeText(s, s.size),
    formatCount(Math.abs(s.costPerYear) < 0.005 ? 0 : s.costPerYear),
    boundText(s),
  ]);
  return textTable(
    [
      { header: 'device' },
      { header: 'size' },
      { header: 'least', align: 'right' },
      { header: 'most', align: 'right' },
      { header: 'chosen', align: 'right' },
      { header: `${currency} a year`, align: 'right' },
      { header: 'bound' },
    ],
    rows,
  );
}

function costTable({ figures, site }: Plan): string {
  const { yearly } = figures;
  const share = (money: number): string => formatShare(money / yearly.totalMoney, 2);
  const rows = [
    ...PARTS.map((part) => [part, formatCount(yearly.owning[part]), share(yearly.owning[part])]),
    ['bills, fuel, water and CO2', formatCount(yearly.runningMoney), share(yearly.runningMoney)],
    ['all', formatCount(yearly.totalMoney), ''],
  ];
  return textTable(
    [
      { header: 'cost' },
      { header: `${site.money.currency} a year`, align: 'right' },
      { header: 'share', align: 'right' },
    ],
    rows,
  );
}

/** Cost per token by service of a plan, beside the market prices of the site file. */
export function planLcot({ figures, site, chosen, problem }: Plan): readonly RunLcot[] {
  const { accounts } = chosen.dispatch;
  return figures.services.map((cost) => {
    const tokens = {
      id: cost.id,
      inputTokens: (accounts.get(`input of ${cost.id}`) ?? 0) / problem.balance.years,
      outputTokens: (accounts.get(`output of ${cost.id}`) ?? 0) / problem.balance.years,
      itKwh: 0,
    };
    const markets = site.finance.market.filter((m) => m.service === cost.id);
    return {
      ...cost,
      markets: markets.flatMap((m) => {
        const perMtoken = marketPerMtoken(tokens, m);
        return perMtoken === undefined ? [] : [{ perMtoken, source: m.source }];
      }),
    };
  });
}

/** The reserve that was taken, what it is worth, and how many were tried. */
function reserveText({ chosen, tried }: Secured): string {
  const { survival } = chosen;
  const lost =
    survival.risk === undefined
      ? 'no outages are expected'
      : `${formatNumber(survival.risk.loleHPerYear)} h a year without supply`;
  return `${reserveName(chosen)}: ${lost} (${tried.length} tried)`;
}

/** Shortfalls told on a terminal. */
const MOST_LINES = 12;

/** What is asked for and missing, when, by how much and why; [] where nothing is. */
export function planWarnings({ figures, chosen, problem, secured }: Plan): string[] {
  const list: string[] = [];
  const { unservedRequests, arrivedRequests } = figures.year;
  const share = arrivedRequests > 0 ? unservedRequests / arrivedRequests : 0;
  if (share > 1e-6) list.push(`${formatShare(share, 2)} of the requests are not served: serving them costs more`);
  if (secured?.reached === false)
    list.push(`the availability that is asked for is not reached: ${reserveText(secured)}`);
  const { short } = explainPlan(problem, chosen);
  list.push(...short.slice(0, MOST_LINES));
  if (short.length > MOST_LINES) list.push(`${short.length - MOST_LINES} more of this kind; shortfalls.csv has all`);
  const { years } = problem.balance;
  if (years < 0.99)
    list.push(`only ${formatNumber(365 * years, 3)} days were looked at: figures of a year are theirs, repeated`);
  if (chosen.stopped) list.push('the search ended before the gap that was asked for');
  return list;
}

/** Clocks and caps of deployments whose plan may choose them, the longest first. */
export function clockPairs({ clocks }: Plan): (readonly [string, string])[] {
  return [...new Set(clocks.map((c) => c.deployment))].map((id) => {
    const own = clocks.filter((c) => c.deployment === id);
    const caps = new Set(own.map((c) => c.knobs.capW)).size > 1;
    const parts = own.map(
      ({ knobs, share }) =>
        `${formatShare(knobs.clock)}${caps ? ` at ${formatNumber(knobs.capW)} W` : ''} for ${formatShare(share, 2)}`,
    );
    return [`clocks of ${id}`, `${parts.join(', ')} of its replica-hours`] as const;
  });
}

/** What is proven of a plan's yearly cost, money of the price year with staff and network. */
export function boundsOf({ figures, continuous, chosen, lower, problem }: Plan) {
  const fixed = figures.yearly.owning.people + figures.yearly.owning.network;
  const money = (bound: number): number => bound / problem.balance.years + fixed;
  return {
    lowerMoney: money(lower),
    /** Of sites whose sizes need not be whole. */
    continuousLowerMoney: money(continuous.lower),
    continuousUpperMoney: money(continuous.upper),
    upperMoney: money(chosen.upper),
    /** Of all cost but staff and network. */
    gapOfAllShare: unproven(lower, chosen.upper) / chosen.upper,
    reached: !chosen.stopped && !continuous.stopped,
  };
}

function proof(plan: Plan): string {
  const { continuous, rounding, settled, site } = plan;
  const money = (value: number): string => `${formatCount(value)} ${site.money.currency}`;
  const { lowerMoney, upperMoney, gapOfAllShare: all, ...loose } = boundsOf(plan);
  return textPairs([
    ['no site costs less than', `${money(lowerMoney)} a year`],
    ['this plan costs', `${money(upperMoney)} a year, with what it counts for requests that are not served`],
    [
      'not proven',
      `${formatShare(plan.gapShare, 2)} of what can be decided (${formatShare(all, 2)} of all cost)` +
        (settled === undefined ? '' : `; of it whole replicas ${formatShare(settled.lossShare, 2)}`),
    ],
    ...(rounding === undefined
      ? []
      : ([
          [
            'if nothing were whole',
            `${money(loose.continuousLowerMoney)} to ${money(loose.continuousUpperMoney)} a year; whole sizes cost ` +
              `${formatShare(rounding.lossShare, 2)} of what can be decided`,
          ],
        ] as const)),
    [
      'problem',
      `${continuous.full.columns} columns and ${continuous.full.rows} rows; merged to ${continuous.merged.segments} segments ` +
        `${continuous.merged.columns} and ${continuous.merged.rows}`,
    ],
    [
      'solved in',
      `${formatNumber(continuous.seconds)} s and ${continuous.rounds} rounds` +
        (rounding === undefined
          ? ''
          : `, whole sizes ${formatNumber(rounding.seconds)} s and ${rounding.rounds} rounds for ${rounding.tried} of them`) +
        (settled === undefined
          ? ''
          : `, whole replicas ${formatNumber(settled.sizing.seconds)} s and ${settled.sizing.rounds} rounds`),
    ],
  ]);
}

/** Limits that hold the sizes back; bounds of single sizes stand in their table. */
function bindingLines({ problem, chosen }: Plan): string[] {
  const { limits } = explainPlan(problem, chosen);
  const binding = limits.filter((use) => use.binds && use.missed === 0);
  return binding.length === 0
    ? []
    : [
        textPairs(binding.map(({ limit, used }) => [limit.name, `binds at ${formatNumber(used, 4)} ${limit.unit}`])),
        '',
      ];
}

/** A plan on a terminal. */
export function planText(plan: Plan): string {
  const { site, figures } = plan;
  const { year } = figures;
  const lcot = planLcot(plan);
  const [first, ...others] = lcotHeader(lcot, site.money.currency);
  return [
    sizesTable(plan),
    '',
    costTable(plan),
    '',
    textTable([{ header: first! }, ...others.map((header) => ({ header, align: 'right' }) as const)], lcotRows(lcot)),
    lcotNote(lcot),
    '',
    textPairs([
      ['capital', `${formatCount(figures.capexMoney)} ${site.money.currency}`],
      ['output tokens a year', formatCount(year.outputTokens)],
      ['energy a year', `${formatEnergy(year.suppliedKwh)}, of it IT ${formatEnergy(year.itKwh)}`],
      ['renewable', formatShare(year.renewableShare)],
      ['CO2 a year', `${formatCount(year.co2Kg / 1000)} t`],
      ['water a year', `${formatCount(year.waterL / 1000)} m3`],
      ...clockPairs(plan),
    ]),
    '',
    ...bindingLines(plan),
    ...(plan.secured === undefined ? [] : [textPairs([['reserve', reserveText(plan.secured)]]), '']),
    proof(plan),
  ].join('\n');
}
