import { boardShare } from './boardShare.ts';
import type { Estimate } from './estimate.ts';
import type { Point } from './point.ts';

/** Host of a node of eight accelerators beside them, W: whole nodes of eight A100 less their boards (AcmeTrace). */
const HOST_W = 1450;
const NODE_DEVICES = 8;

/** Power of a point in its own scope, W. */
export function powerW(point: Point, at: Estimate, shares: ArrayLike<number>): number {
  const board = Math.min(point.capW ?? point.chip.tdpW, boardShare(shares, at) * point.chip.tdpW);
  if (point.scope === 'per_accelerator') return board;
  const boards = board * point.devices;
  return point.scope === 'system_wall' ? boards + (HOST_W * point.devices) / NODE_DEVICES : boards;
}
