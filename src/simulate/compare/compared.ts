import type { Kpi } from '../../kpi/kpi.ts';
import type { Totals } from '../../kpi/totals.ts';
import type { ContenderOutcome } from './outcome.ts';

/** A contender with final states corrected for, and the KPIs of that. */
export interface Compared {
  readonly outcome: ContenderOutcome;
  readonly totals: Totals;
  readonly kpis: readonly Kpi[];
}
