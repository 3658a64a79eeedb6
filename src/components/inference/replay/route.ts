import type { Random } from '../../../series/random.ts';
import type { ReplicaRun } from './replica.ts';

/** How a router picks a replica for a request. */
export const ROUTES = ['round-robin', 'least-requests', 'least-tokens', 'random'] as const;
export type Route = (typeof ROUTES)[number];

/** When a replica is full for a router that fills one after the other. */
export interface Full {
  /** Requests that it waits for or runs. */
  readonly requests: number;
  /** Prompt tokens that are still to be computed, those of the request among them: more would make it wait too long. */
  readonly promptTokens: number;
}

/** True for routers that look at the replicas, which must then be settled to the arrival. */
export function looks(route: Route, full: Full | undefined): boolean {
  return full !== undefined || route === 'least-requests' || route === 'least-tokens';
}

/**
 * Picks a replica for the k-th request. Ties go to the next one in turn, so that idle replicas share the work.
 *
 * @param full where given, the fullest replica that is not full yet is taken, and only beyond that one by the route
 * @param promptTokens of the request
 */
export function pick(
  route: Route,
  replicas: readonly ReplicaRun[],
  k: number,
  nowS: number,
  draw: Random,
  full?: Full,
  promptTokens = 0,
): number {
  const count = replicas.length;
  if (count === 1) return 0;
  const fullest = full === undefined ? undefined : fullestOf(replicas, full, promptTokens);
  if (fullest !== undefined) return fullest;
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

/** The first of the fullest replicas that are not full; undefined where all are. */
function fullestOf(replicas: readonly ReplicaRun[], full: Full, ownTokens: number): number | undefined {
  let best: number | undefined;
  let most = -1;
  for (let r = 0; r < replicas.length; r++) {
    const { outstanding, promptTokens } = replicas[r]!;
    if (outstanding + 1 > full.requests || outstanding <= most) continue;
    if (promptTokens > 0 && promptTokens + ownTokens > full.promptTokens) continue;
    best = r;
    most = outstanding;
  }
  return best;
}
