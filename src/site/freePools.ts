import type { FreePool, FreeSize, Say } from './freeSize.ts';
import { numberOf, type Row, rowsOf, textOf } from './rows.ts';

const NODE = 8;
const parallelOf = (row: Row): number => numberOf(row, 'tensor_parallel') ?? 1;

/** Replicas that stand on one node: whole nodes are bought. 1 where a replica takes a node or more. */
function replicasPerNode(perReplica: number, perNode: number): number {
  return Math.max(1, Math.floor(perNode / perReplica));
}

/**
 * Pools with something free, and the sizes of their deployments held to what the pool can have at most. Sizes of pools are not
 * sizes of the balance: they leave the list here.
 *
 * @param free sizes as read, those of pools among them
 * @param say is told of pools and deployments that contradict each other
 */
export function poolsOf(
  data: unknown,
  free: readonly FreeSize[],
  say: Say,
): { readonly pools: readonly FreePool[]; readonly sizes: readonly FreeSize[] } {
  const sizes = new Map(free.map((size) => [size, size]));
  const pools: FreePool[] = [];
  for (const row of rowsOf(data, 'pools')) {
    const { id } = row;
    const count = numberOf(row, 'count');
    if (id === undefined || count === undefined) continue;
    const path = [...row.path, 'count'];
    const own = free.find((size) => size.key === 'count' && size.unitId === id);
    const deployments = rowsOf(data, 'deployments').filter((d) => d.id !== undefined && textOf(d, 'pool') === id);
    const chosen = deployments.flatMap((d) => {
      const size = free.find((s) => s.key === 'replicas' && s.unitId === d.id);
      return size === undefined ? [] : [{ row: d, size }];
    });
    if (own !== undefined && chosen.length === 0 && deployments.length > 0) {
      say(path, 'the count is free and no deployment of the pool is', 'free the replicas of a deployment on it');
    }
    if (chosen.length === 0) continue;
    const perNode = numberOf(row, 'accelerators_per_node') ?? NODE;
    for (const { row: d, size } of chosen) {
      const perReplica = parallelOf(d);
      sizes.set(size, {
        ...size,
        upper: Math.min(size.upper, Math.floor(count / perReplica)),
        lower: deployments.length === 1 ? Math.max(size.lower, Math.ceil((own?.lower ?? 0) / perReplica)) : size.lower,
        step: (size.step ?? 1) * replicasPerNode(perReplica, perNode),
      });
    }
    const leastUsed = deployments.reduce((sum, d) => {
      const size = chosen.find((c) => c.row === d)?.size;
      return sum + parallelOf(d) * (size?.lower ?? numberOf(d, 'replicas') ?? 0);
    }, 0);
    if (leastUsed > count) {
      say(path, `its deployments need ${leastUsed} accelerators at least; it has ${count} at most`, 'raise it');
    }
    pools.push({
      id,
      least: own?.lower ?? 0,
      most: count,
      perNode,
      counted: own !== undefined,
      path,
      users: deployments.map((d) => ({ deployment: d.id!, perReplica: parallelOf(d) })),
    });
  }
  return { pools, sizes: [...sizes.values()].filter((size) => size.key !== 'count') };
}
