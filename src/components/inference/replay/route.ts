import type { Random } from '../../../series/random.ts';
import type { ReplicaRun } from './replica.ts';

/** How a router picks a replica for a request. */
export const ROUTES = ['round-robin', 'least-requests', 'least-tokens', 'random'] as const;
export type Route = (typeof ROUTES)[number];

/** True for routes that look at the replicas, which must then be settled to the arrival. */
export function looks(route: Route): boolean {
  return route === 'least-requests' || route === 'least-tokens';
}

/** Picks a replica for the k-th request. Ties go to the next one in turn, so that idle replicas share the work. */
export function pick(route: Route, replicas: readonly ReplicaRun[], k: number, nowS: number, draw: Random): number {
  const count = replicas.length;
  if (count === 1) return 0;
  if (route === 'round-robin') return k % count;
  if (route === 'random') return Math.floor(draw.next() * count);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const r = (k + i) % count;
    const load = route === 'least-requests' ? replicas[r]!.outstanding : replicas[r]!.load(nowS);
    if (load < least) {
      best = r;
      least = load;
    }
  }
  return best;
}
