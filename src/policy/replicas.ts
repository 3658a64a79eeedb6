import type { Offer } from '../components/contract.ts';
import type { ItUnit } from '../components/unit.ts';
import type { Plant } from '../twin/plant.ts';
import type { DemandSummary } from './policy.ts';
import type { Shares } from './split.ts';

/** Replicas of a deployment, and whether they suffice. */
export interface ReplicaChoice {
  readonly replicas: number;
  /** False when not even all installed replicas reach the attainment. */
  readonly sufficient: boolean;
}

/**
 * The smallest fixed number of replicas that serves every service of a deployment at its 99.9th percentile of demand, spread
 * evenly, with `attainment` of the requests within their targets; batch work counts with its busiest stretch as long as its
 * deadline. All installed ones when none suffices.
 *
 * @param shares of every service on its deployments, adding up to 1
 */
export function fixedReplicas(
  unit: ItUnit,
  plant: Plant,
  demand: readonly DemandSummary[],
  shares: Shares,
  attainment: number,
): ReplicaChoice {
  const offers: Offer[] = [];
  for (const [s, service] of plant.services.entries()) {
    const part = shares[s]![service.deployments.indexOf(unit.id)];
    const of = demand.find((d) => d.service === service.id);
    if (of === undefined || part === undefined) continue;
    const perS = part * of.highPerS;
    const batch = service.kind === 'batch';
    offers.push({ service: service.id, requestsPerS: batch ? 0 : perS, batchPerS: batch ? perS : 0 });
  }
  const replicas = unit.replicasFor(offers, attainment);
  return replicas === undefined ? { replicas: unit.installed, sufficient: false } : { replicas, sufficient: true };
}
