import { computeKpis } from '../kpi/compute.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Site } from '../site/site.ts';
import type { Run } from './simulate.ts';

/** KPIs of a run, with what the site costs to own. */
export function kpisOf(site: Site, run: Run): Kpi[] {
  return computeKpis(run.tally.totals(), {
    ownership: site.units.map((unit) => unit.ownership),
    discountRate: site.money.discountShare,
    years: site.money.years,
    currency: site.money.currency,
  });
}
