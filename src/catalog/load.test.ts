import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JoulewrightError } from '../errors/error.ts';
import { loadCatalog, parseRows } from './load.ts';
import { acceleratorSchema, modelSchema } from './schema.ts';

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
    expect(catalog.accelerators.size).toBeGreaterThanOrEqual(16);
    for (const [id, chip] of catalog.accelerators) {
      // FLOP per byte at 16 bit, and FLOP per joule: no chip of these years is far outside.
      const ridge = (chip.tflops.fp16! * 1e3) / chip.bandwidthGbPerS;
      expect(ridge, id).toBeGreaterThan(30);
      expect(ridge, id).toBeLessThan(500);
      expect(chip.tflops.fp16! / chip.tdpW, id).toBeGreaterThan(0.2);
      expect(chip.tflops.fp16! / chip.tdpW, id).toBeLessThan(4);
      if (chip.tflops.fp8 !== undefined) expect(chip.tflops.fp8, id).toBeGreaterThanOrEqual(chip.tflops.fp16!);
      if (chip.idleW !== undefined) expect(chip.idleW, id).toBeLessThan(0.3 * chip.tdpW);
      expect(chip.source, id).not.toMatch(/evokernel/);
    }
  });

  it('has models whose figures agree with each other', () => {
    expect(catalog.models.size).toBeGreaterThanOrEqual(16);
    for (const [id, model] of catalog.models) {
      const headBytes = model.layers * 2 * model.kvHeads * model.headDim * 2;
      // Latent attention stores less than its heads would; everything else exactly what they need.
      if (model.family === 'DeepSeek') expect(model.kvBytesPerToken, id).toBe(model.layers * (512 + 64) * 2);
      else expect(model.kvBytesPerToken, id).toBe(headBytes);
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

  it('holds rows to their ranges', () => {
    const chip = catalog.accelerators.get('nvidia-l4')!;
    expect(acceleratorSchema.safeParse(chip).success).toBe(true);
    expect(acceleratorSchema.safeParse({ ...chip, bandwidthGbPerS: 3e6 }).success).toBe(false);
    expect(acceleratorSchema.safeParse({ ...chip, tflops: { fp8: 242 } }).success).toBe(false);
    expect(acceleratorSchema.safeParse({ ...chip, source: '' }).success).toBe(false);
    const model = catalog.models.get('qwen3-30b-a3b')!;
    expect(modelSchema.safeParse({ ...model, activeParamsB: 40 }).success).toBe(false);
  });
});
