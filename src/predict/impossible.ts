import { engineAgainst, splits } from '../components/inference/engine.ts';
import { WEIGHT_BYTES } from '../components/inference/performance.ts';
import type { Point } from '../components/inference/predict/point.ts';

/** Data sheets write GB and mean GiB of device memory. */
const GIB = 2 ** 30;

/**
 * Why a configuration can run nowhere: an engine that its chip has not, devices or heads that cannot be divided so, or weights that are
 * larger than all of its memory. Undefined where it may run. A format that was inferred is no reason, since what was served may have been
 * smaller.
 */
export function impossible(point: Point): string | undefined {
  const { chip, model, format, engine, devices, tensorParallel, pipelineParallel } = point;
  const against = engineAgainst(chip, engine);
  if (against !== undefined) return `${against}; ${chip.id} is of ${chip.vendor}`;
  if (tensorParallel * pipelineParallel > devices) {
    return `tp ${tensorParallel} times pp ${pipelineParallel} needs more than ${devices} accelerators`;
  }
  if (!splits(model, engine, tensorParallel)) {
    return `the ${model.heads} heads of ${model.id} cannot be divided among ${tensorParallel} accelerators`;
  }
  const bytes = model.totalParamsB * 1e9 * WEIGHT_BYTES[format];
  // In a pool of its own kind decodes may have more devices than the row says.
  const roomBytes = Math.max(devices, point.decodeDevices) * chip.memoryGb * GIB;
  if (bytes <= roomBytes || point.inferred.includes('format') || point.inferred.includes('memory')) return undefined;
  const gb = (of: number) => `${(of / 1e9).toFixed(0)} GB`;
  return `the ${gb(bytes)} of weights of ${model.id} at ${format} do not fit in the ${gb(roomBytes)} of ${devices} x ${chip.id}`;
}
