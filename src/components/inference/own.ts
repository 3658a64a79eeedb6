import { z } from 'zod';
import type { Accelerator, Model } from '../../catalog/catalog.ts';
import { plain, quantity, text, whole } from '../../units/schema.ts';

/** The maker of accelerators that a site file describes. */
export const OWN_VENDOR = 'own';

/** An accelerator that the catalogue does not have, given in the site file. */
export const ownAccelerator = z
  .strictObject({
    name: text('what it is called'),
    memory: quantity('data', 'memory of one device', { min: 1, max: 4096 }),
    bandwidth: quantity('bandwidth', 'memory bandwidth of one device', { min: 10, max: 1e5 }),
    fp16: quantity('compute', 'dense 16-bit rate', { min: 0.5, max: 1e5 }),
    fp8: quantity('compute', 'dense 8-bit floating rate, if native', { min: 0.5, max: 1e5 }).optional(),
    fp4: quantity('compute', 'dense 4-bit floating rate, if native', { min: 0.5, max: 1e5 }).optional(),
    int8: quantity('compute', 'dense 8-bit integer rate, if native', { min: 0.5, max: 1e5 }).optional(),
    int4: quantity('compute', 'dense 4-bit integer rate, if native', { min: 0.5, max: 1e5 }).optional(),
    tdp: quantity('power', 'board power limit', { min: 0.005, max: 5 }),
    idle: quantity('power', 'power with nothing to do', { min: 0.001, max: 1 }).optional(),
    interconnect: quantity('bandwidth', 'scale-up link, both directions', { min: 1, max: 20_000 }).optional(),
    memory_rate_share: quantity('share', 'achievable share of the bandwidth', { min: 0.1, max: 1 }).optional(),
    compute_rate_share: quantity('share', 'achievable share of the compute rate', { min: 0.1, max: 1 }).optional(),
    source: text('where the figures come from'),
  })
  .refine((own) => own.idle === undefined || own.idle < own.tdp, 'idle power is below the board power limit');

const bothOrNone = (a: unknown, b: unknown) => (a === undefined) === (b === undefined);

/** A model that the catalogue does not have, given in the site file; parameters in billions. */
export const ownModel = z
  .strictObject({
    name: text('what it is called'),
    parameters: plain('all parameters, billions', { min: 0.01, max: 5000 }),
    active_parameters: plain('parameters that a token uses, billions; all when left out', {
      min: 0.01,
      max: 5000,
    }).optional(),
    layers: whole('layers', { min: 1, max: 500 }),
    hidden: whole('width of the residual stream', { min: 16, max: 65_536 }),
    heads: whole('attention heads', { min: 1, max: 512 }),
    kv_heads: whole('heads of keys and values', { min: 1, max: 512 }),
    head_dim: whole('width of a head', { min: 8, max: 1024 }),
    context: whole('longest context, tokens', { min: 16, max: 20_000_000 }),
    kv_bytes_per_token: plain(
      'KV cache of a token at 16 bit in layers without a window, bytes; from the heads when left out',
      {
        min: 1,
      },
    ).optional(),
    experts: whole('experts per layer', { min: 2, max: 4096 }).optional(),
    experts_active: whole('experts that a token uses', { min: 1, max: 4096 }).optional(),
    expert_parameters: plain('parameters held in experts, billions', { min: 0.01, max: 5000 }).optional(),
    latent_rank: whole('latent attention: width of what is cached instead of keys and values', {
      min: 16,
      max: 4096,
    }).optional(),
    latent_rope: whole('latent attention: width cached beside it for the position', { min: 0, max: 1024 }).optional(),
    window: whole('tokens that layers with a sliding window look back', { min: 16, max: 1_000_000 }).optional(),
    window_layers: whole('layers with a sliding window', { min: 1, max: 500 }).optional(),
    recurrent_layers: whole('layers with a recurrent state instead of a cache', { min: 0, max: 500 }).optional(),
    state_per_sequence: quantity('data', 'recurrent state of one sequence, all layers together', {
      min: 1e-6,
      max: 10,
    }).optional(),
    source: text('where the figures come from'),
  })
  .refine((own) => (own.active_parameters ?? 0) <= own.parameters, 'active parameters are part of all parameters')
  .refine(
    (own) =>
      new Set([own.experts, own.experts_active, own.expert_parameters].map((given) => given === undefined)).size === 1,
    'experts, experts_active and expert_parameters come together',
  )
  .refine((own) => (own.experts_active ?? 0) <= (own.experts ?? 0), 'a token cannot use more experts than there are')
  .refine((own) => (own.expert_parameters ?? 0) < own.parameters, 'expert parameters are part of all parameters')
  .refine((own) => bothOrNone(own.latent_rank, own.latent_rope), 'latent_rank and latent_rope come together')
  .refine((own) => bothOrNone(own.window, own.window_layers), 'window and window_layers come together')
  .refine(
    (own) => bothOrNone(own.recurrent_layers, own.state_per_sequence),
    'recurrent_layers and state_per_sequence come together',
  )
  .refine(
    (own) => (own.window_layers ?? 0) + (own.recurrent_layers ?? 0) <= own.layers,
    'window_layers and recurrent_layers are among the layers',
  );

/** A model by the `config.json` that it is published with. */
export const configModel = z.strictObject({
  config: text('config.json of the model as Transformers reads it, relative to this file'),
});

/** The catalogue's form of an accelerator given in the site file. */
export function acceleratorOf(own: z.output<typeof ownAccelerator>): Accelerator {
  return {
    id: own.name,
    vendor: OWN_VENDOR,
    name: own.name,
    memoryGb: own.memory,
    bandwidthGbPerS: own.bandwidth,
    tflops: {
      fp16: own.fp16,
      ...(own.fp8 === undefined ? {} : { fp8: own.fp8 }),
      ...(own.fp4 === undefined ? {} : { fp4: own.fp4 }),
      ...(own.int8 === undefined ? {} : { int8: own.int8 }),
      ...(own.int4 === undefined ? {} : { int4: own.int4 }),
    },
    tdpW: own.tdp * 1000,
    ...(own.idle === undefined ? {} : { idleW: own.idle * 1000 }),
    ...(own.interconnect === undefined ? {} : { interconnectGbPerS: own.interconnect }),
    ...(own.memory_rate_share === undefined ? {} : { memoryShare: own.memory_rate_share }),
    ...(own.compute_rate_share === undefined ? {} : { computeShare: own.compute_rate_share }),
    confidence: 'C',
    source: own.source,
  };
}

/** The catalogue's form of a model given in the site file. */
export function modelOf(own: z.output<typeof ownModel>): Model {
  const { experts, experts_active: active, expert_parameters: expertParamsB } = own;
  const { latent_rank: rank, latent_rope: ropeDim, window: tokens, window_layers: windowLayers } = own;
  const { recurrent_layers: recurrentLayers, state_per_sequence: stateGb } = own;
  const mla = rank === undefined || ropeDim === undefined ? undefined : { rank, ropeDim };
  const layerBytes = mla === undefined ? 4 * own.kv_heads * own.head_dim : 2 * (mla.rank + mla.ropeDim);
  const fullLayers = own.layers - (windowLayers ?? 0) - (recurrentLayers ?? 0);
  return {
    id: own.name,
    family: 'own',
    kind: 'text',
    totalParamsB: own.parameters,
    activeParamsB: own.active_parameters ?? own.parameters,
    layers: own.layers,
    hidden: own.hidden,
    heads: own.heads,
    kvHeads: own.kv_heads,
    headDim: own.head_dim,
    context: own.context,
    ...(experts === undefined || active === undefined || expertParamsB === undefined
      ? {}
      : { moe: { experts, active, expertParamsB } }),
    ...(mla === undefined ? {} : { mla }),
    ...(tokens === undefined || windowLayers === undefined
      ? {}
      : { window: { tokens, layers: windowLayers, kvBytesPerToken: windowLayers * layerBytes } }),
    ...(recurrentLayers === undefined || stateGb === undefined
      ? {}
      : { linear: { layers: recurrentLayers, stateBytes: stateGb * 1e9 } }),
    kvBytesPerToken: own.kv_bytes_per_token ?? fullLayers * layerBytes,
    confidence: 'C',
    source: own.source,
  };
}
