import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { impossible } from './impossible.ts';
import { pointOf } from './row.ts';

const catalog = loadCatalog();

function reasonOf(cells: Record<string, string>): string | undefined {
  const { point, reason } = pointOf((column) => cells[column] ?? '', catalog);
  if (point === undefined) throw new Error(reason);
  return impossible(point);
}
const BASE = {
  accelerator: 'nvidia-h100-sxm-80gb',
  model: 'llama-3.1-70b-instruct',
  precision: 'fp16',
  engine: 'vllm',
};

describe('a configuration that can run nowhere', () => {
  it('says that weights do not fit, and is told by figures', () => {
    expect(reasonOf({ ...BASE, count: '1', tp: '1' })).toMatch(
      /the 141 GB of weights .* do not fit in the 86 GB of 1 x nvidia-h100-sxm-80gb/,
    );
    expect(reasonOf({ ...BASE, count: '2', tp: '2' })).toBeUndefined();
    // What a row does not name may be what makes it fit.
    expect(reasonOf({ ...BASE, precision: '', count: '1', tp: '1' })).toBeUndefined();
    expect(reasonOf({ ...BASE, precision: 'int4', count: '1', tp: '1' })).toBeUndefined();
  });

  it('says that heads cannot be divided, unless the engine splits layers or the model spreads requests', () => {
    expect(reasonOf({ ...BASE, count: '7', tp: '7' })).toMatch(/64 heads of llama-3.1-70b-instruct .* 7 accelerators/);
    expect(reasonOf({ ...BASE, count: '7', tp: '7', engine: 'llama.cpp' })).toBeUndefined();
    expect(reasonOf({ ...BASE, model: 'deepseek-v3', precision: 'fp8', count: '14', tp: '14' })).toBeUndefined();
  });

  it('says that it asks for more accelerators than it has, or for an engine that its chip has not', () => {
    expect(reasonOf({ ...BASE, count: '4', tp: '4', pp: '2' })).toMatch(/tp 4 times pp 2 needs more than 4/);
    const amd = { ...BASE, accelerator: 'amd-mi300x', count: '1' };
    expect(reasonOf({ ...amd, engine: 'TensorRT-LLM' })).toMatch(/NVIDIA chips only; amd-mi300x is of AMD/);
    expect(reasonOf(amd)).toBeUndefined();
  });
});
