import type { Model } from '../catalog.ts';
import { known } from '../table.ts';
import { attentionParams, cacheBytes, fullHeads, type Heads, latentOf, windowHeads } from './attention.ts';
import { type Feeds, feedsOf } from './feed.ts';
import { configFields, type Fields } from './fields.ts';
import { type Layer, layersOf, windowTokens } from './layers.ts';
import { recurrentOf } from './recurrent.ts';

/** Families whose output embedding is the input one unless the file says otherwise (defaults of Transformers). */
const TIED = new Set([
  'bloom',
  'cohere',
  'cohere2',
  'falcon',
  'falcon_mamba',
  'gemma',
  'gemma2',
  'gemma3',
  'gemma3_text',
  'gpt2',
  'gpt_bigcode',
  'mamba',
  'mamba2',
  'mpt',
  'opt',
  'starcoder2',
]);

/** Families whose layers do something that is not described here. */
const UNKNOWN = new Set(['deepseek_v4', 'gemma3n', 't5', 'whisper', 'bert', 'zamba', 'zamba2', 'rwkv']);

const isMixer = ({ mixer }: Layer) => mixer !== 'none';
const round4 = (value: number) => Number(value.toPrecision(4));

/** Parameters of all layers, and those of routed experts among them. */
function layerParams(layers: readonly Layer[], feeds: Feeds, mixerParams: (layer: Layer) => number) {
  let [all, routed, expertLayers] = [0, 0, 0];
  for (const layer of layers) {
    all += mixerParams(layer);
    if (layer.feed === 'dense' || layer.feed === 'both') all += feeds.dense(layer.width);
    if (layer.feed !== 'experts' && layer.feed !== 'both') continue;
    all += (feeds.experts?.routed ?? 0) + (feeds.experts?.beside ?? 0);
    routed += feeds.experts?.routed ?? 0;
    expertLayers += 1;
  }
  return { all, routed, expertLayers };
}

/** Figures of the attention layers: what they hold and what they cache. */
function attentionOf(c: Fields, hidden: number, layers: readonly Layer[]) {
  const latent = latentOf(c, hidden);
  const full: Heads = latent?.heads ?? fullHeads(c, hidden);
  const narrow = windowHeads(c, full);
  const own = (layer: Layer): Heads => ({ ...full, kvHeads: layer.kvHeads ?? full.kvHeads });
  const params = (layer: Layer) =>
    latent?.params ?? attentionParams(c, hidden, layer.mixer === 'window' ? narrow : own(layer));
  const wide = layers.filter(({ mixer }) => mixer === 'full' || mixer === 'both');
  const latentBytes = latent === undefined ? undefined : 2 * (latent.rank + latent.ropeDim);
  return {
    heads: own(wide[0] ?? { mixer: 'none', feed: 'none' }),
    mla: latent === undefined ? undefined : { rank: latent.rank, ropeDim: latent.ropeDim },
    params,
    kvBytesPerToken: wide.reduce((sum, layer) => sum + (latentBytes ?? cacheBytes(own(layer))), 0),
    windowKvBytes: latentBytes ?? cacheBytes(narrow),
  };
}

/**
 * A model from its `config.json` as Transformers reads it: decoders of the Llama, Qwen, Mistral, Gemma, Phi, GPT and GLM
 * families, mixtures of experts, latent attention (DeepSeek), sliding windows, and hybrids with recurrent layers (Qwen3.5,
 * Nemotron-H, Jamba, Granite 4, Falcon-H1, MiniMax, Kimi). Parameters follow from the shapes: embeddings, projections,
 * feed-forward parts, experts, routers; biases, norms, vision towers and draft layers are left out, which is 1 to 2 % at most.
 * `layers` counts the layers that mix tokens; where keys and values differ in width, `headDim` is their mean.
 *
 * @param name what the model is called, and the file in errors
 * @throws JW_MODEL_CONFIG naming the key that is missing, or the kind of layer that is not known
 */
export function modelFromConfig(json: unknown, name: string): Model {
  const c = configFields(json, name);
  if (UNKNOWN.has(c.type) || c.list('compress_ratios') !== undefined)
    c.refuse(`models of the family "${c.type}" are not known`);
  const hidden = c.needed('width of the residual stream', 'hidden_size', 'n_embd', 'd_model');
  const stateOnly = ['mamba', 'mamba2', 'falcon_mamba'].includes(c.type);
  const layers = layersOf(c, c.maybe('num_attention_heads', 'n_head', 'n_heads') ?? 1, hidden);
  const attention = stateOnly ? undefined : attentionOf(c, hidden, layers);
  const recurrent = layers.some(({ mixer }) => mixer === 'recurrent' || mixer === 'both')
    ? recurrentOf(c, hidden)
    : undefined;
  const feeds = feedsOf(c, hidden);
  const { all, routed, expertLayers } = layerParams(layers, feeds, (layer) => {
    const state = layer.mixer === 'recurrent' || layer.mixer === 'both' ? (recurrent?.params ?? 0) : 0;
    const attends = layer.mixer === 'recurrent' || layer.mixer === 'none' ? 0 : (attention?.params(layer) ?? 0);
    return state + attends;
  });
  const vocab = c.needed('words', 'vocab_size', 'padded_vocab_size');
  const tied = c.flag('tie_word_embeddings') ?? TIED.has(c.type);
  const total = all + vocab * hidden * (tied ? 1 : 2);
  const { experts } = feeds;
  const mixers = layers.filter(isMixer);
  const windows = mixers.filter(({ mixer }) => mixer === 'window').length;
  const states = mixers.filter(({ mixer }) => mixer === 'recurrent' || mixer === 'both').length;
  const heads = attention?.heads ?? { heads: 1, kvHeads: 1, keyDim: 8, valueDim: 8 };
  return known({
    id: name,
    family: c.type === '' ? 'own' : c.type,
    kind: 'text' as const,
    totalParamsB: round4(total / 1e9),
    activeParamsB: round4((total - (experts === undefined ? 0 : routed * (1 - experts.active / experts.count))) / 1e9),
    layers: mixers.length,
    hidden,
    intermediate: c.maybe('intermediate_size', 'n_inner', 'ffn_hidden_size', 'ffn_dim'),
    heads: heads.heads,
    kvHeads: heads.kvHeads,
    headDim: (heads.keyDim + heads.valueDim) / 2,
    vocab,
    context: c.needed(
      'longest context',
      'max_position_embeddings',
      'n_positions',
      'seq_length',
      'max_seq_len',
      'n_ctx',
      'model_max_length',
    ),
    moe:
      experts === undefined || expertLayers === 0
        ? undefined
        : {
            experts: experts.count,
            active: experts.active,
            expertParamsB: round4(routed / 1e9),
            sharedExperts: experts.shared,
            denseLayers: mixers.length === layers.length ? layers.length - expertLayers : 0,
          },
    mla: attention?.mla,
    window:
      windows === 0 || attention === undefined
        ? undefined
        : { tokens: windowTokens(c) ?? 0, layers: windows, kvBytesPerToken: windows * attention.windowKvBytes },
    linear:
      recurrent === undefined
        ? undefined
        : {
            layers: mixers.filter(({ mixer }) => mixer === 'recurrent').length,
            stateBytes: states * recurrent.stateBytes,
          },
    kvBytesPerToken: attention?.kvBytesPerToken ?? 0,
    confidence: 'B' as const,
    source: `config.json of ${name}; parameters computed from its shapes`,
  });
}
