import type { LinearModel } from '../balance/linearModel.ts';
import type { ForecastBand } from '../control/contract.ts';
import { hasJumped, type RecentDemand } from '../control/demandWatch.ts';
import type { LostReplicas } from '../control/faults/deviceWatch.ts';
import { segmentsWithin } from '../control/planLevers.ts';
import type { AheadSite, Outlook } from '../policy/lookahead/index.ts';
import { HOUR_MS } from '../series/grid.ts';

/** Demand that has jumped is taken to stay for this long, ms: a plan that comes later knows more. Our choice. */
const STAYS_MS = HOUR_MS;

/** Until when something that is away is taken to be so: for as long again as it has been, an hour at least; site time, ms. */
export function lostUntilMs(sinceMs: number, nowMs: number): number {
  return nowMs + Math.max(HOUR_MS, nowMs - sinceMs);
}

/** What is foreseen, with demand that has jumped beyond it in the hour that comes. */
export function withDemand(outlook: Outlook, demand: readonly RecentDemand[]): Outlook {
  const { grid, arrivals, expected = arrivals } = outlook;
  const jumped = demand.filter(({ service, perS }) => {
    const [middle, high] = [expected.get(service)?.[0], arrivals.get(service)?.[0]];
    return middle !== undefined && high !== undefined && hasJumped(perS, { middle, high });
  });
  if (jumped.length === 0) return outlook;
  const steps = Math.round(STAYS_MS / grid.stepMs);
  const lifted = (list: Outlook['arrivals']): Map<string, Float64Array> => {
    const all = new Map(list);
    for (const { service, perS } of jumped)
      all.set(
        service,
        all.get(service)!.map((value, i) => (i < steps ? Math.max(value, perS) : value)),
      );
    return all;
  };
  return { ...outlook, arrivals: lifted(arrivals), expected: lifted(expected) };
}

/** The same in what measurements are held against: such demand is expected, and that it ends is no surprise. */
export function withBandsLifted(
  bands: readonly ForecastBand[],
  demand: readonly RecentDemand[],
  nowMs: number,
): ForecastBand[] {
  return bands.map((band) => {
    const { series, edgesMs, middle, high } = band;
    const found = demand.find(({ service }) => series === `requests of ${service}`);
    if (found === undefined || !hasJumped(found.perS, { middle: middle[0]!, high: high[0]! })) return band;
    const to = (list: readonly number[]): number[] =>
      list.map((value, k) => (edgesMs[k]! < nowMs + STAYS_MS ? Math.max(value, found.perS) : value));
    return { ...band, middle: to(middle), high: to(high) };
  });
}

/** A site some of whose replicas are gone and do not serve while they are taken to be. */
export function withLost(site: AheadSite, lost: readonly LostReplicas[]): AheadSite {
  if (lost.length === 0) return site;
  return {
    ...site,
    bind: (model, grid) => {
      site.bind?.(model, grid);
      for (const { deployment, replicas, sinceMs } of lost) {
        const rows = replicasOf(model, deployment);
        if (rows === undefined) continue;
        for (const k of segmentsWithin(model, grid, grid.startMs, lostUntilMs(sinceMs, grid.startMs)))
          model.rowUpper[rows + k] = -replicas;
      }
    },
  };
}

/** First of the rows that hold a deployment to its replicas: those at work less those installed are at most 0. */
function replicasOf({ rowGroups }: LinearModel, deployment: string): number | undefined {
  return rowGroups.find(({ tag, name }) => tag === 'I1' && name === `${deployment}: replicas`)?.first;
}
