import { computeKpis } from '../kpi/compute.ts';
import type { MoneyBasis } from '../kpi/cost.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Totals } from '../kpi/totals.ts';
import { siteAssets } from '../site/assets.ts';
import type { Site } from '../site/site.ts';
import type { Run } from './simulate.ts';

/**
 * Server fans take 4 to 15 % of an air-cooled server's power (vendor and ASME figures quoted for TUE, see docs/formulation.md);
 * in a liquid-cooled server only the part that still heats air counts. An estimate, and shown as one.
 */
const FAN_SHARE = { low: 0.04, middle: 0.08, high: 0.15 };

/** CO2 over the range that is published for the country's grid; undefined where the site gives its own figure. */
function co2Range(site: Site, totals: Totals): { lowKg: number; highKg: number } | undefined {
  const grid = site.context.catalog.carbon.get(site.context.country);
  if (
    grid === undefined ||
    (site.parsed.grid ?? []).some((g) => g.carbon !== undefined || g.series?.carbon !== undefined)
  )
    return undefined;
  const own = totals.co2Kg - totals.gridCo2Kg;
  return {
    lowKg: own + (totals.gridCo2Kg * grid.lowGPerKwh) / grid.gPerKwh,
    highKg: own + (totals.gridCo2Kg * grid.highGPerKwh) / grid.gPerKwh,
  };
}

/** What turns a run of a site into money over its project. */
export function moneyOf(site: Site): MoneyBasis {
  const bare = site.units.flatMap(({ id, role, ownership }) =>
    role === 'it' && ownership.capexMoney === 0 && ownership.rentMoneyPerYear === undefined ? [id] : [],
  );
  return {
    assets: siteAssets(site),
    unpriced: bare.length === 0 ? [] : [`the servers of ${bare.join(', ')}`],
    finance: site.finance,
    peopleMoneyPerYear: site.finance.peopleMoneyPerYear,
    networkMoneyPerYear: site.finance.networkMoneyPerYear,
    currency: site.money.currency,
  };
}

/** KPIs of a run, with what the site costs to own. */
export function kpisOf(site: Site, run: Run): Kpi[] {
  return kpisOfTotals(site, run.tally.totals());
}

/** The same of a run's totals. */
export function kpisOfTotals(site: Site, totals: Totals): Kpi[] {
  const co2 = co2Range(site, totals);
  return computeKpis(totals, moneyOf(site), {
    serverFans: {
      kwh: FAN_SHARE.middle * totals.itAirKwh,
      lowKwh: FAN_SHARE.low * totals.itAirKwh,
      highKwh: FAN_SHARE.high * totals.itAirKwh,
    },
    ...(co2 === undefined ? {} : { co2 }),
  });
}
