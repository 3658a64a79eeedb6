import type { Rule } from '../balance/rules/rule.ts';
import type { FreePool } from '../site/freeSize.ts';
import type { Site } from '../site/site.ts';

/**
 * A1, accelerators of a pool that several deployments share: least <= sum of accelerators per replica x replicas <= most. One
 * deployment alone has its bounds already.
 */
export function poolRules(site: Site): Rule[] {
  return site.freePools
    .filter((pool) => pool.users.length > 1)
    .map(
      (pool): Rule => ({
        add(model) {
          // Where sizes are given, there is nothing to share out.
          if (model.part) return;
          const row = model.row('A1', `${pool.id}: accelerators`, pool.least, pool.most);
          for (const { deployment, perReplica } of pool.users) {
            model.put(row, model.size(deployment, 'replicas').column, perReplica);
          }
        },
      }),
    );
}

/** Accelerators to buy for a pool: whole nodes for the replicas of each deployment. */
export function acceleratorsOf(pool: FreePool, replicasOf: (deployment: string) => number): number {
  const nodes = pool.users.reduce((sum, { deployment, perReplica }) => {
    const replicas = Math.ceil(replicasOf(deployment) - 1e-6);
    if (perReplica > pool.perNode) return sum + replicas * Math.ceil(perReplica / pool.perNode);
    return sum + Math.ceil(replicas / Math.floor(pool.perNode / perReplica));
  }, 0);
  return Math.min(pool.most, nodes * pool.perNode);
}
