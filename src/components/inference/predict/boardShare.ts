/** Shares of a step's time: reading memory, computing, waiting for links; by the parts' own times, so they may exceed 1 together. */
export interface StepShares {
  readonly memoryShare: number;
  readonly computeShare: number;
  readonly linkShare: number;
}

/**
 * Board power over its limit while a replica runs. `shares`: of running at all; of reading memory all the time; what computing
 * all the time adds to that (>= 0, so that a step that turns from memory-bound to compute-bound never seems to draw less); of
 * waiting for links all the time. A regression on public measurements, all of them of NVIDIA chips.
 */
export function boardShare(shares: ArrayLike<number>, at: StepShares): number {
  const sum =
    shares[0]! +
    shares[1]! * (at.memoryShare + at.computeShare) +
    shares[2]! * at.computeShare +
    shares[3]! * at.linkShare;
  return Math.max(0.08, Math.min(1, sum));
}
