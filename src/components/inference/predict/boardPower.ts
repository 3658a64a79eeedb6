import type { Estimate } from './estimate.ts';
import type { Point } from './point.ts';

/** Host of a node of eight accelerators beside them, W: whole nodes of eight A100 less their boards (AcmeTrace). */
const HOST_W = 1450;
const NODE_DEVICES = 8;

/**
 * Board power over its limit while a replica runs. `shares`: of running at all; of reading memory all the time; what computing
 * all the time adds to that (>= 0, so that a step that turns from memory-bound to compute-bound never seems to draw less); of
 * waiting for links all the time. A regression on public measurements, all of them of NVIDIA chips.
 */
export function boardShare(
  shares: ArrayLike<number>,
  at: Pick<Estimate, 'memoryShare' | 'computeShare' | 'linkShare'>,
): number {
  const sum =
    shares[0]! +
    shares[1]! * (at.memoryShare + at.computeShare) +
    shares[2]! * at.computeShare +
    shares[3]! * at.linkShare;
  return Math.max(0.08, Math.min(1, sum));
}

/** Power of a point in its own scope, W. */
export function powerW(point: Point, at: Estimate, shares: ArrayLike<number>): number {
  const board = Math.min(point.capW ?? point.chip.tdpW, boardShare(shares, at) * point.chip.tdpW);
  if (point.scope === 'per_accelerator') return board;
  const boards = board * point.devices;
  return point.scope === 'system_wall' ? boards + (HOST_W * point.devices) / NODE_DEVICES : boards;
}
