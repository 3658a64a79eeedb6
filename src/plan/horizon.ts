import type { Conditions } from '../components/contract.ts';
import type { Horizon } from '../components/model.ts';
import { levelFactor } from '../finance/ownedWorth.ts';
import { DAY_MS, HOUR_MS, type TimeGrid } from '../series/grid.ts';
import { zoneOf } from '../series/zone.ts';
import { CALENDAR_YEAR } from '../simulate/period.ts';
import { ratesOn } from '../simulate/stepping.ts';
import type { Site } from '../site/site.ts';
import { conditionsOn } from '../weather/conditions.ts';
import type { WeatherYear } from '../weather/year.ts';
import type { Service } from '../workload/service.ts';

/** Share of interactive requests within their targets that every load level of a plan must reach, as the policies size for. */
export const PLAN_ATTAINMENT = 0.99;

/** How long steps and which days of the year a plan looks at. */
export interface HorizonOptions {
  /** Base step, ms; an hour when left out. Divides a day. */
  readonly stepMs?: number;
  /** Days of each weather year from 1 January; all when left out (for quick looks and tests). */
  readonly days?: number;
}

/**
 * The time a plan looks at: each weather year a block that closes in itself, one calendar year after the other, so that every
 * month is a billing period of its own.
 *
 * @param years at least one
 */
export function horizonOf(
  site: Site,
  services: readonly Service[],
  years: readonly WeatherYear[],
  options: HorizonOptions = {},
): Horizon {
  const stepMs = options.stepMs ?? HOUR_MS;
  const zone = zoneOf(site.context.zone);
  const startMs = zone.instant(CALENDAR_YEAR, 1, 1);
  const parts = years.map((weather, y) => {
    const from = zone.instant(CALENDAR_YEAR + y, 1, 1);
    const to = options.days === undefined ? zone.instant(CALENDAR_YEAR + y + 1, 1, 1) : from + options.days * DAY_MS;
    const grid: TimeGrid = { startMs: from, stepMs, count: Math.round((to - from) / stepMs) };
    return { grid, conditions: conditionsOn(weather, site.context, grid) };
  });
  const starts: number[] = [];
  let count = 0;
  for (const { grid } of parts) {
    starts.push(count);
    count += grid.count;
  }
  const partOf = (i: number): number => {
    let p = starts.length - 1;
    while (starts[p]! > i) p--;
    return p;
  };
  const arrivals = new Map(
    services.map((service) => {
      const rates = new Float64Array(count);
      for (const [p, { grid }] of parts.entries()) rates.set(ratesOn(service.rate, grid), starts[p]!);
      return [service.profile.id, rates] as const;
    }),
  );
  const { finance } = site;
  return {
    grid: { startMs, stepMs, count },
    blocks: starts,
    cyclic: true,
    conditions: (i) => {
      const p = partOf(i);
      return parts[p]!.conditions(i - starts[p]!);
    },
    arrivals: (service) => arrivals.get(service),
    attainment: PLAN_ATTAINMENT,
    level: {
      energy: levelFactor(finance, 'energy'),
      fuel: levelFactor(finance, 'fuel'),
      water: levelFactor(finance, 'water'),
      carbonPerKg: (finance.carbonMoneyPerT * levelFactor(finance, 'carbon')) / 1000,
    },
  };
}

/** The steps and the air of one block, as a simulation takes them. */
export function conditionsOfBlock(
  horizon: Horizon,
  block: number,
): { grid: TimeGrid; conditions: (i: number) => Conditions } {
  const from = horizon.blocks[block]!;
  const to = horizon.blocks[block + 1] ?? horizon.grid.count;
  const { startMs } = horizon.conditions(from);
  return {
    grid: { startMs, stepMs: horizon.grid.stepMs, count: to - from },
    conditions: (i) => horizon.conditions(from + i),
  };
}
