import type { Accelerator, Format, Model } from '../catalog/catalog.ts';
import { type Replica, replicaOf, WEIGHT_BYTES } from '../components/inference/performance.ts';
import { idleW } from '../components/inference/power.ts';
import type { Tier } from '../components/inference/predict/calibration.ts';
import type { Point } from '../components/inference/predict/point.ts';
import type { Interval, Predictor } from '../components/inference/predict/predict.ts';

/** What is to be served: mean tokens of a request, and the latencies that its requests are promised, s. */
export interface ComparedService {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly ttftS: number;
  readonly tpotS: number;
}

/** What a token's cost consists of. */
export interface Costs {
  /** Price of one chip, USD; undefined where nobody gave one. */
  readonly chipUsd: number | undefined;
  /** Part of a price that is charged each year: the capital recovery factor. */
  readonly chargePerYear: number;
  readonly usdPerKwh: number;
  /** Part of the time at full load, (0, 1]; idle for the rest. */
  readonly utilisation: number;
  /** Watts of the site per watt of boards, >= 1: hosts, cooling and losses. */
  readonly overhead: number;
}

/** What ends the growth of the batch. */
export type Bound = 'memory' | 'TTFT' | 'TPOT' | 'batch limit';

/** One chip, format and number of devices at its best batch. Rates are of a replica unless they say otherwise. */
export interface Candidate {
  readonly chip: Accelerator;
  readonly format: Format;
  /** False where weights are unpacked and computed at 16 bit. */
  readonly native: boolean;
  /** Devices of a replica. */
  readonly devices: number;
  readonly batch: number;
  readonly bound: Bound;
  readonly tokensPerS: Interval;
  readonly tokensPerSPerDevice: Interval;
  readonly ttftS: Interval;
  readonly tpotS: Interval;
  /** Of the boards, W. */
  readonly wattsPerDevice: Interval;
  /** Output tokens over the energy of the boards at full load. */
  readonly tokensPerJoule: Interval;
  /** USD per million output tokens. */
  readonly lcotUsd: Interval;
  /** False: the cost is energy alone. */
  readonly priced: boolean;
  readonly tier: Tier;
}

/** A candidate, or why there is none. */
export type Outcome = { readonly best: Candidate; readonly reason?: undefined } | { readonly reason: string };

const HOURS_PER_YEAR = 8760;
const JOULES_PER_KWH = 3.6e6;
/** Sequences that are tried, up to the usual limit of an engine (vLLM: 256). */
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/** As sites have it by default: vLLM, gpu_memory_utilization. */
const MEMORY_USE = 0.9;
/** The engine and the year of its software that all are compared with (our choice: what most chips run). */
const ENGINE = 'vllm';
const YEAR = 2025;

const gb = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`;
const seconds = (value: number): string => `${Number(value.toPrecision(2))} s`;

/** True where the chip computes in the format itself; four-bit integers are always unpacked. */
export function isNative(chip: Accelerator, format: Format): boolean {
  return format !== 'int4' && chip.tflops[format] !== undefined;
}

function memoryOf(chip: Accelerator, model: Model, format: Format, devices: number, tokens: number): Replica {
  return replicaOf(chip, model, {
    format,
    kvFormat: 'fp16',
    accelerators: devices,
    memoryUse: MEMORY_USE,
    maxBatch: BATCHES.at(-1)!,
    ...(model.mla === undefined ? {} : { dataParallel: devices }),
    contextTokens: tokens,
  });
}

function pointFor(chip: Accelerator, model: Model, format: Format, devices: number, service: ComparedService): Point {
  return {
    chip,
    model,
    format,
    engine: ENGINE,
    year: YEAR,
    mode: 'continuous',
    limits: 'none',
    devices,
    prefillDevices: devices,
    decodeDevices: devices,
    tensorParallel: devices,
    pipelineParallel: 1,
    expertParallel: 1,
    // As sites have it: a latent cache cannot be divided, so requests are spread.
    dataParallel: model.mla === undefined ? 1 : devices,
    batch: 1,
    inputTokens: service.inputTokens,
    outputTokens: service.outputTokens,
    task: '',
    kind: 'output',
    scope: 'accelerators_total',
    capW: undefined,
    inferred: [],
  };
}

const scaled = ({ value, low, high }: Interval, factor: number): Interval => ({
  value: value * factor,
  low: low * factor,
  high: high * factor,
});

/**
 * USD per million output tokens: (price x charge + energy at full load + energy while idle) over the tokens of the time at
 * full load. Its ends take throughput and energy at their worse and better ends together.
 */
function lcot(chip: Accelerator, perDevice: Interval, joules: Interval, costs: Costs): Interval {
  const { utilisation, usdPerKwh, overhead } = costs;
  const chipUsdPerS = ((costs.chipUsd ?? 0) * costs.chargePerYear) / (HOURS_PER_YEAR * 3600);
  const usdPerJoule = (usdPerKwh * overhead) / JOULES_PER_KWH;
  const idleUsdPerS = (1 - utilisation) * idleW(chip) * usdPerJoule;
  const at = (tokensPerS: number, joulesPerToken: number): number =>
    1e6 * ((chipUsdPerS + idleUsdPerS) / (utilisation * tokensPerS) + joulesPerToken * usdPerJoule);
  return {
    value: at(perDevice.value, joules.value),
    low: at(perDevice.high, joules.low),
    high: at(perDevice.low, joules.high),
  };
}

/**
 * A number of devices at the largest batch, a power of two up to 256, that keeps the targets and fits into memory. The
 * devices must hold the model and divide its heads.
 */
export function atDevices(
  predictor: Predictor,
  chip: Accelerator,
  model: Model,
  format: Format,
  devices: number,
  service: ComparedService,
  costs: Costs,
): Outcome {
  const base = pointFor(chip, model, format, devices, service);
  let bound: Bound = 'batch limit';
  let best: { readonly batch: number; readonly at: ReturnType<Predictor['predict']> } | undefined;
  for (const batch of BATCHES) {
    const at = predictor.predict({ ...base, batch });
    if (batch > at.at.slots && batch > 1) {
      bound = 'memory';
      break;
    }
    const late = at.tpotS.value > service.tpotS ? 'TPOT' : at.ttftS.value > service.ttftS ? 'TTFT' : undefined;
    if (late !== undefined) {
      if (best === undefined) {
        const [is, target] = late === 'TPOT' ? [at.tpotS, service.tpotS] : [at.ttftS, service.ttftS];
        return { reason: `${late} is ${seconds(is.value)} with a single request, above ${seconds(target)}` };
      }
      bound = late;
      break;
    }
    best = { batch, at };
  }
  const { batch, at } = best!;
  const joules = at.joulesPerOutputToken!;
  const perDevice = scaled(at.throughput, 1 / devices);
  return {
    best: {
      chip,
      format,
      native: isNative(chip, format),
      devices,
      batch,
      bound,
      tokensPerS: at.throughput,
      tokensPerSPerDevice: perDevice,
      ttftS: at.ttftS,
      tpotS: at.tpotS,
      wattsPerDevice: scaled(at.powerW!, 1 / devices),
      tokensPerJoule: { value: 1 / joules.value, low: 1 / joules.high, high: 1 / joules.low },
      lcotUsd: lcot(chip, perDevice, joules, costs),
      priced: costs.chipUsd !== undefined,
      tier: at.tier,
    },
  };
}

/** Numbers of devices, powers of two up to `most`, that hold the model and one context; or why none does. */
export function countsFor(
  chip: Accelerator,
  model: Model,
  format: Format,
  most: number,
  service: ComparedService,
): { readonly counts: readonly number[]; readonly reason: string } {
  const context = service.inputTokens + service.outputTokens;
  const counts: number[] = [];
  let undivided: number | undefined;
  let reason = '';
  for (let devices = 1; devices <= most; devices *= 2) {
    const replica = memoryOf(chip, model, format, devices, context);
    const cacheBytes = context * replica.kvBytesPerToken + replica.stateBytes;
    if (replica.kvRoomBytes >= cacheBytes) {
      if (model.heads % devices === 0) counts.push(devices);
      else undivided ??= devices;
      continue;
    }
    // With a latent cache every device has its own copy of all but the experts.
    const copiedB =
      (model.mla === undefined ? 0 : devices - 1) * (model.totalParamsB - (model.moe?.expertParamsB ?? 0));
    const weightBytes = (model.totalParamsB + copiedB) * 1e9 * WEIGHT_BYTES[format];
    const freeBytes = Math.max(0, replica.kvRoomBytes + weightBytes);
    reason = `${devices} x ${chip.memoryGb} GB leave ${gb(freeBytes)} beside the engine; ${format} weights and one request take ${gb(weightBytes + cacheBytes)}`;
  }
  if (counts.length > 0) return { counts, reason: '' };
  if (undivided === undefined) return { counts, reason };
  return { counts, reason: `needs ${undivided} devices, which do not divide the ${model.heads} heads of the model` };
}
