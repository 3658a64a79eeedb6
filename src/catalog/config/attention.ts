import type { Fields } from './fields.ts';

/** Heads of an attention layer; `keyDim` and `valueDim` are widths of one head. */
export interface Heads {
  readonly heads: number;
  readonly kvHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
}

/** Families of which a file without the key means one head of keys and values. */
function kvHeadsOf(c: Fields, heads: number): number {
  const given = c.maybe('num_key_value_heads', 'num_kv_heads', 'n_head_kv', 'multi_query_group_num', 'kv_n_heads');
  if (c.type === 'falcon' && c.flag('new_decoder_architecture') !== true && c.flag('multi_query') !== false) return 1;
  if (given !== undefined) return given;
  return c.flag('multi_query') === true ? 1 : heads;
}

/** Heads of the layers that look back over everything. */
export function fullHeads(c: Fields, hidden: number): Heads {
  const heads = c.needed('attention heads', 'num_attention_heads', 'n_head', 'n_heads');
  const keyDim =
    c.maybe('global_head_dim', 'head_dim', 'attention_head_dim', 'kv_channels') ?? Math.floor(hidden / heads);
  const kvHeads = c.maybe('num_global_key_value_heads') ?? kvHeadsOf(c, heads);
  return { heads, kvHeads, keyDim, valueDim: c.maybe('v_head_dim') ?? keyDim };
}

/** Heads of the layers with a window, which some families give their own. */
export function windowHeads(c: Fields, full: Heads): Heads {
  const keyDim = c.maybe('swa_head_dim', 'head_dim') ?? full.keyDim;
  return {
    heads: c.maybe('swa_num_attention_heads') ?? full.heads,
    kvHeads: c.maybe('swa_num_key_value_heads') ?? kvHeadsOf(c, full.heads),
    keyDim,
    valueDim: c.maybe('swa_v_head_dim', 'v_head_dim') ?? keyDim,
  };
}

/** Parameters of an attention layer: projections to queries, keys, values (and a gate where there is one) and back. */
export function attentionParams(c: Fields, hidden: number, h: Heads): number {
  const gate = c.flag('attn_output_gate') === true || c.type === 'qwen3_next' ? 2 : 1;
  const queries = gate * hidden * h.heads * h.keyDim;
  return queries + hidden * h.kvHeads * (h.keyDim + h.valueDim) + h.heads * h.valueDim * hidden;
}

/** Cache of a token in one layer at 16 bit, bytes. */
export function cacheBytes(h: Heads): number {
  return 2 * h.kvHeads * (h.keyDim + h.valueDim);
}

/** Latent attention (MLA, DeepSeek-AI 2024): what is cached and what its projections hold. */
export interface Latent {
  readonly rank: number;
  readonly ropeDim: number;
  readonly heads: Heads;
  readonly params: number;
}

/** The latent attention of the file, if it has one. */
export function latentOf(c: Fields, hidden: number): Latent | undefined {
  const rank = c.maybe('kv_lora_rank');
  if (rank === undefined) return undefined;
  const heads = c.needed('attention heads', 'num_attention_heads');
  const ropeDim = c.needed('width of a head with position', 'qk_rope_head_dim');
  const plainDim = c.needed('width of a head without position', 'qk_nope_head_dim');
  const valueDim = c.needed('width of a value', 'v_head_dim');
  const keyDim = plainDim + ropeDim;
  const queryRank = c.maybe('q_lora_rank');
  const queries = queryRank === undefined ? hidden * heads * keyDim : queryRank * (hidden + heads * keyDim);
  const latent = hidden * (rank + ropeDim) + rank * heads * (plainDim + valueDim);
  const gate = c.flag('mla_use_output_gate') === true ? hidden * heads * valueDim : 0;
  // A sparse-attention index has its own small heads of queries and one key.
  const indexHeads = c.maybe('index_n_heads') ?? 0;
  const indexDim = c.maybe('index_head_dim') ?? 0;
  const index = indexHeads * ((queryRank ?? hidden) * indexDim + hidden) + hidden * indexDim;
  return {
    rank,
    ropeDim,
    heads: { heads, kvHeads: heads, keyDim, valueDim },
    params: queries + latent + heads * valueDim * hidden + gate + index,
  };
}
