import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findModel } from '../find.ts';
import { loadCatalog } from '../load.ts';
import { sequenceBytes } from '../model.ts';
import fixture from './fixtures/configs.json' with { type: 'json' };
import { modelFromConfig } from './modelFromConfig.ts';
import { readModelConfig } from './readConfig.ts';

const configOf = (hub: string): unknown => fixture.models.find((m) => m.hub === hub)!.config;
const llama = {
  model_type: 'llama',
  hidden_size: 4096,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  intermediate_size: 14_336,
  vocab_size: 128_256,
  max_position_embeddings: 131_072,
};

describe('a model from its config.json', () => {
  // Where the maker's count is not known closely enough, only the row below is held.
  const counted = fixture.models.flatMap((m) => (m.published === undefined ? [] : [{ ...m, published: m.published }]));

  it.each(counted)('$hub has the parameters that its maker publishes', ({ hub, published, config }) => {
    const model = modelFromConfig(config, hub);
    const miss = (ours: number, theirs: number) => Math.abs(ours / theirs - 1);
    expect(miss(model.totalParamsB, published.totalParamsB)).toBeLessThan(fixture.tolerance);
    // What makers count as active differs by the embeddings, 3 to 6 % of such models.
    if (published.activeParamsB !== undefined)
      expect(miss(model.activeParamsB, published.activeParamsB)).toBeLessThan(0.06);
  });

  it.each(fixture.models)('$hub agrees with its row of the catalogue', ({ hub, config }) => {
    const { row } = findModel(loadCatalog().modelRows, hub);
    const model = modelFromConfig(config, hub);
    expect(Math.abs(model.totalParamsB / row!.totalParamsB! - 1)).toBeLessThan(0.01);
    expect(model.kvBytesPerToken).toBe(row!.kvBytesPerToken);
    for (const key of ['layers', 'hidden', 'heads', 'kvHeads', 'headDim', 'window', 'linear', 'mla'] as const)
      expect(model[key], key).toEqual(row![key]);
  });

  it('keeps a state instead of a cache where layers are recurrent', () => {
    const qwen = modelFromConfig(configOf('Qwen/Qwen3.5-27B'), 'qwen');
    expect(qwen.linear?.layers).toBe(48);
    // 48 layers x 48 heads x 128 x 128 x 4 bytes, and a convolution's three last inputs.
    expect(qwen.linear?.stateBytes).toBeCloseTo(48 * (48 * 128 * 128 * 4 + 3 * 10_240 * 2), 0);
    expect(sequenceBytes(qwen, 100_000)).toBe(100_000 * 16 * 4096 + qwen.linear!.stateBytes);
    const falcon = modelFromConfig(configOf('tiiuae/Falcon-H1-3B-Instruct'), 'falcon');
    expect([falcon.linear?.layers, falcon.kvBytesPerToken]).toEqual([0, 32 * 4 * 2 * 128]);
  });

  it('names the key that is missing', () => {
    expect(() => modelFromConfig({ ...llama, vocab_size: undefined }, 'x.json')).toThrow(
      /x\.json.*"vocab_size" is missing/,
    );
    expect(() => modelFromConfig({ ...llama, num_hidden_layers: undefined }, 'x.json')).toThrow(/"num_hidden_layers"/);
    expect(() => modelFromConfig({ ...llama, intermediate_size: undefined }, 'x.json')).toThrow(/"intermediate_size"/);
    expect(() => modelFromConfig([], 'x.json')).toThrow(/no JSON object/);
  });

  it('refuses what it does not know rather than guessing', () => {
    expect(() => modelFromConfig({ ...llama, model_type: 't5' }, 'x')).toThrow(/family "t5" are not known/);
    expect(() => modelFromConfig({ ...llama, compress_ratios: [0, 4] }, 'x')).toThrow(/not known/);
    const odd = { ...llama, layer_types: Array.from({ length: 32 }, () => 'hyena') };
    expect(() => modelFromConfig(odd, 'x')).toThrow(/layer type "hyena" is not known/);
  });

  it('leaves windows out that the file switches off or that hold the whole context', () => {
    expect(modelFromConfig({ ...llama, sliding_window: 4096, use_sliding_window: false }, 'x').window).toBeUndefined();
    expect(modelFromConfig({ ...llama, sliding_window: 131_072 }, 'x').window).toBeUndefined();
    expect(modelFromConfig({ ...llama, sliding_window: 4096 }, 'x').window).toMatchObject({ tokens: 4096, layers: 32 });
  });

  it('reads the file that Python wrote, and calls the model after its folder', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'my-model-'));
    const file = path.join(folder, 'config.json');
    writeFileSync(file, JSON.stringify({ ...llama, limit: [0, 'X'] }).replace('"X"', 'Infinity'));
    expect(readModelConfig(file)).toMatchObject({ id: path.basename(folder), totalParamsB: 8.03 });
    writeFileSync(file, '{');
    expect(() => readModelConfig(file)).toThrow(/no JSON/);
  });
});
