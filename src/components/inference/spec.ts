import { z } from 'zod';
import type { Accelerator, Format, Model } from '../../catalog/catalog.ts';
import { byDefault, choice, quantity, text, whole } from '../../units/schema.ts';
import type { Complaint, Ownership, ServiceProfile, SiteContext } from '../contract.ts';
import { type Basis, basisGiven, calibrationKey } from './calibrationKey.ts';
import { type Correction, corrected, correctionOf, UNCORRECTED } from './correction.ts';
import { ENGINES, type EngineId, engineAgainst, splits } from './engine.ts';
import { acceleratorGiven, modelGiven } from './given.ts';
import { holdMemory } from './memory.ts';
import type { ServiceLoad } from './mix.ts';
import { configModel, OWN_VENDOR, ownAccelerator, ownModel } from './own.ts';
import { OWNING, ownershipOf } from './owning.ts';
import { type Knobs, type Replica, replicaOf, turned } from './performance.ts';
import { idleW, nodesFor, type PowerSpec, type Racking } from './power.ts';
import { engineConstants } from './predict/constants.ts';
import { serviceLoad } from './service.ts';
import { type Sleep, sleepGiven, sleepKey } from './sleep.ts';

/** Host of an eight-way A100 node, W: whole node less its accelerators, idle and full. */
const HOST_IDLE_W = 1000;
const HOST_FULL_W = 1900;
const HOST_NODE_TDP_W = 3200;
const HOST_SOURCE =
  'node of 8 x A100: 1,512 W idle and 5,418 W at the 99th percentile (AcmeTrace server power) less 8 x 62 W and 8 x 440 W; ' +
  'a node with less accelerator power than 3.2 kW gets a host in proportion (our choice)';

/** From this board power on, accelerators come in liquid-cooled nodes unless the file says otherwise. */
const LIQUID_FROM_W = 500;
const LIQUID_SHARE = 0.75;

/** Lowest power cap that may be set, W: a tenth of the way from idle to full power, below which a chip does next to nothing (our choice). */
export const leastCapW = (tdpW: number, idleW: number): number => idleW + 0.1 * (tdpW - idleW);

/** Lowest clock that may be locked, share of the largest: below it nothing was measured. */
export const LEAST_LOCK = 0.2;

/** Clocks and caps that a plan may choose among: each is a table of load levels. */
const MOST_KNOBS = 6;

/** What a site file may say about a deployment. */
export const file = z.strictObject({
  model: z.union([text('a model of the catalogue'), ownModel, configModel]).meta({
    description: 'model that it serves: an id of the catalogue, its figures with their source, or its config.json',
  }),
  accelerator: z
    .union([text('an accelerator of the catalogue'), ownAccelerator])
    .meta({ description: 'accelerator it runs on: an id of the catalogue, or its figures with their source' }),
  precision: byDefault(
    choice('format of the weights', ['fp16', 'fp8', 'fp4', 'int8', 'int4']),
    'fp16',
    'as models are published; a lower one is a choice about quality',
  ),
  kv_precision: byDefault(
    choice('format of the KV cache', ['fp16', 'fp8', 'int8']),
    'fp16',
    'default of vLLM and SGLang (the format of the model)',
  ),
  runtime: byDefault(
    choice('serving engine', ENGINES),
    'vllm',
    'runs on most accelerators; what engines reach is in docs/validation.md',
  ),
  calibration: calibrationKey,
  tensor_parallel: byDefault(
    whole('accelerators of one replica', { min: 1, max: 1024 }),
    1,
    'default of vLLM; a model that does not fit is reported with the number it needs',
  ),
  replicas: whole('replicas installed', { min: 1, max: 100_000 }),
  accelerators_per_node: byDefault(
    whole('accelerators of one node', { min: 1, max: 128 }),
    8,
    'HGX and OAM baseboards carry eight',
  ),
  host_idle_power: quantity('power', 'host of one node with nothing to do: processors, fans, cards, supplies', {
    min: 0,
    max: 50,
  })
    .optional()
    .meta({ dimension: 'power', description: 'host power of one node when idle', source: HOST_SOURCE }),
  host_full_power: quantity('power', 'host of one node with its accelerators at full power', { min: 0, max: 50 })
    .optional()
    .meta({ dimension: 'power', description: 'host power of one node at full load', source: HOST_SOURCE }),
  network_power: byDefault(
    quantity('power', 'switches, per node', { min: 0, max: 10 }),
    '65 W',
    'Frontier as in RAPS: 7.31 MW idle less nodes and cooling units, over 9,472 nodes',
  ),
  node_cooling: choice('how nodes are cooled', ['liquid', 'air']).optional().meta({
    description: 'liquid or air',
    source: 'liquid for accelerators of 500 W and more, else air (our choice: such boards are offered liquid-cooled)',
  }),
  liquid_share: quantity('share', 'share of the heat that goes into the liquid loop', { min: 0, max: 1 })
    .optional()
    .meta({
      dimension: 'share',
      description: 'share of the heat that goes into the liquid loop',
      source: 'direct-to-chip takes 60 to 95 % of the heat; 75 % for liquid-cooled nodes, 0 for air',
    }),
  max_batch: byDefault(
    whole('sequences that the engine runs at once, per replica', { min: 1, max: 65_536 }),
    256,
    'vLLM, max_num_seqs',
  ),
  memory_share: byDefault(
    quantity('share', 'share of the memory that the engine takes', { min: 0.1, max: 1 }),
    '90 %',
    'vLLM, gpu_memory_utilization',
  ),
  clock: byDefault(
    quantity('share', 'clock that the accelerators are locked to, of their largest', { min: LEAST_LOCK, max: 1 }),
    '100 %',
    'as delivered: the device chooses, up to its largest clock',
  ),
  clocks: z
    .array(quantity('share', 'clock of the largest', { min: LEAST_LOCK, max: 1 }))
    .min(1)
    .max(MOST_KNOBS)
    .optional()
    .meta({
      about: 'clocks that a plan may choose among, hour by hour',
      description: 'clocks, of the largest, that a plan may choose among, hour by hour',
      source: 'not given: the one of clock',
    }),
  power_caps: z
    .array(quantity('power', 'power cap of one accelerator', { min: 0.001, max: 5 }))
    .min(1)
    .max(MOST_KNOBS)
    .optional()
    .meta({
      about: 'power caps of one accelerator that a plan may choose among, hour by hour',
      description: 'power caps of one accelerator that a plan may choose among, hour by hour',
      source: 'not given: the one of power_cap',
    }),
  power_cap: quantity('power', 'power cap of one accelerator', { min: 0.001, max: 5 }).optional().meta({
    dimension: 'power',
    description: 'power cap of one accelerator; it changes only steps that would draw more',
    source: 'none: the board power limit holds, as delivered',
  }),
  boot_time: byDefault(
    quantity('duration', 'from switching a replica on until it serves', { min: 0, max: 86_400 }),
    '5 min',
    'loading weights takes 30 to 100 s and more (vLLM blog, October 2025), starting the server 2 to 4 min (our choice)',
  ),
  sleep: sleepKey,
  ...OWNING,
});

/** A resolved deployment. */
export interface InferenceSpec {
  readonly model: Model;
  readonly accelerator: Accelerator;
  readonly format: Format;
  readonly engine: EngineId;
  /** What measurements add to data sheets, and what that comes to for what is served. */
  readonly basis: Basis;
  readonly correction: Correction;
  /** As data sheets have it at the largest clock; and with the correction, at its clock and cap: what serves. */
  readonly roofline: Replica;
  readonly replica: Replica;
  readonly knobs: Knobs;
  /** What a plan may set them to, rising, their own among them; that alone where the file names no others. */
  readonly choices: { readonly clocks: readonly number[]; readonly capsW: readonly number[] };
  readonly power: PowerSpec;
  readonly racking: Racking;
  readonly liquidShare: number;
  readonly bootS: number;
  /** How replicas sleep; undefined where they do not. */
  readonly sleep: Sleep | undefined;
  readonly ownership: Ownership;
  /** What it serves, in the order of its ports, and the profiles that this was made of; empty until `serve`. */
  readonly services: readonly ServiceLoad[];
  readonly profiles: readonly ServiceProfile[];
}

/** Resolves a parsed deployment against the catalogue; complains about unknown names and models that do not fit. */
export function spec(
  given: z.output<typeof file>,
  context: SiteContext,
  complain: (c: Complaint) => void,
): InferenceSpec {
  const accelerator = acceleratorGiven(given.accelerator, context, complain);
  const model = modelGiven(given.model, context, complain);
  const knobs = {
    clock: given.clock,
    capW: given.power_cap === undefined ? accelerator.tdpW : Math.round(given.power_cap * 1e6) / 1000,
  };
  const leastW = leastCapW(accelerator.tdpW, idleW(accelerator));
  const holdCap = (capW: number, ...path: readonly (string | number)[]): void => {
    if (capW <= accelerator.tdpW && capW >= leastW) return;
    complain({
      path,
      message: `${accelerator.id} draws at most ${accelerator.tdpW} W and ${idleW(accelerator).toFixed(0)} W idle; a cap of ${capW.toFixed(0)} W cannot be`,
      hint: `give a cap of ${Math.ceil(leastW)} to ${accelerator.tdpW} W for one accelerator, or leave ${path[0]} out`,
    });
  };
  holdCap(knobs.capW, 'power_cap');
  const capsW = given.power_caps?.map((kw) => Math.round(kw * 1e6) / 1000);
  for (const [c, capW] of (capsW ?? []).entries()) holdCap(capW, 'power_caps', c);
  const choices = {
    clocks: [...new Set([knobs.clock, ...(given.clocks ?? [])])].sort((a, b) => a - b),
    capsW: [...new Set([knobs.capW, ...(capsW ?? [])])].sort((a, b) => a - b),
  };
  const roofline = replicaOf(accelerator, model, {
    format: given.precision,
    kvFormat: given.kv_precision,
    accelerators: given.tensor_parallel,
    engine: engineConstants(given.runtime),
    // A latent cache cannot be divided: engines spread requests instead, each device with attention weights of its own.
    ...(model.mla === undefined ? {} : { dataParallel: given.tensor_parallel }),
    memoryUse: given.memory_share,
    maxBatch: given.max_batch,
  });
  const against = accelerator.vendor === OWN_VENDOR ? undefined : engineAgainst(accelerator, given.runtime);
  if (against !== undefined) {
    complain({
      path: ['runtime'],
      message: `${against}; ${accelerator.id} is of ${accelerator.vendor}`,
      hint: 'take vllm, or what its maker offers',
    });
  }
  // What was not found is told already, and its stand-in has one head.
  if (model.heads > 1 && !splits(model, given.runtime, given.tensor_parallel)) {
    const divisors = Array.from({ length: model.heads }, (_, k) => k + 1).filter((n) => model.heads % n === 0);
    complain({
      path: ['tensor_parallel'],
      message: `the ${model.heads} heads of ${model.id} cannot be divided among ${given.tensor_parallel} accelerators`,
      hint: `set tensor_parallel to one of ${divisors.slice(0, 8).join(', ')}`,
    });
  }
  holdMemory(roofline, { model, accelerator, format: given.precision, devices: given.tensor_parallel }, complain);
  const racking: Racking = {
    replicas: given.replicas,
    acceleratorsPerReplica: given.tensor_parallel,
    acceleratorsPerNode: given.accelerators_per_node,
  };
  const seats = Math.min(given.accelerators_per_node, given.replicas * given.tensor_parallel);
  const size = Math.min(1, (seats * accelerator.tdpW) / HOST_NODE_TDP_W);
  const hostIdleW = given.host_idle_power === undefined ? HOST_IDLE_W * size : given.host_idle_power * 1000;
  const hostFullW = given.host_full_power === undefined ? HOST_FULL_W * size : given.host_full_power * 1000;
  if (hostFullW < hostIdleW) {
    complain({
      path: [given.host_full_power === undefined ? 'host_idle_power' : 'host_full_power'],
      message: `the host draws ${hostIdleW.toFixed(0)} W idle and only ${hostFullW.toFixed(0)} W at full load`,
      hint: 'give both host_idle_power and host_full_power, the second not below the first',
    });
  }
  const liquid = given.node_cooling === undefined ? accelerator.tdpW >= LIQUID_FROM_W : given.node_cooling === 'liquid';
  const nodes = nodesFor(racking, given.replicas);
  return {
    model,
    accelerator,
    knobs,
    choices,
    format: given.precision,
    engine: given.runtime,
    basis: basisGiven(given.calibration, context, complain),
    correction: UNCORRECTED,
    roofline,
    replica: turned(roofline, accelerator, knobs),
    racking,
    power: {
      tdpW: accelerator.tdpW,
      idleW: idleW(accelerator),
      hostIdleW,
      hostFullW: Math.max(hostIdleW, hostFullW),
      networkW: given.network_power * 1000,
      acceleratorsPerNode: seats,
    },
    liquidShare: given.liquid_share ?? (liquid ? LIQUID_SHARE : 0),
    bootS: given.boot_time,
    sleep: sleepGiven(given.sleep, { idleW: idleW(accelerator), tdpW: accelerator.tdpW }, complain),
    ownership: ownershipOf(given, nodes, nodes * seats),
    services: [],
    profiles: [],
  };
}

/** Tells a deployment what it serves. */
export function serve(bare: InferenceSpec, profiles: readonly ServiceProfile[]): InferenceSpec {
  return serveWith(bare, profiles, correctionOf(bare.basis, bare.roofline, bare, profiles));
}

/** A deployment that serves these at its clock and cap, with a correction that is known. */
export function serveWith(
  bare: InferenceSpec,
  profiles: readonly ServiceProfile[],
  correction: Correction,
): InferenceSpec {
  const replica = corrected(turned(bare.roofline, bare.accelerator, bare.knobs), correction);
  return { ...bare, correction, replica, services: profiles.map((profile) => serviceLoad(replica, profile)), profiles };
}
