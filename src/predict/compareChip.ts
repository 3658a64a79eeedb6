import type { Accelerator, Format } from '../catalog/catalog.ts';
import { POWER_MEASURED, type Tier } from '../components/inference/predict/calibration.ts';
import { servedPoint } from '../components/inference/predict/point.ts';
import type { Interval, Prediction, Predictor } from '../components/inference/predict/predict.ts';
import { type Costs, lcot } from './compareCost.ts';
import { type Build, type ComparedService, isNative } from './compareFit.ts';

/** What ends the growth of the batch. */
export type Bound = 'KV memory' | 'TTFT' | 'TPOT' | 'batch limit';

/** What the time of a step goes to. Of reading and computing side by side the shorter counts only as far as it is not hidden. */
export const RESOURCES = ['memory', 'compute', 'link', 'engine'] as const;
export type Resource = (typeof RESOURCES)[number];

/** A replica with so many sequences at once. Rates are of the replica, power and energy of its boards. */
export interface Load {
  readonly batch: number;
  readonly tokensPerS: Interval;
  readonly ttftS: Interval;
  readonly tpotS: Interval;
  readonly watts: Interval;
  readonly joulesPerToken: Interval;
  /** Parts of a step's time, together 1. */
  readonly parts: Readonly<Record<Resource, number>>;
  /** Part of the room for the KV cache that the sequences take, 0..1. */
  readonly kvShare: number;
  /** The target that it misses by the predicted value. */
  readonly misses: 'TTFT' | 'TPOT' | undefined;
}

/** One chip, format and number of devices at its best batch. Rates are of a replica unless they say otherwise. */
export interface Candidate {
  readonly chip: Accelerator;
  readonly format: Format;
  /** False where weights are unpacked and computed at 16 bit. */
  readonly native: boolean;
  /** Devices of a replica. */
  readonly devices: number;
  readonly batch: number;
  /** What ends the batch, and what most of a step's time goes to at it. */
  readonly bound: Bound;
  readonly binds: Resource;
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
  /** True where power was never measured of the maker's chips: the share of the board power is that of NVIDIA's. */
  readonly powerInferred: boolean;
  /** Every batch that fits into memory, those beyond the targets too. */
  readonly loads: readonly Load[];
}

/** A candidate, or why there is none. */
export type Outcome = { readonly best: Candidate; readonly reason?: undefined } | { readonly reason: string };

const seconds = (value: number): string => `${Number(value.toPrecision(2))} s`;

const scaled = ({ value, low, high }: Interval, factor: number): Interval => ({
  value: value * factor,
  low: low * factor,
  high: high * factor,
});

/** Parts of a step's time, by what the roofline says of it. `tokenS`: what the host takes for a sequence's token, s. */
function partsOf({ at }: Prediction, tokenS: number): Load['parts'] {
  // The roofline counts the host's handling of tokens beside the links; here it is the engine's.
  const hostShare = Math.min(at.linkShare, (tokenS * at.batch) / at.tpotS);
  const link = at.linkShare - hostShare;
  // Of a step with prompts the decodes alone would take this part, of which the engine's own time is a share.
  const engine = Math.min(1 - link, at.fixedShare * (1 - at.prefillShare) + hostShare);
  const roof = 1 - engine - link;
  const longer = Math.min(roof, Math.max(at.memoryShare, at.computeShare));
  return at.memoryShare >= at.computeShare
    ? { memory: longer, compute: roof - longer, link, engine }
    : { memory: roof - longer, compute: longer, link, engine };
}

function mostOf(parts: Load['parts']): Resource {
  return RESOURCES.reduce((most, one) => (parts[one] > parts[most] ? one : most));
}

/**
 * Loads of a build on some devices at batches 1, 2, 4 and so on up to `maxBatch` as far as they fit into memory; the first always.
 *
 * @param maxBatch sequences of a replica at most, >= 1
 */
function loadsOf(
  predictor: Predictor,
  chip: Accelerator,
  build: Build,
  devices: number,
  service: ComparedService,
  maxBatch: number,
): { readonly loads: readonly Load[]; readonly full: boolean; readonly tier: Tier } {
  const serving = { ...build, chip, devices, ...service };
  const tokenS = predictor.engine(build).tokenS / servedPoint(serving, 1).dataParallel;
  const loads: Load[] = [];
  let tier: Tier = 'seen';
  for (let batch = 1; ; batch = Math.min(2 * batch, maxBatch)) {
    const said = predictor.predict(servedPoint(serving, batch));
    if (batch > said.at.slots && batch > 1) return { loads, full: true, tier };
    tier = said.tier;
    loads.push({
      batch,
      tokensPerS: said.throughput,
      ttftS: said.ttftS,
      tpotS: said.tpotS,
      watts: said.powerW!,
      joulesPerToken: said.joulesPerOutputToken!,
      parts: partsOf(said, tokenS),
      kvShare: Math.min(1, batch / said.at.slots),
      misses: said.tpotS.value > service.tpotS ? 'TPOT' : said.ttftS.value > service.ttftS ? 'TTFT' : undefined,
    });
    if (batch === maxBatch) return { loads, full: false, tier };
  }
}

/**
 * A number of devices at the largest batch, a power of two up to `maxBatch`, that keeps the targets and fits into memory. The
 * devices must hold the model and divide its heads.
 */
export function atDevices(
  predictor: Predictor,
  chip: Accelerator,
  build: Build,
  devices: number,
  service: ComparedService,
  costs: Costs,
  maxBatch: number,
): Outcome {
  const { loads, full, tier } = loadsOf(predictor, chip, build, devices, service, maxBatch);
  const late = loads.findIndex((load) => load.misses !== undefined);
  if (late === 0) {
    const { misses, tpotS, ttftS } = loads[0]!;
    const [is, target] = misses === 'TPOT' ? [tpotS, service.tpotS] : [ttftS, service.ttftS];
    return { reason: `${misses} is ${seconds(is.value)} with a single request, above ${seconds(target)}` };
  }
  const best = loads.at(late < 0 ? -1 : late - 1)!;
  const bound = late < 0 ? (full ? 'KV memory' : 'batch limit') : loads[late]!.misses!;
  const perDevice = scaled(best.tokensPerS, 1 / devices);
  const wattsPerDevice = scaled(best.watts, 1 / devices);
  const joules = best.joulesPerToken;
  return {
    best: {
      chip,
      format: build.format,
      native: isNative(chip, build.format),
      devices,
      batch: best.batch,
      bound,
      binds: mostOf(best.parts),
      tokensPerS: best.tokensPerS,
      tokensPerSPerDevice: perDevice,
      ttftS: best.ttftS,
      tpotS: best.tpotS,
      wattsPerDevice,
      tokensPerJoule: { value: 1 / joules.value, low: 1 / joules.high, high: 1 / joules.low },
      lcotUsd: lcot(chip, perDevice, wattsPerDevice, costs),
      priced: costs.chipUsd !== undefined,
      tier,
      powerInferred: chip.vendor !== POWER_MEASURED,
      loads,
    },
  };
}
