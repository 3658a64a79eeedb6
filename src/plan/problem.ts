import type { Penalties, Rule } from '../balance/rules/rule.ts';
import type { BalanceService } from '../balance/services.ts';
import { SiteBalance, type SiteSize, type SizeChoice } from '../balance/siteModel.ts';
import type { Horizon } from '../components/model.ts';
import { costPerUnitYear } from '../finance/ownedWorth.ts';
import type { Site } from '../site/site.ts';
import type { WeatherYear } from '../weather/year.ts';
import { meanTokens, type Service } from '../workload/service.ts';
import { type HorizonOptions, horizonOf } from './horizon.ts';

/** A size that may be chosen, in base units (kW, kWh, replicas), by the device and the key of the balance. */
export interface FreeSize {
  readonly unitId: string;
  readonly key: string;
  readonly lower: number;
  readonly upper: number;
}

/** What is asked: a site with sizes left open, over weather years. */
export interface PlanProblem {
  readonly site: Site;
  readonly services: readonly Service[];
  readonly horizon: Horizon;
  readonly balance: SiteBalance;
  /** By size of the balance, in order. */
  readonly choices: readonly SizeChoice[];
  readonly penalties: Penalties;
}

export interface ProblemOptions extends HorizonOptions {
  readonly years: readonly WeatherYear[];
  readonly free: readonly FreeSize[];
  /** The site's own services when left out. */
  readonly services?: readonly Service[];
  /** Rows beyond the devices' own. */
  readonly rules?: readonly Rule[];
}

/** A loss counts this many times the mean cost of what is lost: far above any honest price, yet within reach of the solver. */
const LOSS_FACTOR = 20;
/** Share of a deadline that a plan uses: the rest is for what it does not foresee. */
const MARGIN = 0.9;
const TOKENS_PER_KWH = 2e6;

/**
 * Puts a site, its demand and its weather into one balance with the sizes that are free.
 *
 * @throws RangeError for a free size that no device has
 */
export function problemOf(site: Site, options: ProblemOptions): PlanProblem {
  const services = options.services ?? site.services;
  const horizon = horizonOf(site, services, options.years, options);
  const { rules = [] } = options;
  const probe = new SiteBalance(site.units, [], horizon, { shortPerKwh: 0 });
  const choices = probe.sizes.map((size) => choiceOf(size, site, options.free));
  for (const { unitId, key } of options.free) {
    if (!probe.sizes.some((s) => s.unitId === unitId && s.key === key))
      throw new RangeError(`no size ${unitId}.${key}`);
  }
  const lost = penaltiesOf(probe, choices, services, horizon);
  const asked = services.map(
    (service, s): BalanceService => ({
      id: service.profile.id,
      kind: service.profile.kind,
      deadlineH: MARGIN * ((service.deadlineS ?? 0) / 3600),
      lostMoney: lost.perRequest[s]!,
    }),
  );
  const balance = probe.with(asked, lost.penalties, rules);
  return { site, services, horizon, balance, choices, penalties: lost.penalties };
}

/** Bounds and yearly cost of a size. */
function choiceOf(size: SiteSize, site: Site, free: readonly FreeSize[]): SizeChoice {
  const costPerYear = costPerUnitYear(size, site.finance);
  const open = free.find((f) => f.unitId === size.unitId && f.key === size.key);
  return open === undefined
    ? { lower: size.given, upper: size.given, costPerYear }
    : { lower: open.lower, upper: open.upper, costPerYear };
}

/** Penalties from what the site costs at the sizes given, in its own currency, so that they mean the same in any. */
function penaltiesOf(
  balance: SiteBalance,
  choices: readonly SizeChoice[],
  services: readonly Service[],
  horizon: Horizon,
): { readonly penalties: Penalties; readonly perRequest: readonly number[] } {
  const yearly = balance.sizes.reduce((sum, size, i) => sum + size.given * choices[i]!.costPerYear, 0);
  const mean = (service: Service): number => {
    const arrivals = horizon.arrivals(service.profile.id)!;
    return arrivals.reduce((a, b) => a + b, 0) / arrivals.length;
  };
  const perS = services.reduce((sum, s) => sum + mean(s) * meanTokens(s.profile).output, 0);
  const perToken = (LOSS_FACTOR * Math.max(1, yearly)) / Math.max(1, perS * 31_536_000);
  // Standing load is dearer than the requests on it, at about half a token per joule.
  const shortPerKwh = perToken * TOKENS_PER_KWH;
  return {
    penalties: { shortPerKwh },
    perRequest: services.map((s) => perToken * Math.max(1, meanTokens(s.profile).output)),
  };
}
