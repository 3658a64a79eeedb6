import { J_PER_KWH, ratio } from '../kpi/kpi.ts';
import type { Totals } from '../kpi/totals.ts';
import type { ServiceTotals } from './detailTotals.ts';
import type { Run } from './simulate.ts';

/** How far the fluid twin may be from single requests: as docs/validation.md asks of it. */
export const TOLERANCE = { share: 0.03, points: 0.02 } as const;

/** A figure of the fluid twin beside that of single requests. */
export interface Compared {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly fluid: number | null;
  readonly detailed: number | null;
  /** Fluid over detailed less 1; of shares their difference. Null where one of both has no value. */
  readonly difference: number | null;
  /** Whether that is within the tolerance of the validation; undefined where none is stated. */
  readonly isWithin?: boolean;
}

type Held = 'share' | 'points' | 'shown';

function compared(
  [id, label, unit]: readonly [string, string, string],
  fluid: number | null,
  detailed: number | null,
  held: Held,
): Compared {
  const known = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);
  const [a, b] = [known(fluid), known(detailed)];
  const row = { id, label, unit, fluid: a, detailed: b };
  if (a === null || b === null) return { ...row, difference: null };
  const difference = held === 'points' ? a - b : b === 0 ? null : a / b - 1;
  if (difference === null || held === 'shown') return { ...row, difference };
  return { ...row, difference, isWithin: Math.abs(difference) <= TOLERANCE[held] };
}

/** Mean of a ledger column, weighted by another. */
function weighted(run: Run, value: string, weight: string): number {
  const [values, weights] = [run.ledger.get(value), run.ledger.get(weight)];
  let [sum, all] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i]! * weights[i]!;
    all += weights[i]!;
  }
  return sum / all;
}

/** The site's figures of both. */
export function compareSite(fluid: Run, detailed: Run, totals: readonly ServiceTotals[]): Compared[] {
  const [f, d] = [fluid.tally.totals(), detailed.tally.totals()];
  const both = (id: string, label: string, unit: string, of: (t: Totals) => number | null, held: Held) =>
    compared([id, label, unit], of(f), of(d), held);
  const per = (t: Totals, kwh: number) => ratio(t.outputTokens, J_PER_KWH * kwh);
  const interactive = totals.filter((t) => t.kind === 'interactive');
  const sum = (of: (t: ServiceTotals) => number) => interactive.reduce((all, t) => all + of(t), 0);
  return [
    both('requests', 'requests that came', '', (t) => t.requestsOffered + t.batchArrived, 'shown'),
    both('itKwh', 'energy at the IT boundary', 'kWh', (t) => t.itKwh, 'share'),
    both('facilityKwh', 'energy of the facility', 'kWh', (t) => t.facilityKwh, 'share'),
    both('outputTokens', 'output tokens', '', (t) => t.outputTokens, 'share'),
    both('tokensPerJoule', 'tokens per joule, facility', 'tokens/J', (t) => per(t, t.facilityKwh), 'share'),
    both('tokensPerJouleIt', 'tokens per joule, IT', 'tokens/J', (t) => per(t, t.itKwh), 'share'),
    both('pue', 'PUE', '', (t) => ratio(t.facilityKwh, t.itKwh), 'shown'),
    compared(
      ['attainment', 'interactive requests within both targets', 'share'],
      ratio(f.attainedRequests, f.requestsOffered),
      ratio(
        sum((t) => t.sums.within),
        sum((t) => t.decided),
      ),
      'points',
    ),
  ];
}

/** One interactive service of both. */
export interface ServiceCompared {
  readonly id: string;
  readonly rows: readonly Compared[];
}

/** Latency and attainment of the interactive services of both. */
export function compareServices(fluid: Run, totals: readonly ServiceTotals[]): ServiceCompared[] {
  return totals
    .filter((t) => t.kind === 'interactive')
    .map((t) => {
      const name = (column: string) => `service.${t.id}.${column}`;
      const served = name('servedPerS');
      const offered = fluid.ledger.get(name('arrivedPerS')).reduce((sum, v) => sum + v, 0);
      const kept =
        weighted(fluid, name('attainment'), served) * fluid.ledger.get(served).reduce((sum, v) => sum + v, 0);
      return {
        id: t.id,
        rows: [
          compared(['attainment', 'within both targets', 'share'], kept / offered, t.attainment, 'points'),
          compared(
            ['ttftS', 'time to first token, mean', 's'],
            weighted(fluid, name('ttftS'), served),
            t.ttftS.mean,
            'shown',
          ),
          compared(
            ['tpotS', 'time per token after it, mean', 's'],
            weighted(fluid, name('tpotS'), served),
            t.tpotS.mean,
            'shown',
          ),
        ],
      };
    });
}
