import type { Horizon } from '../components/model.ts';
import { meanTokens, type Service } from '../workload/service.ts';
import type { Penalties } from './rules/rule.ts';
import type { BalanceService } from './services.ts';

/** What is asked of a site, and what it costs to miss it. */
export interface Asked {
  readonly services: readonly BalanceService[];
  readonly penalties: Penalties;
}

/** A loss counts this many times the mean cost of what is lost: far above any honest price, yet within reach of the solver. */
const LOSS_FACTOR = 300;
/** Share of a deadline that is used: the rest is for what is not foreseen. */
const MARGIN = 0.9;
/** A kWh that is missing counts as so many output tokens at least, and as a bit more than any requests that it could have served. */
const TOKENS_PER_KWH = 2e6;
const DEARER = 1.2;

/**
 * Services as the balance sees them, with penalties from what the site costs, in its own currency, so that they mean the same in any.
 *
 * @param yearlyMoney what the sizes of the site cost a year
 * @param perKwh requests by service that a kWh serves, in every way in which devices may run
 */
export function askedOf(
  services: readonly Service[],
  horizon: Horizon,
  yearlyMoney: number,
  perKwh: readonly ReadonlyMap<string, number>[] = [],
): Asked {
  const mean = (service: Service): number => {
    const arrivals = horizon.arrivals(service.profile.id)!;
    return arrivals.reduce((a, b) => a + b, 0) / arrivals.length;
  };
  const perS = services.reduce((sum, s) => sum + mean(s) * meanTokens(s.profile).output, 0);
  const perToken = (LOSS_FACTOR * Math.max(1, yearlyMoney)) / Math.max(1, perS * 31_536_000);
  const lostOf = ({ profile }: Service): number => perToken * Math.max(1, meanTokens(profile).output);
  const worths = perKwh.map((served) =>
    services.reduce((sum, service) => sum + (served.get(service.profile.id) ?? 0) * lostOf(service), 0),
  );
  return {
    services: services.map((service) => ({
      id: service.profile.id,
      kind: service.profile.kind,
      deadlineH: MARGIN * ((service.deadlineS ?? 0) / 3600),
      lostMoney: lostOf(service),
    })),
    // What is short are requests, before it is the load that stands.
    penalties: { shortPerKwh: Math.max(perToken * TOKENS_PER_KWH, ...worths.map((worth) => DEARER * worth)) },
  };
}
