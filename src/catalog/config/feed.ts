import type { Fields } from './fields.ts';

/** Feed-forward parts of a model: parameters of a dense one by its width, and of one layer with experts. */
export interface Feeds {
  dense(width?: number): number;
  readonly experts?: {
    readonly count: number;
    readonly active: number;
    /** Parameters in the routed experts of one layer, and beside them in it: shared experts, router, projections. */
    readonly routed: number;
    readonly beside: number;
    readonly shared: number;
  };
}

/** Families whose feed-forward part has no gate: two matrices instead of three. */
const UNGATED = new Set([
  'bloom',
  'falcon',
  'gpt2',
  'gpt_bigcode',
  'gpt_neo',
  'gpt_neox',
  'gptj',
  'mpt',
  'nemotron',
  'nemotron_h',
  'opt',
  'phi',
  'starcoder2',
]);

/** Families that are four times as wide inside where the file does not say. */
const FOUR_TIMES = new Set(['bloom', 'falcon', 'gpt2', 'gpt_bigcode', 'gptj', 'mpt']);

function denseWidth(c: Fields, hidden: number): number {
  const given = c.maybe(
    'intermediate_size_mlp',
    'dense_intermediate_size',
    'intermediate_size',
    'n_inner',
    'ffn_hidden_size',
    'ffn_dim',
  );
  // A file with no experts names the width of its dense part as that of the shared one (Granite 4).
  const shared = c.maybe('num_local_experts') === 0 ? c.maybe('shared_intermediate_size') : undefined;
  const four = FOUR_TIMES.has(c.type) ? 4 * hidden : undefined;
  return shared ?? given ?? four ?? c.needed('width of the feed-forward part', 'intermediate_size');
}

/** Reads the feed-forward parts. @throws JW_MODEL_CONFIG for a missing key, when it is needed */
export function feedsOf(c: Fields, hidden: number): Feeds {
  const matrices = UNGATED.has(c.type) ? 2 : 3;
  const dense = (width?: number) => matrices * hidden * (width ?? denseWidth(c, hidden));
  const count = c.maybe('num_local_experts', 'n_routed_experts', 'num_experts', 'moe_num_experts') ?? 0;
  if (count < 2) return { dense };
  const active = c.needed(
    'experts of a token',
    'num_experts_per_tok',
    'experts_per_token',
    'num_experts_per_token',
    'top_k_experts',
    'moe_top_k',
    'moe_topk',
  );
  const width = c.needed('width of an expert', 'moe_intermediate_size', 'ffn_hidden_size', 'intermediate_size');
  const latent = c.maybe('moe_latent_size', 'routed_expert_hidden_size');
  const shared = c.maybe('n_shared_experts', 'num_shared_experts') ?? (c.type.startsWith('llama4') ? 1 : 0);
  const sharedWidth =
    c.maybe(
      'shared_expert_intermediate_size',
      'moe_shared_expert_intermediate_size',
      'shared_intermediate_size',
      'share_expert_dim',
    ) ?? shared * width;
  return {
    dense,
    experts: {
      count,
      active,
      routed: count * matrices * (latent ?? hidden) * width,
      beside: matrices * hidden * sharedWidth + hidden * count + (latent === undefined ? 0 : 2 * hidden * latent),
      shared: sharedWidth === 0 ? 0 : Math.max(1, shared),
    },
  };
}
