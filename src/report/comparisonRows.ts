import { J_PER_KWH, SHARE } from '../kpi/kpi.ts';
import type { Compared } from '../simulate/compare/compared.ts';
import { type Comparison, GAIN_KPIS, type Gain, type LowerBound } from '../simulate/compare/comparison.ts';
import { formatNumber } from '../view/format.ts';
import { kpiText } from './kpiText.ts';

/** A row of the comparison: a figure of every contender, and of the lower bound where it has one. */
export interface ComparisonFigure {
  readonly label: string;
  readonly unit: string;
  readonly of: (compared: Compared) => number | null;
  readonly bound?: (bound: LowerBound) => number | null;
}

const kpi =
  (id: string) =>
  ({ kpis }: Compared): number | null =>
    kpis.find((k) => k.id === id)?.value ?? null;

/** Figures of a comparison, in the order in which they are read. */
export function comparisonFigures({ compared }: Comparison, currency: string): ComparisonFigure[] {
  const { services, peakCut } = compared[0]!.outcome;
  const perToken = ({ facilityKwh, outputTokens }: LowerBound): number => (facilityKwh * J_PER_KWH) / outputTokens;
  const perMtoken = ({ costMoney, outputTokens }: LowerBound): number => (costMoney * 1e6) / outputTokens;
  return [
    {
      label: 'tokens per joule, facility',
      unit: 'tokens/J',
      of: kpi('tokensPerJoule'),
      bound: (b) => 1 / perToken(b),
    },
    { label: 'tokens per joule, IT', unit: 'tokens/J', of: kpi('tokensPerJouleIt') },
    { label: 'tokens per joule, source', unit: 'tokens/J', of: kpi('tokensPerJouleSource') },
    { label: 'joules per token, facility', unit: 'J', of: kpi('joulesPerToken'), bound: perToken },
    { label: 'joules per token, IT', unit: 'J', of: kpi('joulesPerTokenIt') },
    { label: 'joules per token, source', unit: 'J', of: kpi('joulesPerTokenSource') },
    { label: 'energy, facility', unit: 'kWh', of: (c) => c.totals.facilityKwh, bound: (b) => b.facilityKwh },
    { label: 'energy bought, as measured', unit: 'kWh', of: ({ outcome: { totals } }) => totals.importKwh },
    { label: 'generator hours', unit: 'h', of: (c) => c.totals.generatorHours },
    { label: 'running cost', unit: currency, of: kpi('runningCost'), bound: (b) => b.costMoney },
    { label: 'running cost per million tokens', unit: currency, of: kpi('runningCostPerMtoken'), bound: perMtoken },
    { label: 'LCOT per million tokens', unit: currency, of: kpi('lcot') },
    { label: 'CO2 per 1000 tokens', unit: 'g', of: kpi('co2PerKtoken') },
    { label: 'cooling water', unit: 'm3', of: (c) => c.totals.waterL / 1000 },
    { label: 'PUE', unit: '', of: kpi('pue') },
    { label: 'SLO attainment', unit: SHARE, of: kpi('sloAttainment') },
    ...services.flatMap(({ id, kind }, s): ComparisonFigure[] =>
      kind === 'interactive'
        ? [{ label: `SLO attainment, ${id}`, unit: SHARE, of: (c) => c.outcome.services[s]!.attainment }]
        : [{ label: `late, ${id}`, unit: 'requests', of: (c) => c.outcome.services[s]!.late }],
    ),
    { label: 'requests not served', unit: 'requests', of: (c) => c.totals.requestsShed },
    { label: 'energy not delivered', unit: 'kWh', of: (c) => c.totals.shortKwh },
    ...(peakCut === undefined
      ? []
      : [
          {
            label: `cut at peak hours missed, of ${peakCut.counted}`,
            unit: '',
            of: ({ outcome }: Compared) => outcome.peakCut?.missed ?? null,
          },
        ]),
    {
      label: 'left in stores, corrected for',
      unit: 'kWh',
      of: ({ outcome: { totals } }) => totals.storedEndKwh - totals.storedStartKwh,
    },
    {
      label: 'left waiting, corrected for',
      unit: 'requests',
      of: ({ outcome }) => outcome.services.reduce((sum, s) => sum + s.backlogEnd - s.backlogStart, 0),
    },
  ];
}

function cell(value: number | null, unit: string): string {
  const { figure, unit: shown } = kpiText({ value, unit });
  return value === null ? figure : `${figure} ${shown}`.trim();
}

/** Names of the columns: the figure, every contender, the bound where there is one. */
export function comparisonHeader({ compared, bound }: Comparison): string[] {
  return ['figure', ...compared.map(({ outcome }) => outcome.contender.id), ...(bound === undefined ? [] : ['bound'])];
}

/** Rows of the comparison as texts. */
export function comparisonRows(comparison: Comparison, currency: string): string[][] {
  const { compared, bound } = comparison;
  return comparisonFigures(comparison, currency).map(({ label, unit, of, bound: ofBound }) => [
    label,
    ...compared.map((c) => cell(of(c), unit)),
    ...(bound === undefined ? [] : [ofBound === undefined ? '' : cell(ofBound(bound), unit)]),
  ]);
}

const GAIN_LABELS: Readonly<Record<(typeof GAIN_KPIS)[number], string>> = {
  joulesPerToken: 'energy, facility',
  joulesPerTokenIt: 'energy, IT',
  joulesPerTokenSource: 'energy, source',
  runningCostPerMtoken: 'running cost',
  lcot: 'LCOT',
  co2PerKtoken: 'CO2',
};

/** Names of the columns of gainRows. */
/** A part of a waterfall as it is told. */
export function partText(part: string): string {
  return part === 'chips' ? 'chip choice' : part;
}

export const GAIN_HEADER: readonly string[] = [
  'per token',
  'against',
  ...GAIN_KPIS.map((id) => GAIN_LABELS[id]),
  'served as well',
];

/** A share that is saved, with its sign: "-12.3 %" is less of it. */
export function savedText(saved: number | null): string {
  if (saved === null) return '–';
  return `${saved > 0 ? '-' : saved < 0 ? '+' : ''}${formatNumber(100 * Math.abs(saved), 3)} %`;
}

/** What each contender needs less, or more, of than the baselines, per output token. */
export function gainRows(gains: readonly Gain[]): string[][] {
  return gains.map((g) => [
    g.of,
    g.against,
    ...GAIN_KPIS.map((id) => savedText(g.saved[id] ?? null)),
    g.worse.length === 0 ? 'yes' : `no: ${g.worse.join('; ')}`,
  ]);
}

/** What the bound holds for. */
export const BOUND_TEXT =
  'No way to run the site with these devices needs less than the bound: perfect knowledge, replicas in fractions at their best load and clock, cooling at its best supply, nothing lost or late.';
