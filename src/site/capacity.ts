import type { ItUnit } from '../components/unit.ts';
import { type Fault, fault } from '../errors/error.ts';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { formatNumber } from '../units/quantity.ts';
import { extent } from '../workload/rate.ts';
import { capacityShares, partsOn } from './shares.ts';
import type { Site } from './site.ts';
import type { Source } from './source.ts';

/** A plain week to look at demand in: Monday to Sunday. */
const WEEK_MS = Date.UTC(2026, 0, 5);
/** Share of requests within their targets that a sizing asks for. */
const ATTAINMENT = 0.95;

/** What a deployment's services ask of it, in its busiest and its average hour. */
export interface DeploymentLoad {
  readonly id: string;
  readonly installed: number;
  /** Replicas for the sum of the services' peaks; undefined when all installed ones do not suffice. */
  readonly atPeak: number | undefined;
  readonly atMean: number | undefined;
  readonly services: readonly { readonly id: string; readonly meanPerS: number; readonly peakPerS: number }[];
}

/** Replicas that each deployment needs for the demand in the file; batch counts with its mean, because it can wait. */
export function deploymentLoads(site: Site): readonly DeploymentLoad[] {
  const its = site.units.filter((u): u is ItUnit => u.role === 'it');
  const shares = capacityShares(its, site.services, ATTAINMENT);
  return its.map((unit) => {
    const services = partsOn(unit.id, site.services, shares).map((s) => ({
      id: s.profile.id,
      kind: s.profile.kind,
      ...extent(s.rate, WEEK_MS, WEEK_MS + 7 * DAY_MS, HOUR_MS),
    }));
    const offers = (peak: boolean) =>
      services.map((s) => ({
        service: s.id,
        requestsPerS: s.kind === 'batch' ? 0 : peak ? s.peakPerS : s.meanPerS,
        batchPerS: s.kind === 'batch' ? s.meanPerS : 0,
      }));
    return {
      id: unit.id,
      installed: unit.installed,
      atPeak: unit.replicasFor(offers(true), ATTAINMENT),
      atMean: unit.replicasFor(offers(false), ATTAINMENT),
      services,
    };
  });
}

/** Warns where the installed replicas cannot serve the demand in the file within the latency targets. */
export function demandWarnings(site: Site, source: Source): Fault[] {
  return deploymentLoads(site).flatMap((load): Fault[] => {
    if (load.atPeak !== undefined || load.services.length === 0) return [];
    const asked = load.services.map((s) => `${s.id} ${formatNumber(s.peakPerS)}/s`).join(', ');
    const at = site.parsed.deployments.findIndex((d) => d.id === load.id);
    const reason = `${load.installed} replicas cannot serve the peak (${asked}) within the latency targets`;
    const hint = 'raise replicas, lower the demand or relax ttft and tpot';
    return [fault('JW_SITE_WARNING', { reason, hint }, source.where(['deployments', at]))];
  });
}
