import type { Fields } from './fields.ts';

/**
 * What a layer mixes tokens with: attention over everything, over a window, a recurrent state, attention and state side by
 * side, or nothing (a layer that is feed-forward alone).
 */
export type Mixer = 'full' | 'window' | 'recurrent' | 'both' | 'none';

/** What a layer has beside its mixer: a dense feed-forward part, experts, both, or nothing. */
export type Feed = 'dense' | 'experts' | 'both' | 'none';

export interface Layer {
  readonly mixer: Mixer;
  readonly feed: Feed;
  /** Width of the dense part where it differs from layer to layer, and heads of keys and values. */
  readonly width?: number;
  readonly kvHeads?: number;
}

const WORDS: Readonly<Record<string, Mixer>> = {
  full_attention: 'full',
  attention: 'full',
  deepseek_sparse_attention: 'full',
  sliding_attention: 'window',
  chunked_attention: 'window',
  linear_attention: 'recurrent',
  mamba: 'recurrent',
};

/** Families of which every layer is a recurrent state, or attention and state side by side. */
const ALL: Readonly<Record<string, Mixer>> = {
  mamba: 'recurrent',
  mamba2: 'recurrent',
  falcon_mamba: 'recurrent',
  falcon_h1: 'both',
};

/** Families whose layers look back over everything but those with a window: every n-th is full where the file names no pattern. */
const FULL_EVERY: Readonly<Record<string, number>> = { gemma2: 2, gemma3_text: 6, gemma3: 6, cohere2: 4, gpt_oss: 2 };

/** Tokens that layers with a window look back. */
export function windowTokens(c: Fields): number | undefined {
  return c.flag('use_sliding_window') === false
    ? undefined
    : c.maybe('sliding_window', 'sliding_window_size', 'attention_chunk_size');
}

function mixerAt(c: Fields, count: number): (layer: number) => Mixer {
  const all = ALL[c.type];
  if (all !== undefined) return () => all;
  const words = c.list('layer_types');
  if (words !== undefined) {
    return (i) => {
      const word = String(words[i]);
      return WORDS[word] ?? c.refuse(`the layer type "${word}" is not known`);
    };
  }
  const fullLayers = c.section('linear_attn_config')?.list('full_attn_layers');
  if (fullLayers !== undefined) return (i) => (fullLayers.includes(i + 1) ? 'full' : 'recurrent');
  const listed = c.list('attn_layer_indices');
  if (listed !== undefined) return (i) => (listed.includes(i) ? 'full' : 'recurrent');
  const kinds = c.list('attn_type_list');
  if (kinds !== undefined) return (i) => (kinds[i] === 1 ? 'full' : 'recurrent');
  const interval = c.maybe('full_attention_interval');
  if (interval !== undefined) return (i) => ((i + 1) % interval === 0 ? 'full' : 'recurrent');
  const period = c.maybe('attn_layer_period');
  if (period !== undefined) return (i) => (i % period === (c.maybe('attn_layer_offset') ?? 0) ? 'full' : 'recurrent');
  if (windowTokens(c) === undefined) return () => 'full';
  const hybrid = c.list('hybrid_layer_pattern');
  if (hybrid !== undefined) return (i) => (hybrid[i] === 1 ? 'window' : 'full');
  if (c.type.startsWith('llama4')) {
    const rope = c.list('no_rope_layers') ?? [];
    return (i) => ((rope.length === count ? rope[i] === 0 : i % 4 === 3) ? 'full' : 'window');
  }
  const every = c.maybe('sliding_window_pattern', '_sliding_window_pattern') ?? FULL_EVERY[c.type];
  if (every !== undefined) return (i) => ((i + 1) % every === 0 ? 'full' : 'window');
  const from = c.maybe('max_window_layers') ?? 0;
  return (i) => (i >= from ? 'window' : 'full');
}

/** Which layers have experts. */
function hasExperts(c: Fields): (layer: number) => boolean {
  if ((c.maybe('num_local_experts', 'n_routed_experts', 'num_experts', 'moe_num_experts') ?? 0) < 2) return () => false;
  const words = c.list('mlp_layer_types');
  if (words !== undefined) return (i) => words[i] === 'sparse';
  const marks = c.list('moe_layer_freq');
  if (marks !== undefined) return (i) => marks[i] === 1;
  const listed = c.list('moe_layers');
  if (listed !== undefined && listed.length > 0) return (i) => listed.includes(i);
  const step = c.maybe('interleave_moe_layer_step');
  if (step !== undefined) return (i) => i % step === step - 1;
  const period = c.maybe('expert_layer_period');
  if (period !== undefined) return (i) => i % period === (c.maybe('expert_layer_offset') ?? 0);
  const dense = c.maybe('first_k_dense_replace') ?? 0;
  const every = c.maybe('moe_layer_freq', 'decoder_sparse_step') ?? 1;
  const only = c.list('mlp_only_layers') ?? [];
  const offset = c.maybe('decoder_sparse_step') === undefined ? 0 : 1;
  return (i) => i >= dense && (i + offset) % every === 0 && !only.includes(i);
}

/** Layers that are a mixer or a feed-forward part alone, one after the other (Nemotron-H). */
function blocks(words: readonly string[], c: Fields): readonly Layer[] {
  const known: Readonly<Record<string, Layer>> = {
    M: { mixer: 'recurrent', feed: 'none' },
    '*': { mixer: 'full', feed: 'none' },
    '-': { mixer: 'none', feed: 'dense' },
    E: { mixer: 'none', feed: 'experts' },
  };
  const longer: Readonly<Record<string, string>> = { mamba: 'M', attention: '*', mlp: '-', moe: 'E' };
  return words.map((word) => known[longer[word] ?? word] ?? c.refuse(`the block type "${word}" is not known`));
}

/** Layers that a search has thinned out, each with its own heads and width (Nemotron from Llama). */
function thinned(configs: readonly unknown[], c: Fields, heads: number, hidden: number): readonly Layer[] {
  return configs.map((config) => {
    const block: unknown = Object(config);
    const part = (name: string): Readonly<Record<string, unknown>> => Object(Object(block)[name]);
    const [attention, ffn] = [part('attention'), part('ffn')];
    if (attention['replace_with_linear'] === true || ffn['replace_with_linear'] === true)
      c.refuse('"block_configs" replaces layers by linear ones, which is not known');
    const group = attention['n_heads_in_group'];
    const multiple = ffn['ffn_mult'];
    // The width of Llama: two thirds of the multiple, up to the next 256.
    const width = typeof multiple === 'number' ? Math.ceil((2 * multiple * hidden) / 3 / 256) * 256 : undefined;
    return {
      mixer: attention['no_op'] === true ? 'none' : 'full',
      feed: ffn['no_op'] === true ? 'none' : 'dense',
      ...(width === undefined ? {} : { width }),
      ...(typeof group === 'number' ? { kvHeads: heads / group } : {}),
    };
  });
}

/** The layers of a model, first to last. @throws JW_MODEL_CONFIG for a kind that is not known */
export function layersOf(c: Fields, heads: number, hidden: number): readonly Layer[] {
  const pattern = c.text('hybrid_override_pattern');
  const named = c.list('layers_block_type');
  if (pattern !== undefined) return blocks([...pattern], c);
  if (named !== undefined) return blocks(named.map(String), c);
  const configs = c.list('block_configs');
  if (configs !== undefined) return thinned(configs, c, heads, hidden);
  const count = c.needed('layers', 'num_hidden_layers', 'n_layer', 'n_layers', 'num_layers');
  const context = c.maybe('max_position_embeddings') ?? Number.POSITIVE_INFINITY;
  const mixer = mixerAt(c, count);
  const experts = hasExperts(c);
  const beside = c.flag('enable_moe_block') === true;
  return Array.from({ length: count }, (_, i) => {
    const kind = mixer(i);
    const far = kind === 'window' && (windowTokens(c) ?? context) >= context;
    const feed = experts(i) ? (beside ? 'both' : 'experts') : 'dense';
    return { mixer: far ? 'full' : kind, feed: ALL[c.type] === 'recurrent' ? 'none' : feed };
  });
}
