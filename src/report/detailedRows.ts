import { type Compared, type ServiceCompared, TOLERANCE } from '../simulate/detailCompare.ts';
import type { ServiceTotals } from '../simulate/detailTotals.ts';
import { formatNumber } from '../units/quantity.ts';
import { formatCount, formatFixed } from '../view/format.ts';

const n = (value: number, digits = 3): string => (Number.isFinite(value) ? formatNumber(value, digits) : '-');
/** Per cent with so many decimals that a miss in a hundred thousand still shows. */
const percent = (share: number): string => (Number.isFinite(share) ? `${n(100 * share, share > 0.99 ? 5 : 3)} %` : '-');

function valueText(value: number | null, unit: string): string {
  if (value === null) return '-';
  if (unit === 'share') return percent(value);
  if (unit === 's') return value < 1 ? `${n(1000 * value)} ms` : `${n(value)} s`;
  if (unit === '' && value >= 1000) return formatCount(value);
  return `${n(value, 4)}${unit === '' ? '' : ` ${unit}`}`;
}

function differenceText({ difference, unit, isWithin }: Compared): string {
  if (difference === null) return '-';
  const sign = difference > 0 ? '+' : '';
  const text =
    unit === 'share'
      ? `${sign}${formatFixed(100 * difference, 2)} points`
      : `${sign}${formatFixed(100 * difference, 2)} %`;
  if (isWithin === undefined) return text;
  return `${text}, ${isWithin ? 'within' : 'beyond'} ${unit === 'share' ? n(100 * TOLERANCE.points) : `${n(100 * TOLERANCE.share)} %`}`;
}

export const COMPARED_HEAD = ['figure', 'request by request', 'fluid twin', 'fluid against it'] as const;

/** The fluid twin beside single requests. */
export function comparedRows(rows: readonly Compared[]): string[][] {
  return rows.map((row) => [
    row.label,
    valueText(row.detailed, row.unit),
    valueText(row.fluid, row.unit),
    differenceText(row),
  ]);
}

/** The same by service. */
export function servicesComparedRows(services: readonly ServiceCompared[]): string[][] {
  return services.flatMap(({ id, rows }) => comparedRows(rows).map(([label, ...rest]) => [`${id}: ${label}`, ...rest]));
}

export const SERVICE_HEAD = [
  'service',
  'came',
  'answered',
  'not served',
  'under way',
  'in time',
  'TTFT 50 %',
  'TTFT 99 %',
  'TPOT 50 %',
  'TPOT 99 %',
  'J/request',
  'J/token',
] as const;

/** What became of the requests of each service; joules are above idle power. */
export function serviceRows(totals: readonly ServiceTotals[]): string[][] {
  return totals.map((t) => {
    const { sums } = t;
    const joules = sums.prefillJ + sums.decodeJ;
    return [
      t.id,
      formatCount(sums.arrived),
      formatCount(sums.answered),
      formatCount(sums.refused + sums.shed + sums.lost),
      formatCount(t.underway),
      percent(t.attainment),
      ...[t.ttftS.quantile(0.5), t.ttftS.quantile(0.99), t.tpotS.quantile(0.5), t.tpotS.quantile(0.99)].map((s) =>
        valueText(Number.isFinite(s) ? s : null, 's'),
      ),
      n(t.energyJ.mean),
      n(joules / sums.output),
    ];
  });
}

/** What a service's requests came to, for JSON. */
export function serviceJson(t: ServiceTotals) {
  const spread = ({ mean, max, quantile }: Pick<ServiceTotals['ttftS'], 'mean' | 'max' | 'quantile'>) => ({
    mean,
    p50: quantile(0.5),
    p90: quantile(0.9),
    p99: quantile(0.99),
    max,
  });
  const of = (sketch: ServiceTotals['ttftS']) =>
    spread({ mean: sketch.mean, max: sketch.max, quantile: (share) => sketch.quantile(share) });
  return {
    id: t.id,
    kind: t.kind,
    ...t.sums,
    underway: t.underway,
    preemptions: t.preemptions,
    attainment: t.attainment,
    ttftS: of(t.ttftS),
    tpotS: of(t.tpotS),
    energyJ: of(t.energyJ),
  };
}
