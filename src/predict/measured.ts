import { buildOf } from '../components/inference/predict/calibration.ts';
import type { Point } from '../components/inference/predict/point.ts';

/** A point and what somebody measured at it; what was not measured is undefined. */
export interface Measured {
  readonly id: string;
  readonly source: string;
  readonly point: Point;
  /** In the point's kind, tokens/s. */
  readonly throughput: number | undefined;
  readonly ttftS: number | undefined;
  readonly tpotS: number | undefined;
  /** In the point's scope, W. */
  readonly powerW: number | undefined;
}

/** What makes two points the same configuration: everything but the load. */
export function configurationOf({ point: p }: Measured): string {
  return [
    p.chip.id,
    buildOf(p),
    p.engine,
    p.format,
    p.mode,
    p.devices,
    p.tensorParallel,
    p.expertParallel,
    p.dataParallel,
    p.decodeDevices,
  ].join('|');
}
