import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JoulewrightError } from '../errors/error.ts';
import { loadCatalog, parseRows } from './load.ts';
import { fullAttentionLayers } from './model.ts';

const catalog = loadCatalog();

describe('the catalogue', () => {
  it('is read once, and every file has rows with a source', () => {
    expect(loadCatalog()).toBe(catalog);
    for (const [name, rows] of Object.entries(catalog)) {
      expect(rows.size, name).toBeGreaterThan(0);
      for (const row of rows.values()) expect(row.source.length, name).toBeGreaterThan(7);
    }
  });

  it('has accelerators that are possible', () => {
    for (const [id, chip] of catalog.accelerators) {
      // FLOP per byte at 16 bit, and FLOP per joule: no chip of these years is far outside.
      const ridge = (chip.tflops.fp16! * 1e3) / chip.bandwidthGbPerS;
      expect(ridge, id).toBeGreaterThan(20);
      expect(ridge, id).toBeLessThan(700);
      expect(chip.tflops.fp16! / chip.tdpW, id).toBeGreaterThan(0.05);
      expect(chip.tflops.fp16! / chip.tdpW, id).toBeLessThan(4);
      if (chip.idleW !== undefined) expect(chip.idleW, id).toBeLessThan(0.3 * chip.tdpW);
    }
  });

  it('has models whose figures agree with each other', () => {
    for (const [id, model] of catalog.models) {
      const { kvHeads, headDim, mla, window } = model;
      // Latent attention stores less than its heads would; everything else exactly what they need.
      const layerBytes = mla === undefined ? 4 * kvHeads * headDim : 2 * (mla.rank + mla.ropeDim);
      expect(model.kvBytesPerToken, id).toBe(fullAttentionLayers(model) * layerBytes);
      if (window !== undefined) expect(window.tokens, id).toBeLessThanOrEqual(model.context);
      if (model.moe === undefined) {
        expect(model.activeParamsB, id).toBe(model.totalParamsB);
        continue;
      }
      const { experts, active, expertParamsB } = model.moe;
      const used = model.totalParamsB - expertParamsB * (1 - active / experts);
      expect(Math.abs(used / model.activeParamsB - 1), id).toBeLessThan(0.15);
    }
  });
});

describe('reading a file', () => {
  const row = z.strictObject({ id: z.string(), value: z.number() });
  const read = (text: string) => parseRows(text, 'x.yaml', row, (r) => r.id);
  const faults = (text: string) => {
    try {
      read(text);
    } catch (error) {
      if (error instanceof JoulewrightError) return error.faults.map((f) => `${f.where} ${f.message} ${f.code}`);
      throw error;
    }
    return [];
  };

  it('gives rows by id', () => {
    expect(read('- {id: a, value: 1}\n- {id: b, value: 2}').get('b')).toEqual({ id: 'b', value: 2 });
  });

  it('names file and line of everything wrong at once', () => {
    const found = faults(
      '- id: a\n  value: x\n- id: b\n  value: 1\n  extra: 2\n- id: b\n  value: 1\n- id: b\n  value: 2\n',
    );
    expect(found).toHaveLength(3);
    expect(found[0]).toMatch(/^x\.yaml:2 value: .*JW_CATALOG$/);
    expect(found[1]).toMatch(/^x\.yaml:3 .*extra/);
    expect(found[2]).toMatch(/^x\.yaml:8 b is there twice/);
  });

  it('refuses what is no list, and broken YAML at its line', () => {
    expect(faults('a: 1')[0]).toMatch(/not a list/);
    expect(faults('- id: a\n  value: [1\n')[0]).toMatch(/^x\.yaml:[23] /);
  });
});
