import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { splitCsvLine } from '../series/csv.ts';
import { findAccelerator, findModel } from './find.ts';
import { loadCatalog } from './load.ts';
import { sequenceBytes } from './model.ts';
import { sourceOf } from './sources.ts';
import { usableAccelerator, usableModel } from './usable.ts';

const catalog = loadCatalog();

describe('the accelerators', () => {
  it('are many with a source, from many vendors', () => {
    const sourced = [...catalog.acceleratorRows.values()].filter((row) => row.confidence !== 'D');
    expect(sourced.length).toBeGreaterThanOrEqual(200);
    expect(new Set(sourced.map((row) => row.vendor)).size).toBeGreaterThanOrEqual(28);
  });

  it('have no figure where nobody vouches for one, and none whose licence would bind the whole table', () => {
    const unsourced = [...catalog.acceleratorRows.values()].filter((row) => row.confidence === 'D');
    for (const { id, memoryGb, bandwidthGbPerS, tflops, tdpW } of unsourced)
      expect({ id, memoryGb, bandwidthGbPerS, tflops, tdpW }).toEqual({ id, tflops: {} });
    for (const row of catalog.acceleratorRows.values())
      expect(`${row.source} ${row.note}`, row.id).not.toMatch(/stas00|evokernel/);
  });

  it('compute natively only in the formats that they have', () => {
    const b300 = catalog.accelerators.get('nvidia-b300-sxm')!;
    expect(b300.tflops.int8).toBeLessThan(0.1 * b300.tflops.fp16!);
    expect(catalog.accelerators.get('intel-arc-pro-b60')!.tflops.fp8).toBeUndefined();
  });

  it('are planned with only when complete and sourced', () => {
    const noRate = usableAccelerator(catalog.acceleratorRows.get('nvidia-a10g')!);
    expect(noRate).toEqual({ ok: false, missing: ['dense 16-bit rate'], unsourced: false });
    const wafer = usableAccelerator(catalog.acceleratorRows.get('cerebras-wse3')!);
    expect(wafer).toEqual({ ok: false, missing: ['dense 16-bit rate'], unsourced: false });
    const named = catalog.acceleratorRows.get('cambricon-mlu590')!;
    expect(usableAccelerator(named)).toMatchObject({ ok: false, unsourced: true });
    const sourced = { ...catalog.accelerators.get('nvidia-l4')!, confidence: 'D' as const };
    expect(usableAccelerator(sourced)).toEqual({ ok: false, missing: [], unsourced: true });
    expect(usableAccelerator(sourced, { allowUnsourced: true })).toMatchObject({ ok: true });
    for (const chip of catalog.accelerators.values()) expect(chip.confidence, chip.id).not.toBe('D');
  });

  it('say the source of each figure', () => {
    const { source } = catalog.acceleratorRows.get('nvidia-h100-sxm-80gb')!;
    expect(sourceOf(source, 'fp8')).toBe('NVIDIA data sheet H100');
    expect(sourceOf(source, 'tdpW')).toBe('Epoch AI ML Hardware (CC BY 4.0)');
  });

  it('are found by id and by name', () => {
    expect(findAccelerator(catalog.acceleratorRows, 'NVIDIA-L4').row?.id).toBe('nvidia-l4');
    expect(findAccelerator(catalog.acceleratorRows, 'geforce rtx 4090').row?.id).toBe('nvidia-rtx-4090');
    expect(findAccelerator(catalog.acceleratorRows, 'mi300').near).toContain('amd-mi300x');
  });
});

describe('the models', () => {
  it('are many with a source', () => {
    const sourced = [...catalog.modelRows.values()].filter((row) => row.confidence !== 'D');
    expect(sourced.length).toBeGreaterThanOrEqual(400);
  });

  it('are found by id, hub name, and hub name without its organisation', () => {
    const id = 'qwen3-235b-a22b';
    for (const name of [id, 'Qwen/Qwen3-235B-A22B', 'qwen3-235B-a22b'])
      expect(findModel(catalog.modelRows, name).row?.id, name).toBe(id);
    expect(findModel(catalog.modelRows, 'mistralai/mistral-7b-instruct-V0.3').row?.id).toBe('mistral-7b-instruct');
    expect(findModel(catalog.modelRows, 'llama-3.3-70b').near).toContain('llama-3.3-70b-instruct');
  });

  it('generate tokens where they are planned with', () => {
    const encoder = usableModel(catalog.modelRows.get('bert-base-cased')!);
    expect(encoder).toMatchObject({ ok: false, missing: ['text output (it is of kind embedding)'] });
  });

  it('keep only the window where layers look back no further', () => {
    const gemma = catalog.models.get('gemma-3-27b-it')!;
    expect(gemma.window).toMatchObject({ tokens: 1024, layers: 52 });
    // 62 layers of 16 heads of 128 would keep 507,904 bytes per token.
    expect(sequenceBytes(gemma, 1000)).toBe(1000 * 507_904);
    expect(sequenceBytes(gemma, 100_000)).toBeLessThan(0.2 * 100_000 * 507_904);
  });
});

/** Public data that are not part of the product: the test skips where they are absent. */
const FOLDER = new URL('../../../shared/data/compute/', import.meta.url);

describe.skipIf(!existsSync(new URL('measured.csv', FOLDER)))(
  'against the public tables (skips without ../shared/data)',
  () => {
    const column = (file: string, name: string) => {
      const [head = '', ...lines] = readFileSync(new URL(file, FOLDER), 'utf8').trim().split(/\r?\n/);
      const at = splitCsvLine(head).indexOf(name);
      return [...new Set(lines.map((line) => splitCsvLine(line)[at] ?? ''))].filter((cell) => cell !== '');
    };

    it('has every accelerator and every model that measurements name', () => {
      const chips = [...column('accelerators.csv', 'id'), ...column('measured.csv', 'accelerator')];
      const models = [...column('models.csv', 'id'), ...column('measured.csv', 'model_key')];
      const noChip = chips.filter((id) => !['cpu', 'mixed'].includes(id) && !catalog.acceleratorRows.has(id));
      expect(noChip).toEqual([]);
      expect(models.filter((id) => findModel(catalog.modelRows, id).row === undefined)).toEqual([]);
    });
  },
);
