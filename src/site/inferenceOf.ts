import { HALL_KINDS } from '../components/index.ts';
import type { InferenceSpec } from '../components/inference/index.ts';
import { fail } from '../errors/error.ts';
import type { Service } from '../workload/service.ts';
import type { Site } from './site.ts';

/** Where single requests are followed, nobody splits a service. @throws JW_DETAIL_CHOICE for a service with several deployments */
export function oneDeploymentEach(services: readonly Service[]): void {
  for (const { profile, deployments } of services) {
    if (deployments.length > 1) fail('JW_DETAIL_CHOICE', { service: profile.id, deployments: deployments.join(', ') });
  }
}

/**
 * A deployment of a checked site as its own room knows it, told what it serves: for the detailed replay, which looks into the
 * device. Everybody else knows a deployment by its unit.
 *
 * @param id of the deployment; may be left out where the site has one
 * @throws JW_NO_DEPLOYMENT
 */
export function inferenceOf(
  site: Site,
  id: string | undefined,
  services: readonly Service[] = site.services,
): { readonly id: string; readonly spec: InferenceSpec; readonly services: readonly Service[] } {
  const { deployments, pools } = site.parsed;
  const names = deployments.map((d) => d.id).join(', ');
  if (id === undefined && deployments.length > 1) return fail('JW_DEPLOYMENT_CHOICE', { names });
  const row = deployments.find((d) => id === undefined || d.id === id);
  if (row === undefined) return fail('JW_NO_DEPLOYMENT', { deployment: id ?? '', names });
  const pool = pools.find((p) => p.id === row.pool);
  if (pool === undefined) throw new Error(`pool ${row.pool}: the site check lets no unknown one through`);
  const { id: _id, pool: _pool, engine: _engine, ...own } = row;
  const { id: _poolId, hall: _hall, count: _count, ...hardware } = pool;
  const { inference } = HALL_KINDS;
  const bare = inference.spec({ ...hardware, ...own }, site.context, () => undefined);
  const served = services.filter((s) => s.deployments.includes(row.id));
  return {
    id: row.id,
    spec: inference.serve(
      bare,
      served.map((s) => s.profile),
    ),
    services: served,
  };
}
