import type { Accelerator, Format, Model } from '../../catalog/catalog.ts';
import type { Complaint } from '../contract.ts';
import type { Replica } from './performance.ts';

/** A replica as it is asked for. */
interface Asked {
  readonly model: Model;
  readonly accelerator: Accelerator;
  readonly format: Format;
  readonly devices: number;
}

/** Complains where not even one sequence of the smallest useful context fits beside the weights, and says how many devices would do. */
export function holdMemory(
  roofline: Replica,
  { model, accelerator, format, devices }: Asked,
  complain: (c: Complaint) => void,
): void {
  if (roofline.kvRoomBytes >= roofline.kvBytesPerToken * Math.min(model.context, 2048)) return;
  const weightsGb = roofline.weightBytes / 1e9;
  const eachGb = (roofline.kvRoomBytes / 1e9 + weightsGb) / devices;
  const wanted = eachGb > 0 ? 2 ** Math.ceil(Math.log2((weightsGb * 1.05) / eachGb)) : undefined;
  complain({
    path: ['tensor_parallel'],
    message: `${model.id} at ${format} has ${weightsGb.toFixed(0)} GB of weights; ${devices} x ${accelerator.id} leave ${Math.max(0, eachGb * devices).toFixed(0)} GB for weights and KV cache`,
    hint:
      wanted === undefined || wanted <= devices
        ? 'take a lower precision, a smaller model or an accelerator with more memory'
        : `set tensor_parallel to ${wanted} or more, or take a lower precision`,
  });
}
