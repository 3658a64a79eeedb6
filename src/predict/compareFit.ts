import type { Accelerator, Format, Model } from '../catalog/catalog.ts';
import { type EngineId, splits } from '../components/inference/engine.ts';
import { replicaOf, WEIGHT_BYTES } from '../components/inference/performance.ts';

/** What is to be served: mean tokens of a request, and the latencies that its requests are promised, s. */
export interface ComparedService {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly ttftS: number;
  readonly tpotS: number;
}

/** A model as it is to run: weights in a format, under an engine. */
export interface Build {
  readonly model: Model;
  readonly format: Format;
  readonly engine: EngineId;
}

/** As sites have it by default: vLLM, gpu_memory_utilization. */
const MEMORY_USE = 0.9;

const gb = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`;

/** True where the chip computes in the format itself; four-bit integers are always unpacked. */
export function isNative(chip: Accelerator, format: Format): boolean {
  return format !== 'int4' && chip.tflops[format] !== undefined;
}

/** The format that a chip gets where none is asked for. */
export function formatFor(chip: Accelerator): Format {
  return chip.tflops.fp8 === undefined ? 'fp16' : 'fp8';
}

/** Numbers of devices, powers of two up to `most`, that hold the model and one context; or why none does. */
export function countsFor(
  chip: Accelerator,
  { model, format, engine }: Build,
  most: number,
  service: ComparedService,
): { readonly counts: readonly number[]; readonly reason: string } {
  const context = service.inputTokens + service.outputTokens;
  const counts: number[] = [];
  let undivided: number | undefined;
  let reason = '';
  for (let devices = 1; devices <= most; devices *= 2) {
    const replica = replicaOf(chip, model, {
      format,
      kvFormat: 'fp16',
      accelerators: devices,
      memoryUse: MEMORY_USE,
      maxBatch: 1,
      ...(model.mla === undefined ? {} : { dataParallel: devices }),
      contextTokens: context,
    });
    const cacheBytes = context * replica.kvBytesPerToken + replica.stateBytes;
    if (replica.kvRoomBytes >= cacheBytes) {
      if (splits(model, engine, devices)) counts.push(devices);
      else undivided ??= devices;
      continue;
    }
    // With a latent cache every device has its own copy of all but the experts.
    const copiedB =
      (model.mla === undefined ? 0 : devices - 1) * (model.totalParamsB - (model.moe?.expertParamsB ?? 0));
    const weightBytes = (model.totalParamsB + copiedB) * 1e9 * WEIGHT_BYTES[format];
    const freeBytes = Math.max(0, replica.kvRoomBytes + weightBytes);
    const copies = copiedB > 0 ? ', attention copied to each,' : '';
    reason = `${devices} x ${chip.memoryGb} GB leave ${gb(freeBytes)} beside the engine; ${format} weights${copies} and one request take ${gb(weightBytes + cacheBytes)}`;
  }
  if (counts.length > 0) return { counts, reason: '' };
  if (undivided === undefined) return { counts, reason };
  return { counts, reason: `needs ${undivided} devices, which do not divide the ${model.heads} heads of the model` };
}
