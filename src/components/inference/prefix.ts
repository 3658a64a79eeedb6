import type { InferenceSpec } from './spec.ts';

/**
 * Tokens that the prefix cache of so many replicas holds: all their KV memory, as one cache. The best case: a router knows where
 * prefixes lie, and running requests take no room from it.
 */
export function prefixCacheTokens({ replica }: Pick<InferenceSpec, 'replica'>, replicas: number): number {
  return Math.max(0, (replicas * replica.kvRoomBytes) / replica.kvBytesPerToken);
}
