import { type Forecaster, type SeriesName, SiteForecasts } from '../../forecast/index.ts';
import { DAY_MS, stepStartMs } from '../../series/grid.ts';
import { conditionsOn } from '../../weather/conditions.ts';
import type { RateSource } from '../../workload/rate.ts';
import { withRate } from '../../workload/service.ts';
import { aheadGrid, type ForeseenFrom, foreseen, type Outlook } from '../lookahead/index.ts';
import type { DemandSummary, Surroundings } from '../policy.ts';
import type { Observer } from './observer.ts';
import { JOINT } from './parameters.ts';

/** What a policy sees of the two days that come. */
export interface Sight {
  outlook(nowMs: number, stepMs: number, observer: Observer): Outlook;
  save(): unknown;
}

/** Mean demand, and nothing of its shape: that is for the forecasts to learn. */
function flat(perS: number): RateSource {
  return { about: `${perS} requests/s on average`, provenance: 'assumed', ratePerS: () => perS };
}

/** Forecasts, learnt from what the observer has recorded; before that the climate and the mean demand. */
export function learning(around: Surroundings, demand: readonly DemandSummary[], saved: unknown): Sight {
  const { site, climate } = around;
  const services = around.services.map((service) =>
    withRate(service, flat(demand.find((d) => d.service === service.profile.id)?.meanPerS ?? 0)),
  );
  const place = site.context;
  const forecasts = new SiteForecasts({
    place,
    weather: climate,
    services,
    saved,
    levelOnly: true,
    refitMs: JOINT.refitDays * DAY_MS,
  });
  const from = (observer: Observer): ForeseenFrom => ({
    place,
    weather: climate,
    services,
    forecaster: (series: SeriesName): Forecaster => forecasts.of(series),
    history: (series) => observer.history(series),
  });
  return {
    outlook: (nowMs, stepMs, observer) => foreseen(from(observer), nowMs, { stepMs, sureH: JOINT.againH }),
    save: () => forecasts.save(),
  };
}

/** The truth. */
export function perfect({ site, services, truth }: Surroundings): Sight {
  return {
    outlook(nowMs, stepMs) {
      const grid = aheadGrid(nowMs, stepMs);
      const conditions = conditionsOn(truth, site.context, grid);
      const air = Array.from({ length: grid.count }, (_, i) => ({ ...conditions(i) }));
      const arrivals = new Map(
        services.map(({ profile, rate }) => [
          profile.id,
          Float64Array.from({ length: grid.count }, (_, i) => {
            const startMs = stepStartMs(grid, i);
            return rate.ratePerS(startMs, startMs + grid.stepMs);
          }),
        ]),
      );
      return { grid, conditions: (i) => air[i]!, arrivals, expected: arrivals };
    },
    save: () => ({}),
  };
}
