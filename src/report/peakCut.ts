import type { PeakCutPeriod, PeakCutResult } from '../simulate/peakCut.ts';
import { formatPower, formatShare } from '../view/format.ts';

/** So many missed periods are told by name; of more, the months say enough. */
const NAMED = 12;

const BASIS_TEXT = { grid_import: 'grid import', facility_load: 'the load of the site' } as const;

const share = (value: number | null): string => (value === null ? '–' : formatShare(value));
const margin = ({ marginKw }: PeakCutPeriod): string => `${marginKw < 0 ? '-' : '+'}${formatPower(Math.abs(marginKw))}`;

/** What is asked, and how often it was met, in sentences. */
export function peakCutText({ rule, counted, missed, periods }: PeakCutResult): string {
  const hours = rule.peakHours.map(([from, to]) => `${from} to ${to}`).join(' and ');
  const against = rule.reference === 'contracted' ? 'the contracted import' : 'the mean of the other hours';
  const whose = rule.reading === 'ours' ? 'our reading' : 'the authority’s reading';
  const late = periods.filter((p) => !p.met && (p.whole || counted === periods.length));
  const names = late.length <= NAMED ? `; missed: ${late.map(({ name }) => name).join(', ')}` : '';
  const parts = periods.some((p) => p.whole) ? periods.filter((p) => !p.whole).length : 0;
  return (
    `Asked: ${formatShare(rule.share)} less ${BASIS_TEXT[rule.basis]} from ${hours} than ${against}, every ${rule.period} (${whose}). ` +
    `Met in ${counted - missed} of ${counted} ${rule.period}s` +
    `${missed === 0 ? '' : names}.` +
    (parts === 0 ? '' : ` ${parts} in part at the ends of the simulation ${parts === 1 ? 'does' : 'do'} not count.`)
  );
}

/** Columns of the table of months. */
export const PEAK_CUT_HEADER = [
  'month',
  'counted',
  'missed',
  'asked',
  'reached',
  'worst',
  'its cut',
  'its margin',
] as const;

/** A row for every month: how often it was missed, the cut over the month, and the day with the least to spare. */
export function peakCutRows({ rule, months }: PeakCutResult): string[][] {
  return months.map(({ month, periods, missed, cutShare, worst }) => [
    month,
    String(periods),
    String(missed),
    formatShare(rule.share),
    share(cutShare),
    worst.name,
    share(worst.cutShare),
    margin(worst),
  ]);
}
