import type { Model } from './catalog.ts';

/** Layers that look back over the whole context: all but those with a window or a recurrent state. */
export function fullAttentionLayers(model: Pick<Model, 'layers' | 'window' | 'linear'>): number {
  return model.layers - (model.window?.layers ?? 0) - (model.linear?.layers ?? 0);
}

/**
 * What one sequence of `tokens` tokens keeps in memory, bytes at 16 bit: the cache of all tokens in the layers that look back
 * over everything, that of the window's tokens in those that do not, and the state of recurrent layers.
 *
 * @param tokens prompt and output so far, >= 0
 */
export function sequenceBytes(model: Pick<Model, 'kvBytesPerToken' | 'window' | 'linear'>, tokens: number): number {
  const { kvBytesPerToken, window, linear } = model;
  const inWindow = window === undefined ? 0 : Math.min(tokens, window.tokens) * window.kvBytesPerToken;
  return tokens * kvBytesPerToken + inWindow + (linear?.stateBytes ?? 0);
}
