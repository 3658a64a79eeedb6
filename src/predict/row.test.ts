import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { pointOf } from './row.ts';

const catalog = loadCatalog();
const ask = (cells: Record<string, string>) => pointOf((column) => cells[column] ?? '', catalog);
const BASE = { accelerator: 'nvidia-h100-sxm-80gb', model: 'Qwen/Qwen3-32B' };

describe('a row of points', () => {
  it('takes what is given', () => {
    const { point } = ask({
      ...BASE,
      precision: 'bfloat16',
      engine: 'vllm 0.17.0',
      count: '2',
      tp: '2',
      batch: '32',
      input_tokens: '1000',
      output_tokens: '500',
      year: '2026',
    });
    expect(point).toMatchObject({
      format: 'fp16',
      engine: 'vllm',
      devices: 2,
      tensorParallel: 2,
      batch: 32,
      inputTokens: 1000,
      outputTokens: 500,
      mode: 'continuous',
      inferred: [],
    });
  });

  it('leaves figures that nobody looked up alone unless it is told to use them', () => {
    const [grown] = [...catalog.modelRows.values()].filter((row) => row.confidence === 'D');
    const cells: Record<string, string> = { ...BASE, model: grown!.id };
    expect(ask(cells).reason).toContain('grade D');
    const told = pointOf((column) => cells[column] ?? '', { ...catalog, allowUnsourced: true });
    expect(told.reason).toBeUndefined();
    expect(told.point).toBeDefined();
  });

  it('serves eight bits where MLPerf names the format of the published weights and the chip computes with eight', () => {
    const mlperf = { ...BASE, mode: 'mlperf closed Offline', precision: 'fp16', engine: 'TensorRT 10.2.0' };
    expect(ask(mlperf).point).toMatchObject({ format: 'fp8', software: 'tensorrt 10.2.0' });
    expect(ask(mlperf).point?.inferred).toContain('format');
    expect(ask({ ...mlperf, accelerator: 'nvidia-a100-sxm-80gb' }).point?.format).toBe('fp16');
    expect(ask({ ...mlperf, mode: 'serving' }).point?.format).toBe('fp16');
    expect(ask({ ...mlperf, precision: 'fp4' }).point?.format).toBe('fp4');
  });

  it('names what it had to infer', () => {
    const { point } = ask(BASE);
    expect(point?.inferred).toEqual(['format', 'engine', 'devices', 'batch', 'input', 'output']);
  });

  it('splits a model over the devices that hold it, and runs copies on the others', () => {
    const { point } = ask({ ...BASE, count: '8', precision: 'fp16' });
    expect(point).toMatchObject({ tensorParallel: 2, dataParallel: 4 });
  });

  it('reads pools for prompts and decodes', () => {
    const { point } = ask({ ...BASE, mode: 'disagg', count: '12', notes: 'count = prefill 4 + decode 8 accelerators' });
    expect(point).toMatchObject({ mode: 'split', prefillDevices: 4, decodeDevices: 8 });
  });

  it('reads a count that multiplied tensor and expert parallelism of the same devices', () => {
    const { point } = ask({ ...BASE, count: '64', tp: '64', ep: '8' });
    expect(point).toMatchObject({ devices: 8, tensorParallel: 8, expertParallel: 8 });
  });

  it('says why it cannot, with the nearest names', () => {
    expect(ask({ ...BASE, accelerator: 'nvidia-h100-sxm-80gbb' }).reason).toMatch(
      /not in the catalogue; did you mean nvidia-h100-sxm-80gb/,
    );
    expect(ask({ ...BASE, model: 'qwen3-32' }).reason).toMatch(/did you mean/);
    expect(ask({ ...BASE, batch: 'many' }).reason).toBe('batch "many" is no number');
    expect(ask({ ...BASE, batch: '-3' }).reason).toBe('batch -3 is negative');
    expect(ask({ ...BASE, precision: 'fp7' }).reason).toMatch(/precision "fp7" is not known/);
    expect(ask({ model: 'qwen3-32b' }).reason).toBe('names no accelerator');
  });
});
