import type { LinearModel } from '../balance/linearModel.ts';
import type { Account } from '../components/model.ts';
import type { LookedAhead, SegmentAhead } from '../policy/lookahead/index.ts';
import { HOUR_MS } from '../series/grid.ts';
import type { Site } from '../site/site.ts';
import { meanTokens } from '../workload/service.ts';

/** What the two days of a plan come to. */
export interface PlanSums {
  readonly hours: number;
  /** Electricity that the site takes, and of it what is bought from the grid. */
  readonly siteKwh: number;
  readonly importKwh: number;
  readonly generatorKwh: number;
  /** What running it costs, currency of the site: energy, fuel, water, wear. */
  readonly money: number;
  readonly co2Kg: number;
  readonly waterL: number;
  readonly outputTokens: number;
  /** Requests that are given up. */
  readonly givenUp: number;
  /** Load that is not fed. */
  readonly shortKwh: number;
}

/**
 * Adds a look ahead up.
 *
 * @param priced the same model at the prices of the site, whatever weights the plan was made with
 */
export function sumsOf(
  { model, solved }: LookedAhead,
  priced: LinearModel,
  segments: readonly SegmentAhead[],
  site: Site,
): PlanSums {
  const tokens = new Map(site.services.map(({ profile }) => [profile.id, meanTokens(profile).output]));
  const sums = { hours: 0, siteKwh: 0, importKwh: 0, generatorKwh: 0, outputTokens: 0, givenUp: 0, shortKwh: 0 };
  const kw = (list: readonly { readonly powerKw: number }[]): number =>
    list.reduce((all, { powerKw }) => all + powerKw, 0);
  for (const segment of segments) {
    const hours = (segment.endMs - segment.startMs) / HOUR_MS;
    const { sources, generators, grids, batteries, services } = segment;
    sums.hours += hours;
    sums.siteKwh += hours * (kw(sources) + kw(generators) + kw(grids) + kw(batteries));
    sums.importKwh += hours * grids.reduce((all, { powerKw }) => all + Math.max(0, powerKw), 0);
    sums.generatorKwh += hours * kw(generators);
    sums.shortKwh += hours * segment.shortKw;
    for (const { service, servedPerS, givenUpPerS } of services) {
      sums.outputTokens += 3600 * hours * servedPerS * (tokens.get(service) ?? 0);
      sums.givenUp += 3600 * hours * givenUpPerS;
    }
  }
  const counted = (account: Account): number => {
    let sum = 0;
    for (const { column, amount } of model.accounts.get(account) ?? []) {
      amount.forEach((perUnit, k) => {
        sum += perUnit * solved.values[column(k)]!;
      });
    }
    return sum;
  };
  return { ...sums, money: moneyOf(priced, solved.values), co2Kg: counted('co2Kg'), waterL: counted('waterL') };
}

/** Energy, fuel, water and wear; not what losses and waiting work are weighed with. */
function moneyOf(priced: LinearModel, values: Float64Array): number {
  let money = 0;
  for (const { name, first, count, slack } of priced.columnGroups) {
    if (slack || name.endsWith(' backlog')) continue;
    for (let j = first; j < first + count; j++) money += priced.cost[j]! * values[j]!;
  }
  return money;
}
