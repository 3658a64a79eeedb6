import type { Fields } from './fields.ts';

/** Parameters of a layer with a recurrent state, and bytes of the state that one sequence keeps in it. */
export interface Recurrent {
  readonly params: number;
  readonly stateBytes: number;
}

/** The convolution's memory is kept at 16 bit; the state at 32 where the file says so, else as the model. */
const CONV_BYTES = 2;
const stateBytesEach = (c: Fields) =>
  (c.text('mamba_ssm_dtype') ?? c.text('mamba_ssm_cache_dtype')) === 'float32' ? 4 : 2;

/** Gated delta net (Yang et al. 2024, as in Qwen3-Next and Qwen3.5). */
function deltaNet(c: Fields, hidden: number): Recurrent {
  const keyDim = c.needed('width of a linear key', 'linear_key_head_dim');
  const valueDim = c.needed('width of a linear value', 'linear_value_head_dim');
  const keyHeads = c.needed('linear heads of keys', 'linear_num_key_heads');
  const valueHeads = c.needed('linear heads of values', 'linear_num_value_heads');
  const kernel = c.maybe('linear_conv_kernel_dim') ?? 4;
  const values = valueHeads * valueDim;
  const mixed = 2 * keyHeads * keyDim + values;
  return {
    params: hidden * (mixed + values + 2 * valueHeads) + mixed * kernel + values * hidden,
    stateBytes: valueHeads * keyDim * valueDim * stateBytesEach(c) + mixed * (kernel - 1) * CONV_BYTES,
  };
}

/** Kimi delta attention: queries, keys and values of one width, gates of low rank. */
function kimiDelta(c: Fields, hidden: number): Recurrent {
  const dim = c.needed('width of a linear head', 'head_dim');
  const heads = c.needed('linear heads', 'num_heads');
  const kernel = c.maybe('short_conv_kernel_size') ?? 4;
  const width = heads * dim;
  const gate = c.flag('use_full_rank_gate') === true ? hidden * width : dim * (hidden + width);
  return {
    params: 4 * hidden * width + dim * (hidden + width) + gate + hidden * heads + 3 * width * kernel,
    stateBytes: heads * dim * dim * 4 + 3 * width * (kernel - 1) * CONV_BYTES,
  };
}

/** Mamba-2 (Dao and Gu 2024): heads with a state each, as in Nemotron-H, Granite 4, Bamba and Falcon-H1. */
function mamba2(c: Fields, hidden: number): Recurrent {
  const heads = c.needed('heads of the state', 'mamba_num_heads', 'mamba_n_heads', 'num_heads');
  const inner =
    c.maybe('mamba_d_ssm') ??
    heads *
      (c.maybe('mamba_head_dim', 'mamba_d_head') ??
        Math.floor(((c.maybe('mamba_expand', 'expand') ?? 2) * hidden) / heads));
  const groups = c.maybe('mamba_n_groups', 'n_groups') ?? 1;
  const state = c.needed('width of the state', 'ssm_state_size', 'mamba_d_state', 'state_size');
  const kernel = c.maybe('conv_kernel', 'mamba_d_conv') ?? 4;
  const mixed = inner + 2 * groups * state;
  return {
    params: hidden * (inner + mixed + heads) + mixed * kernel + inner * hidden,
    stateBytes: inner * state * stateBytesEach(c) + mixed * (kernel - 1) * CONV_BYTES,
  };
}

/** Mamba (Gu and Dao 2023), as in Jamba and Falcon-Mamba. */
function mamba1(c: Fields, hidden: number): Recurrent {
  const inner = c.maybe('intermediate_size_mamba') ?? (c.maybe('mamba_expand', 'expand') ?? 2) * hidden;
  const state = c.needed('width of the state', 'mamba_d_state', 'state_size');
  const kernel = c.maybe('mamba_d_conv', 'conv_kernel') ?? 4;
  const rank = c.maybe('mamba_dt_rank', 'time_step_rank') ?? Math.ceil(hidden / 16);
  return {
    params: 3 * hidden * inner + inner * (kernel + rank + 2 * state) + rank * inner + inner * state,
    stateBytes: inner * state * stateBytesEach(c) + inner * (kernel - 1) * CONV_BYTES,
  };
}

/** Lightning attention (MiniMax-01): a state of one square per head, and a gate. */
function lightning(c: Fields, hidden: number): Recurrent {
  const heads = c.needed('attention heads', 'num_attention_heads');
  const dim = c.maybe('head_dim') ?? hidden / heads;
  return { params: 5 * hidden * heads * dim, stateBytes: heads * dim * dim * 4 };
}

/** A layer with a recurrent state, of whichever kind the file describes. @throws JW_MODEL_CONFIG */
export function recurrentOf(c: Fields, hidden: number): Recurrent {
  const kimi = c.section('linear_attn_config');
  if (kimi !== undefined) return kimiDelta(kimi, hidden);
  if (c.maybe('linear_num_value_heads') !== undefined) return deltaNet(c, hidden);
  if (c.list('attn_type_list') !== undefined) return lightning(c, hidden);
  if (c.maybe('mamba_num_heads', 'mamba_n_heads') !== undefined || c.type === 'mamba2') return mamba2(c, hidden);
  return mamba1(c, hidden);
}
