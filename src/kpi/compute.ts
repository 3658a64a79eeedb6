import { costKpis, type MoneyBasis } from './cost.ts';
import { type Co2Range, facilityKpis, type ServerFans, supplyKpis, tokenEnergy } from './energy.ts';
import type { Basis, Kpi } from './kpi.ts';
import { serviceKpis } from './service.ts';
import type { Totals } from './totals.ts';

/** What is known beside the totals. */
export interface KpiOptions {
  /** How the totals came to be; `modelled` unless said. */
  readonly basis?: Basis;
  readonly serverFans?: ServerFans;
  readonly co2?: Co2Range;
}

/**
 * All KPIs of a period, headline first, each with its boundary; a figure that has no meaning for these totals is null with a
 * note. `money` adds the levelised cost of tokens. @throws JW_FINANCE when rate, years or a life in `money` is out of range
 */
export function computeKpis(totals: Totals, money?: MoneyBasis, options: KpiOptions = {}): Kpi[] {
  const basis = options.basis ?? 'modelled';
  return [
    ...tokenEnergy(totals, basis),
    ...facilityKpis(totals, basis, options.serverFans),
    ...serviceKpis(totals, basis),
    ...costKpis(totals, basis, money),
    ...supplyKpis(totals, basis, options.co2),
  ];
}
