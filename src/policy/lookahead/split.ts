import { requestsOn } from '../../components/model.ts';
import { formatNumber } from '../../units/quantity.ts';
import type { Solution } from './solution.ts';

/** Requests/s of a service on one of its deployments, by segment. */
export interface ServedOn {
  readonly service: string;
  readonly deployment: string;
  readonly perS: Float64Array;
}

/** Below this share of a service's requests a deployment has none of them. */
const NONE_SHARE = 1e-3;

/** What deployments serve of the services that have a choice; [] where none has. */
export function splitOf(solution: Solution, services: readonly string[], deployments: readonly string[]): ServedOn[] {
  return services.flatMap((service) => {
    const own = deployments.flatMap((deployment): ServedOn[] => {
      const perS = solution.perS(requestsOn(service, deployment));
      return perS === undefined ? [] : [{ service, deployment, perS }];
    });
    return own.length > 1 ? own : [];
  });
}

/** Why a service is served by several deployments at once: "chat: 75 requests/s on a, which is full, and 8.5 on b". */
export function splitReason(
  solution: Solution,
  service: string,
  split: readonly ServedOn[],
): (segment: number) => string | undefined {
  const own = split.filter((on) => on.service === service);
  return (k) => {
    const all = own.reduce((sum, { perS }) => sum + perS[k]!, 0);
    const used = own.filter(({ perS }) => perS[k]! > NONE_SHARE * all).sort((a, b) => b.perS[k]! - a.perS[k]!);
    if (used.length < 2) return undefined;
    const parts = used.map(({ deployment, perS }, i) => {
      const unit = i === 0 ? ' requests/s' : '';
      const full = solution.binds('I1', `${deployment}: replicas`, k) ? ', which is full,' : '';
      return `${formatNumber(perS[k]!, 2)}${unit} on ${deployment}${full}`;
    });
    return `${service}: ${parts.slice(0, -1).join(' ')} and ${parts.at(-1)!.replace(/,$/, '')}`;
  };
}
